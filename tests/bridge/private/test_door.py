"""Who may ask the private listener: what no real client of these tests can pretend to be."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import get
from litestar.connection import ASGIConnection

from bridge.private.door import by_hand, local_names
from bridge.web.errors import ApiError
from bridge.web.site import AsyncGuard

LOCAL = ("127.0.0.1", 50_000)
ABROAD = ("10.0.0.7", 50_000)


@get("/", sync_to_thread=False)
def somewhere() -> None:
    """It is only asked about."""


@pytest.fixture
def loopback() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one


@pytest.fixture
def network() -> Iterator[socket.socket]:
    with socket.create_server(("0.0.0.0", 0)) as one:
        yield one


async def refused(
    guard: AsyncGuard, host: str | None, client: tuple[str, int] | None
) -> int | None:
    """Return with which status a request is refused, if it is."""
    headers = [] if host is None else [(b"host", host.encode())]
    scope: Any = {"type": "http", "headers": headers, "client": client, "state": {}}
    try:
        await guard(ASGIConnection(scope), somewhere)
    except ApiError as error:
        return error.status
    return None


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9090", "127.0.0.1:1", "[::1]:9090"])
async def test_loopback_answers_by_its_own_names(loopback: socket.socket, host: str) -> None:
    assert await refused(local_names(loopback), host, LOCAL) is None
    assert await refused(by_hand(loopback), host, LOCAL) is None


@pytest.mark.parametrize("host", ["desk.example", "127.0.0.1.example:9090", "[::1", "", None])
async def test_loopback_answers_by_no_other_name(loopback: socket.socket, host: str | None) -> None:
    assert await refused(local_names(loopback), host, LOCAL) == 421
    assert await refused(by_hand(loopback), host, LOCAL) == 421


async def test_on_a_network_states_are_read_by_any_name_and_a_reload_is_for_this_machine(
    network: socket.socket,
) -> None:
    assert await refused(local_names(network), "deskbridge:9090", ABROAD) is None
    assert await refused(by_hand(network), "deskbridge:9090", ABROAD) == 421
    assert await refused(by_hand(network), "localhost:9090", ABROAD) == 403
    assert await refused(by_hand(network), "deskbridge:9090", LOCAL) == 421
    assert await refused(by_hand(network), "localhost:9090", LOCAL) is None
    assert await refused(by_hand(network), "[::1]:9090", ("::ffff:127.0.0.1", 1)) is None


async def test_who_came_before_the_end_is_answered_after_it(loopback: socket.socket) -> None:
    guard = local_names(loopback)
    loopback.close()
    assert await refused(guard, "localhost", LOCAL) is None
    assert await refused(guard, "evil.example", LOCAL) == 421
