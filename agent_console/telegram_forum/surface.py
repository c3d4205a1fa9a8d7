"""A Telegram group whose topics are conversations: what it shows, and what it hears."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar

from aiogram.methods import (
    CloseForumTopic,
    CreateForumTopic,
    DeleteForumTopic,
    DeleteMessages,
    EditForumTopic,
    GetFile,
    GetMe,
    ReopenForumTopic,
    SetMessageReaction,
)
from aiogram.types import ReactionTypeEmoji

from agent_console.surface import (
    Card,
    Hint,
    Mark,
    Post,
    StaffSurface,
    SurfaceContext,
    Thread,
    ThreadGoneError,
    Urgency,
)
from agent_console.telegram_forum import showing
from agent_console.telegram_forum.calls import Calls
from agent_console.telegram_forum.hearing import GroupHearing
from agent_console.telegram_forum.refusals import refused
from agent_console.telegram_forum.settings import TelegramForumSettings
from agent_console.telegram_forum.talking import Talk
from bridge.botapi.client import Client
from bridge.botapi.files import LARGEST_FILE
from bridge.botapi.polling import Poller
from bridge.channel import Capabilities, Receipt, SendError, TextUnit

# What stands above a post takes some of Telegram's 4096 and 1024.
_HEAD = 196
_SAME = "not_modified"


class TelegramForum(StaffSurface):
    """One bot in its groups."""

    kind: ClassVar[str] = "telegram_forum"
    capabilities: ClassVar[Capabilities] = Capabilities(
        max_text=4096 - _HEAD,
        text_unit=TextUnit.UTF16,
        max_caption=1024 - _HEAD,
        media=dict.fromkeys(("image", "file", "voice", "video", "audio", "sticker"), LARGEST_FILE),
        albums=True,
        rich_text=True,
        quotes=True,
        edits=True,
        deletes=True,
    )
    spreads: ClassVar[bool] = True

    def __init__(self, settings: TelegramForumSettings, context: SurfaceContext) -> None:
        """Wire the bot; nothing is connected yet."""
        proxy = settings.proxy.reveal() if settings.proxy else None
        self._settings = settings
        self._client = Client(
            settings.token.reveal(), api_base=settings.api_base, proxy=proxy, refused=refused
        )
        self._calls = Calls(self._client)
        talk = Talk(self._calls, context.desk, context.locale)
        self._hearing = GroupHearing(settings, context.desk, talk)
        self._desk = context.desk
        self._poller = Poller(self._client, self._hearing.kinds, context.clock, context.health)
        # Topics that were made, but whose card was not: by conversation.
        self._half: dict[int, int] = {}
        self._names: dict[tuple[str, str], str] = {}

    def __repr__(self) -> str:
        """Name nothing that was configured."""
        return "TelegramForum()"

    async def check(self) -> str:
        """Name the bot, and say of each group what is missing."""
        bot = await self._client.call(GetMe())
        return f"the bot @{bot['username']}"

    async def run(self) -> None:
        """Hear until cancelled; raises `SendError` when Telegram cannot be asked."""
        await self._poller.run(await self._desk.cursor(), self._hearing.take)

    async def close(self) -> None:
        """Close the connections to Telegram."""
        await self._client.close()

    def places(self, team: str | None, inbox: str) -> Sequence[str]:
        """Return the groups of a team."""
        del inbox
        return [str(one) for one in self._settings.groups_of(team)]

    def every_place(self) -> Sequence[str]:
        """Return all groups."""
        return [str(one) for one in self._settings.groups]

    def turn(
        self, place: str, urgency: Urgency, *, calls: int = 1
    ) -> AbstractAsyncContextManager[None]:
        """Enter when Telegram takes so many calls for a group."""
        return self._calls.turn(place, urgency, calls)

    # --- threads ---

    async def open(self, place: str, card: Card, *, key: str) -> Thread:
        """Make a topic, and put the card into it."""
        del key
        chat, name = int(place), showing.name_of(card)
        topic = self._half.pop(card.conversation_id, 0)
        if not topic:
            made = await self._calls.now(CreateForumTopic(chat_id=chat, name=name))
            topic = int(made["message_thread_id"])
        self._half[card.conversation_id] = topic
        async with self.turn(place, "words"):
            sent = await self._calls.now(showing.card_call(chat, topic, card))
        del self._half[card.conversation_id]
        thread = Thread(place=place, id=str(topic), card=str(sent["message_id"]))
        self._names[place, thread.id] = name
        return thread

    async def draw(self, thread: Thread, card: Card) -> None:
        """Show the card as it is now, and its look in the topic's name."""
        edit = showing.card_edit(thread, card)
        await self._calls.now(edit, unless="message is not modified")
        name = showing.name_of(card)
        if self._names.get((thread.place, thread.id)) == name:
            return
        rename = EditForumTopic(
            chat_id=int(thread.place), message_thread_id=int(thread.id), name=name
        )
        async with self.turn(thread.place, "cards"):
            await self._calls.now(rename, unless=_SAME)
        self._names[thread.place, thread.id] = name

    async def shut(self, thread: Thread, *, shut: bool) -> None:
        """Close or open the topic, as the YAML says."""
        of: dict[str, Any] = {
            "chat_id": int(thread.place),
            "message_thread_id": int(thread.id),
        }
        if not shut:
            await self._calls.now(ReopenForumTopic(**of), unless=_SAME)
        elif self._settings.on_close == "close_topic":
            await self._calls.now(CloseForumTopic(**of), unless=_SAME)
        elif self._settings.on_close == "delete_topic":
            with contextlib.suppress(ThreadGoneError):
                await self._calls.now(DeleteForumTopic(**of))

    def url(self, thread: Thread) -> str | None:
        """Return the topic's address for members of the group."""
        return f"https://t.me/c/{thread.place.removeprefix('-100')}/{thread.id}"

    # --- posts ---

    async def post(self, thread: Thread, post: Post) -> Receipt:
        """Post something; raises `ThreadGoneError` where it landed elsewhere."""
        call = showing.post_call(thread, post)
        result = await self._calls.now(call, upload=bool(post.media))
        sent = result if isinstance(result, list) else [result]
        if any(str(one.get("message_thread_id")) != thread.id for one in sent):
            await self._misrouted(thread, sent)
        return Receipt(external_ids=[str(one["message_id"]) for one in sent])

    async def _misrouted(self, thread: Thread, sent: Sequence[Any]) -> None:
        """A topic that is gone may have its posts fall into General: nobody is to read them."""
        with contextlib.suppress(SendError):
            await self.remove(thread, [str(one["message_id"]) for one in sent])
        raise ThreadGoneError("The post landed in another topic.", reason="unreachable")

    async def change(self, thread: Thread, post: Post, external_ids: Sequence[str]) -> None:
        """Show a post as it is now."""
        edit = showing.post_edit(thread, post, int(external_ids[0]))
        await self._calls.now(edit, unless="message is not modified")

    async def remove(self, thread: Thread, external_ids: Sequence[str]) -> None:
        """Take a post away."""
        numbers = [int(one) for one in external_ids]
        await self._calls.now(DeleteMessages(chat_id=int(thread.place), message_ids=numbers))

    async def mark(self, thread: Thread, external_id: str, mark: Mark | None) -> None:
        """Set the bot's one reaction."""
        reaction: list[Any] = [ReactionTypeEmoji(emoji=showing.REACTIONS[mark])] if mark else []
        await self._calls.now(
            SetMessageReaction(
                chat_id=int(thread.place), message_id=int(external_id), reaction=reaction
            )
        )

    async def tell(self, thread: Thread, hint: Hint) -> None:
        """Answer somebody's message."""
        of = await self._desk.conversation_in(thread.place, thread.id)
        await self._calls.now(showing.hint_call(thread, hint, of))

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a file that staff sent; raises `SendError`."""
        found = await self._client.call(GetFile(file_id=ref))
        async for chunk in self._client.fetch(found["file_path"]):
            yield chunk
