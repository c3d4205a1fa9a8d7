"""Reading messages from the dialogs where their events are lost.

What was known already is known by its id, so reading too much does no harm; marks of
reading, reactions and typing of that time stay lost.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.channel import Sink
from channels.vk.api import Api
from channels.vk.intake import Intake

Thing = Mapping[str, Any]

# https://dev.vk.com/ru/method/messages.getHistory and messages.getConversations.
_PAGE = 200
# VK's clock and ours may differ, and an event may be told a while after its message. In ms.
MARGIN = 300_000
# Updates in one transaction.
_AT_ONCE = 100


class Backfill:
    """Brings in what was written since some time."""

    def __init__(self, api: Api, intake: Intake) -> None:
        """Read by `api`, hand to `intake`."""
        self._api = api
        self._intake = intake

    async def since(self, sink: Sink, at: int) -> None:
        """Bring in all messages since `at` (ms), dialog by dialog, each in its order.

        Raises `SendError` and `StorageUnavailableError`; beginning again does no harm.
        """
        begin = (at - MARGIN) // 1000
        for dialog in await self._recent("messages.getConversations", begin, _last_date):
            peer = dialog["conversation"]["peer"]
            if peer["type"] == "user":
                await self._bring(sink, peer["id"], begin)

    async def _bring(self, sink: Sink, peer: int, begin: int) -> None:
        messages = await self._recent("messages.getHistory", begin, _date, peer_id=peer)
        updates = [update for one in reversed(messages) for update in _as_updates(one)]
        for start in range(0, len(updates), _AT_ONCE):
            await self._intake.take(sink, updates[start : start + _AT_ONCE])

    async def _recent(
        self, method: str, begin: int, date_of: Callable[[Thing], int], **given: Any
    ) -> list[Thing]:
        """Return what is not older than `begin` (s); VK gives the latest first."""
        found: list[Thing] = []
        while True:
            page = await self._api.call(method, count=_PAGE, offset=len(found), **given)
            recent = [one for one in page["items"] if date_of(one) >= begin]
            found += recent
            if len(recent) < _PAGE:
                return found


def _date(message: Thing) -> int:
    date: int = message["date"]
    return date


def _last_date(dialog: Thing) -> int:
    return _date(dialog["last_message"]) if "last_message" in dialog else 0


def _as_updates(message: Thing) -> list[Thing]:
    """Return the events that would have told of a message, and of its last edit."""
    if message.get("out"):
        return [{"type": "message_reply", "object": message}]
    updates: list[Thing] = [{"type": "message_new", "object": {"message": message}}]
    if message.get("update_time"):
        updates.append({"type": "message_edit", "object": message})
    return updates
