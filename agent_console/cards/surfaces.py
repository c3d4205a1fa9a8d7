"""How the staff surfaces are, as those are told who can have them mended."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import UNSET

from agent_console.cards import shapes as w
from agent_console.surface import ThreadedSettings
from bridge.models import InboxHealth, SurfacePlace
from bridge.settings import Settings, SurfaceSettings
from bridge.store import health
from bridge.store import outages as o
from bridge.store.transactions import Tx


def surfaces(tx: Tx, settings: Settings) -> list[w.SurfaceHealth]:
    """Describe every surface that the YAML has but the console, in which this is read."""
    known = {row.inbox_id: row for row in tx.all(health.ALL)}
    return [
        _described(tx, key, one, known)
        for key, one in settings.staff.items()
        if one.mails_by is not None or isinstance(one, ThreadedSettings)
    ]


def _described(
    tx: Tx, key: str, settings: SurfaceSettings, known: Mapping[str, InboxHealth]
) -> w.SurfaceHealth:
    row = known.get(settings.mails_by or key) or InboxHealth(inbox_id=key)
    return w.SurfaceHealth(
        id=key,
        kind=settings.type,
        state=row.state,
        reason=row.reason or UNSET,
        sentence=row.sentence or UNSET,
        since=row.since,
        sent_at=row.sent_at,
        via=settings.mails_by,
        places=list(_places(tx, key, settings)),
    )


def _places(tx: Tx, key: str, settings: SurfaceSettings) -> Iterator[w.Place]:
    """Yield the places of the YAML, each as what it is called now."""
    if not isinstance(settings, ThreadedSettings):
        return
    known = o.places(tx, key)
    for place, teams in settings.teams_by_place.items():
        now = o.called_now(place, known)
        yield _place(tx, now, teams, known.get(now), key)


def _place(
    tx: Tx, place: str, teams: Sequence[str], row: SurfacePlace | None, surface_id: str
) -> w.Place:
    back = None
    if row is not None and row.out_from is not None and row.out_until is not None:
        back = w.Gap(begun=row.out_from, ended=row.out_until, lost=False)
    since = row.lost_at if row is not None else None
    shown = [] if since is None else tx.all(o.SHOWN_NOW, surface_id=surface_id, of_place=place)
    return w.Place(
        id=place,
        teams=teams,
        lost_since=since,
        sentence=row.why if row is not None and since is not None else None,
        shown_at=[
            w.ShownAt(surface=one.surface_id, place=one.place, conversations=one.conversations)
            for one in shown
            if one.surface_id is not None and one.place is not None
        ],
        shown_nowhere=sum(one.conversations for one in shown if one.surface_id is None),
        back=back,
    )
