"""What a model platform can be told to do wrong."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request

from bridge.sandbox.faults import ANY, GATEWAY_PAGE, Fault, Faults


class Counter:
    """A platform that counts, and can be told to fail."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.count = 0
        self.counted = asyncio.Event()

    async def _counted(self) -> web.Response:
        self.count += 1
        self.counted.set()
        return web.json_response({"count": self.count})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        def refuse(error: str) -> web.Response:
            return web.json_response({"no": error})

        refusing = {"add": refuse}.get(request.match_info["call"])
        return await self.faults.around(
            request.match_info["call"], request, self._counted, refusing
        )


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
async def post(counter: Counter) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    app.router.add_post("/{call}", counter.handle)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


async def test_without_a_plan_everything_goes_well(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    async with post.post("add") as answer:
        assert await answer.json() == {"count": 1}


async def test_a_reset_before_the_effect_has_none(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    counter.faults.plan("add", Fault(reset=True))
    with pytest.raises(aiohttp.ClientConnectionError):
        await post.post("add")
    assert counter.count == 0


async def test_a_reset_after_the_effect_looks_the_same_and_has_one(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    counter.faults.plan("add", Fault(reset=True, after_effect=True))
    with pytest.raises(aiohttp.ClientConnectionError):
        await post.post("add")
    assert counter.count == 1


async def test_a_planned_answer_comes_instead_of_the_effect_and_as_often_as_planned(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    fault = Fault(status=429, body="slow", content_type="text/plain", headers={"Retry-After": "3"})
    counter.faults.plan("add", fault, times=2)
    for _ in range(2):
        async with post.post("add") as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "3"
            assert await answer.text() == "slow"
    async with post.post("add") as answer:
        assert await answer.json() == {"count": 1}


async def test_where_nothing_else_is_said_a_status_is_that_of_a_gateway(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    counter.faults.plan("add", Fault(status=502))
    async with post.post("add") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert await answer.text() == GATEWAY_PAGE


@pytest.mark.parametrize("effects", [0, 1])
@pytest.mark.parametrize(
    "fault", [Fault(status=504), Fault(error="broken"), Fault(error="broken", delay=0.01)]
)
async def test_everything_that_goes_wrong_may_do_so_after_the_effect(
    counter: Counter, post: aiohttp.ClientSession, fault: Fault, effects: int
) -> None:
    counter.faults.plan("add", dataclasses.replace(fault, after_effect=effects == 1))
    async with post.post("add") as answer:
        assert '"count"' not in await answer.text()
    assert counter.count == effects


async def test_a_refusal_is_in_the_vendors_own_form(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    counter.faults.plan("add", Fault(error="broken"))
    async with post.post("add") as answer:
        assert await answer.json() == {"no": "broken"}


async def test_a_refusal_is_not_made_up_where_the_vendor_has_none(
    counter: Counter,
) -> None:
    counter.faults.plan("remove", Fault(error="broken"))
    with pytest.raises(LookupError, match="broken"):
        await counter.handle(make_mocked_request("POST", "/remove", match_info={"call": "remove"}))


async def test_a_fault_is_for_the_call_it_was_planned_for(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    counter.faults.plan("remove", Fault(status=500))
    async with post.post("add") as answer:
        assert answer.status == 200
    counter.faults.plan(ANY, Fault(status=502))
    async with post.post("add") as answer:
        assert answer.status == 502


async def test_a_delay_alone_only_takes_time(counter: Counter, post: aiohttp.ClientSession) -> None:
    counter.faults.plan("add", Fault(delay=0.05))
    began = asyncio.get_running_loop().time()
    async with post.post("add") as answer:
        assert answer.status == 200
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_a_delay_after_the_effect_keeps_only_the_answer_waiting(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    counter.faults.plan("add", Fault(delay=0.1, after_effect=True))
    asking = asyncio.ensure_future(post.post("add"))
    await asyncio.wait_for(counter.counted.wait(), 30)
    assert not asking.done()
    async with await asking as answer:
        assert await answer.json() == {"count": 1}


async def test_what_was_planned_can_be_called_off(
    counter: Counter, post: aiohttp.ClientSession
) -> None:
    counter.faults.plan("add", Fault(status=500), times=9)
    counter.faults.clear()
    async with post.post("add") as answer:
        assert answer.status == 200
