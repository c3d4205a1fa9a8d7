"""Whom a message calls by name, and so wakes.

Source: https://docs.slack.dev/messaging/formatting-message-text#advanced
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.sandbox.slack.team import Message

_WRITTEN = re.compile(r"<(@[UW][A-Z0-9]+|!channel|!here|!everyone|!subteam\^[A-Z0-9]+)[|>]")
# What `link_names`, `parse: full` and an update's own default look for.
_NAMED = re.compile(r"(?<![\w@])@(channel|here|everyone|[a-z0-9][a-z0-9._-]*)", re.IGNORECASE)


def called(message: Message) -> set[str]:
    """Return everybody whom a message wakes, as it names them."""
    texts = [message.text, *_marked(message.blocks)]
    found = {one[1] for text in texts for one in _WRITTEN.finditer(text)}
    if message.link_names or message.parse in ("full", "client"):
        found |= {f"@{one[1]}" for text in texts for one in _NAMED.finditer(text)}
    return found


def _marked(blocks: Sequence[Any]) -> Iterator[str]:
    for one in blocks:
        if isinstance(one, Mapping):
            if one.get("type") == "mrkdwn":
                yield str(one.get("text", ""))
            yield from _marked(list(one.values()))
        elif isinstance(one, list | tuple):
            yield from _marked(one)
