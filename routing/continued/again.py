"""What an agent has done about a mail that has failed, or may not have arrived.

Every function runs inside a transaction and raises `RefusedError`: `state` where no mail of
the message's has ended so, or where it may go to its address no more, `blocked` where its
customer is.
"""

from typing import Literal

from bridge.delivery import Body
from bridge.models import Delivery, Message
from bridge.store import continued as c
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import blocks, conversations
from routing.continued.mailing import written_anew
from routing.desk import Desk
from routing.edits import message_changed
from routing.queueing import believe_sent, queue_again
from routing.refusal import RefusedError


def retry(tx: Tx, desk: Desk, message: Message) -> None:
    """Send the mail that a message failed to go with once more, at once."""
    _send_again(tx, desk, _mail_of(tx, message, "failed"), doubled_at=None)


def settle(tx: Tx, desk: Desk, message: Message, *, arrived: bool) -> None:
    """Take an agent's word on an uncertain mail: it arrived, or it is to go again.

    Sent again, it is marked as one the customer may have twice.
    """
    mail = _mail_of(tx, message, "uncertain")
    if not arrived:
        _send_again(tx, desk, mail, doubled_at=tx.now)
        return
    believe_sent(tx, mail)
    _tell(tx, mail)


def _mail_of(tx: Tx, message: Message, state: Literal["failed", "uncertain"]) -> Delivery:
    """Return the last mail with this message in it, if it has ended so."""
    mails = tx.all(c.CONTINUED, conversation_id=message.conversation_id)
    last = next((one for one in reversed(mails) if message.id in _carried(one)), None)
    if last is None or last.state != state:
        raise RefusedError("state")
    return last


def _send_again(tx: Tx, desk: Desk, mail: Delivery, *, doubled_at: int | None) -> None:
    """Queue it as its messages are by now: what was taken back meanwhile goes to nobody."""
    blocks.let_nothing_out(tx, conversations.get(tx, mail.conversation_id))
    body = written_anew(tx, desk, mail) if _is_still_theirs(tx, desk, mail) else None
    if body is None:
        raise RefusedError("state")
    queue_again(tx, mail, doubled_at=doubled_at)
    tx.run(c.REWRITE, of=mail.id, body=body)
    _tell(tx, mail)


def _is_still_theirs(tx: Tx, desk: Desk, mail: Delivery) -> bool:
    """Say whether the customer has the address still, and the site its mailbox.

    Who has corrected a mistyped address has told that the old one is a stranger's.
    """
    conversation = conversations.get(tx, mail.conversation_id)
    identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    mailbox, onward = desk.mailboxes.get(conversation.inbox_id), Body.of(mail).onward
    if mailbox is None or onward is None:
        return False
    return (mailbox.inbox_id, identity.email) == (mail.place, onward.to)


def _tell(tx: Tx, mail: Delivery) -> None:
    for message_id in _carried(mail):
        message_changed(tx, tx.the(m.MESSAGE_BY_ID, id=message_id))


def _carried(mail: Delivery) -> list[int]:
    onward = Body.of(mail).onward
    return onward.carries if onward else []
