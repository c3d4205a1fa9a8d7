"""What the program itself tells a customer, in their language.

It goes out as an agent's answer does and counts as none: the customer waits as before, their
own words stay the last of the row, and nobody is assigned. Every function runs inside the
transaction that stores what it speaks of.
"""

from bridge import channel as ch
from bridge.models import Conversation
from bridge.settings import LocalText
from bridge.store import conversations as q
from bridge.store import messages as m
from bridge.store.teams import ABSENCE_TOLD
from bridge.store.transactions import Tx
from routing import automatic, conversations
from routing.continued import mailing
from routing.desk import Desk
from routing.hours import Hours
from routing.opening import with_opening
from routing.queueing import queue

# A message that was on its way for longer is from before we could hear: whoever wrote it has
# long ceased to wait for a word that it came. In ms.
STALE = 3_600_000


def begun(tx: Tx, desk: Desk, conversation: Conversation, by: ch.InboundMessage) -> None:
    """Tell the customer that the message which began their conversation has come.

    Not where it was written long ago, where its sender is not who they say (the answer would
    go to somebody who never wrote), or where programs might answer each other for ever.
    """
    words = desk.says.get("begun")
    if words is not None and _is_heard(tx, desk, conversation, by):
        _say(tx, desk, conversation, words)
        tx.run(q.PROGRAM_ANSWERED, of=conversation.id)


def absent(
    tx: Tx, desk: Desk, conversation: Conversation, by: ch.InboundMessage, closed: Hours | None
) -> bool:
    """Tell the customer, once in a conversation, that nobody is here; say whether it was told.

    `closed` are the hours outside of which it is, if that is why. Where `begun` would not be
    said, nor is this.
    """
    words = desk.says.get("offline")
    if words is None or conversation.absence_told_at is not None:
        return False
    if not _is_heard(tx, desk, conversation, by):
        return False
    if tx.run(ABSENCE_TOLD, of=conversation.id, at=tx.now):
        _say(tx, desk, conversation, with_opening(words, closed, tx.now, desk.policy.language))
        tx.run(q.PROGRAM_ANSWERED, of=conversation.id)
    return True


def _is_heard(tx: Tx, desk: Desk, conversation: Conversation, by: ch.InboundMessage) -> bool:
    """Say whether an answer to this message reaches who wrote it, while they wait for one."""
    if by.verified is False or 0 < by.sent_at < tx.now - STALE:
        return False
    return automatic.may_write(tx, desk, conversation)


def _say(tx: Tx, desk: Desk, conversation: Conversation, words: LocalText) -> None:
    """Store a message that nobody wrote, and its way to the customer."""
    text = words.pick(mailing.language_of(tx, desk, conversation), desk.policy.language)
    message_id = conversations.add_message(tx, conversation, "outgoing", text)
    queue(tx, desk, conversation, tx.the(m.MESSAGE_BY_ID, id=message_id), [])
    mailing.plan(tx, desk, conversation)
