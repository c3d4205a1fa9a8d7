"""The app's Home tab as an agent's inbox: their state, what is theirs, new and late.

docs.slack.dev/surfaces/app-home. It is drawn when it is opened, and anew for those who have
opened it lately; what follows at once is drawn together.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from agent_console.slack.answers import lists
from agent_console.slack.buttons import actions
from agent_console.slack.client import Client
from agent_console.slack.people import People
from agent_console.slack.text import escaped, plain, sections
from agent_console.slack.words import Word, Words
from agent_console.surface import Answer, Person, Press, StaffDesk
from bridge.channel import SendError
from bridge.clock import Clock

_log = logging.getLogger(__name__)

LISTS = ("my", "queue", "overdue")
STATES: Sequence[Word] = ("online", "break", "offline")
# docs.slack.dev/reference/views
MOST_BLOCKS = 100
# Whoever has opened it so long ago (ms) does not look at it now.
LOOKS = 3600_000
# Changes within so many seconds are drawn together.
TOGETHER = 2.0
_MOST_PEOPLE = 2000


class Home:
    """The Home tabs of one workspace's agents."""

    def __init__(
        self, client: Client, desk: StaffDesk, people: People, words: Words, clock: Clock
    ) -> None:
        """Draw nothing yet."""
        self._client = client
        self._desk = desk
        self._people = people
        self._words = words
        self._clock = clock
        self._opened: OrderedDict[str, int] = OrderedDict()
        self._soon: dict[str, asyncio.Task[None]] = {}

    def opened(self, account: str) -> None:
        """Draw it for somebody who looks at it from now on."""
        self._opened[account] = self._clock.now()
        self._opened.move_to_end(account)
        while len(self._opened) > _MOST_PEOPLE:
            self._opened.popitem(last=False)
        self._begin(account, 0.0)

    def refresh(self, account: str) -> None:
        """Draw it soon, if they look at it."""
        since = self._opened.get(account)
        if since is not None and self._clock.now() - since < LOOKS:
            self._begin(account, TOGETHER)

    async def show(self, account: str, notice: Answer | None = None) -> None:
        """Draw it now, with what they have just been answered above; never raises."""
        try:
            view = await self._view(await self._people.person(account), notice)
            await self._client.call("views.publish", repeatable=True, user_id=account, view=view)
        except SendError as error:
            _log.warning("a Home tab is not drawn: %s", error)

    async def stop(self) -> None:
        """Draw nothing more."""
        tasks = list(self._soon.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._soon.clear()

    def _begin(self, account: str, after: float) -> None:
        if account in self._soon and after:
            return
        task = asyncio.create_task(self._later(account, after))
        self._soon[account] = task
        task.add_done_callback(lambda done: self._done(account, done))

    def _done(self, account: str, task: asyncio.Task[None]) -> None:
        if self._soon.get(account) is task:
            del self._soon[account]

    async def _later(self, account: str, after: float) -> None:
        await asyncio.sleep(after)
        await self.show(account)

    async def _view(self, by: Person, notice: Answer | None) -> dict[str, Any]:
        found = [await self._desk.press(by, verb) for verb in LISTS]
        if any(one.refused for one in found):
            # Nobody who is no agent sees what agents see.
            refused = next(one for one in found if one.refused)
            return {"type": "home", "blocks": sections(escaped(refused.text)) or [_nothing()]}
        blocks = self._head(by) + self._told(by, notice)
        room = MOST_BLOCKS - len(blocks)
        return {"type": "home", "blocks": blocks + self._lists(by, found, room)}

    def _head(self, by: Person) -> list[dict[str, Any]]:
        states = [Press(verb=one, label=self._words(one, by.language)) for one in STATES]
        search = {
            "type": "input",
            "dispatch_action": True,
            "block_id": "search",
            "label": plain(self._words("search", by.language)),
            "element": {"type": "plain_text_input", "action_id": "do:find"},
        }
        return [*actions(states), search, {"type": "divider"}]

    def _told(self, by: Person, notice: Answer | None) -> list[dict[str, Any]]:
        if notice is None:
            return []
        blocks = sections(escaped(notice.text)) if notice.text else []
        blocks += lists(notice.lists, self._words, by.language, room=25)
        blocks += actions(notice.buttons)
        return [*blocks, {"type": "divider"}] if blocks else []

    def _lists(self, by: Person, found: Sequence[Answer], room: int) -> list[dict[str, Any]]:
        full = {heading: lines for one in found for heading, lines in one.lists.items() if lines}
        empty = [one.text for one in found if not any(one.lists.values()) and one.text]
        blocks = lists(full, self._words, by.language, room=room - len(empty) - 1)
        for text in empty:
            blocks += sections(escaped(text))
        for one in found:
            blocks += actions(one.buttons)
        return blocks[:room]


def _nothing() -> dict[str, Any]:
    return {"type": "section", "text": plain("…")}
