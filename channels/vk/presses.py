"""Presses of callback buttons that another program has put under its messages.

VK tells of such a press what the button carries, and not what it says. Its words stand in
the message that holds it, which is asked for before the press is stored: an agent should
read what the customer read. https://dev.vk.com/ru/api/bots/development/keyboard
"""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bridge.channel import ButtonPressed, InboundEvent, SendError
from channels.vk.api import Api
from channels.vk.content import text_of
from channels.vk.translate import our_button

# So long VK, which waits for our own answer, lets the press wait, in seconds.
PATIENCE = 3.0


class Presses:
    """Finds the words of buttons."""

    def __init__(self, api: Api) -> None:
        """Ask through `api`."""
        self._api = api

    async def worded(self, update: Any, events: Sequence[InboundEvent]) -> Sequence[InboundEvent]:
        """Return the events of an update, a foreign button's press with the button's words.

        Where VK does not tell them in time, the press keeps what the button carries.
        """
        if update.get("type") != "message_event":
            return events
        thing = update["object"]
        if our_button(thing.get("payload")):
            return events
        label = await self._label(thing) if events else None
        return [
            replace(one, button=label) if label and isinstance(one, ButtonPressed) else one
            for one in events
        ]

    async def _label(self, thing: Mapping[str, Any]) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._api.call(
                    "messages.getByConversationMessageId",
                    peer_id=thing["peer_id"],
                    conversation_message_ids=thing["conversation_message_id"],
                )
            return label_of(found, thing.get("payload"))
        except (SendError, TimeoutError, LookupError, TypeError, ValueError, AttributeError):
            return None


def label_of(found: Any, payload: Any) -> str | None:
    """Return what the button says that carries `payload`; `None` unless there is one such.

    `found` is the answer with the message. Raises `LookupError`, `TypeError`, `ValueError`
    and `AttributeError` for what is no such answer.
    """
    labels = {
        text_of(action["label"])
        for action in _callbacks(found["items"][0].get("keyboard") or {})
        if _carried(action.get("payload")) == payload
    }
    return labels.pop() if len(labels) == 1 else None


def _callbacks(keyboard: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for row in keyboard.get("buttons", ()):
        for button in row:
            if button["action"]["type"] == "callback":
                yield button["action"]


def _carried(payload: Any) -> Any:
    """Return a payload as a press brings it; in a keyboard it stands as JSON."""
    return json.loads(payload) if isinstance(payload, str) and payload else payload
