"""One file out of a multipart request, handed on as it comes in."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from litestar import Request
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
)

from bridge.web.errors import ApiError
from bridge.web.requests import too_large

# What a browser puts around one file: boundaries and headers.
ENVELOPE = 16 * 1024
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is coming in.

    `name` is the sender's word, which the media store makes fit to be shown; what type the
    file is, only its content tells. `chunks` can be read once.
    """

    name: str
    chunks: AsyncIterator[bytes]


@contextlib.asynccontextmanager
async def uploaded_file(
    request: Request[Any, Any, Any], *, limit: int, field: str = "file"
) -> AsyncIterator[Upload]:
    """Give the file in `field` of a multipart request, reading no more than it needs.

    The handler must have `request_max_body_size=None`. Raises `ApiError`: 413 past `limit`
    bytes, 415 for no multipart, 400 for a broken one or one without the file; the reading
    of `chunks` raises them too.
    """
    kind, options = request.content_type
    if kind != "multipart/form-data":
        raise ApiError(415, "wrong_type", "The body must be multipart/form-data.")
    if (request.content_length or 0) > limit + ENVELOPE:
        raise too_large(limit)
    events = _events(request, options.get("boundary", ""), limit)
    try:
        segment = await _find(events, field)
        yield Upload(segment.filename, _chunks(events, limit))
    finally:
        await events.aclose()


async def _events(request: Request[Any, Any, Any], boundary: str, limit: int) -> Any:
    read = 0
    try:
        with PushMultipartParser(boundary.encode(), max_segment_count=MOST_PARTS) as parser:
            async for chunk in request.stream():
                read += len(chunk)
                if read > limit + ENVELOPE:
                    raise too_large(limit)
                for event in parser.parse(chunk):
                    yield event
    except ParserLimitReached:
        raise _broken("The upload has more parts or headers than a file needs.") from None
    except MultipartError:
        raise _broken("The upload is not valid multipart/form-data.") from None


async def _find(events: AsyncIterator[Any], field: str) -> Any:
    async for event in events:
        if isinstance(event, MultipartSegment) and event.name == field and event.filename:
            return event
    raise _broken(f'The upload has no file in the field "{field}".')


async def _chunks(events: AsyncIterator[Any], limit: int) -> AsyncIterator[bytes]:
    read = 0
    async for event in events:
        if event is None:
            return
        read += len(event)
        if read > limit:
            raise too_large(limit)
        yield bytes(event)
    raise _broken("The upload broke off.")


def _broken(message: str) -> ApiError:
    return ApiError(400, "malformed_upload", message)
