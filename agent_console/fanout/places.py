"""The places of one surface that are lost: told to people once, and looked for until they are back.

Nobody tells of some losses (a token that was revoked) that they are over, and of none while we
were away: so each lost place is asked after from time to time. Until it answers, nothing is
tried there, and its conversations stay where they are shown meanwhile.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence

from agent_console.fanout import records
from agent_console.fanout.deck import Deck
from agent_console.fanout.placing import lost_places
from agent_console.surface import StaffSurface
from bridge.channel import SendError, StorageUnavailableError
from bridge.models import SurfacePlace
from bridge.store.transactions import Store
from bridge.waking import woken

_log = logging.getLogger(__name__)

# Seconds between two questions after a place that is lost; after one that is lost again as
# soon as it is there, ever more.
EVERY = 60.0
_LONGEST = 3600.0
# A platform that does not say in so many seconds has not said.
_ASKED_FOR = 60.0


class Places:
    """Watches over the places of one surface."""

    def __init__(
        self,
        store: Store,
        surface: StaffSurface,
        deck: Deck,
        *,
        tell: Callable[[str | None], None],
        look_at_all: Callable[[], None],
    ) -> None:
        """`tell` people why nothing can be shown where, or that all is well; then look anew."""
        self._store = store
        self._surface = surface
        self._deck = deck
        self._tell = tell
        self._look_at_all = look_at_all
        self._awake = asyncio.Event()
        self._ask_at: dict[str, float] = {}
        self._came_back: Counter[str] = Counter()

    def changed(self) -> None:
        """Take note that a place was lost or is back."""
        self._awake.set()
        self._look_at_all()

    async def run(self) -> None:
        """Tell and look for what is lost, until cancelled."""
        pause = 0.0
        while True:
            self._awake.clear()
            try:
                await self._look(pause)
            except StorageUnavailableError:
                _log.error("looking after the places of %s waits", self._deck.surface_id)
            await woken(self._awake, within=EVERY)
            pause = EVERY

    async def _look(self, pause: float) -> None:
        """Tell what is lost, and ask after what was lost for longer than `pause` seconds."""
        lost = await self._store.read(lost_places, self._deck)
        self._tell(_sentence(lost))
        places, now = [one.place for one in lost], asyncio.get_running_loop().time()
        self._ask_at = {
            one: self._ask_at.get(one, now + min(pause * 2 ** self._came_back[one], _LONGEST))
            for one in places
        }
        if [one for one in places if now >= self._ask_at[one] and await self._is_back(one)]:
            self.changed()

    async def _is_back(self, place: str) -> bool:
        """Ask after a place, and keep that it is there again."""
        self._ask_at[place] = asyncio.get_running_loop().time() + EVERY
        try:
            async with asyncio.timeout(_ASKED_FOR):
                await self._surface.reach(place)
        except (SendError, TimeoutError):
            return False
        except Exception:  # noqa: BLE001  # A bug of an adapter's: nobody knows.
            _log.exception("%s fell over", self._deck.surface_id)
            return False
        await self._store.write(records.find, self._deck.surface_id, place)
        self._came_back[place] += 1
        _log.info("%s can show things in %s again", self._deck.surface_id, place)
        return True


def _sentence(lost: Sequence[SurfacePlace]) -> str | None:
    told = [f"Nothing can be shown in {one.place}: {one.why}" for one in lost]
    return " ".join(told) or None
