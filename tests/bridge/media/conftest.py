"""A media store over a database of its own."""

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image

from bridge import db
from bridge.media import MediaStore
from bridge.store.transactions import Store
from tests.clock import ManualClock

LIMIT = 4 * 1024 * 1024


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    path = tmp_path / "desk.db"
    db.migrate(path)
    opened = Store(path, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
def media(tmp_path: Path, store: Store, clock: ManualClock) -> MediaStore:
    return MediaStore(
        store,
        tmp_path / "media",
        clock=clock,
        secret=b"a secret of the tests",
    )


async def chunks(content: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def picture(width: int = 40, height: int = 20, form: str = "PNG", **more: object) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(drawn, form, **more)
    return drawn.getvalue()


def everything_below(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        yield str(path.relative_to(folder))
