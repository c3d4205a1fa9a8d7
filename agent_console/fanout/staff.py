"""Every staff surface of threads, wired: shown to, heard from, and looked after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from litestar.types import ControllerRouterHandler

from agent_console.fanout.deck import Deck
from agent_console.fanout.hearing import Hearing
from agent_console.fanout.office import Presses, StaffOffice
from agent_console.fanout.runner import Fanout
from agent_console.fanout.voice import Voice
from agent_console.surface import CanProve, StaffSurface, SurfaceContext, ThreadedSettings
from bridge.clock import Clock
from bridge.health import Watched
from bridge.media import MediaStore
from bridge.models import Event, Identity
from bridge.settings import Settings
from bridge.store import messages as m
from bridge.store.transactions import Store, Tx
from bridge.web import HasRoutes
from routing.desk import Desk


class Program(Protocol):
    """What the composition root gives to surfaces."""

    @property
    def settings(self) -> Settings:
        """Return the whole configuration."""
        ...

    @property
    def clock(self) -> Clock:
        """Return the clock that everything goes by."""
        ...

    @property
    def store(self) -> Store:
        """Return the database."""
        ...

    @property
    def media(self) -> MediaStore:
        """Return the media store."""
        ...

    @property
    def desk(self) -> Desk:
        """Return what routing's transactions need."""
        ...

    def derive(self, purpose: str) -> bytes:
        """Return key material for one purpose."""
        ...


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
    fanout: Fanout
    hearing: Hearing
    health: Watched

    def committed(self, events: Sequence[Event]) -> None:
        """Look at what something has happened to."""
        self.fanout.committed(events)

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the addresses at which the platform calls."""
        return self.surface.routes() if isinstance(self.surface, HasRoutes) else []


def staff_of(
    program: Program,
    words: Words,
    health: Callable[[str], Watched],
    class_of: Callable[[str], type[StaffSurface]],
) -> Mapping[str, Staffed]:
    """Wire every surface of threads that the YAML names; nothing runs yet.

    `class_of` imports the class of a kind.
    """
    return {
        surface_id: _wired(
            program, words, health(surface_id), class_of(settings.type), surface_id, settings
        )
        for surface_id, settings in program.settings.staff.items()
        if isinstance(settings, ThreadedSettings)
    }


def _wired(
    program: Program,
    words: Words,
    health: Watched,
    made: type[StaffSurface],
    surface_id: str,
    settings: ThreadedSettings,
) -> Staffed:

    def places(team: str | None, inbox: str) -> Sequence[str]:
        return surface.places(team, inbox)

    def wake() -> None:
        hearing.wake()

    deck = _deck(program, words, made, surface_id, settings, places)
    office = StaffOffice(program.store, deck, words.press(surface_id, settings.type), heard=wake)
    surface = made(settings, _context(program, office, health, surface_id))
    fanout = Fanout(program.store, surface, deck, heard=health.sent)
    limit = int(program.settings.storage.media.max_upload)
    hearing = Hearing(program.store, surface, deck, limit=limit, look=fanout.look)
    return Staffed(surface, fanout, hearing, health)


def _context(
    program: Program, office: StaffOffice, health: Watched, surface_id: str
) -> SurfaceContext:
    return SurfaceContext(
        surface_id=surface_id,
        clock=program.clock,
        public_url=program.settings.server.public_url,
        secret=program.derive(f"surface:{surface_id}"),
        health=health,
        locale=program.settings.locale.default,
        locales=program.settings.locale.available,
        desk=office,
    )


def _deck(
    program: Program,
    words: Words,
    made: type[StaffSurface],
    surface_id: str,
    settings: ThreadedSettings,
    places: Callable[[str | None, str], Sequence[str]],
) -> Deck:
    url, media = program.settings.server.public_url, program.media

    def photo(tx: Tx, identity: Identity) -> str | None:
        if identity.photo_id is None:
            return None
        row = tx.one(m.ATTACHMENT_BY_PUBLIC_ID, public_id=identity.photo_id)
        return url + media.public_path(row) if row is not None and row.state == "ready" else None

    held = settings.undo_send
    return Deck(
        surface_id=surface_id,
        kind=settings.type,
        can=made.capabilities,
        voice=words.voice(surface_id, settings.type),
        media=media,
        desk=program.desk,
        places=places,
        equal=made.spreads,
        proves=issubclass(made, CanProve),
        prefixes=settings.note_prefix,
        explicit=settings.reply == "explicit",
        held_for=0 if held is None else round(held.total_seconds() * 1000),
        photo=photo,
    )
