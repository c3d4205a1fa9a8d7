"""What kinds of people write: tags of a contact (S33), declared in the YAML.

Every function runs inside a transaction; what happened stands in the latest conversation
with the person, and every row of theirs is told anew.
"""

from bridge.store import bulk as b
from bridge.store import log
from bridge.store import sorting as s
from bridge.store.transactions import Tx
from routing import conversations
from routing.refusal import RefusedError


def add(tx: Tx, contact_id: int, tag_id: str, *, by: str | None) -> None:
    """Give the person a tag; nothing happens if they have it.

    Raises `RefusedError("tag_unknown")` for one that the YAML does not declare (any more).
    """
    if tx.one(s.TAG_IN_USE, id=tag_id) is None:
        raise RefusedError("tag_unknown", {"tag": tag_id})
    if tx.run(s.ADD_TAG, of=contact_id, tag_id=tag_id, at=tx.now):
        _tell(tx, contact_id, "tagged", by=by, tag=tag_id)


def drop(tx: Tx, contact_id: int, tag_id: str, *, by: str) -> None:
    """Take a tag away, a retired one too; nothing happens if they do not have it."""
    if tx.run(s.DROP_TAG, of=contact_id, tag_id=tag_id):
        _tell(tx, contact_id, "untagged", by=by, tag=tag_id)


def _tell(tx: Tx, contact_id: int, verb: str, *, by: str | None, tag: str) -> None:
    log.contact_changed(tx, contact_id)
    for latest in tx.all(b.CONVERSATIONS_WITH, contact_id=contact_id)[:1]:
        conversations.activity(tx, conversations.get(tx, latest), verb, by=by, tag=tag)
