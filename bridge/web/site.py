"""Our own address as browsers know it, and whether a request comes from our own pages."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from bridge.web.errors import ApiError
from bridge.web.incoming import sent

_DEFAULT_PORTS = {"http": 80, "https": 443}
# A browser on this machine may call it by any of these; they are one site to us.
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

Connection = ASGIConnection[Any, Any, Any, Any]
AsyncGuard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Site:
    """Where browsers reach this program.

    `origins` and `hosts` are in the form browsers send them: lower case, the host in
    ASCII, no default port. There are several only on a loopback address.
    """

    origins: tuple[str, ...]
    hosts: frozenset[str]
    secure: bool

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the origins as a content security policy can say them.

        Its grammar has no IPv6 addresses, and browsers complain of one in their console.
        """
        return tuple(origin for origin in self.origins if "[" not in origin)

    @property
    def sockets(self) -> tuple[str, ...]:
        """Return the same as a policy names their websockets."""
        return tuple("ws" + origin.removeprefix("http") for origin in self.sources)

    def has_origin(self, origin: str) -> bool:
        """Say whether a page of this origin is ours."""
        return origin in self.origins

    @lru_cache(maxsize=64)  # noqa: B019  # A site lives as long as the program.
    def has_host(self, host: str) -> bool:
        """Say whether the program answers under this `Host`.

        A loopback name is always taken: a proxy on the same machine may put it there, and
        no page from elsewhere can.
        """
        return host.lower() in self.hosts or is_loopback_name(host)


def is_loopback_name(host: str) -> bool:
    """Say whether a `Host`, with a port or without, is this machine's own name."""
    host = host.lower()
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() and not host.endswith("]") else host) in LOOPBACK


@lru_cache(maxsize=64)
def site_at(public_url: str) -> Site:
    """Return the site at `public_url`; raises `ValueError` for what is no http(s) URL."""
    parts = urlsplit(public_url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{public_url} is no http or https address")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else _ascii(parts.hostname)
    default = _DEFAULT_PORTS[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    names = [host, *(name for name in LOOPBACK if name != host)] if host in LOOPBACK else [host]
    return Site(
        origins=tuple(f"{parts.scheme}://{name}{port}" for name in names),
        # Some clients write the default port all the same.
        hosts=frozenset(f"{name}{end}" for name in names for end in {port, port or f":{default}"}),
        secure=parts.scheme == "https",
    )


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()


def same_origin(connection: Connection, public_url: str) -> bool:
    """Say whether the request names one of our own pages as its origin.

    A missing `Origin` is no proof, and neither is `null`.
    """
    return _is_ours(sent(connection.scope, "origin"), public_url)


def _is_ours(origins: Sequence[str], public_url: str) -> bool:
    return len(origins) == 1 and site_at(public_url).has_origin(origins[0])


def own_origin_only(public_url: str) -> AsyncGuard:
    """Return a guard for what changes state by a cookie, and for websockets.

    A browser names the origin of both always, so one without is refused too. For a
    websocket the refusal comes before it is accepted.
    """

    # Not a plain function: Litestar would run it in a thread, for each request.
    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if not same_origin(connection, public_url):
            raise foreign_origin()

    return guard


def no_foreign_origin(public_url: str) -> AsyncGuard:
    """Return a guard for what is authorised by a header: a program without an origin may call."""

    # Not a plain function: Litestar would run it in a thread, for each request.
    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        origins = sent(connection.scope, "origin")
        if origins and not _is_ours(origins, public_url):
            raise foreign_origin()

    return guard


def foreign_origin() -> ApiError:
    """Return the answer to a page that is not ours."""
    return ApiError(403, "foreign_origin", "Only our own pages may ask for this.")
