"""Slack as a surface: a conversation is a thread below its card in a team's channel.

slack-sdk gives the methods and the socket; its retries and its way to acknowledge first stay
unused.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, get_args

from litestar.types import ControllerRouterHandler

from agent_console.slack import answers, cards, files, posts, proof
from agent_console.slack.account import Accounts, check_scopes
from agent_console.slack.backfill import Backfill
from agent_console.slack.budgets import Budgets
from agent_console.slack.client import Client
from agent_console.slack.dispatch import Dispatch
from agent_console.slack.home import Home
from agent_console.slack.hook import Hook
from agent_console.slack.intake import Intake
from agent_console.slack.marks import TICK, Marks
from agent_console.slack.people import People
from agent_console.slack.presses import Presses
from agent_console.slack.settings import DEFAULT, SlackSettings
from agent_console.slack.sockets import Sockets
from agent_console.slack.text import LONGEST_LABEL, cut, escaped, one_line
from agent_console.slack.words import Words
from agent_console.surface import (
    Card,
    Hint,
    Mark,
    PlaceGoneError,
    Post,
    PostGoneError,
    StaffSurface,
    SurfaceContext,
    Thread,
    ThreadGoneError,
    Urgency,
)
from bridge.channel import Capabilities, MediaKind, MisconfiguredError, Receipt, TextUnit

_log = logging.getLogger(__name__)

# The workspace's own limit for a file; a plan's is often lower and is told when it refuses.
LARGEST_FILE = 1_000_000_000
# While Slack calls us, it is asked so often (s) whether the token still holds.
WATCH = 300.0
# Whoever is called does not know what was lost on the way: after so many of those times it is
# looked back.
LOOKS_BACK = 6
# Of so many messages the words are known, for quotes.
_KNOWN = 3000


class SlackSurface(StaffSurface):
    """One workspace's channels."""

    kind: ClassVar[str] = "slack"
    capabilities: ClassVar[Capabilities] = Capabilities(
        # Escaped it may be five times as long, and all blocks of a message hold 13,000.
        max_text=2500,
        text_unit=TextUnit.CODE_POINTS,
        max_caption=2400,
        media=dict.fromkeys(get_args(MediaKind), LARGEST_FILE),
        albums=True,
        rich_text=True,
        max_buttons=5,
        quotes=True,
        edits=True,
        deletes=True,
        waits_its_turn=True,
    )

    def __init__(self, settings: SlackSettings, context: SurfaceContext) -> None:
        """Wire it; nothing is connected yet."""
        self._settings = settings
        self._id = context.surface_id
        self._health = context.health
        self._budgets = Budgets()
        self._client = _client(settings, self._budgets)
        self._accounts = Accounts(self._client)
        self._words = Words(context.locale)
        self._marks = Marks(self._client, self._accounts, self._budgets, context.clock)
        people = People(self._client, self._accounts, context.clock)
        desk, places = context.desk, tuple(settings.channels.values())
        self._intake = Intake(desk, self._accounts, people, places, context.tries)
        self._home = Home(self._client, desk, people, self._words, self._budgets, context.clock)
        presses = Presses(self._client, desk, people, self._home, self._words)
        self._dispatch = Dispatch(self._intake, presses, self._home, desk, context.health)
        self._backfill = Backfill(self._client, desk, self._intake, context.clock)
        self._hook = _hook(settings, context, self._dispatch)
        self._said: OrderedDict[tuple[str, str], str] = OrderedDict()

    def __repr__(self) -> str:
        """Name the surface and nothing that was configured."""
        return f"SlackSurface({self._id!r})"

    async def check(self) -> str:
        """Name the app and its workspace; raises `MisconfiguredError` with what to do."""
        account = await self._accounts.ask()
        check_scopes(account)
        for team, place in self._settings.channels.items():
            await self._check_place(team, place)
        return f"the app @{account.name} in {account.workspace}"

    async def _check_place(self, team: str, place: str) -> None:
        invite = f"Open the channel for {team} in Slack, write /invite @{self._app()}, and restart."
        try:
            found = await self._client.call("conversations.info", repeatable=True, channel=place)
        except PlaceGoneError as error:
            raise MisconfiguredError(f"{place}: {error} {invite}", reason="misconfigured") from None
        channel = found.get("channel") or {}
        if channel.get("is_archived"):
            sentence = (
                f"{place}, the channel for {team}, is archived: unarchive it, or name another."
            )
            raise MisconfiguredError(sentence, reason="misconfigured")
        if not channel.get("is_member"):
            sentence = f"The app is not in {place}, the channel for {team}. {invite}"
            raise MisconfiguredError(sentence, reason="no_permission")

    def _app(self) -> str:
        return self._accounts.known.name if self._accounts.known else "deskbridge"

    # --- hearing ---

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the address that Slack calls, where it does."""
        return [self._hook.route()] if self._hook else []

    async def run(self) -> None:
        """Hear until cancelled; raises `SendError` and `StorageUnavailableError`."""
        await self._accounts.ask()
        try:
            if self._hook is None:
                await Sockets(self._client, self._dispatch, self._health, self._backfill.run).run()
            else:
                await self._be_called()
        finally:
            self._intake.caught_up = False
            await self._backfill.stop()
            await self._home.stop()
            await self._dispatch.stop()

    async def _be_called(self) -> None:
        self._health.well()
        while True:
            await self._backfill.run()
            for _ in range(LOOKS_BACK):
                await asyncio.sleep(WATCH)
                await self._accounts.ask()
                self._health.well()

    async def take_again(self, raw: bytes) -> None:
        """Take an event that was set aside; see `surface.CanTakeAgain`."""
        await self._intake.take_again(raw)

    async def close(self) -> None:
        """Close the connections to Slack."""
        await self._client.close()

    async def at_home(self) -> Sequence[str]:
        """Return who looks at their Home tab, or may; raises `StorageUnavailableError`."""
        return await self._home.at_home()

    async def refresh(self, account: str) -> None:
        """Draw somebody's Home tab where it has changed; raises `SendError`."""
        await self._home.refresh(account)

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a file that somebody sent; raises `SendError`."""
        async for chunk in files.download(self._client, ref):
            yield chunk

    # --- where and when ---

    def places(self, team: str | None, inbox: str) -> Sequence[str]:  # noqa: ARG002  # Channels are for teams.
        """Return the team's channel and the one for everything else."""
        channels = self._settings.channels
        found = (channels.get(team or ""), channels.get(DEFAULT))
        return list(dict.fromkeys(one for one in found if one))

    def every_place(self) -> Sequence[str]:
        """Return all channels, the one for everything else first."""
        channels = self._settings.channels
        first = [channels[DEFAULT]] if DEFAULT in channels else []
        return list(dict.fromkeys([*first, *channels.values()]))

    async def reach(self, place: str) -> None:
        """Prove that the app can write in a channel; raises `SendError`."""
        found = await self._client.call("conversations.info", repeatable=True, channel=place)
        channel = found.get("channel") or {}
        if channel.get("is_archived"):
            raise PlaceGoneError("The channel is archived.", reason="unreachable")
        if not channel.get("is_member"):
            sentence = "The app is not in the channel: invite it there."
            raise PlaceGoneError(sentence, reason="no_permission")

    def turn(self, place: str, urgency: Urgency) -> AbstractAsyncContextManager[None]:
        """Enter when a call may go."""
        return self._budgets.turn(place, urgency)

    def room(self, place: str) -> int:
        """Return how many messages the channel takes now."""
        return self._budgets.room(place)

    def url(self, thread: Thread) -> str | None:
        """Return the address of a thread's first message."""
        return self._accounts.permalink(thread.place, thread.card)

    # --- showing ---

    async def open(self, place: str, card: Card, *, key: str) -> Thread:
        """Post the card; raises `SendError`."""
        answer = await self._client.call(
            "chat.postMessage",
            place=place,
            channel=place,
            metadata=posts.metadata(posts.KEY_OF_CARD, key),
            **self._card(card),
        )
        return Thread(place=place, id=str(answer["ts"]), card=str(answer["ts"]))

    async def draw(self, thread: Thread, card: Card) -> None:
        """Show the card as it is now; raises `SendError`."""
        try:
            await self._update(thread.place, thread.card, self._card(card))
        except PostGoneError as error:
            raise ThreadGoneError(str(error), reason=error.reason) from None

    def _card(self, card: Card) -> dict[str, Any]:
        collapses = self._settings.on_close == "collapse"
        return cards.message(card, self._words, collapses=collapses)

    async def post(self, thread: Thread, post: Post) -> Receipt:
        """Show something in the thread; raises `SendError`."""
        quote = self._quote(thread, post.reply_to)
        if post.media:
            blocks = posts.file_blocks(post, self._words, quote)
            receipt = await files.share(self._client, thread, post, blocks)
        else:
            answer = await self._client.call(
                "chat.postMessage",
                place=thread.place,
                channel=thread.place,
                thread_ts=thread.id,
                metadata=posts.metadata(posts.KEY_OF_POST, post.key),
                **posts.named(post),
                **posts.message(post, self._words, quote),
            )
            receipt = Receipt(external_ids=[str(answer["ts"])])
        self._remember(thread.place, receipt.external_ids[0], post)
        return receipt

    async def change(self, thread: Thread, post: Post, external_ids: Sequence[str]) -> None:
        """Show a post as it is now; raises `SendError`."""
        ts, quote = external_ids[0], self._quote(thread, post.reply_to)
        shown = posts.message(post, self._words, quote)
        if post.media:
            shown["blocks"] = posts.file_blocks(post, self._words, quote)
        else:
            # Without blocks of its own, those that it had before would stay.
            shown = {"blocks": [], **shown}
        await self._update(thread.place, ts, shown)
        self._remember(thread.place, ts, post)

    async def _update(self, place: str, ts: str, shown: dict[str, Any]) -> None:
        allowed = {k: v for k, v in shown.items() if not k.startswith("unfurl_")}
        await self._client.call("chat.update", repeatable=True, channel=place, ts=ts, **allowed)

    async def remove(self, thread: Thread, external_ids: Sequence[str]) -> None:
        """Take a post and its files away; raises `SendError`."""
        for one in external_ids:
            if one.startswith(files.FILE_ID):
                await files.take_away(self._client, one)
            else:
                await self._delete(thread, one)

    async def _delete(self, thread: Thread, ts: str) -> None:
        if ts == thread.card:
            await self._intake.takes_away(thread.place, ts)
        gone = ("message_not_found",)
        await self._client.call(
            "chat.delete", fine=gone, repeatable=True, channel=thread.place, ts=ts
        )

    async def mark(self, thread: Thread, external_id: str, mark: Mark | None) -> None:
        """React to an agent's message; raises `SendError`."""
        await self._marks.put(thread.place, external_id, mark)

    async def shut(self, thread: Thread, *, shut: bool) -> None:
        """Put a tick below the card, or take it away: Slack's threads cannot be closed."""
        if self._settings.on_close != "collapse":
            return
        if shut:
            await self._marks.add(thread.place, thread.card, TICK)
        else:
            await self._marks.remove(thread.place, thread.card, TICK)

    async def tell(self, thread: Thread, hint: Hint) -> None:
        """Tell one person, or everybody in the thread where it is for nobody in particular."""
        shown = answers.hint(hint)
        where: dict[str, Any] = {"channel": thread.place, "thread_ts": thread.id}
        if hint.to:
            await self._client.call(
                "chat.postEphemeral", repeatable=True, user=hint.to, **where, **shown
            )
        else:
            await self._client.call("chat.postMessage", place=thread.place, **where, **shown)

    async def find(self, place: str, thread: str | None, key: str, since: int) -> Receipt | None:
        """Return what was posted with a key; raises `SendError`."""
        return await proof.find(self._client, place, thread, key, since)

    # --- quotes ---

    def _quote(self, thread: Thread, reply_to: str | None) -> str | None:
        """Return the line of a quote, which leads to what is quoted."""
        if reply_to is None:
            return None
        said = self._said.get((thread.place, reply_to), "…")
        address = self._accounts.permalink(thread.place, reply_to, thread.id)
        return f"{escaped(said)} <{address}|↩>" if address else escaped(said)

    def _remember(self, place: str, ts: str, post: Post) -> None:
        said = one_line(post.text) or ", ".join(one.name for one in post.media)
        self._said[place, ts] = cut(f"{one_line(post.author)}: {said}", LONGEST_LABEL * 2)
        while len(self._said) > _KNOWN:
            self._said.popitem(last=False)


def _client(settings: SlackSettings, budgets: Budgets) -> Client:
    app_token, proxy = settings.app_token, settings.proxy
    return Client(
        settings.bot_token.reveal().strip(),
        app_token=app_token.reveal().strip() if app_token else None,
        api_base=settings.api_base,
        proxy=proxy.reveal() if proxy else None,
        budgets=budgets,
    )


def _hook(settings: SlackSettings, context: SurfaceContext, dispatch: Dispatch) -> Hook | None:
    """Return the address, only where there is no socket."""
    if settings.app_token is not None or settings.signing_secret is None:
        return None
    secret = settings.signing_secret.reveal().strip()
    return Hook(context.surface_id, secret, dispatch, context.clock)
