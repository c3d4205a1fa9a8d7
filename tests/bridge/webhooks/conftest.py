"""A receiver, and a worker that tells it things."""

from collections.abc import AsyncIterator

import pytest

from bridge.store.transactions import Store
from tests.bridge.webhooks.receiver import Receiver
from tests.bridge.webhooks.rig import Rig
from tests.clock import ManualClock


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Return a receiver that listens."""
    async with Receiver().listening() as one:
        yield one


@pytest.fixture
def rig(store: Store, clock: ManualClock, receiver: Receiver) -> Rig:
    """Return a rig whose webhook leads to the receiver."""
    return Rig(store, clock, receiver)
