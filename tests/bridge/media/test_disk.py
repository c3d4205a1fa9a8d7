"""The folder of files: what lasts, what goes, and what a full disk does."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.channel import StorageUnavailableError
from bridge.clock import Clock
from bridge.media import MediaStore
from bridge.media.files import Files, Incoming
from bridge.store.transactions import Store
from tests.bridge.media.conftest import LIMIT, chunks, everything_below

ANNA = "agent:anna"


def kept(files: Files, content: bytes) -> str:
    incoming = Incoming(files)
    incoming.write(content)
    return incoming.keep()


def test_a_file_and_every_folder_it_made_are_synced_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Files(tmp_path)
    synced: list[str] = []
    real: Callable[[int], None] = os.fsync

    def noted(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append(str(path).removeprefix(str(tmp_path)))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    sha256 = kept(files, b"content")
    assert synced[0].startswith("/incoming/")
    assert set(synced[1:]) == {f"/{sha256[:2]}/{sha256[2:4]}", f"/{sha256[:2]}", ""}


def test_what_an_earlier_process_left_half_written_goes(tmp_path: Path) -> None:
    files = Files(tmp_path)
    half = files.root / "incoming" / "half"
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    Files(tmp_path)
    assert not any(path.startswith("incoming/") for path in everything_below(tmp_path))


def test_a_process_that_starts_leaves_what_another_one_is_writing(tmp_path: Path) -> None:
    incoming = Incoming(Files(tmp_path))
    incoming.write(b"half")
    other = Files(tmp_path)
    incoming.write(b" and half")
    assert other.path(incoming.keep()).read_bytes() == b"half and half"


def test_an_old_file_goes(tmp_path: Path) -> None:
    files = Files(tmp_path)
    sha256 = kept(files, b"content")
    files.preview_path(sha256).write_bytes(b"small")
    now = files.path(sha256).stat().st_mtime
    assert not files.remove_old(sha256, 60, now + 30)
    assert files.path(sha256).exists()
    assert files.remove_old(sha256, 60, now + 90)
    assert not files.path(sha256).exists()
    assert not files.preview_path(sha256).exists()
    assert not files.remove_old(sha256, 60, now + 90)


def test_content_that_comes_again_while_it_is_tidied_up_stays(tmp_path: Path) -> None:
    files = Files(tmp_path)
    sha256 = kept(files, b"content")
    os.utime(files.path(sha256), (0, 0))
    now = files.root.stat().st_mtime
    assert list(files.older_than(3600, now)) == [sha256]
    # The janitor has seen that it is old and that no row names it; then it comes again.
    kept(files, b"content")
    assert not files.remove_old(sha256, 3600, now)
    assert files.path(sha256).read_bytes() == b"content"


def test_content_that_comes_again_by_another_process_while_it_is_tidied_up_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    janitor, other = Files(tmp_path), Files(tmp_path)
    sha256 = kept(janitor, b"content")
    os.utime(janitor.path(sha256), (0, 0))
    real, comes = Path.rename, [True]

    def rename(self: Path, target: Path) -> Path:
        if comes and self == janitor.path(sha256):
            # It was old when it was looked at.
            comes.clear()
            kept(other, b"content")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert not janitor.remove_old(sha256, 3600, janitor.now())
    assert not comes
    assert janitor.path(sha256).read_bytes() == b"content"
    assert len(list(everything_below(tmp_path))) == 5


async def test_a_file_just_written_stays_for_a_process_whose_clock_is_an_hour_ahead(
    store: Store, tmp_path: Path
) -> None:
    ahead = Clock()
    ahead.now = lambda: Clock().now() + 3_600_000  # type: ignore[method-assign]
    media = MediaStore(store, tmp_path / "media", clock=ahead, secret=b"a secret of the tests")
    sha256 = kept(Files(tmp_path / "media"), b"no row yet")
    assert await media.forget([sha256], older_than=600_000) == 0
    assert await media.sweep(older_than=600_000) == 0
    assert Files(tmp_path / "media").path(sha256).exists()


async def test_what_was_left_half_written_goes_with_a_sweep_too(
    media: MediaStore, tmp_path: Path
) -> None:
    half = tmp_path / "media" / "incoming" / "half"
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    await media.sweep(older_than=3_600_000)
    assert not half.exists()


def test_a_file_being_written_is_never_tidied_up(tmp_path: Path) -> None:
    files = Files(tmp_path)
    incoming = Incoming(files)
    incoming.write(b"half")
    assert list(files.older_than(-1, 2**40)) == []
    assert files.path(incoming.keep()).exists()


async def test_a_full_disk_is_a_passing_trouble_and_leaves_nothing(
    media: MediaStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageUnavailableError, match="No space left"):
            await media.receive(chunks(b"x"), name="a", owner=ANNA, limit=LIMIT)
    assert not any("incoming/" in path for path in everything_below(tmp_path / "media"))
    assert (await media.receive(chunks(b"x"), name="a", owner=ANNA, limit=LIMIT)).size == 1


async def test_a_hundred_uploads_at_once_are_all_kept(media: MediaStore) -> None:
    contents = [b"%d" % (number % 10) * 1000 for number in range(100)]
    views = await asyncio.gather(
        *(media.receive(chunks(one), name="a", owner=ANNA, limit=LIMIT) for one in contents)
    )
    for view, content in zip(views, contents, strict=True):
        row = await media.find(view.id)
        assert row is not None
        served = await media.open(row, preview=False, download=True)
        assert served.path.read_bytes() == content
