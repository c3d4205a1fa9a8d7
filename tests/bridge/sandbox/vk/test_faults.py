"""The faults that can be switched on."""

import asyncio
import time

import aiohttp
import pytest

from bridge.sandbox.faults import ANY, Fault
from bridge.sandbox.vk import Customer, VkPlatform
from tests.bridge.sandbox.vk.caller import Caller


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    anna = platform.customer(1001)
    anna.allow()
    return anna


@pytest.mark.parametrize("arrived", [0, 1])
async def test_a_reset_comes_before_the_effect_or_after_it(
    vk: Caller, anna: Customer, platform: VkPlatform, arrived: int
) -> None:
    platform.faults.plan("messages.send", Fault(reset=True, after_effect=arrived == 1))
    with pytest.raises(aiohttp.ClientError):
        await vk.send("perhaps")
    assert len(anna.received) == arrived


async def test_an_error_of_vks_may_come_after_the_effect(
    vk: Caller, anna: Customer, platform: VkPlatform
) -> None:
    platform.faults.plan("messages.send", Fault(error=36, after_effect=True))
    assert await vk.send_refused() == 36
    assert len(anna.received) == 1


async def test_a_gateway_answers_with_html(vk: Caller, platform: VkPlatform) -> None:
    platform.faults.plan("groups.getById", Fault(status=502))
    async with vk.http.post(f"{platform.url}/method/groups.getById") as response:
        assert response.status == 502
        assert "<html>" in await response.text()


async def test_a_delay_passes_and_the_call_is_done(
    vk: Caller, anna: Customer, platform: VkPlatform
) -> None:
    platform.faults.plan("messages.send", Fault(delay=0.1))
    begun = time.monotonic()
    await vk.send()
    assert time.monotonic() - begun >= 0.1
    assert len(anna.received) == 1


async def test_a_fault_lasts_for_as_many_calls_as_planned_and_can_be_for_any(
    vk: Caller, platform: VkPlatform
) -> None:
    platform.faults.plan(ANY, Fault(error=10), times=2)
    codes = await asyncio.gather(vk.refused("groups.getById"), vk.refused("users.get"))
    assert list(codes) == [10, 10]
    await vk("groups.getById")
    platform.faults.plan(ANY, Fault(error=10))
    platform.faults.clear()
    await vk("groups.getById")
