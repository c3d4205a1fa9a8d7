"""The suite every adapter passes, in both ways of receiving."""

import pytest

from tests.channels.contract import ChannelContract
from tests.channels.rig import Rig
from tests.channels.telegram.desk import Desk
from tests.channels.telegram.rig import TelegramRig


class TestTelegramContract(ChannelContract):
    """The whole suite, by polling and by webhook."""

    @pytest.fixture
    async def rig(self, desk: Desk) -> Rig:
        return TelegramRig(desk)
