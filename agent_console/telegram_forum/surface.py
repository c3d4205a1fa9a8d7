"""Telegram as a staff surface: groups in which a conversation is a forum topic.

aiogram gives the methods and the HTTP session; its dispatcher and its polling stay unused,
because they acknowledge what has not been stored.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import ClassVar, get_args

from aiogram import methods as tg
from aiogram.types import ReactionTypeEmoji

from agent_console.surface import (
    Card,
    Hint,
    Mark,
    Post,
    StaffSurface,
    SurfaceContext,
    Thread,
    Urgency,
)
from agent_console.telegram_forum import showing
from agent_console.telegram_forum.groups import Groups
from agent_console.telegram_forum.intake import Intake
from agent_console.telegram_forum.line import Line
from agent_console.telegram_forum.names import Names
from agent_console.telegram_forum.refusals import refused
from agent_console.telegram_forum.settings import TelegramForumSettings
from agent_console.telegram_forum.translate import KINDS
from agent_console.telegram_forum.turns import ERRAND, Turns
from agent_console.telegram_forum.words import Words
from bridge.botapi.client import TIMEOUT, UPLOAD_TIMEOUT, Client
from bridge.botapi.files import LARGEST_FILE
from bridge.botapi.polling import Poller
from bridge.channel import (
    Capabilities,
    MediaKind,
    OutcomeUnknownError,
    Receipt,
    SendError,
    TextUnit,
    UnavailableError,
)


class TelegramForum(StaffSurface):
    """One bot in its groups."""

    kind: ClassVar[str] = "telegram_forum"
    # core.telegram.org/bots/api#sendmessage and #sending-files, less what names the author.
    capabilities = Capabilities(
        max_text=3800,
        text_unit=TextUnit.UTF16,
        max_caption=800,
        media=dict.fromkeys(get_args(MediaKind), LARGEST_FILE),
        albums=True,
        rich_text=True,
        quotes=True,
        edits=True,
        deletes=True,
    )
    spreads: ClassVar[bool] = True
    # A supergroup counts its messages, and so its topics, from the beginning.
    carries: ClassVar[bool] = False

    def __init__(self, settings: TelegramForumSettings, context: SurfaceContext) -> None:
        """Wire the bot; nothing is connected yet."""
        proxy = settings.proxy.reveal() if settings.proxy else None
        token, base = settings.token.reveal(), settings.api_base
        client = Client(token, api_base=base, proxy=proxy, refused=refused)
        self._settings = settings
        self._id = context.surface_id
        self._desk = context.desk
        self._turns = Turns()
        self._line = Line(client, self._turns)
        self._words = Words(context.locale)
        self._groups = Groups(settings, self._line, context.locales)
        self._names = Names(self._line)
        self._poller = Poller(client, KINDS, context.clock, context.health)
        self._intake = Intake(
            context.surface_id,
            context.desk,
            self._line,
            self._groups,
            self._words,
            context.clock,
            context.tries,
        )

    def __repr__(self) -> str:
        """Name the surface and nothing that was configured."""
        return f"TelegramForum({self._id!r})"

    async def check(self) -> str:
        """Name the bot and its groups; raises `MisconfiguredError` for what it may not do."""
        return await self._groups.check()

    async def run(self) -> None:
        """Hear until cancelled; raises `SendError` when Telegram cannot be asked."""
        self._names.forget()
        await self._groups.bot()
        await self._intake.load()
        self._line.beside(self._groups.teach)
        await self._poller.run(await self._desk.cursor(), self._intake.take)

    async def take_again(self, raw: bytes) -> None:
        """Take an update that was set aside; see `surface.CanTakeAgain`."""
        await self._intake.take_again(raw)

    async def close(self) -> None:
        """Close the connections to Telegram."""
        await self._line.close()

    def places(self, team: str | None, inbox: str) -> Sequence[str]:  # noqa: ARG002  # Groups are for teams.
        """Return the groups of a team."""
        return [str(number) for number in self._settings.groups_of(team)]

    def every_place(self) -> Sequence[str]:
        """Return all groups, those for everybody first."""
        first = self._settings.groups_of(None)
        others = sorted(self._settings.all_groups.difference(first), reverse=True)
        return [str(number) for number in (*first, *others)]

    async def reach(self, place: str) -> None:
        """Prove that the bot can show something in a group; raises `SendError`."""
        await self._groups.reach(place)

    def turn(self, place: str, urgency: Urgency) -> AbstractAsyncContextManager[None]:
        """Enter when one of the group's 20 messages a minute is left."""
        return self._turns.turn(place, urgency)

    def room(self, place: str) -> int:
        """Return how many of them are left now, for which nobody waits."""
        return self._turns.room(place)

    def url(self, thread: Thread) -> str | None:
        """Return the topic's address, which opens for members of the group."""
        return f"https://t.me/c/{thread.place.removeprefix('-100')}/{thread.id}"

    # --- threads ---

    async def open(self, place: str, card: Card, *, key: str) -> Thread:  # noqa: ARG002  # Telegram knows no keys.
        """Make a topic with the card in it; where the card cannot be, there is no topic either."""
        name = showing.name_of(card)
        topic = await self._line.call(
            place,
            tg.CreateForumTopic(chat_id=int(place), name=name, icon_color=showing.color_of(card)),
        )
        thread = str(topic["message_thread_id"])
        self._groups.making(place, thread)
        try:
            call = showing.card_call(place, int(thread), card, self._words)
            head = (await self._line.say(place, thread, call))[0]
        except SendError as error:
            await self._undo(place, thread)
            if isinstance(error, OutcomeUnknownError):
                # With the topic goes whatever may have been put into it.
                raise UnavailableError(str(error), reason=error.reason) from None
            raise
        made = Thread(place=place, id=thread, card=head)
        self._names.shown(made, name)
        if self._groups.may_pin(place):
            self._line.beside(partial(self._pin, made))
        return made

    async def _undo(self, place: str, thread: str) -> None:
        delete = tg.DeleteForumTopic(chat_id=int(place), message_thread_id=int(thread))
        self._groups.made(place, thread)
        self._line.beside(partial(self._line.call, place, delete, sort="other"))

    async def _pin(self, thread: Thread) -> None:
        pin = tg.PinChatMessage(
            chat_id=int(thread.place), message_id=int(thread.card), disable_notification=True
        )
        await self._line.call(thread.place, pin, yields=ERRAND)

    async def draw(self, thread: Thread, card: Card) -> None:
        """Edit the card; the topic's name follows when there is room for it."""
        self._groups.made(thread.place, thread.id)
        call = showing.card_edit(thread, card, self._words)
        await self._line.call(thread.place, call, unless="message is not modified")
        self._names.wanted(thread, showing.name_of(card))

    async def shut(self, thread: Thread, *, shut: bool) -> None:
        """Close the topic, delete it or leave it, as is configured; open a closed one."""
        where = {"chat_id": int(thread.place), "message_thread_id": int(thread.id)}
        if shut and self._settings.on_close == "keep_open":
            return
        if shut and self._settings.on_close == "delete_topic":
            await self._line.call(thread.place, tg.DeleteForumTopic(**where), sort="other")
            self._names.gone(thread)
            return
        call = tg.CloseForumTopic(**where) if shut else tg.ReopenForumTopic(**where)
        await self._line.call(thread.place, call, unless="topic_not_modified")

    # --- posts ---

    async def post(self, thread: Thread, post: Post) -> Receipt:
        """Send a message or an album into the topic."""
        self._groups.made(thread.place, thread.id)
        call = showing.post_call(thread, post, self._words)
        within = UPLOAD_TIMEOUT if post.media else TIMEOUT
        numbers = await self._line.say(thread.place, thread.id, call, within=within)
        if len(numbers) > 1:
            self._line.beside(partial(self._turns.pay, thread.place, len(numbers) - 1))
        return Receipt(external_ids=numbers)

    async def change(self, thread: Thread, post: Post, external_ids: Sequence[str]) -> None:
        """Edit a text, or the words under the first file."""
        call = showing.post_edit(thread, post, int(external_ids[0]), self._words)
        await self._line.call(thread.place, call, unless="message is not modified")

    async def remove(self, thread: Thread, external_ids: Sequence[str]) -> None:
        """Delete messages; with its card a topic goes altogether, and its name with it."""
        if thread.card in external_ids:
            delete = tg.DeleteForumTopic(
                chat_id=int(thread.place), message_thread_id=int(thread.id)
            )
            await self._line.call(thread.place, delete, sort="other", unless="topic_id_invalid")
            self._names.gone(thread)
            return
        await self._line.remove(thread.place, list(external_ids))

    async def mark(self, thread: Thread, external_id: str, mark: Mark | None) -> None:
        """Set the bot's reaction to a message."""
        reaction = [ReactionTypeEmoji(emoji=showing.REACTIONS[mark])] if mark else []
        call = tg.SetMessageReaction(
            chat_id=int(thread.place), message_id=int(external_id), reaction=list(reaction)
        )
        await self._line.call(thread.place, call, sort="other")

    async def tell(self, thread: Thread, hint: Hint) -> None:
        """Answer somebody's message: a bot cannot whisper in a group."""
        await self._line.say(thread.place, thread.id, showing.hint_call(thread, hint))

    def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a file; raises `SendError`, and `MediaTooLargeError` past Telegram's limit."""
        return self._line.client.download(ref)
