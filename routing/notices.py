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
from bridge.store.transactions import Tx
from routing import automatic, conversations
from routing.continued import mailing
from routing.desk import Desk
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
    if words is None or by.verified is False or 0 < by.sent_at < tx.now - STALE:
        return
    if automatic.may_write(tx, desk, conversation):
        _say(tx, desk, conversation, words)
        tx.run(q.PROGRAM_ANSWERED, of=conversation.id)


def blocked(tx: Tx, desk: Desk, conversation: Conversation) -> int | None:
    """Tell the customer, before the block stands, that they are blocked; return the message.

    `None` where they are not told: it is switched off, programs might answer each other, or
    whoever wrote last is perhaps not who they say.
    """
    words = desk.says.get("blocked")
    last = tx.one(m.LAST_INCOMING, conversation_id=conversation.id)
    proven = last is None or tx.the(m.MESSAGE_BY_ID, id=last).verified != 0
    if words is None or not proven or not automatic.may_write(tx, desk, conversation):
        return None
    return _say(tx, desk, conversation, words)


def _say(tx: Tx, desk: Desk, conversation: Conversation, words: LocalText) -> int:
    """Store a message that nobody wrote, and its way to the customer; return its id."""
    text = words.pick(mailing.language_of(tx, desk, conversation), desk.policy.language)
    message_id = conversations.add_message(tx, conversation, "outgoing", text)
    queue(tx, desk, conversation, tx.the(m.MESSAGE_BY_ID, id=message_id), [])
    mailing.plan(tx, desk, conversation)
    return message_id
