"""A widget inbox whose loop turns when the test says so."""

from typing import Any

from bridge.channel import (
    ContactUnreachable,
    OutboundPart,
    PageVisited,
    Receipt,
    Visit,
)
from channels.widget.presence import GRACE, SETTLING
from channels.widget.watching import Watch
from tests.channels.widget.desk import THREAD, Desk, Visitor

VISIT = {
    "tab": "tab-1",
    "url": "https://shop.example.com/чай?utm_source=news",
    "title": "Чай 🍵",
    "first_url": "https://shop.example.com/",
    "first_title": "Крамниця",
    "referrer": "https://search.example.org/?q=tea",
    "screen": "1440x900",
    "language": "uk-UA",
    "utm": {"source": "news", "campaign": "осінь"},
}


class Watched(Desk):
    """An inbox whose loop turns when the test says so."""

    def __init__(self, **settings: Any) -> None:
        """Wire it and begin."""
        super().__init__(**settings)
        self.open()
        self.watch = Watch(self.parts)
        self.parts.presence.start()

    async def passes(self, seconds: float, *, step: float = 0.5) -> None:
        """Let time pass, with the loop turning as it does."""
        left = seconds
        while left > 0:
            self.clock.tick(min(step, left))
            left -= step
            await self.watch.tick()

    async def grown(self) -> "Watched":
        """Be past the first grace, in which anybody may come back."""
        await self.passes(GRACE + SETTLING + 1, step=5)
        return self

    @property
    def visits(self) -> list[Visit]:
        """Return what agents were told of visits."""
        return [one.visit for one in self.core.events if isinstance(one, PageVisited)]

    @property
    def given_up(self) -> list[str]:
        """Return whom agents were told to be gone."""
        return [
            one.sender.external_id
            for one in self.core.events
            if isinstance(one, ContactUnreachable) and one.reason == "visitor_left"
        ]

    async def answer(self, visitor: Visitor, text: str = "Вітаю") -> Receipt:
        """Have the core send an agent's message through the channel."""
        kept = await self.core.says(visitor.customer, THREAD, text)
        part = OutboundPart(
            recipient=visitor.customer, thread=THREAD, message_id=kept.id, text=text
        )
        return await self.channel.send(part, key=str(kept.id))
