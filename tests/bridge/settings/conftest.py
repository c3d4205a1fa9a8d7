"""A desk for each test."""

from pathlib import Path

import pytest

from tests.bridge.settings.files import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return an empty folder for a configuration, with an empty environment."""
    return Desk(tmp_path)
