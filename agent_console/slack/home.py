"""The app's Home tab as an agent's inbox: their state, what is theirs, new and late.

docs.slack.dev/surfaces/app-home. It is drawn when it is opened, and anew for those who have
opened it lately, where something in it has changed. Slack does not tell when somebody leaves.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

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
_MOST_PEOPLE = 2000
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
        self._opened: OrderedDict[str, int] = OrderedDict()
        self._drawn: dict[str, View] = {}
        self._told: dict[str, tuple[Answer, int]] = {}
        self._drawing: dict[str, asyncio.Lock] = {}
        self._soon: set[asyncio.Task[None]] = set()

    def opened(self, account: str) -> None:
        """Draw it for somebody who looks at it from now on."""
        self._told.pop(account, None)
        self._looks(account)
        task = asyncio.create_task(self.show(account))
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    def at_home(self) -> Sequence[str]:
        """Return who looks at it, as far as one can know: the last to open it first."""
        since = self._clock.now() - LOOKS
        return [one for one, at in reversed(self._opened.items()) if at > since]

    async def refresh(self, account: str) -> None:
        """Draw it where it has changed, when there is room for that; raises `SendError`."""
        if account not in self.at_home():
            return
        if await self._view(account) != self._drawn.get(account):
            async with self._budgets.leisure():
                await self._draw(account)

    async def show(self, account: str, notice: Answer | None = None) -> None:
        """Draw it now, with what they have just been answered above; never raises."""
        if notice is not None:
            self._told[account] = notice, self._clock.now()
            self._looks(account)
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

    def _looks(self, account: str) -> None:
        self._opened[account] = self._clock.now()
        self._opened.move_to_end(account)
        while len(self._opened) > _MOST_PEOPLE:
            gone, _ = self._opened.popitem(last=False)
            for kept in (self._drawn, self._told, self._drawing):
                kept.pop(gone, None)

    async def _draw(self, account: str) -> None:
        # One after another, so that the last that Slack gets is the last that there is.
        async with self._drawing.setdefault(account, asyncio.Lock()):
            view = await self._view(account)
            # What nobody knows the end of is drawn again.
            self._drawn.pop(account, None)
            await self._client.call("views.publish", repeatable=True, user_id=account, view=view)
            self._drawn[account] = view

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
