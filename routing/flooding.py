"""What is over the limits is stored and held: one line of the thread stands for all of it.

Nobody is told of each message: it wakes no agent, moves no timer, sets nothing off. When the
flood is over, the last of it goes the usual way, unless an agent has answered since; so nobody
waits unseen. Every function runs inside a transaction. The decision is `flood.py`'s.
"""

from typing import NamedTuple

from bridge import channel as ch
from bridge.models import Conversation, Flood, Identity, Message
from bridge.store import floods as f
from bridge.store import log, said
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import bots, conversations, reception, saying, unseen
from routing.desk import Desk
from routing.flood import Why, decided
from routing.flow import Pour
from routing.giving import QUEUE_TOPIC
from routing.policy import FLOOD_ENDS

HELD = "message.held"
"""The event of a message that is stored and held: its own customer sees it, nobody is told."""
# Whoever looks on sees the count grow at most so often, in ms: it must not be in a sender's
# power to keep every console busy.
_TOLD_EVERY = 5_000


class Verdict(NamedTuple):
    """That a message is held: whose limit it is, and when it is over if nothing more comes."""

    why: Why
    ends_at: int


def weigh(
    tx: Tx,
    desk: Desk,
    pour: Pour | None,
    identity: Identity,
    latest: Conversation | None,
    address: str | None,
) -> Verdict | None:
    """Count a message, and say whether it is held."""
    limits = desk.policy.flood
    if limits is None or pour is None:
        return None
    answered = _is_answered(latest)
    whose = pour.count(limits, identity.id, address, answered=answered)
    running = _running(tx, latest)
    if whose is None and running is None:
        return None
    kind, ends_at = (None, 0) if running is None else (running.why, running.ends_at)
    why = decided(whose, kind, ends_at, tx.now)
    if why is None:
        return None
    return Verdict(why, max(ends_at, tx.now + pour.calm_in(answered=answered)))


def hold(tx: Tx, desk: Desk, conversation: Conversation, message_id: int, verdict: Verdict) -> None:
    """Hold a message that was just stored; with the first of them the flood begins."""
    flood = _running(tx, conversation)
    if flood is None:
        flood = _begin(tx, desk, conversation, verdict)
    tells = tx.now - flood.told_at >= _TOLD_EVERY
    tx.run(f.HOLD, of=message_id, flood=flood.message_id)
    told_at = tx.now if tells else flood.told_at
    tx.run(f.COUNT_HELD, of=flood.message_id, ends_at=verdict.ends_at, told_at=told_at)
    log.about(tx, HELD, conversation, message_id=message_id)
    if tells:
        log.about(tx, "message.changed", conversation, message_id=flood.message_id)


def _begin(tx: Tx, desk: Desk, conversation: Conversation, verdict: Verdict) -> Flood:
    line = conversations.activity(tx, conversation, "flood", why=verdict.why)
    tx.run(
        f.ADD_FLOOD,
        message_id=line,
        conversation_id=conversation.id,
        why=verdict.why,
        began_at=tx.now,
        ends_at=verdict.ends_at,
        told_at=tx.now,
    )
    tx.run(f.SET_FLOOD, of=conversation.id, flood=line)
    conversations.set_timer(tx, conversation, FLOOD_ENDS, verdict.ends_at)
    conversations.changed(tx, conversation)
    if verdict.why == "sender":
        saying.say(tx, desk, conversation, ["flood"])
    return tx.the(f.FLOOD_BY_ID, id=line)


def _running(tx: Tx, conversation: Conversation | None) -> Flood | None:
    if conversation is None or conversation.flood_id is None:
        return None
    return tx.one(f.FLOOD_BY_ID, id=conversation.flood_id)


def _is_answered(conversation: Conversation | None) -> bool:
    if conversation is None:
        return False
    return conversation.assignee_id is not None or conversation.answered_by == "agent"


def is_untold(conversation: Conversation) -> bool:
    """Say whether all that was ever written there is held, so that nobody knows of it. Pure."""
    return conversation.flood_id is not None and conversation.incoming_count == 0


