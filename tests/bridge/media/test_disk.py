"""The folder of files: what lasts, what goes, and what a full disk does."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.channel import StorageUnavailableError
from bridge.media import MediaStore
from bridge.media.files import Files, Incoming
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
    (files.root / "incoming" / "half").write_bytes(b"half")
    Files(tmp_path)
    assert not any(path.startswith("incoming/") for path in everything_below(tmp_path))


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
