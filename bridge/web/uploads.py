"""One file out of a multipart request, handed on as it comes in."""

import contextlib
import unicodedata
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
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is coming in.

    `name` and `mime` are the sender's word, `name` made safe to show; `chunks` can be read
    once.
    """

    name: str
    mime: str
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
        yield Upload(
            safe_name(segment.filename or ""),
            (segment.content_type or "application/octet-stream").lower()[:100],
            _chunks(events, limit),
        )
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


def safe_name(name: str) -> str:
    """Return a file's name fit to be shown: no folders, nothing invisible, not endless.

    Characters that turn the direction of writing go too, or `exe.gpj` could read as jpg.
    It is never used as a path.
    """
    name = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if c.isspace() else c for c in name if _is_seen(c))
    shown = " ".join(shown.split()).strip(". ")
    if len(shown) <= LONGEST_NAME:
        return shown or "file"
    stem, dot, suffix = shown.rpartition(".")
    if not dot or len(suffix) > 10:
        return shown[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
