"""What became of a message to which no answer came: it is there with its key, or it is not."""

from collections.abc import Mapping
from typing import Any

from agent_console.slack.backfill import pages
from agent_console.slack.client import Client
from bridge.channel import Receipt

# Slack's clock is another than ours, in ms.
SKEW = 2 * 60_000


async def find(
    client: Client, place: str, thread: str | None, key: str, since: int
) -> Receipt | None:
    """Return what was posted with `key`; raises `SendError`."""
    oldest = f"{(since - SKEW) // 1000}.000000"
    args: dict[str, Any] = {"channel": place, "oldest": oldest, "include_all_metadata": True}
    method = "conversations.history" if thread is None else "conversations.replies"
    if thread is not None:
        args["ts"] = thread
    async for one in pages(client, method, **args):
        if _has(one, key):
            return Receipt(external_ids=[one["ts"], *_files(one)])
    return None


def _has(message: Mapping[str, Any], key: str) -> bool:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    blocks = message.get("blocks") or ()
    return payload.get("key") == key or any(one.get("block_id") == key for one in blocks)


def _files(message: Mapping[str, Any]) -> list[str]:
    return [one["id"] for one in message.get("files") or ()]
