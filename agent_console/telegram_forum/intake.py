"""What Telegram tells, stored first, and then done: nothing is done twice for it."""

import logging
from collections.abc import Sequence
from functools import partial

from aiogram import methods as tg

from agent_console.surface import StaffDesk, UntakenError
from agent_console.telegram_forum.asides import (
    Aside,
    Command,
    Filled,
    Pressed,
    ServiceLine,
    Stranger,
    Stray,
)
from agent_console.telegram_forum.asked import Ear
from agent_console.telegram_forum.groups import Groups
from agent_console.telegram_forum.known import Known
from agent_console.telegram_forum.line import Line
from agent_console.telegram_forum.pressing import Presses
from agent_console.telegram_forum.showing import answered, plain
from agent_console.telegram_forum.translate import Told, translate_all
from agent_console.telegram_forum.words import Words
from bridge.botapi.files import HTML
from bridge.botapi.raw import as_raw, from_raw
from bridge.channel import UNCOUNTED, Tries
from bridge.clock import Clock

_log = logging.getLogger(__name__)

# Who writes to nobody is told so at most as often in a place (ms): it counts like any message.
_TOLD_EVERY = 60_000


class Intake:
    """Takes the updates of one bot."""

    def __init__(
        self,
        surface_id: str,
        desk: StaffDesk,
        line: Line,
        groups: Groups,
        words: Words,
        clock: Clock,
        tries: Tries = UNCOUNTED,
    ) -> None:
        """Take nothing yet."""
        self._tries = tries
        self._id = surface_id
        self._desk = desk
        self._line = line
        self._groups = groups
        self._words = words
        self._clock = clock
        self._presses = Presses(line, desk, words, clock)
        self._known = Known(desk, clock)
        self._strangers: set[int] = set()
        self._told: dict[tuple[str, str], int] = {}

    async def load(self) -> None:
        """Know what a restart must not forget, and what another process has learned meanwhile.

        Raises `StorageUnavailableError`.
        """
        await self._known.load()
        self._follow_groups()
        await self._presses.load()

    def _follow_groups(self) -> None:
        for old, new in self._known.moved.items():
            self._groups.moved(str(old), str(new))

    async def take(self, updates: Sequence[object], cursor: str) -> None:
        """Return when the updates and the cursor are stored; raises `StorageUnavailableError`.

        What is done at once is done only then: stopped in between, it is pressed again, and
        never done twice.
        """

        async def take(some: Sequence[object], last: bool) -> None:  # noqa: FBT001  # As the contract has it.
            told = await self._told_by(some)
            for update, why in told.broken:
                await self._desk.quarantine(as_raw(update), why)
            await self._desk.accept(told.events, cursor if last else None)
            self._follow(told)
            self._presses.tidy()

        await self._tries.over(updates, as_raw, take, self._desk.quarantine)

    async def take_again(self, raw: bytes) -> None:
        """Take an update that was set aside; raises `UntakenError`."""
        told = await self._told_by([from_raw(raw)])
        for _, why in told.broken:
            raise UntakenError(why)
        await self._desk.accept(told.events)
        self._follow(told)

    async def _told_by(self, updates: Sequence[object]) -> Told:
        bot = await self._groups.bot()
        await self._known.learn(updates, self._groups.known)
        self._follow_groups()
        people = {**self._known.people, bot.username.lower(): str(bot.id)}
        ear = Ear(bot.id, bot.username, self._groups.known, people, self._presses.awaits)
        return translate_all(updates, ear)

    def _follow(self, told: Told) -> None:
        for first in _first_words(told):
            self._line.beside(partial(self._unless_known, *first))
        for aside in told.asides:
            self._line.beside(partial(self._done, aside))

    async def _done(self, aside: Aside) -> None:
        match aside:
            case Pressed():
                await self._presses.pressed(aside)
            case Command():
                await self._presses.command(aside)
            case Filled():
                await self._presses.filled(aside)
            case Stray(place=place, message=message, by=by):
                await self._say_that_nobody_hears(place, "", message, by.language)
            case Stranger():
                self._say_once(aside)
            case ServiceLine(place=place, message=message):
                await self._line.remove(place, [message])

    async def _unless_known(
        self, place: str, thread: str, message: str, language: str | None
    ) -> None:
        if not self._groups.is_being_made(place, thread) and (
            await self._desk.conversation_in(place, thread) is None
        ):
            await self._say_that_nobody_hears(place, thread, message, language)

    async def _say_that_nobody_hears(
        self, place: str, thread: str, message: str, language: str | None
    ) -> None:
        now, at = self._clock.now(), (place, thread)
        if now - self._told.get(at, -_TOLD_EVERY) < _TOLD_EVERY:
            return
        self._told[at] = now
        call = tg.SendMessage(
            chat_id=int(place),
            message_thread_id=int(thread) if thread else None,
            text=f"⚠️ {plain(self._words('stray', language))}",
            parse_mode=HTML,
            reply_parameters=answered(message),
        )
        await self._line.call(place, call)

    def _say_once(self, stranger: Stranger) -> None:
        if stranger.place not in self._strangers:
            self._strangers.add(stranger.place)
            _log.warning(
                "%s: the bot is in the group %r too, whose number is %d; it is not in "
                "staff.%s.groups, so nothing is shown or heard there",
                self._id,
                stranger.title,
                stranger.place,
                self._id,
            )


def _first_words(told: Told) -> list[tuple[str, str, str, str | None]]:
    """Return one message of each topic in which something was said."""
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    for event in told.events:
        external_id = getattr(event, "external_id", None)
        if event.thread and external_id is not None:
            found.setdefault((event.place, event.thread), (external_id, event.by.language))
    return [(*at, *more) for at, more in found.items()]
