"""Who may ask: programs of this machine, and of the network that the address is open to.

A browser on this machine reaches every port of it, and runs what any page sends it. So a
page that has its own name lead here (DNS rebinding) is refused by that name, and what
changes something takes no request from a browser at all.
"""

import ipaddress
import socket

from litestar.handlers.base import BaseRouteHandler

from bridge.web.errors import ApiError
from bridge.web.site import AsyncGuard, Connection, is_loopback_name

# Browsers add one of these to every request that is no plain visit, and none lets a page
# take them away. No page of ours asks for anything here.
_OF_BROWSERS = ("origin", "sec-fetch-site")
_OF_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def local_names(listening: socket.socket) -> AsyncGuard:
    """Return a guard that takes a loopback address by its own names only."""
    # A closed socket does not know its address any more, and what came before is answered.
    loopback = _is_loopback(listening)

    # Not a plain function: Litestar would run it in a thread, for each request.
    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if loopback and not _by_local_name(connection):
            raise _wrong_host()

    return guard


def by_hand(listening: socket.socket) -> AsyncGuard:
    """Return a guard for what changes something: a program of this machine asks, directly."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        headers = connection.headers
        if any(name in headers for name in _OF_BROWSERS):
            raise ApiError(403, "foreign_origin", "No page of a browser may ask for this.")
        if any(name in headers for name in _OF_PROXIES):
            raise ApiError(403, "forbidden", "This is not for those behind a proxy.")
        if listening.family == socket.AF_UNIX:
            return
        if not _by_local_name(connection):
            raise _wrong_host()
        client = connection.scope.get("client")
        if client is None or not _is_loopback_address(client[0]):
            raise ApiError(403, "forbidden", "Only this machine may ask for this.")

    return guard


def _wrong_host() -> ApiError:
    return ApiError(421, "wrong_host", "This address answers as localhost only.")


def _by_local_name(connection: Connection) -> bool:
    hosts = connection.headers.getall("host", [])
    return len(hosts) == 1 and is_loopback_name(hosts[0])


def _is_loopback(listening: socket.socket) -> bool:
    if listening.family == socket.AF_UNIX:
        return False
    return _is_loopback_address(listening.getsockname()[0])


def _is_loopback_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
