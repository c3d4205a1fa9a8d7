"""The rig."""

from pathlib import Path

import pytest

from bridge.store.transactions import Store
from tests.bridge.delivery.rig import Rig
from tests.clock import ManualClock


@pytest.fixture
def rig(store: Store, clock: ManualClock, tmp_path: Path) -> Rig:
    """Return a rig whose network promises nothing about doubles."""
    return Rig(store, clock, tmp_path / "media")


@pytest.fixture
def idempotent_rig(store: Store, clock: ManualClock, tmp_path: Path) -> Rig:
    """Return a rig whose network knows a key it has seen."""
    return Rig(store, clock, tmp_path / "media", idempotent_send=True)
