"""Keeping to what Telegram lets a bot send, rather than being told.

A message a second to one chat and thirty a second to all of them together
(core.telegram.org/bots/faq#my-bot-is-hitting-limits); we stay a little below. Each message
is given its time when it asks, so nobody waits behind a chat that is slow.
"""

import asyncio

from bridge.clock import Clock

# Seconds between two messages to one chat, and between two to any.
CHAT_INTERVAL = 1.02
INTERVAL = 1 / 25
# So many may go to different chats at once before the interval holds.
BURST = 4
# Chats are forgotten, when there are so many, once their time has passed.
MOST_CHATS = 5_000


class Pace:
    """Says when a message may go. It knows of one process only."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing sent."""
        self._clock = clock
        self._next = 0.0
        self._next_in: dict[int, float] = {}

    async def turn(self, chat: int) -> None:
        """Return when the next message may go to this chat."""
        await asyncio.sleep(self.wait(chat))

    @property
    def has_room(self) -> bool:
        """Whether no message waits for the bot's own limit: what is none may go beside them."""
        return self._next <= self._clock.monotonic()

    def wait(self, chat: int) -> float:
        """Take the next free time for a message to this chat; return the seconds until then."""
        now = self._clock.monotonic()
        at = max(now, self._next_in.get(chat, 0.0), self._next - BURST * INTERVAL)
        self._next = max(now, self._next) + INTERVAL
        self._next_in[chat] = at + CHAT_INTERVAL
        if len(self._next_in) > MOST_CHATS:
            self._next_in = {one: free for one, free in self._next_in.items() if free > now}
        return at - now
