"""Bodies that come in pieces hold so much memory together; whoever is slowest gives way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Request, post

from bridge.web import ApiError, coming, requests
from bridge.web.coming import Bodies
from tests.bridge.web.helpers import error, serving


def test_the_body_that_has_been_coming_for_longest_gives_way_and_is_told() -> None:
    bodies = Bodies(most=10)
    with bodies.another() as slow, bodies.another() as quick:
        assert (slow.add(b"1234"), quick.add(b"12345")) == (4, 5)
        assert quick.add(b"67") == 7
        assert (bodies.held, quick.whole()) == (7, b"1234567")
        for _ in range(2):
            with pytest.raises(ApiError) as raised:
                slow.add(b"5")
            assert (raised.value.status, raised.value.detail) == (503, {"retry_after": 5})
        assert bodies.held == 7
    assert bodies.held == 0


def test_a_body_that_is_too_much_alone_gives_way_itself() -> None:
    bodies = Bodies(most=10)
    with bodies.another() as large, pytest.raises(ApiError):
        large.add(b"x" * 11)
    with bodies.another() as next_one:
        assert next_one.add(b"x" * 10) == 10


async def test_what_is_held_of_requests_is_let_go_of_however_they_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bodies = Bodies(most=1000)
    monkeypatch.setattr(requests, "_bodies", bodies)
    held: list[int] = []

    @post("/in")
    async def take(request: Request[Any, Any, Any]) -> str:
        return str(len(await request.body()))

    async def pieces(*some: bytes, fails: bool = False) -> AsyncIterator[bytes]:
        for one in some:
            yield one
            await asyncio.sleep(0)
            held.append(bodies.held)
        if fails:
            raise OSError("the line is cut")

    async with serving([take]) as client:
        assert (await client.post("/in", content=pieces(b"12", b"345"))).text == "5"
        cut = await client.post("/in", content=pieces(b"12", b"345", fails=True))
        assert cut.status_code == 500
        refused = await client.post("/in", content=pieces(b"x" * 600, b"x" * 600))
        assert (refused.status_code, error(refused)["code"]) == (503, "come_again")
        assert refused.headers["retry-after"] == str(coming.AGAIN)
        assert (await client.post("/in", content=b"x" * 900)).text == "900"
    assert max(held) >= 5
    assert bodies.held == 0
