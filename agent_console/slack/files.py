"""Files in both directions: docs.slack.dev/messaging/working-with-files.

A file goes in three steps, of which only the last one shows it: whatever fails before may be
tried again. Slack tells a little later in which message it is.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from agent_console.slack.client import NOT_GIVEN, Client
from agent_console.surface import Post, Thread
from bridge.channel import OutboundMedia, Receipt, RejectedError

# After these many seconds Slack is asked in which message a file is.
PAUSES = (0.0, 0.3, 0.7, 1.5, 3.0)
FILE_ID = "F"


async def share(
    client: Client, thread: Thread, post: Post, blocks: Sequence[Mapping[str, Any]]
) -> Receipt:
    """Show a post's files in one message; raises `SendError`.

    The receipt has the message's id first, and those of the files.
    """
    files = [await _brought(client, one) for one in post.media]
    await client.call(
        "files.completeUploadExternal",
        place=thread.place,
        files=json.dumps(files),
        channel_id=thread.place,
        thread_ts=thread.id,
        blocks=json.dumps(blocks),
    )
    ids = [one["id"] for one in files]
    ts = await _message_of(client, thread.place, ids[0])
    return Receipt(external_ids=[ts, *ids] if ts else ids)


async def _brought(client: Client, media: OutboundMedia) -> Mapping[str, str]:
    given = await client.call(
        "files.getUploadURLExternal",
        repeatable=True,
        filename=media.name or f"{media.kind}",
        length=media.size,
    )
    await client.upload(str(given["upload_url"]), media)
    return {"id": str(given["file_id"]), "title": media.name or media.kind}


async def _message_of(client: Client, place: str, file_id: str) -> str | None:
    """Return the message that a file was shared in, as soon as Slack knows it."""
    for pause in PAUSES:
        await asyncio.sleep(pause)
        found = await client.call(
            "files.info", fine=("file_not_found",), repeatable=True, file=file_id
        )
        shares = found.get("file", {}).get("shares", {})
        for kind in ("public", "private"):
            for share in shares.get(kind, {}).get(place, ()):
                return str(share["ts"])
    return None


async def take_away(client: Client, file_id: str) -> None:
    """Delete a file of the app's; raises `SendError`."""
    await client.call(
        "files.delete", fine=("file_not_found", "file_deleted"), repeatable=True, file=file_id
    )


async def download(client: Client, file_id: str) -> AsyncIterator[bytes]:
    """Yield a file that somebody sent; raises `SendError`."""
    found = await client.call("files.info", repeatable=True, file=file_id)
    file = found.get("file", {})
    url = file.get("url_private_download") or file.get("url_private")
    if not isinstance(url, str) or file.get("is_external"):
        raise RejectedError(NOT_GIVEN, reason="media_gone")
    async for chunk in client.fetch(url):
        yield chunk
