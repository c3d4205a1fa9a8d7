"""A bot with its webhook set."""

from collections.abc import AsyncIterator

import pytest

from tests.bridge.sandbox.viber.bot import Bot


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    await bot.hook.start()
    async with bot.viber.running():
        await bot.set_webhook(send_name=True, send_photo=True)
        bot.hook.told.clear()
        yield bot
    await bot.hook.stop()
