"""Files that agents attach."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, post

from agent_console import cards
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Me
from agent_console.web.auth.guard import BOTS_TOO
from agent_console.web.console import Console
from bridge.channel import MediaRefusedError, MediaTooLargeError
from bridge.web import ApiError, Upload, too_large, uploaded_file


@contextlib.asynccontextmanager
async def taken_file(
    request: Request[Any, Any, Any], console: Console
) -> AsyncIterator[tuple[Upload, int]]:
    """Give the file of an upload, and how many bytes it may have; says what is not taken.

    Raises `ApiError`: 413 for too many bytes, 415 for what the media store refuses.
    """
    limit = int(console.settings.storage.media.max_upload)
    async with uploaded_file(request, limit=limit) as file:
        try:
            yield file, limit
        except MediaTooLargeError as error:
            raise too_large(error.limit) from None
        except MediaRefusedError:
            raise ApiError(415, "type_refused", "This file cannot be taken.") from None


@post("/uploads", request_max_body_size=None, opt={BOTS_TOO: True})
async def upload(request: Request[Any, Any, Any], console: Given, me: Me) -> w.Attachment:
    """Keep a file (multipart, field `file`) until it is sent with a message (D20)."""
    async with taken_file(request, console) as (file, limit):
        stored = await console.media.receive(
            file.chunks, name=file.name, owner=f"agent:{me.agent.id}", limit=limit
        )
    return cards.attachment(stored)


HANDLERS = [upload]