# --- the end of it ---


def over(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """End a flood in which nothing more has come: the timer's action."""
    conversation = conversations.get(tx, conversation_id)
    flood = _running(tx, conversation)
    if flood is None:
        return
    if flood.ends_at > tx.now:
        conversations.set_timer(tx, conversation, FLOOD_ENDS, flood.ends_at)
        return
    last = tx.one(f.LAST_UNANSWERED, conversation_id=conversation.id, flood=flood.message_id)
    if last is not None and conversation.state in ("open", "closed"):
        _let_through(tx, desk, conversation, flood, last)
    _end(tx, conversation, flood)


def ended_by(tx: Tx, conversation: Conversation) -> None:
    """End the flood of a conversation in which a message has come that is within limits."""
    flood = _running(tx, conversation)
    if flood is not None:
        if is_untold(conversation):
            _tell_that_it_began(tx, conversation)
        _end(tx, conversation, flood)


def _end(tx: Tx, conversation: Conversation, flood: Flood) -> None:
    tx.run(f.END_FLOOD, of=flood.message_id, at=tx.now)
    tx.run(f.SET_FLOOD, of=conversation.id, flood=None)
    tx.run(f.SAY_ANEW, of=flood.message_id)
    conversations.set_timer(tx, conversation, FLOOD_ENDS, None)
    log.about(tx, "message.changed", conversation, message_id=flood.message_id)
    conversations.changed(tx, conversation)


def _let_through(
    tx: Tx, desk: Desk, conversation: Conversation, flood: Flood, last: Message
) -> None:
    """Have the last of a flood go the usual way, as if it had only come now."""
    begins = conversation.last_message_id is None
    if is_untold(conversation):
        _tell_that_it_began(tx, conversation)
    if conversation.state == "closed":
        conversation = conversations.reopen(tx, conversation, desk.policy, by=None)
    tx.run(f.HOLD, of=last.id, flood=None)
    tx.run(f.LET_GO, of=flood.message_id)
    tx.run(f.LOOK_BACK, conversation_id=conversation.id, message_id=last.id)
    wrote(tx, desk, conversation, last.id)
    if begins:
        reception.welcome(tx, desk, conversation, _as_it_came(tx, last))
    unseen.plan(tx, desk, conversation)
    if desk.policy.bots:
        bots.heard(tx, desk, conversation.id, last.id)


def wrote(tx: Tx, desk: Desk, conversation: Conversation, message_id: int) -> None:
    """Have the customer wait for an answer to what they wrote, and tell everybody of it."""
    said.wrote(tx, conversation, message_id)
    waits(tx, desk, conversation)


def waits(tx: Tx, desk: Desk, conversation: Conversation) -> None:
    """Have the time of whoever is to answer run; `conversation` is as before the message."""
    if conversation.waiting_since is None:
        conversations.begins_to_wait(tx, conversation, desk.policy)
        if conversation.queued_at is not None and conversation.assignee_id is None:
            # Only who waits is given to anybody, and this one waits from now on.
            tx.wake(QUEUE_TOPIC)


def _tell_that_it_began(tx: Tx, conversation: Conversation) -> None:
    """Tell of the opening of a conversation that was opened while a flood held all of it."""
    line = tx.one(f.OPENED_LINE, conversation_id=conversation.id)
    log.about(tx, said.ADDED, conversation, message_id=line)


def _as_it_came(tx: Tx, message: Message) -> ch.InboundMessage:
    identity = tx.the(p.IDENTITY_BY_ID, id=message.identity_id)
    contact = tx.the(p.CONTACT_BY_ID, id=identity.contact_id)
    return ch.InboundMessage(
        sender=ch.Sender(external_id=identity.external_id, language=contact.language),
        external_id=message.external_id or "",
        sent_at=message.sent_at or message.created_at,
        text=message.text,
        format=message.format,
        verified=None if message.verified is None else bool(message.verified),
    )
