"""What the program tells a customer in the life of their conversation, and when.

Every function runs inside the transaction that stores what it speaks of.
"""

from dataclasses import replace

from bridge import channel as ch
from bridge.models import Conversation, Occasion
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import notices as n
from bridge.store.desk import AGENT_BY_ID
from bridge.store.teams import ABSENCE_TOLD
from bridge.store.transactions import Tx
from routing import asking, conversations
from routing.desk import Desk
from routing.facts import asked_in, facts_about
from routing.hours import Hours
from routing.opening import with_opening
from routing.policy import CLOSE_INACTIVE, CLOSE_WARNING, passed_at
from routing.rules import fits
from routing.saying import is_sparing, may_speak, say, times_said

# A message that was on its way for longer is from before we could hear: whoever wrote it has
# long ceased to wait for a word that it came. In ms.
STALE = 3_600_000


def begun(tx: Tx, desk: Desk, conversation: Conversation, by: ch.InboundMessage) -> None:
    """Tell the customer that the message which began their conversation has come.

    Not where it was written long ago, where its sender is not who they say (the answer would
    go to somebody who never wrote), or where programs might answer each other for ever.
    """
    if not _waits(tx, by) or not _is_to_begin(tx, desk, conversation, by):
        return
    if say(tx, desk, conversation, ["begun"]):
        tx.run(q.PROGRAM_ANSWERED, of=conversation.id)


def _is_to_begin(tx: Tx, desk: Desk, conversation: Conversation, by: ch.InboundMessage) -> bool:
    """Say whether things are as the YAML wants them for `begun` to be said (O38)."""
    when = desk.begun_when
    if when is None:
        return True
    asked, language = asked_in([when]), by.sender.language
    facts = facts_about(tx, conversation, asked, text=by.text, language=language)
    return fits(when, facts, desk.teams.hours)


def absent(
    tx: Tx, desk: Desk, conversation: Conversation, by: ch.InboundMessage, closed: Hours | None
) -> bool:
    """Tell the customer, once in a conversation, that nobody is here; say whether it was told.

    `closed` are the hours outside of which it is, if that is why. Where `begun` would not be
    said, nor is this.
    """
    words = desk.says.get("offline")
    if words is None or conversation.absence_told_at is not None or not _waits(tx, by):
        return False
    if not may_speak(tx, desk, conversation):
        return False
    if tx.run(ABSENCE_TOLD, of=conversation.id, at=tx.now):
        text = with_opening(words, closed, tx.now, desk.policy.language)
        if say(tx, replace(desk, says={"offline": text}), conversation, ["offline"]):
            tx.run(q.PROGRAM_ANSWERED, of=conversation.id)
    return True


def _waits(tx: Tx, by: ch.InboundMessage) -> bool:
    """Say whether whoever wrote this waits for a word that it came, and is who they say."""
    return by.verified is not False and not 0 < by.sent_at < tx.now - STALE


def joined(tx: Tx, desk: Desk, conversation: Conversation) -> None:
    """Tell who answers, unless the customer knows: whoever was named, or has written, last."""
    agent_id = conversation.assignee_id
    if agent_id is None or not {"agent_joined", "agent_changed"} & desk.says.keys():
        return
    if conversation.state != "open":
        return
    before = tx.one(n.LAST_NAMED, conversation_id=conversation.id)
    before = before or tx.one(n.LAST_WRITER, conversation_id=conversation.id)
    if agent_id != before and not is_sparing(desk, conversation):
        agent = tx.the(AGENT_BY_ID, id=agent_id)
        say(tx, desk, conversation, ["agent_changed" if before else "agent_joined"], agent)


def warn(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """Ask a quiet customer whether they are still there, once in a silence: the timer's action."""
    conversation = conversations.get(tx, conversation_id)
    if conversation.state != "open" or conversation.waiting_since is not None:
        return
    if is_sparing(desk, conversation) or times_said(tx, conversation, "close_warning"):
        return
    if conversations.waits_for_opening(tx, conversation, desk.policy, CLOSE_WARNING):
        return
    still = asking.may_ask_still(tx, desk, conversation)
    if not still and times_said(tx, conversation, "still_questions"):
        return
    if say(tx, desk, conversation, ["still_questions" if still else "close_warning"]):
        _leave_time(tx, desk, conversation)


def closed(tx: Tx, desk: Desk, conversation: Conversation, *, reason: str | None) -> None:
    """Tell that the conversation is closed, and ask what is to be asked, in one message."""
    question = asking.at_end(tx, desk, conversation, reason=reason)
    end: list[Occasion] = ["closed_inactive" if reason == "inactivity" else "closed"]
    said = say(tx, desk, conversation, [*end, question] if question else end)
    if said and question:
        asking.follow_up(tx, desk, conversation, question)


def _leave_time(tx: Tx, desk: Desk, conversation: Conversation) -> None:
    """Have nothing closed sooner after the warning than promised, also if that came late."""
    subject = f"conversation:{conversation.id}"
    hours = conversations.hours_of_silence(conversation, desk.policy)
    earliest = passed_at(tx.now, desk.policy.close_warning or 0, hours) or tx.now
    tx.run(d.POSTPONE_TIMER, subject=subject, of_kind=CLOSE_INACTIVE, earliest=earliest)


def blocked(tx: Tx, desk: Desk, conversation: Conversation) -> int | None:
    """Tell the customer, before the block stands, that they are blocked; return the message.

    `None` where they are not told: it is switched off, programs might answer each other, or
    whoever wrote last is perhaps not who they say.
    """
    last = tx.one(m.LAST_INCOMING, conversation_id=conversation.id)
    proven = last is None or tx.the(m.MESSAGE_BY_ID, id=last).verified != 0
    return say(tx, desk, conversation, ["blocked"]) if proven else None
