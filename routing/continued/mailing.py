"""The mails of a conversation as rows: planned by a timer, queued as a delivery of its own.

Every function runs inside a transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from bridge.delivery import LANE_TOPIC, PATIENCE, Body, Onward
from bridge.models import Conversation, Delivery, Identity, Message
from bridge.store import continued as c
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import notices as n
from bridge.store import people as p
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing import blocks, conversations, wording
from routing.continued import letter
from routing.continued.answers import name_of
from routing.continued.due import Silence, due_at, is_dead, mailed_up_to
from routing.desk import Desk, Mailbox
from routing.edits import message_changed
from routing.policy import MAIL_UNSEEN

# Of the largest file a mail may hold, what is left when the words have their place.
_FOR_FILES = 0.9


@dataclass(frozen=True, slots=True)
class _Pending:
    """What waits to be mailed, and where to; `mails` went before."""

    mailbox: Mailbox
    address: str
    unseen: Sequence[Message]
    mails: Sequence[Delivery]
    due: int


def plan(tx: Tx, desk: Desk, conversation: Conversation) -> None:
    """Set the timer of the next mail, if there is anything to mail to anybody."""
    pending = _pending(tx, desk, conversation)
    if pending is not None:
        conversations.set_timer(tx, conversation, MAIL_UNSEEN, pending.due)


def reaches(tx: Tx, desk: Desk, conversation: Conversation) -> bool:
    """Say whether the customer gets what is said now: on their network, or else by mail."""
    identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    if identity.unreachable_at is None:
        return True
    if conversation.inbox_id not in desk.mailboxes or identity.email is None:
        return False
    return not is_dead(tx.all(c.CONTINUED, conversation_id=conversation.id), identity.email)


def mail_unseen(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """Mail what the customer has not seen: the timer's action. What was read meanwhile stays."""
    conversation = conversations.get(tx, conversation_id)
    pending = _pending(tx, desk, conversation)
    if pending is None:
        return
    if pending.due > tx.now:
        conversations.set_timer(tx, conversation, MAIL_UNSEEN, pending.due)
        return
    _queue(tx, desk, conversation, pending)


def rewrite(tx: Tx, desk: Desk, message: Message) -> None:
    """Bring mails that still wait up to date with a message that was changed or taken back."""
    conversation = conversations.get(tx, message.conversation_id)
    if conversation.inbox_id not in desk.mailboxes:
        return
    for mail in tx.all(c.CONTINUED, conversation_id=conversation.id):
        onward = Body.of(mail).onward
        if onward is None or message.id not in onward.carries:
            continue
        body = written_anew(tx, desk, mail)
        if body is None:
            tx.run(c.EMPTY, of=mail.id, at=tx.now)
        else:
            tx.run(c.REWRITE, of=mail.id, body=body)


def written_anew(tx: Tx, desk: Desk, mail: Delivery) -> str | None:
    """Return a mail's body with its messages as they are now; `None` if none is left."""
    conversation = conversations.get(tx, mail.conversation_id)
    mailbox, onward = desk.mailboxes.get(conversation.inbox_id), Body.of(mail).onward
    if mailbox is None or onward is None:
        return None
    known = (tx.the(m.MESSAGE_BY_ID, id=one) for one in onward.carries)
    carried = [one for one in known if one.deleted_at is None]
    if not carried:
        return None
    return _body(tx, desk, conversation, mailbox, onward.to, carried, onward.hinted)


def _pending(tx: Tx, desk: Desk, conversation: Conversation) -> _Pending | None:
    mailbox = desk.mailboxes.get(conversation.inbox_id)
    if mailbox is None:
        return None
    identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    of = {"conversation_id": conversation.id}
    mails = tx.all(c.CONTINUED, **of)
    if blocks.stands(identity, tx.now):
        return None
    if identity.email is None or is_dead(mails, identity.email):
        return None
    unseen = tx.all(c.UNSEEN, after=mailed_up_to(mails), since=identity.email_at, **of)
    if not unseen:
        return None
    silence = Silence(
        unseen_since=unseen[0].created_at,
        mailed_at=mails[-1].created_at if mails else None,
        by_mail=_writes_mails(tx, conversation, identity),
    )
    due = due_at(desk.policy, silence)
    return None if due is None else _Pending(mailbox, identity.email, unseen, mails, due)


