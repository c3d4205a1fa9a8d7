"""What VK's tests may use."""

from collections.abc import AsyncIterator

import pytest

from bridge.sandbox.vk import VkPlatform
from tests.channels.vk.office import Office, never


@pytest.fixture
async def platform() -> AsyncIterator[VkPlatform]:
    """VK, that tries nothing again by itself."""
    async with VkPlatform(sleep=never) as platform:
        yield platform


@pytest.fixture
def office(platform: VkPlatform) -> Office:
    """An inbox that is asked for nothing yet: for what goes out."""
    return Office(platform, mode="longpoll")
