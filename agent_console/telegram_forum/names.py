"""What topics are called: changed after their cards, and only when there is room for it.

A name counts like a message. Of several changes only the last is made, and only where the
name is another than what was shown.
"""

from functools import partial

from aiogram import methods as tg

from agent_console.surface import Thread
from agent_console.telegram_forum.line import Line
from agent_console.telegram_forum.turns import ERRAND

_MOST = 5000


class Names:
    """The names of the topics of one bot, as far as it has given them since it runs here."""

    def __init__(self, line: Line) -> None:
        """Know no names."""
        self._line = line
        self._shown: dict[tuple[str, str], str] = {}
        self._wanted: dict[tuple[str, str], str] = {}

    def shown(self, thread: Thread, name: str) -> None:
        """Remember what a topic is called."""
        self._shown.pop((thread.place, thread.id), None)
        self._shown[thread.place, thread.id] = name
        while len(self._shown) > _MOST:
            del self._shown[next(iter(self._shown))]

    def forget(self) -> None:
        """Know no names any more: another process may have given others."""
        self._shown.clear()

    def gone(self, thread: Thread) -> None:
        """Forget a topic."""
        self._shown.pop((thread.place, thread.id), None)
        self._wanted.pop((thread.place, thread.id), None)

    def wanted(self, thread: Thread, name: str) -> None:
        """Have a topic called so, soon."""
        at = thread.place, thread.id
        waits = at in self._wanted
        if self._shown.get(at) == name and not waits:
            return
        self._wanted[at] = name
        if not waits:
            self._line.beside(partial(self._give, thread))

    async def _give(self, thread: Thread) -> None:
        at = thread.place, thread.id
        try:
            async with self._line.turns.call(thread.place, yields=ERRAND):
                name = self._wanted.pop(at, None)
                if name is None or self._shown.get(at) == name:
                    return
                await self._line.client.call(
                    tg.EditForumTopic(
                        chat_id=int(thread.place), message_thread_id=int(thread.id), name=name
                    ),
                    unless="topic_not_modified",
                )
        finally:
            self._wanted.pop(at, None)
        self.shown(thread, name)
