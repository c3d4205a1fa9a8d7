"""What staff have done on a surface, acted on: each once, in the order of its thread."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from agent_console.fanout.acting import act, decoded, read, with_its_album
from agent_console.fanout.deck import Deck
from agent_console.fanout.due import Where, due
from agent_console.fanout.office import HEARD_TOPIC
from agent_console.surface import Person, PlaceChanged, Said, StaffSurface
from bridge.channel import (
    MediaRefusedError,
    MediaTooLargeError,
    SendError,
    StorageUnavailableError,
)
from bridge.delivery import pause_after
from bridge.media import MediaStore
from bridge.models import SurfaceHeard
from bridge.store import heard as h
from bridge.store import quarantine
from bridge.store.transactions import Store, Tx
from bridge.underway import UnderWay
from bridge.waking import woken

_log = logging.getLogger(__name__)

# So many threads are acted on at once; in each, one thing after another.
_AT_ONCE = 50
# What fails so often is set aside for people.
_TRIES = 3
# For so long (seconds) a platform may take for a file.
_DOWNLOAD = 120.0


class Hearing:
    """Acts on what one surface has heard."""

    def __init__(
        self,
        store: Store,
        surface: StaffSurface,
        deck: Deck,
        *,
        limit: int,
        look: Callable[[int], None],
        places: Callable[[], None] = lambda: None,
    ) -> None:
        """Fetch files of at most `limit` bytes; `look` shows what came of something.

        `places` is told that one is lost or back.
        """
        self._places = places
        self._store = store
        self._surface = surface
        self._deck = deck
        self._media: MediaStore = deck.media
        self._limit = limit
        self._look = look
        self._awake = asyncio.Event()
        # The ids of the rows, and where that is.
        self._acting = UnderWay[Mapping[int, Where]](self.wake)

    def wake(self) -> None:
        """Say that something was heard."""
        self._awake.set()

    async def run(self) -> None:
        """Act until cancelled; what is not done by then is acted on after the next start."""
        try:
            while True:
                self._awake.clear()
                await self._rest(await self._begin_what_is_due())
        finally:
            await self._acting.end()

    async def _rest(self, next_at: int | None) -> None:
        pause = None
        if next_at is not None:
            pause = max(0.0, (next_at - self._store.clock.now()) / 1000)
        await woken(self._awake, within=pause)

    async def _begin_what_is_due(self) -> int | None:
        """Begin to act in the threads where nothing is acted on; return when more is due.

        What has to wait for something under way is looked at when that ends.
        """
        acting = {of: at for rows in self._acting.about() for of, at in rows.items()}
        found, next_at = await self._store.read(due, self._deck.surface_id, acting, _AT_ONCE)
        for at, rows in [*found.items()][: _AT_ONCE - len(self._acting)]:
            self._acting.begin(self._one_by_one(rows), {row.id: at for row in rows})
        return next_at

    async def _one_by_one(self, rows: Sequence[SurfaceHeard]) -> None:
        try:
            for row in rows:
                await self._one_or_again(row)
        except StorageUnavailableError:
            await asyncio.sleep(pause_after(1))
        except Exception:  # noqa: BLE001  # One that breaks must not stop its neighbours.
            _log.exception("what was heard on %s could not be put off", self._deck.surface_id)
            await asyncio.sleep(pause_after(1))

    async def _one_or_again(self, row: SurfaceHeard) -> None:
        try:
            await self._one(row)
        except StorageUnavailableError:
            raise
        except Exception:  # noqa: BLE001  # What cannot be acted on must not hold up what can.
            _log.exception("what was heard on %s could not be acted on", self._deck.surface_id)
            await self._store.write(_again, self._deck.surface_id, row)

    async def _one(self, row: SurfaceHeard) -> None:
        rows = await self._store.read(with_its_album, self._deck, row)
        said = [one for one in map(decoded, rows) if isinstance(one, Said) and one.files]
        files = await self._files(said[0].by, said) if said else []
        for conversation_id in await self._store.write(act, self._deck, rows, files):
            self._look(conversation_id)
        if isinstance(decoded(row), PlaceChanged):
            self._places()

    async def _files(self, by: Person, said: Sequence[Said]) -> list[str] | None:
        """Fetch the files of an agent's message; `None` where one cannot be had."""
        agent = await self._store.read(self._deck.voice.agent, by)
        if agent is None:
            return []
        found: list[str] = []
        for file in (file for one in said for file in one.files):
            try:
                async with asyncio.timeout(_DOWNLOAD):
                    kept = await self._media.receive(
                        self._surface.download(file.ref),
                        name=file.name,
                        owner=f"agent:{agent.id}",
                        limit=self._limit,
                    )
            except (SendError, MediaTooLargeError, MediaRefusedError, TimeoutError) as error:
                _log.warning("a file on %s was not fetched: %s", self._deck.surface_id, error)
                return None
            found.append(kept.id)
        return found


def hear_again(tx: Tx, surface_id: str, event: str) -> None:
    """Have something be acted on that was set aside, by whichever process has the surface.

    Raises `LookupError` for what is known no more, and `msgspec.MsgspecError`.
    """
    of = {"of_surface": surface_id, "of_key": read(event).key}
    if not tx.run(h.HEARD_ANEW, **of, to_event=event, at=tx.now):
        raise LookupError("it was forgotten meanwhile")
    tx.wake(HEARD_TOPIC)


def _again(tx: Tx, surface_id: str, row: SurfaceHeard) -> None:
    """Try again a little later, and set aside what cannot be acted on."""
    if row.tries + 1 < _TRIES:
        tx.run(h.HEARD_AGAIN, of=row.id, at=tx.now + round(pause_after(row.tries + 1) * 1000))
        return
    quarantine.put(tx, surface_id, row.event.encode(), "it could not be acted on", "heard")
    tx.run(h.HEARD_DONE, of=row.id, at=tx.now)
    _log.error("something heard on %s was set aside: %s", surface_id, row.key)
