"""The bot, its groups, and what it may do in them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from aiogram import methods as tg
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from agent_console.surface import PlaceMovedError
from agent_console.telegram_forum.line import Line
from agent_console.telegram_forum.settings import TelegramForumSettings
from agent_console.telegram_forum.translate import why_lost
from agent_console.verbs import HELP, words_in
from bridge.channel import MisconfiguredError, SendError

IN_PRIVATE = ("my", "queue", "overdue", "find", "online", "break", "offline", "help")
# core.telegram.org/bots/api#botcommand
_LONGEST_DESCRIPTION = 256
_MOST_COMMANDS = 100
# Of what is only of use where the right is there.
_MORE_RIGHTS = {
    "can_delete_messages": "delete messages",
    "can_pin_messages": "pin messages",
}


class Bot(NamedTuple):
    """The bot's account."""

    id: int
    username: str


class Groups:
    """What one bot knows of itself and of the groups it is meant for."""

    def __init__(self, settings: TelegramForumSettings, line: Line, locales: Sequence[str]) -> None:
        """Ask nothing yet."""
        self._settings = settings
        self._line = line
        self._locales = locales
        self._bot: Bot | None = None
        self._moved: dict[int, int] = {}
        self._pins: set[str] = set()
        self._being_made: set[tuple[str, str]] = set()

    async def bot(self) -> Bot:
        """Return who we are; raises `SendError`."""
        if self._bot is None:
            found = await self._line.client.call(tg.GetMe())
            self._bot = Bot(int(found["id"]), str(found["username"]))
        return self._bot

    # --- which groups ---

    @property
    def known(self) -> frozenset[int]:
        """Return the numbers of the groups that are ours, old ones and new ones."""
        return self._settings.all_groups | frozenset(self._moved.values())

    def moved(self, old: str, new: str) -> None:
        """Remember that a group has another number from now on."""
        self._moved[int(old)] = int(new)

    def may_pin(self, place: str) -> bool:
        """Say whether the bot has the right to pin in a group."""
        return place in self._pins

    # --- topics that nobody knows yet ---

    def making(self, place: str, thread: str) -> None:
        """Remember a topic that is made just now."""
        self._being_made.add((place, thread))

    def made(self, place: str, thread: str) -> None:
        """Forget it: the desk knows it by now."""
        self._being_made.discard((place, thread))

    def is_being_made(self, place: str, thread: str) -> bool:
        """Say whether a topic may be a conversation's that the desk does not know yet."""
        return (place, thread) in self._being_made

    # --- rights ---

    async def check(self) -> str:
        """Look at every group; raises `MisconfiguredError` with all that is to be mended."""
        bot = await self.bot()
        faults: list[str] = []
        lacks: list[str] = []
        for number in sorted(self._settings.all_groups, reverse=True):
            try:
                missing = await self._check(number, bot)
            except MisconfiguredError as error:
                faults.append(f"{number}: {error}")
            else:
                lacks += [f"{number}: it may not {one}" for one in missing]
        if faults:
            raise MisconfiguredError(" ".join(faults), reason="misconfigured")
        more = f" ({'; '.join(lacks)})" if lacks else ""
        return f"the bot @{bot.username} in {len(self._settings.all_groups)} group(s){more}"

    async def reach(self, place: str) -> None:
        """Prove that the bot has what it needs in a group; raises `SendError`."""
        await self._check(int(place), await self.bot())

    async def _check(self, number: int, bot: Bot) -> Sequence[str]:
        """Return which rights are missing that are not needed; raises `MisconfiguredError`."""
        chat = await self._asked(number, tg.GetChat(chat_id=number))
        number = int(chat["id"])
        if not chat.get("is_forum"):
            raise MisconfiguredError(
                "The group has no topics: turn Topics on in the group's settings.",
                reason="misconfigured",
            )
        member = await self._asked(number, tg.GetChatMember(chat_id=number, user_id=bot.id))
        if why := why_lost(member):
            raise MisconfiguredError(
                f"{why} Make it an administrator with the right to manage topics.",
                reason="no_permission",
            )
        missing = [words for right, words in _MORE_RIGHTS.items() if not member.get(right)]
        if member.get("can_pin_messages"):
            self._pins.add(str(number))
        return missing

    async def _asked(self, number: int, method: tg.TelegramMethod[Any]) -> Any:
        try:
            return await self._line.client.call(method)
        except PlaceMovedError as error:
            self.moved(str(number), error.place)
            return await self._line.client.call(method.model_copy(update={"chat_id": error.place}))
        except MisconfiguredError:
            raise
        except SendError as error:
            if error.reason not in ("unreachable", "no_such_recipient"):
                raise
            message = f"{error} Add the bot to the group, and look at the group's number."
            raise MisconfiguredError(message, reason="misconfigured") from None

    # --- commands ---

    async def teach(self) -> None:
        """Tell Telegram which commands there are, in each language; raises `SendError`."""
        for language in ("", *self._locales):
            for number in self.known:
                await self._set(BotCommandScopeChat(chat_id=number), HELP, language)
            await self._set(BotCommandScopeAllPrivateChats(), IN_PRIVATE, language)

    async def _set(self, scope: Any, verbs: Sequence[str], language: str) -> None:
        words = words_in(language or self._locales[0])
        commands = [
            BotCommand(command=verb, description=words(f"help.{verb}")[:_LONGEST_DESCRIPTION])
            for verb in verbs
            if words.has(f"help.{verb}")
        ]
        await self._line.call(
            "",
            tg.SetMyCommands(
                commands=commands[:_MOST_COMMANDS], scope=scope, language_code=language or None
            ),
            sort="other",
            yields=1.0,
        )
