"""The contract that every adapter keeps, on the widget."""

import pytest

from tests.channels.contract import ChannelContract
from tests.channels.rig import Rig
from tests.channels.widget.rig import WidgetRig


class TestWidgetContract(ChannelContract):
    """The whole suite."""

    @pytest.fixture
    async def rig(self) -> Rig:
        return WidgetRig()
