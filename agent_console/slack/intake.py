"""What Slack tells, stored before it is acknowledged."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from agent_console.slack.account import Accounts
from agent_console.slack.people import People
from agent_console.slack.translate import Hearing, heard
from agent_console.surface import Heard, PlaceChanged, StaffDesk

_log = logging.getLogger(__name__)

_WRONG = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)


class Intake:
    """Takes events of one workspace, in the order in which they came."""

    def __init__(
        self, desk: StaffDesk, accounts: Accounts, people: People, places: Sequence[str]
    ) -> None:
        """Listen to these channels alone."""
        self._desk = desk
        self._accounts = accounts
        self._people = people
        self._places = set(places)
        self._one_at_a_time = asyncio.Lock()
        self.removed: set[tuple[str, str]] = set()
        """What we take away ourselves, so that we do not hear of it as somebody's doing."""
        self.caught_up = False
        """Whether what was missed is stored: only then is it known up to when all is."""

    async def ear(self) -> Hearing:
        """Return what translating needs; raises `SendError`."""
        account = await self._accounts.account()
        return Hearing(account, self._places, self._people, self._is_ours, self.removed)

    async def take(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Store what events mean; what cannot be understood is kept aside.

        Raises `StorageUnavailableError` and `SendError`: then Slack is not answered.
        """
        async with self._one_at_a_time:
            ear = await self.ear()
            found: list[Heard] = []
            for event in events:
                try:
                    found += await heard(event, ear)
                    self._places |= _moved_to(found)
                except _WRONG as error:
                    _log.warning("an event of Slack's was not understood: %s", type(error).__name__)
                    raw = json.dumps(event, ensure_ascii=False, default=str).encode()
                    await self._desk.quarantine(raw, f"not understood: {type(error).__name__}")
            if found:
                await self.keep(found)

    async def keep(self, found: Sequence[Heard]) -> None:
        """Store it, and up to when all is stored; raises `StorageUnavailableError`."""
        latest = max(one.at for one in found)
        await self._desk.accept(found, str(latest) if self.caught_up else None)

    async def _is_ours(self, place: str, thread: str) -> bool:
        return await self._desk.conversation_in(place, thread) is not None


def _moved_to(found: Sequence[Heard]) -> set[str]:
    """Return the ids that places have from now on."""
    return {one.new_place for one in found if isinstance(one, PlaceChanged) and one.new_place}
