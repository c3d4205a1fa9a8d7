"""The platform, and somebody who calls its methods over HTTP."""

from collections.abc import AsyncIterator

import pytest

from bridge.sandbox.vk import VkPlatform
from tests.bridge.sandbox.vk.caller import Caller


@pytest.fixture
async def platform() -> AsyncIterator[VkPlatform]:
    async with VkPlatform() as platform:
        yield platform


@pytest.fixture
async def vk(platform: VkPlatform) -> AsyncIterator[Caller]:
    async with Caller(platform) as caller:
        yield caller
