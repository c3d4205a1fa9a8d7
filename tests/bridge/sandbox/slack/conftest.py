"""An app with its events address set."""

from collections.abc import AsyncIterator

import pytest

from tests.bridge.sandbox.slack.app import App


@pytest.fixture
async def app() -> AsyncIterator[App]:
    app = App()
    await app.receiver.start()
    async with app.slack.running():
        assert await app.slack.verify_url(app.receiver.url)
        app.slack.webhooks.interactions = app.receiver.url
        app.receiver.told.clear()
        yield app
    await app.receiver.stop()