def _writes_mails(tx: Tx, conversation: Conversation, identity: Identity) -> bool:
    """Say whether the customer's last word came by mail, and they are not on the site."""
    last = tx.one(c.LAST_SAID, conversation_id=conversation.id)
    if last is None or last.inbox_id == conversation.inbox_id:
        return False
    visit = tx.one(p.VISIT_OF, identity_id=identity.id)
    return visit is None or visit.online_since is None


def _queue(tx: Tx, desk: Desk, conversation: Conversation, pending: _Pending) -> None:
    most = desk.policy.mail_max_messages
    carried, hinted = pending.unseen[-most:], [one.id for one in pending.unseen[:-most]]
    tx.the(
        d.ADD_DELIVERY,
        message_id=carried[-1].id,
        conversation_id=conversation.id,
        place=pending.mailbox.inbox_id,
        # Which mail of the conversation it is, so that one may name the same message again.
        part=len(pending.mails),
        action="continue",
        revision=1,
        state="queued",
        body=_body(tx, desk, conversation, pending.mailbox, pending.address, carried, hinted),
        due_at=tx.now,
        created_at=tx.now,
        changed_at=tx.now,
        expires_at=tx.now + PATIENCE,
    )
    tx.wake(LANE_TOPIC)
    for one in carried:
        message_changed(tx, one)


def language_of(tx: Tx, desk: Desk, conversation: Conversation) -> str:
    """Return in which of our languages the program speaks to a conversation's customer (J22)."""
    if desk.policy.speak == "main":
        return letter.spoken(desk.policy.language)
    contact = tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
    return letter.spoken(conversation.language, contact.language, desk.policy.language)


def _body(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    mailbox: Mailbox,
    address: str,
    carried: Sequence[Message],
    hinted: Sequence[int],
) -> str:
    room = desk.capabilities[mailbox.inbox_id].media.get("file", 0)
    mail = letter.written(
        [_said(tx, desk, one) for one in carried],
        hinted=len(hinted),
        language=language_of(tx, desk, conversation),
        company=mailbox.company,
        room=int(room * _FOR_FILES),
    )
    onward = Onward(
        to=address,
        thread=name_of(conversation, address),
        subject=mail.subject,
        carries=[one.id for one in carried],
        hinted=list(hinted),
    )
    return msgspec.json.encode(Body(mail.text, list(mail.media), onward)).decode()


def _with_hint(tx: Tx, desk: Desk, message: Message) -> str:
    """Return what the program said, with how it is answered in a mail: no button goes there."""
    question = tx.one(n.QUESTION_IN, message_id=message.id)
    if question is None or question.answer is not None:
        return message.text
    conversation = conversations.get(tx, message.conversation_id)
    offered = len(wording.offered(question))
    if offered > desk.capabilities[conversation.inbox_id].max_buttons:
        return message.text  # It says so already.
    language = language_of(tx, desk, conversation)
    hint = wording.hint(question.occasion, language, offered)
    return f"{message.text}\n\n{hint}" if hint else message.text


def _said(tx: Tx, desk: Desk, message: Message) -> letter.Said:
    agent = tx.one(AGENT_BY_ID, id=message.agent_id) if message.agent_id else None
    files = tx.all(m.ATTACHMENTS_OF, message_id=message.id) if message.attachment_count else []
    return letter.Said(
        author=agent.name if agent else None,
        text=message.text if agent else _with_hint(tx, desk, message),
        format=message.format,
        files=[
            letter.File(
                public_id=one.public_id, name=one.name, size=one.size, link=desk.link_to(one)
            )
            for one in files
        ],
    )
