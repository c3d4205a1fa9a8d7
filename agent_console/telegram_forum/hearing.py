"""What comes from the groups: stored first, confirmed then; presses are answered at once."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from agent_console.surface import Heard, StaffDesk
from agent_console.telegram_forum.settings import TelegramForumSettings
from agent_console.telegram_forum.talking import Talk
from agent_console.telegram_forum.translate import KINDS, heard, person, topic_of
from bridge.botapi.raw import Raw, UntranslatableError, as_raw, integer, mapping, part
from bridge.channel import SendError

_log = logging.getLogger(__name__)


class GroupHearing:
    """Takes the updates of one bot."""

    kinds = KINDS

    def __init__(self, settings: TelegramForumSettings, desk: StaffDesk, talk: Talk) -> None:
        """Hear what is said in the groups of the YAML, and in private."""
        self._groups = frozenset(str(one) for one in settings.all_groups)
        self._desk = desk
        self._talk = talk
        self._strangers: set[str] = set()
        self._talking: set[asyncio.Task[None]] = set()

    async def take(self, updates: Sequence[Any], cursor: str) -> None:
        """Return when the updates and the cursor are stored; raises `StorageUnavailableError`."""
        found: list[Heard] = []
        for update in updates:
            try:
                found += await self._one(mapping(update, "update"))
            except UntranslatableError as why:
                await self._desk.quarantine(as_raw(update), str(why))
        await self._desk.accept(found, cursor)

    async def _one(self, update: Raw) -> list[Heard]:
        """Return what is to be stored of an update; what asks for an answer gets it."""
        if "callback_query" in update:
            self._talk_of(self._talk.pressed(part(update, "callback_query")))
            return []
        if "message" in update and not await self._is_said(part(update, "message")):
            return []
        return [one for one in heard(update) if await self._is_known(one)]

    async def _is_said(self, message: Raw) -> bool:
        """Say whether a message may be one in a conversation; others are answered here."""
        chat, private = part(message, "chat"), part(message, "chat").get("type") == "private"
        if not private and not await self._is_place(str(integer(chat, "id")), topic_of(message)):
            self._is_stranger(str(integer(chat, "id")))
            return False
        if person(message).is_program:
            return False
        if await self._ours(message):
            return False
        if private:
            self._talk_of(self._talk.nowhere(message))
            return False
        topic, written = topic_of(message), "text" in message or "caption" in message
        known = await self._desk.conversation_in(str(integer(chat, "id")), topic) if topic else None
        if known is None and written:
            self._talk_of(self._talk.nowhere(message))
        return known is not None or not written

    async def _ours(self, message: Raw) -> bool:
        """Say whether a message is a command or answers a question of ours."""
        try:
            return await self._talk.is_ours(message)
        except SendError as error:
            _log.warning("a command was not answered: %s", error)
            return True

    async def _is_known(self, event: Heard) -> bool:
        return await self._is_place(event.place, event.thread)

    async def _is_place(self, place: str, thread: str) -> bool:
        """A group counts by its number in the YAML, or as what one of those has become."""
        if place in self._groups:
            return True
        return bool(thread) and await self._desk.conversation_in(place, thread) is not None

    def _is_stranger(self, place: str) -> None:
        if place not in self._strangers:
            self._strangers.add(place)
            _log.warning("the staff bot is in a group that is not in the YAML: %s", place)

    def _talk_of(self, answering: Any) -> None:
        """Answer beside what is stored: whoever waits for a budget must not hold up the rest."""

        async def answered() -> None:
            try:
                await answering
            except (SendError, UntranslatableError) as error:
                _log.warning("a press was not answered: %s", error)
            except Exception:  # noqa: BLE001  # It must not end the others.
                _log.exception("answering in a group failed")

        task = asyncio.create_task(answered())
        self._talking.add(task)
        task.add_done_callback(self._talking.discard)
