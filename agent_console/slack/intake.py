"""What Slack tells, stored before it is acknowledged."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent_console.slack.account import Accounts
from agent_console.slack.people import People
from agent_console.slack.translate import Hearing, heard
from agent_console.surface import Heard, PlaceChanged, StaffDesk, UntakenError
from bridge.channel import UNCOUNTED, Tries
from bridge.clock import FOR_EVER

_log = logging.getLogger(__name__)

# What is kept of channels that have another id, by the old one; and of cards that we delete,
# for longer than Slack goes on telling of it (ms).
_MOVED = "moved"
_TAKEN, _TAKEN_FOR = "taken away", 3_600_000
_WRONG = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)

# What Slack tells once, and waits for an answer to.
_PRESSES = ("block_actions", "message_action", "shortcut", "view_closed", "view_submission")


class Intake:
    """Takes events of one workspace, in the order in which they came."""

    def __init__(
        self,
        desk: StaffDesk,
        accounts: Accounts,
        people: People,
        places: Sequence[str],
        tries: Tries = UNCOUNTED,
    ) -> None:
        """Listen to these channels alone."""
        self._tries = tries
        self._desk = desk
        self._accounts = accounts
        self._people = people
        self._places = tuple(dict.fromkeys(places))
        self._one_at_a_time = asyncio.Lock()
        self.caught_up = False
        """Whether what was missed is stored: only then is it known up to when all is."""
        self.changed: Callable[[PlaceChanged], None] = lambda _change: None
        """Is told of what becomes of a channel, once that is stored."""

    async def ear(self) -> Hearing:
        """Return what translating needs; raises `SendError`."""
        account = await self._accounts.account()
        return Hearing(
            account, await self.places(), self._people, self._is_ours, self._is_taken_away
        )

    async def places(self) -> Sequence[str]:
        """Return the ids of all channels: those of the YAML, and what they have come to be.

        Whichever process was told of it; raises `StorageUnavailableError`.
        """
        return self._with_new_ids(await self._desk.kept(_MOVED))

    async def present_places(self) -> Sequence[str]:
        """Return the ids that the channels have now; raises `StorageUnavailableError`."""
        moved = await self._desk.kept(_MOVED)
        return [one for one in self._with_new_ids(moved) if one not in moved]

    def _with_new_ids(self, moved: Mapping[str, str]) -> Sequence[str]:
        found = list(self._places)
        for one in found:
            if one in moved and moved[one] not in found:
                found.append(moved[one])
        return found

    async def take(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Store what events mean; what cannot be understood is kept aside.

        Raises `StorageUnavailableError` and `SendError`: then Slack is not answered.
        """
        async with self._one_at_a_time:
            ear = await self.ear()

            async def take(some: Sequence[Mapping[str, Any]], _last: bool) -> None:  # noqa: FBT001  # As the contract has it.
                await self._take(some, ear)

            await self._tries.over(events, _raw, take, self._desk.quarantine)

    async def _take(self, events: Sequence[Mapping[str, Any]], ear: Hearing) -> None:
        found: list[Heard] = []
        for event in events:
            try:
                found += await self._heard(event, ear)
            except _WRONG as error:
                _log.warning("an event of Slack's was not understood: %s", type(error).__name__)
                await self._desk.quarantine(_raw(event), f"not understood: {type(error).__name__}")
        await self._store(found)

    async def _heard(self, event: Mapping[str, Any], ear: Hearing) -> Sequence[Heard]:
        found = await heard(event, ear)
        if moved := _moved(found):
            # Before it is stored: what is told later is told of the new id.
            await self._desk.keep(_MOVED, moved, within=FOR_EVER)
        return found

    async def _store(self, found: Sequence[Heard]) -> None:
        if found:
            await self.keep(found)
        for one in found:
            if isinstance(one, PlaceChanged):
                self.changed(one)

    async def take_again(self, raw: bytes) -> None:
        """Take an event that was set aside; raises `UntakenError`."""
        event = json.loads(raw)
        if event.get("type") in _PRESSES or "command" in event:
            raise UntakenError("what somebody pressed cannot be pressed for them later")
        async with self._one_at_a_time:
            try:
                found = await self._heard(event, await self.ear())
            except _WRONG as error:
                raise UntakenError(f"not understood: {type(error).__name__}") from None
            await self.keep_what_was_missed(found)
            for one in found:
                if isinstance(one, PlaceChanged):
                    self.changed(one)

    async def keep(self, found: Sequence[Heard]) -> None:
        """Store it, and up to when all is stored; raises `StorageUnavailableError`."""
        latest = max(one.at for one in found)
        await self._desk.accept(found, str(latest) if self.caught_up else None)

    async def keep_what_was_missed(self, found: Sequence[Heard]) -> None:
        """Store what is older than what is stored already; raises `StorageUnavailableError`."""
        await self._desk.accept(found)

    async def takes_away(self, place: str, card: str) -> None:
        """Keep that we delete a card, so that nobody, in any process, hears of it as gone."""
        await self._desk.keep(_TAKEN, {f"{place}:{card}": ""}, within=_TAKEN_FOR)

    async def _is_taken_away(self, place: str, card: str) -> bool:
        return f"{place}:{card}" in await self._desk.kept(_TAKEN)

    async def _is_ours(self, place: str, thread: str) -> bool:
        return await self._desk.conversation_in(place, thread) is not None


def _raw(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, default=str).encode(errors="backslashreplace")


def _moved(found: Sequence[Heard]) -> dict[str, str | None]:
    """Return the ids that places have from now on, by those that they had."""
    changes = [one for one in found if isinstance(one, PlaceChanged) and one.new_place]
    return {one.place: one.new_place for one in changes}
