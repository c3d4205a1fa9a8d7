"""The app's Home tab as an agent's inbox: their state, what is theirs, new and late.

docs.slack.dev/surfaces/app-home. It is drawn when it is opened, and anew for those who have
opened it lately, where something in it has changed. Slack does not tell when somebody leaves.

Where Slack calls, it is opened and pressed in whichever process answers, and followed by the
one that has the surface: who looks, and what was drawn, is in the database. What somebody was
answered is known to the process that did it alone, and left to stand by the others for a while.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from weakref import WeakValueDictionary

from agent_console.slack.answers import lists
from agent_console.slack.budgets import Budgets
from agent_console.slack.buttons import actions
from agent_console.slack.client import Client
from agent_console.slack.people import People
from agent_console.slack.text import escaped, plain, sections
from agent_console.slack.words import Words
from agent_console.surface import Answer, Person, StaffDesk
from bridge.channel import SendError, StorageUnavailableError
from bridge.clock import Clock

_log = logging.getLogger(__name__)

# docs.slack.dev/reference/views
MOST_BLOCKS = 100
# Whoever has opened it so long ago (ms) does not look at it now.
LOOKS = 3600_000
# What somebody was answered stands above it for so long (ms).
TOLD_FOR = 10 * 60_000
# What is kept under each account: what was drawn last, and when they were answered last.
_DRAWN, _ANSWERED = "home drawn", "home answered"
# It is drawn again whatever it is.
_UNKNOWN = ""
View = dict[str, Any]


class Home:
    """The Home tabs of one workspace's agents."""

    def __init__(
        self,
        client: Client,
        desk: StaffDesk,
        people: People,
        words: Words,
        budgets: Budgets,
        clock: Clock,
    ) -> None:
        """Draw nothing yet."""
        self._client = client
        self._desk = desk
        self._people = people
        self._words = words
        self._budgets = budgets
        self._clock = clock
        self._looking: Collection[str] = ()
        self._drawn: Mapping[str, str] = {}
        self._answered: Mapping[str, int] = {}
        self._told: dict[str, tuple[Answer, int]] = {}
        self._drawing = WeakValueDictionary[str, asyncio.Lock]()
        self._soon: set[asyncio.Task[None]] = set()

    def opened(self, account: str) -> None:
        """Draw it for somebody who looks at it from now on."""
        self._told.pop(account, None)
        task = asyncio.create_task(self._open(account))
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    async def _open(self, account: str) -> None:
        await self._looks(account, None)
        await self.show(account)

    async def _looks(self, account: str, answered: int | None) -> None:
        """Keep that somebody looks, and when they were answered; unkept, it is drawn no more."""
        value = None if answered is None else str(answered)
        with contextlib.suppress(StorageUnavailableError):
            await self._desk.visited(account)
            await self._desk.keep(_ANSWERED, {account: value}, within=LOOKS)

    async def at_home(self) -> Sequence[str]:
        """Return who looks at it, as far as one can know: the last to open it first."""
        looking = list(reversed(await self._desk.visitors(self._clock.now() - LOOKS)))
        answered = await self._desk.kept(_ANSWERED)
        self._drawn = await self._desk.kept(_DRAWN)
        self._answered = {one: int(at) for one, at in answered.items()}
        self._looking = frozenset(looking)
        return looking

    async def refresh(self, account: str) -> None:
        """Draw it where it has changed, when there is room for that; raises `SendError`.

        It goes by what `at_home` has found the last time.
        """
        if account not in self._looking or self._is_answered_elsewhere(account):
            return
        if _digest(await self._view(account)) != self._drawn.get(account):
            async with self._budgets.leisure():
                await self._draw(account)

    def _is_answered_elsewhere(self, account: str) -> bool:
        """Say whether another process has just told them something that only it knows."""
        at, (_, here) = self._answered.get(account, 0), self._told.get(account, (None, 0))
        return at > here and self._clock.now() - at <= TOLD_FOR

    async def show(self, account: str, notice: Answer | None = None) -> None:
        """Draw it now, with what they have just been answered above; never raises."""
        if notice is not None:
            now = self._clock.now()
            self._told = {who: one for who, one in self._told.items() if now - one[1] <= TOLD_FOR}
            self._told[account] = notice, now
            await self._looks(account, now)
        try:
            await self._draw(account)
        except (SendError, StorageUnavailableError) as error:
            _log.warning("a Home tab is not drawn: %s", error)

    async def stop(self) -> None:
        """Draw nothing more."""
        tasks = list(self._soon)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _draw(self, account: str) -> None:
        # One after another, so that the last that Slack gets is the last that there is.
        async with self._drawing.setdefault(account, asyncio.Lock()):
            before, view = await self._last_drawn(account), await self._view(account)
            drawn = _UNKNOWN
            try:
                await self._client.call(
                    "views.publish", repeatable=True, user_id=account, view=view
                )
                # Where another process has drawn meanwhile, nobody knows which came last.
                if await self._last_drawn(account) == before:
                    drawn = _digest(view)
            finally:
                await self._desk.keep(_DRAWN, {account: drawn}, within=LOOKS)

    async def _last_drawn(self, account: str) -> str | None:
        return (await self._desk.kept(_DRAWN)).get(account)

    async def _view(self, account: str) -> View:
        by = await self._people.person(account)
        found = await self._desk.inbox(by)
        if found.refused:
            # Nobody who is no agent sees what agents see.
            return {"type": "home", "blocks": sections(escaped(found.text)) or [_nothing()]}
        blocks = [*actions(found.buttons), *sections(escaped(found.text)), *self._search(by)]
        blocks += self._notice(by)
        room = MOST_BLOCKS - len(blocks)
        return {
            "type": "home",
            "blocks": blocks + lists(found.lists, self._words, by.language, room=room)[:room],
        }

    def _search(self, by: Person) -> list[dict[str, Any]]:
        search = {
            "type": "input",
            "dispatch_action": True,
            "block_id": "search",
            "label": plain(self._words("search", by.language)),
            "element": {"type": "plain_text_input", "action_id": "do:find"},
        }
        return [search, {"type": "divider"}]

    def _notice(self, by: Person) -> list[dict[str, Any]]:
        """Return what they were answered a short while ago."""
        notice, at = self._told.get(by.id, (None, 0))
        if notice is None or self._clock.now() - at > TOLD_FOR:
            return []
        blocks = sections(escaped(notice.text)) if notice.text else []
        blocks += lists(notice.lists, self._words, by.language, room=25)
        blocks += actions(notice.buttons)
        return [*blocks, {"type": "divider"}] if blocks else []


def _nothing() -> dict[str, Any]:
    return {"type": "section", "text": plain("…")}


def _digest(view: View) -> str:
    """Return what is the same for views that are the same."""
    said = json.dumps(view, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:32]
