"""What an agent has not seen in time is mailed to them, once (O18, O31, O40).

Every function runs inside a transaction, but for those said to be pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from bridge.models import Agent, Conversation, Message
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store import starts
from bridge.store import unseen as u
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from bridge.webhooks.calls import Mail
from routing import conversations, unseen_letter
from routing.desk import AgentMail, Desk
from routing.policy import MAIL_AGENT
from routing.webhooks import enqueue_mail

EVENT = "agent.unseen"
MIN_INTERVAL = 5 * 60_000
"""The shortest time between two mails about one conversation, in ms."""
VALID = 7 * 86_400_000
"""For how long a mail can be answered, in ms."""
_THREAD = re.compile(r"agent:([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18}):(.{1,100})")


class _Wishes(msgspec.Struct):
    """Of an agent's preferences, those that say whether they want to be told."""

    level: str | None = None
    customers: bool | None = None
    quiet_off_shift: bool | None = None


_wishes = msgspec.json.Decoder(_Wishes).decode


@dataclass(frozen=True, slots=True)
class _Pending:
    """What waits to be mailed, to whom, and from when on (ms)."""

    agent: Agent
    address: str
    by: AgentMail
    unseen: Sequence[Message]
    due: int


def plan(tx: Tx, desk: Desk, conversation: Conversation) -> None:
    """Set the timer of the next mail to whoever has the conversation, if they get any."""
    if desk.agent_mail is None or conversation.assignee_id is None:
        return
    pending = _pending(tx, desk, conversations.get(tx, conversation.id))
    if pending is not None:
        conversations.set_timer(tx, conversation, MAIL_AGENT, pending.due)


def mail_agent(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """Mail what its agent has not seen: the timer's action. What was read meanwhile is not."""
    conversation = conversations.get(tx, conversation_id)
    pending = _pending(tx, desk, conversation)
    if pending is None:
        return
    if pending.due > tx.now:
        conversations.set_timer(tx, conversation, MAIL_AGENT, pending.due)
        return
    _queue(tx, desk, conversation, pending)


def _pending(tx: Tx, desk: Desk, conversation: Conversation) -> _Pending | None:
    by, after = desk.agent_mail, desk.policy.mail_agent_after
    if by is None or after is None or not _waits(conversation):
        return None
    agent = tx.one(AGENT_BY_ID, id=conversation.assignee_id)
    if agent is None or agent.email is None or not _wants(desk, by, agent, tx.now):
        return None
    of = {"conversation_id": conversation.id}
    mark = tx.one(u.MARK_OF, agent_id=agent.id, **of) or u.Mark(0, 0, None)
    unseen = tx.all(u.UNSEEN, after=max(mark.read, mark.mailed), **of)
    if not unseen:
        return None
    # Whoever did something there, or was given it, has had so long since then.
    # Whoever is at work where it is to be seen comes to it; who has stopped is mailed.
    beside = tx.one(u.ACTIVE_BESIDE, agent_id=agent.id, message_id=unseen[0].id, **of)
    due = max(unseen[0].created_at, conversation.active_at or 0, beside or 0) + after
    due = due if mark.at is None else max(due, mark.at + MIN_INTERVAL)
    return _Pending(agent, agent.email, by, unseen, due)


def _waits(conversation: Conversation) -> bool:
    return (
        conversation.state == "open"
        and conversation.assignee_id is not None
        and conversation.waiting_since is not None
    )


def _wants(desk: Desk, by: AgentMail, agent: Agent, now: int) -> bool:
    """Say whether the agent is to be told of what their customers write."""
    if agent.role == "bot" or agent.retired_at is not None:
        return False
    try:
        own = _wishes(agent.preferences)
    except msgspec.DecodeError:
        own = _Wishes()
    quiet = by.quiet_off_shift if own.quiet_off_shift is None else own.quiet_off_shift
    if quiet and agent.id in desk.teams.workers and not desk.teams.on_shift(agent.id, now):
        return False
    customers = by.customers if own.customers is None else own.customers
    return customers and (own.level or by.level) != "nothing"


def _queue(tx: Tx, desk: Desk, conversation: Conversation, pending: _Pending) -> None:
    agent, last = pending.agent, pending.unseen[-1]
    contact = tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
    letter = unseen_letter.written(
        [_said(tx, one) for one in pending.unseen],
        language=language_of(desk, agent.id),
        customer=contact.name,
        inbox=tx.one(starts.INBOX_NAME, id=conversation.inbox_id) or conversation.inbox_id,
        url=desk.conversation_url(conversation.id),
    )
    mail = Mail(
        to=pending.address,
        subject=letter.subject,
        text=letter.text,
        thread=thread_of(conversation, agent.id, until=tx.now + VALID),
    )
    enqueue_mail(tx, pending.by.inbox_id, EVENT, mail, conversation_id=conversation.id)
    tx.run(
        u.PUT_MAILED,
        agent_id=agent.id,
        conversation_id=conversation.id,
        message_id=last.id,
        at=tx.now,
    )


def _said(tx: Tx, message: Message) -> unseen_letter.Said:
    files = tx.all(m.ATTACHMENTS_OF, message_id=message.id) if message.attachment_count else []
    return unseen_letter.Said(message.text, message.format, [one.name for one in files])


def language_of(desk: Desk, agent_id: str) -> str:
    """Return in which of our languages an agent is written to. Pure."""
    spoken = desk.agent_mail.languages.get(agent_id, ()) if desk.agent_mail else ()
    return unseen_letter.spoken(*spoken, desk.policy.language)


# --- what an answer is known by ---


@dataclass(frozen=True, slots=True)
class Answerable:
    """What the mail was about that is answered. `until` is in ms."""

    conversation_id: int
    began_at: int
    until: int
    agent_id: str


def thread_of(conversation: Conversation, agent_id: str, *, until: int) -> str:
    """Return what an agent's answer is known by, proven by the mailbox that sent it. Pure.

    When the conversation began is part of it: after a restore, another may have its number.
    """
    return f"agent:{conversation.id}:{conversation.created_at}:{until}:{agent_id}"


def answerable(thread: str) -> Answerable | None:
    """Read such a thread again; `None` for any other. Pure."""
    match = _THREAD.fullmatch(thread)
    return match and Answerable(int(match[1]), int(match[2]), int(match[3]), match[4])
