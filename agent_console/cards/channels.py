"""How the inboxes are, as agents are told."""

from msgspec import UNSET

from agent_console.cards import shapes as w
from bridge.models import InboxHealth
from bridge.store import health, outages, people
from bridge.store.transactions import Tx


def channels(tx: Tx) -> list[w.ChannelHealth]:
    """Describe every inbox that the YAML has; one that nothing is known of is starting.

    A staff surface is among them only while it has trouble, and none that its lost places are
    told of apart.
    """
    known = {row.inbox_id: row for row in tx.all(health.ALL)}
    inboxes = [
        known.get(inbox_id) or InboxHealth(inbox_id=inbox_id)
        for inbox_id in sorted(tx.all(people.INBOX_IDS))
    ]
    apart = set(tx.all(outages.LOSING))
    amiss = [one for one in tx.all(health.SURFACES_AMISS) if one.inbox_id not in apart]
    return [_described(one) for one in (*inboxes, *amiss)]


def _described(row: InboxHealth) -> w.ChannelHealth:
    gap = None
    if row.gap_from is not None and row.gap_until is not None:
        gap = w.Gap(begun=row.gap_from, ended=row.gap_until, lost=bool(row.gap_lost))
    return w.ChannelHealth(
        inbox=row.inbox_id,
        state=row.state,
        reason=row.reason or UNSET,
        sentence=row.sentence or UNSET,
        since=row.since,
        down_since=row.down_since,
        warned=row.warned,
        received_at=row.received_at,
        sent_at=row.sent_at,
        gap=gap,
    )
