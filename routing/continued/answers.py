"""The way back of an answer by mail: into the conversation that it answers, or nowhere."""

import hashlib
import re

import msgspec

from bridge.models import Conversation, Identity
from bridge.store import conversations as q
from bridge.store import people as p
from bridge.store.transactions import Tx

_NAME = re.compile(r"c([0-9]{1,18})-[0-9a-f]{16}")


def name_of(conversation: Conversation, address: str) -> str:
    """Return the name under which a conversation goes on with whoever has this address.

    When it began is part of it: after a restore, another may have its number.
    """
    known = [conversation.id, conversation.created_at, address.casefold()]
    digest = hashlib.sha256(msgspec.json.encode(known)).hexdigest()[:16]
    return f"c{conversation.id}-{digest}"


def place_of(tx: Tx, name: str) -> tuple[Identity, Conversation] | None:
    """Return whose conversation a proven answer belongs to; `None` for no such one.

    The address must still be theirs: who has corrected a mistyped one is no longer spoken
    for by a stranger.
    """
    match = _NAME.fullmatch(name)
    conversation = tx.one(q.CONVERSATION_BY_ID, id=int(match[1])) if match else None
    if conversation is None:
        return None
    identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    if identity.email is None or name_of(conversation, identity.email) != name:
        return None
    # They may have gone on in a newer conversation of the same thread.
    newer = tx.one(q.OPEN_IN_THREAD, identity_id=identity.id, thread=conversation.thread)
    return identity, newer or conversation
