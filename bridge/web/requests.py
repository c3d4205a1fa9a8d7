"""Reading a request: never more than allowed, JSON exactly as it was declared."""

from collections.abc import AsyncGenerator
from functools import cached_property, lru_cache
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.datastructures import Headers
from litestar.params import QueryParameter

from bridge.web.coming import Bodies
from bridge.web.errors import ApiError, invalid_body
from bridge.web.incoming import sent

_JSON = "application/json"
# What a JSON body may hold, unless its handler says otherwise.
MAX_BODY = 256 * 1024

# JavaScript counts exactly to here, and so does every database.
MAX_ID = 2**53 - 1
Id = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
"""Our id of a row, in a body."""
Uuid = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", max_length=36),
]
"""An id that a client makes itself, for what it sends."""
QueryId = Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)]
"""Our id of a row, in a query; give it `= None`."""
QueryAfter = Annotated[int | None, QueryParameter(ge=0, le=MAX_ID)]
"""The id that a page begins after; 0 is the very beginning. Give it `= None`."""

_bodies = Bodies()


class ClientGoneError(ApiError):
    """The client went away in the middle of its own request: nobody reads the answer."""

    def __init__(self) -> None:
        """There is nothing to tell anybody."""
        super().__init__(400, "disconnected", "The request broke off.")


class ApiRequest(Request[Any, Any, Any]):
    """A request whose body is limited as it comes in, and whose JSON is strict.

    The handler's `data` must be a msgspec type. Unlike Litestar's own reading, `"1"` is no
    number here, and a body of another media type is no JSON.
    """

    @cached_property
    def headers(self) -> Headers:
        """Return the headers; Litestar's own property looks them up anew each time."""
        return Headers.from_scope(self.scope)

    @property
    def content_length(self) -> int | None:
        """Return how many bytes the body says it has; raises `ApiError` (400) for no number."""
        said = sent(self.scope, "content-length")
        try:
            return int(said[0]) if said else None
        except ValueError:
            raise ApiError(400, "bad_request", "The Content-Length is not valid.") from None

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield the body; raises `ApiError` (413) past `request_max_body_size`."""
        if isinstance(self._body, bytes):
            yield self._body
            return
        limit = self._limit()
        read, more = 0, True
        while more:
            chunk, more = await self._chunk(read, limit)
            read += len(chunk)
            if chunk:
                yield chunk

    async def body(self) -> bytes:
        """Return the whole body; raises as `stream`, and `ApiError` (503) as `Pieces.add`."""
        if isinstance(self._body, bytes):
            return self._body
        limit = self._limit()
        body, more = await self._chunk(0, limit)
        if more:
            body = await self._rest(body, limit)
        self._body = self._connection_state.body = body
        return body

    async def _rest(self, first: bytes, limit: int | None) -> bytes:
        """Return a body of which there is more than the first piece; raises as `body`."""
        with _bodies.another() as pieces:
            read, more = pieces.add(first), True
            while more:
                chunk, more = await self._chunk(read, limit)
                read = pieces.add(chunk)
            return pieces.whole()

    def _limit(self) -> int | None:
        """Return how many bytes the body may have; raises `ApiError` if it says it has more."""
        limit: int | None = self.route_handler.resolve_request_max_body_size()
        if limit is not None and (self.content_length or 0) > limit:
            raise too_large(limit)
        return limit

    async def _chunk(self, read: int, limit: int | None) -> tuple[bytes, bool]:
        """Return the next bytes, after `read` of them, and whether there are more."""
        event: Any = await self.receive()
        if event["type"] != "http.request":
            raise ClientGoneError
        chunk: bytes = event.get("body", b"")
        if limit is not None and read + len(chunk) > limit:
            raise too_large(limit)
        return chunk, event.get("more_body", False)

    async def json_given(self) -> Any:
        """Return what `json` does; raises `ApiError` (400) also where there is no body."""
        body = await self.body()
        if not body:
            raise ApiError(
                400, "invalid", "The request is not valid.", fields={"body": "This is missing."}
            )
        return self._read(body)

    async def json(self) -> Any:
        """Return the body as what the handler's `data` declares.

        Raises `ApiError`: 415 for another media type, 400 for JSON that is none or of the
        wrong shape, saying which field.
        """
        return self._read(await self.body())

    def _read(self, body: bytes) -> Any:
        if not self._says_json():
            raise ApiError(415, "wrong_type", "The body must be application/json.")
        return decode(body, self._declared())

    def _says_json(self) -> bool:
        # Parsed only where something stands beside it.
        return sent(self.scope, "content-type")[:1] == [_JSON] or self.content_type[0] == _JSON

    def _declared(self) -> Any:
        field = self.route_handler.parsed_data_field
        return Any if field is None else field.annotation


def decode(raw: bytes | str, kind: Any) -> Any:
    """Decode JSON strictly as `kind`; raises `ApiError` (400)."""
    try:
        return _decoder(kind).decode(raw)
    except msgspec.ValidationError as error:
        raise invalid_body(error) from None
    # Not UTF-8, not JSON (NaN and lone surrogates are not), or nested past all sense.
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ApiError(400, "malformed_json", "The body is not valid JSON.") from None


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def too_large(limit: int) -> ApiError:
    """Return the answer to more than `limit` bytes."""
    return ApiError(413, "too_large", f"This is larger than {limit} bytes.", {"limit": limit})
