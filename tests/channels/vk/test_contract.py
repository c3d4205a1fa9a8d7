"""The whole contract, by each of the two ways in."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bridge.sandbox.vk import VkPlatform
from tests.channels.contract import ChannelContract
from tests.channels.rig import Rig
from tests.channels.vk.office import SECRET, Office
from tests.channels.vk.rig import CallbackRig, LongPollRig


class TestVkByCallback(ChannelContract):
    """VK calls us."""

    @pytest.fixture
    async def rig(self, platform: VkPlatform) -> AsyncIterator[Rig]:
        office = Office(platform)
        async with office.served():
            assert await platform.callback.connect(office.url, SECRET)
            yield CallbackRig(office)


class TestVkByLongPoll(ChannelContract):
    """We ask VK."""

    @pytest.fixture
    async def rig(self, platform: VkPlatform) -> Rig:
        return LongPollRig(Office(platform, mode="longpoll"))

    async def test_it_stops_at_once_when_cancelled_and_leaves_nothing_running(
        self, rig: Rig
    ) -> None:
        """As in the suite, but VK's end of our connections lives in this very loop."""
        before = asyncio.all_tasks()
        running = asyncio.create_task(rig.channel.run(rig.core))
        await asyncio.sleep(0.05)
        assert not running.done()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(running, 30)
        left = asyncio.all_tasks() - before - {running}
        assert [one for one in left if "RequestHandler" not in repr(one.get_coro())] == []
