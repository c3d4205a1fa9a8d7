"""Every staff surface of threads, wired: shown to, heard from, and looked after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from litestar.types import ControllerRouterHandler

from agent_console.fanout.deck import Deck
from agent_console.fanout.hearing import Hearing
from agent_console.fanout.homes import Homes
from agent_console.fanout.office import Presses, StaffOffice
from agent_console.fanout.places import Places
from agent_console.fanout.runner import Fanout
from agent_console.fanout.voice import Voice
from agent_console.program import Program
from agent_console.surface import CanProve, HasHome, StaffSurface, SurfaceContext, ThreadedSettings
from bridge.clock import ms
from bridge.health import Watched
from bridge.models import Event, Identity
from bridge.settings import Settings
from bridge.store import messages as m
from bridge.store.transactions import Tx
from bridge.web import HasRoutes


class Words(Protocol):
    """Who speaks and decides for the surfaces (`agent_console.verbs`)."""

    def voice(self, surface_id: str, kind: str) -> Voice:
        """Return the words of one surface."""
        ...

    def press(self, surface_id: str, kind: str) -> Presses:
        """Return what does what is pressed on one surface."""
        ...


@dataclass(frozen=True, slots=True)
class Staffed:
    """One surface, wired."""

    surface: StaffSurface
    deck: Deck
    fanout: Fanout
    hearing: Hearing
    places: Places
    homes: Homes | None
    health: Watched

    def committed(self, events: Sequence[Event]) -> None:
        """Look at what something has happened to."""
        self.fanout.committed(events)
        if self.homes is not None:
            self.homes.committed(events)

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the addresses at which the platform calls."""
        return self.surface.routes() if isinstance(self.surface, HasRoutes) else []


def looking_at(staff: Mapping[str, Staffed]) -> Callable[[], None]:
    """Return what has every surface look at all that it may owe something."""

    def look() -> None:
        for one in staff.values():
            one.fanout.look_at_all()

    return look


def staff_of(
    program: Program,
    words: Words,
    health: Callable[[str], Watched],
    class_of: Callable[[str], type[StaffSurface]],
    whole: Settings,
) -> dict[str, Staffed]:
    """Wire every surface of threads that the configuration names; nothing runs yet.

    `class_of` imports the class of a kind.
    """
    named = {
        surface_id: settings
        for surface_id, settings in whole.staff.items()
        if isinstance(settings, ThreadedSettings)
    }
    staff: dict[str, Staffed] = {}

    def look(conversation_id: int) -> None:
        for one in staff.values():
            one.fanout.look(conversation_id)

    def look_at_all() -> None:
        for one in staff.values():
            one.fanout.look_at_all()

    for rank, (surface_id, settings) in enumerate(named.items()):
        wiring = _Wiring(program, words, whole, surface_id, settings, rank, look, look_at_all)
        staff[surface_id] = wiring.wired(class_of(settings.type), health(surface_id))
    for one in staff.values():
        one.deck.others.extend(other.deck for other in staff.values() if other is not one)
    return staff


def claim_ahead(tx: Tx, staff: Mapping[str, Staffed]) -> None:
    """Claim what a transaction says in threads at rest, at its end; see `ahead`."""
    # A reload, in another thread, may change what there is.
    for one in tuple(staff.values()):
        one.fanout.claim(tx)


@dataclass(frozen=True, slots=True)
class _Wiring:
    """What one surface is put together from."""

    program: Program
    words: Words
    whole: Settings
    surface_id: str
    settings: ThreadedSettings
    rank: int
    look: Callable[[int], None]
    look_at_all: Callable[[], None]

    def wired(self, made: type[StaffSurface], health: Watched) -> Staffed:
        """Put it together; what knows of each other is told when all of it is there."""

        def places(team: str | None, inbox: str) -> Sequence[str]:
            return surface.places(team, inbox)

        def refuge() -> Sequence[str]:
            return surface.every_place()

        def wake() -> None:
            hearing.wake()

        deck = self._deck(made, places=places, refuge=refuge)
        press = self.words.press(self.surface_id, self.settings.type)
        store = self.program.owned(f"surface:{self.surface_id}")
        office = StaffOffice(store, deck, press, heard=wake)
        surface = made(self.settings, self._context(office, health))
        if isinstance(surface, HasRoutes) and surface.routes():
            # It is called at whichever process answers HTTP.
            office.hear_through(self.program.store)
        limit = int(self.whole.storage.media.max_upload)
        watch = Places(store, surface, deck, tell=health.places, look_at_all=self.look_at_all)
        fanout = Fanout(store, surface, deck, heard=health.sent, lost=watch.changed)
        hearing = Hearing(store, surface, deck, limit=limit, look=self.look, places=watch.changed)
        homes = Homes(surface, self.surface_id) if isinstance(surface, HasHome) else None
        return Staffed(surface, deck, fanout, hearing, watch, homes, health)

    def _context(self, office: StaffOffice, health: Watched) -> SurfaceContext:
        program, whole = self.program, self.whole
        return SurfaceContext(
            surface_id=self.surface_id,
            clock=program.clock,
            public_url=whole.server.public_url,
            secret=program.derive(f"surface:{self.surface_id}"),
            health=health,
            locale=whole.locale.default,
            locales=whole.locale.available,
            desk=office,
            tries=program.tries(self.surface_id),
        )

    def _deck(
        self,
        made: type[StaffSurface],
        *,
        places: Callable[[str | None, str], Sequence[str]],
        refuge: Callable[[], Sequence[str]],
    ) -> Deck:
        settings, held = self.settings, self.settings.undo_send
        return Deck(
            surface_id=self.surface_id,
            kind=settings.type,
            can=made.capabilities,
            voice=self.words.voice(self.surface_id, settings.type),
            media=self.program.media,
            desk=self.program.desk,
            places=places,
            refuge=refuge,
            rank=self.rank,
            equal=made.spreads,
            carries=made.carries,
            proves=issubclass(made, CanProve),
            prefixes=settings.note_prefix,
            explicit=settings.reply == "explicit",
            held_for=0 if held is None else ms(held),
            photo=self._photo,
        )

    def _photo(self, tx: Tx, identity: Identity) -> str | None:
        """Return where the platform finds a customer's picture."""
        if identity.photo_id is None:
            return None
        row = tx.one(m.ATTACHMENT_BY_PUBLIC_ID, public_id=identity.photo_id)
        if row is None or row.state != "ready":
            return None
        return self.whole.server.public_url + self.program.media.public_path(row)
