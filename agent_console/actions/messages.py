"""What an agent writes, and what becomes of it when sending went wrong."""

from agent_console.actions.following import callable_by_name
from agent_console.actions.rights import allowed, may_change, naming
from agent_console.actions.sight import seen
from bridge.models import Agent, Message, MessageKind
from bridge.store import conversations as q
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import outbound
from routing.continued import again
from routing.desk import Desk
from routing.outbound import Written
from routing.refusal import RefusedError

# What agents write, and may change afterwards.
_AGENTS_OWN: tuple[MessageKind, ...] = ("outgoing", "note")


def reply(
    tx: Tx,
    desk: Desk,
    me: Agent,
    conversation_id: int,
    written: Written,
    *,
    draft_revision: int | None = None,
) -> tuple[int, bool]:
    """Answer the customer; return the message's id and whether it is new.

    The draft is cleared with it, unless it has gone on since `draft_revision` on another
    device. What was stored already is answered again, whatever has happened since.
    """
    if (known := written_before(tx, conversation_id, written)) is not None:
        seen(tx, desk, me, conversation_id)
        return known, False
    conversation = allowed(tx, desk, me, conversation_id, "reply")
    with naming(tx), _Kept(tx, me, conversation_id, "reply", draft_revision):
        return outbound.reply(tx, desk, conversation, written)


def note(
    tx: Tx,
    desk: Desk,
    me: Agent,
    conversation_id: int,
    written: Written,
    *,
    draft_revision: int | None = None,
) -> tuple[int, bool]:
    """Leave a note for colleagues; as `reply` otherwise (D49)."""
    if (known := written_before(tx, conversation_id, written)) is not None:
        seen(tx, desk, me, conversation_id)
        return known, False
    conversation = allowed(tx, desk, me, conversation_id, "note")
    callable_by_name(tx, written.mentions)
    with _Kept(tx, me, conversation_id, "note", draft_revision):
        return outbound.note(tx, desk, conversation, written)


def edit(tx: Tx, desk: Desk, me: Agent, message_id: int, text: str) -> None:
    """Change one's own message or note; the text it has already changes nothing (J34)."""
    message = _message(tx, message_id, *_AGENTS_OWN)
    may_change(tx, desk, me, message, "edit_message")
    outbound.edit(tx, desk, message, text)


def delete(tx: Tx, desk: Desk, me: Agent, message_id: int) -> None:
    """Take back a message or a note; one that is taken back already stays so (J34)."""
    message = _message(tx, message_id, *_AGENTS_OWN)
    may_change(tx, desk, me, message, "delete_message")
    outbound.delete(tx, desk, message)


def retry(tx: Tx, desk: Desk, me: Agent, message_id: int) -> None:
    """Send again what has failed; raises `RefusedError("state")` if nothing has."""
    message = _message(tx, message_id, "outgoing")
    allowed(tx, desk, me, message.conversation_id, "retry")
    outbound.retry(tx, message_id)


def settle(tx: Tx, desk: Desk, me: Agent, message_id: int, *, arrived: bool) -> None:
    """Say of an uncertain message that it arrived, or have it sent again."""
    message = _message(tx, message_id, "outgoing")
    allowed(tx, desk, me, message.conversation_id, "retry")
    outbound.settle(tx, message_id, arrived=arrived)


def retry_mail(tx: Tx, desk: Desk, me: Agent, message_id: int) -> None:
    """Send again the mail with this message that failed; raises `RefusedError("state")`."""
    message = _message(tx, message_id, "outgoing")
    allowed(tx, desk, me, message.conversation_id, "retry")
    again.retry(tx, desk, message)


def settle_mail(tx: Tx, desk: Desk, me: Agent, message_id: int, *, arrived: bool) -> None:
    """Say of an uncertain mail with this message that it arrived, or have it sent again."""
    message = _message(tx, message_id, "outgoing")
    allowed(tx, desk, me, message.conversation_id, "retry")
    again.settle(tx, desk, message, arrived=arrived)


def written_before(tx: Tx, conversation_id: int, written: Written) -> int | None:
    """Return the message sent before under the same id of the client's.

    The id of a message in another conversation is a mistake of the client's, and no
    answer for this one.
    """
    if written.client_key is None:
        return None
    known = tx.one(m.MESSAGE_BY_CLIENT_KEY, client_key=written.client_key)
    if known is None:
        return None
    if known.conversation_id != conversation_id:
        raise RefusedError("invalid", {"fields": {"client_id": "This id is used already."}})
    return known.id


def _message(tx: Tx, message_id: int, *kinds: MessageKind) -> Message:
    found = tx.one(m.MESSAGE_BY_ID, id=message_id)
    if found is None or found.kind not in kinds:
        raise RefusedError("not_found")
    return found


class _Kept:
    """Puts back a draft that sending cleared although it was not what was sent."""

    def __init__(
        self, tx: Tx, me: Agent, conversation_id: int, kind: str, sent_revision: int | None
    ) -> None:
        self._tx = tx
        self._key = {"agent_id": me.id, "conversation_id": conversation_id, "kind": kind}
        draft = None if sent_revision is None else tx.one(q.DRAFT_OF, **self._key)
        self._newer = draft if draft and draft.revision != sent_revision else None

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(self, kind: object, *_: object) -> None:
        """Write it again, one revision on; a failed send has changed nothing."""
        if self._newer is None or not self._newer.text or kind is not None:
            return
        revision = self._newer.revision + 2
        self._tx.run(
            q.PUT_DRAFT,
            **self._key,
            text=self._newer.text,
            revision=revision,
            at=self._tx.now,
        )
