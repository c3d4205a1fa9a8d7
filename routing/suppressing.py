"""What the program would say by itself, and an automation leaves out (O42).

Every function runs inside the transaction that would say it.
"""

from collections.abc import Sequence

from bridge.models import Conversation, Occasion
from bridge.settings import SAID_ON
from bridge.store.transactions import Tx
from routing import conversations
from routing.desk import Desk
from routing.facts import facts_about
from routing.happenings import Happened, happenings
from routing.rules import fits
from routing.statused import current


def kept(
    tx: Tx, desk: Desk, conversation: Conversation, occasions: Sequence[Occasion]
) -> list[Occasion]:
    """Return what is said all the same; what is not stands in the conversation."""
    return [one for one in occasions if not _is_left_out(tx, desk, conversation, one)]


def _is_left_out(tx: Tx, desk: Desk, conversation: Conversation, occasion: Occasion) -> bool:
    wanted = list(desk.automations.leaving_out(occasion))
    if not wanted:
        return False
    now = conversations.get(tx, conversation.id)
    why = _cause(tx, now, occasion)
    facts = facts_about(
        tx,
        now,
        desk.automations.asked,
        text=why.text,
        language=now.language,
        by=why.by,
        status=current(desk.statuses, now),
    )
    for key, one in wanted:
        if why.event == one.when.event and fits(one.when, facts, desk.teams.hours):
            left_out = [{"do": "suppress", "notice": occasion}]
            conversations.activity(tx, now, "automated", automation=key, did=left_out)
            return True
    return False


def _cause(tx: Tx, conversation: Conversation, occasion: Occasion) -> Happened:
    """Return what in this transaction has the program speak; the customer, where nothing does."""
    events = SAID_ON[occasion]
    here = [one for one in tx.news.events if one.conversation_id == conversation.id]
    found = [one for one in happenings(tx, here) if one.event in events]
    return found[-1] if found else Happened(events[0], conversation.id, "customer")
