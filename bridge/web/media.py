"""`/media/{id}`: attachments, for agents by their session, for customers by a signature.

Anonymous requests learn nothing, not even which files exist (D22).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request, Response, get, head
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from bridge.media import MediaStore, ServedFile
from bridge.models import Attachment
from bridge.web.errors import ApiError

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")

Asked = Request[Any, Any, Any]
MaySee = Callable[[Asked, Attachment], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class _Span:
    """The bytes asked for, both ends included, of a file of `whole` bytes."""

    first: int
    last: int
    whole: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def media_routes(media: MediaStore, may_see: MaySee) -> list[HTTPRouteHandler]:
    """Return the handlers; `may_see` tells whether a session opens an attachment.

    A name behind the id is for networks that fetch a file and judge by its ending.
    """

    async def give(request: Asked, public_id: str, **how: bool) -> Response[Any]:
        row = await _allowed(media, may_see, request, public_id)
        try:
            file = await media.open(row, **how)
        except FileNotFoundError:
            raise ApiError(404, "not_found", "There is no such file.") from None
        return await _answer(request, file)

    async def serve(request: Asked, public_id: FromPath[str]) -> Response[Any]:
        asked = request.query_params
        return await give(
            request, public_id, preview="preview" in asked, download="download" in asked
        )

    async def serve_named(
        request: Asked,
        public_id: FromPath[str],
        name: FromPath[str],  # noqa: ARG001  # For those who look at the address.
    ) -> Response[Any]:
        return await give(request, public_id, preview=False, download=False, named=True)

    async def look(request: Asked, public_id: FromPath[str]) -> Response[None]:
        return _head_of(await serve(request, public_id))

    async def look_named(
        request: Asked, public_id: FromPath[str], name: FromPath[str]
    ) -> Response[None]:
        return _head_of(await serve_named(request, public_id, name))

    path, named = "/media/{public_id:str}", "/media/{public_id:str}/{name:str}"
    return [
        get(path, name="media", include_in_schema=True)(serve),
        get(named, include_in_schema=False)(serve_named),
        head(path, include_in_schema=False, media_type=None)(look),
        head(named, include_in_schema=False, media_type=None)(look_named),
    ]


def _head_of(answer: Response[Any]) -> Response[None]:
    # Litestar can write no `None` as a sound, and wants nothing else of such a handler.
    nothing: Any = b""
    return Response(
        nothing,
        headers=dict(answer.headers),
        media_type=answer.media_type,
        status_code=answer.status_code or 200,
    )


async def _allowed(
    media: MediaStore, may_see: MaySee, request: Asked, public_id: str
) -> Attachment:
    """Return the attachment if this request may open it; raises `ApiError` (403)."""
    exp, sig = request.query_params.get("exp", ""), request.query_params.get("sig", "")
    row = await media.find(public_id)
    signed = media.may_open(public_id, exp=exp, sig=sig)
    if row is None or not (signed or await may_see(request, row)):
        raise ApiError(403, "forbidden", "This file is not for everybody.")
    return row


async def _answer(request: Asked, file: ServedFile) -> Response[Any]:
    whole = (await asyncio.to_thread(file.path.stat)).st_size
    span = _span(request.headers.get("range", ""), whole)
    headers = file.headers | {"Accept-Ranges": "bytes"}
    # Litestar adds the charset to a text.
    mime = file.mime.partition(";")[0]
    if span is None:
        everything = _Span(0, whole - 1, whole)
        headers["Content-Length"] = str(whole)
        return Stream(_read(file.path, everything), media_type=mime, headers=headers)
    if span.first > span.last:
        headers = {"Content-Range": f"bytes */{whole}"}
        return Response(b"", status_code=416, headers=headers)
    headers["Content-Length"] = str(span.length)
    headers["Content-Range"] = f"bytes {span.first}-{span.last}/{whole}"
    content = _read(file.path, span)
    return Stream(content, media_type=mime, headers=headers, status_code=206)


def _span(header: str, whole: int) -> _Span | None:
    """Return the one range asked for; `None` for all, an empty one for what is not there.

    Several ranges at once, and one that ends before it begins, are answered with
    everything, as RFC 9110, 14.1.1 and 14.2 say.
    """
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or asked.group(0) == "bytes=-":
        return None
    first, last = asked.groups()
    if not first:
        return _Span(max(0, whole - int(last)), whole - 1, whole)
    if last and int(last) < int(first):
        return None
    return _Span(int(first), min(int(last or whole), whole - 1), whole)


async def _read(path: Path, span: _Span) -> AsyncIterator[bytes]:
    """Yield the bytes of a span from disk, never the whole file at once."""
    # Not opened in a thread: if this is cancelled meanwhile, nobody would close the file.
    with path.open("rb") as file:  # A matter of microseconds on our own disk.
        file.seek(span.first)
        left = span.length
        while left > 0 and (chunk := await asyncio.to_thread(file.read, min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
