"""What the core relies on, asked of the Viber adapter."""

from collections.abc import AsyncIterator

import pytest

from tests.channels.contract import ChannelContract
from tests.channels.rig import Rig
from tests.channels.viber.desk import ViberDesk
from tests.channels.viber.rig import ViberRig


class TestViberContract(ChannelContract):
    """The whole suite."""

    @pytest.fixture
    async def rig(self) -> AsyncIterator[Rig]:
        desk = ViberDesk()
        await desk.start()
        yield ViberRig(desk)
        await desk.stop()
