"""Pages of another version find their scripts, whichever process is asked for them."""

import gzip
import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Request, get
from litestar.params import FromPath

from bridge.web import BuiltFiles, versions
from bridge.web.versions import MOST, Versions
from tests.bridge.web.helpers import error, serving

OLD, NEW = "index-Ab3_x-9Z.js", "index---uGilAZ.js"


def built(folder: Path, name: str, words: str) -> BuiltFiles:
    """Return a front end of a page and one script."""
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / name).write_text(words, encoding="utf-8")
    (folder / "index.html").write_text(f"a page that wants {name}", encoding="utf-8")
    return BuiltFiles.load(folder)


def process(
    files: BuiltFiles, shared: Path | None
) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """Return a client of a process that has these files."""

    @get("/files/{name:path}", opt={versions.BUILT: lambda: files})
    async def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Any:
        return await versions.asset(request, files, name)

    return serving([asset], shared=shared)


async def test_each_of_two_versions_serves_what_pages_of_the_other_ask_for(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    old, new = (
        built(tmp_path / name, name, f"words of {name}" + " and more" * 99) for name in (OLD, NEW)
    )
    async with process(old, shared) as before, process(new, shared) as after:
        for client in (before, after):
            for name in (OLD, NEW):
                answered = await client.get(f"/files/assets/{name}")
                assert answered.text.startswith(f"words of {name}")
                assert answered.headers["cache-control"] == "public, max-age=31536000, immutable"
                assert answered.headers["content-type"] == "text/javascript; charset=utf-8"
                assert answered.headers["content-encoding"] == "gzip"
    async with process(new, None) as alone:
        assert (await alone.get(f"/files/assets/{OLD}")).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "assets/index.html",
        "../index-Ab3_x-9Z.txt",
        "..%2f..%2fsecret-Ab3_x-9Z.js",
        "%2fetc%2fhostname-Ab3_x-9Z.js",
        ".hidden-Ab3_x-9Z.js",
        "assets/index-Ab3_x-9Z.js.gz",
        "assets/index-Ab3_x-9Z.js%00",
        "assets/💥-Ab3_x-9Z.js",
    ],
)
async def test_only_what_was_built_is_found_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret-Ab3_x-9Z.js.gz").write_bytes(gzip.compress(b"secret"))
    shared = tmp_path / "shared"
    files = built(tmp_path / "old", OLD, "words")
    async with process(files, shared), process(BuiltFiles({}), shared) as client:
        answered = await client.get(f"/files/{name}")
        assert (answered.status_code, error(answered)["code"]) == (404, "not_found")
        assert (await client.get(f"/files/assets/{OLD}")).text == "words"


async def test_a_file_that_is_not_whole_is_none(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    async with process(built(tmp_path / "old", OLD, "words" * 999), shared):
        (kept,) = shared.rglob("*.gz")
    whole = kept.read_bytes()
    async with process(BuiltFiles({}), shared) as client:
        for damaged in (whole[:-9], whole[:-8] + b"12345678", b"", b"words"):
            kept.write_bytes(damaged)
            assert (await client.get(f"/files/assets/{OLD}")).status_code == 404
        kept.write_bytes(whole)
        assert (await client.get(f"/files/assets/{OLD}")).text == "words" * 999


def test_the_versions_that_were_begun_last_are_kept_and_what_a_kill_left_is_not(
    tmp_path: Path,
) -> None:
    kept = Versions(tmp_path)
    names = [f"index-{number:08}.js" for number in range(MOST + 1)]
    for age, name in enumerate(reversed(names)):
        kept.keep({name: name.encode()})
        (build,) = [one for one in tmp_path.iterdir() if (one / f"{name}.gz").exists()]
        os.utime(build, (1000 - age, 1000 - age))
    (left := tmp_path / ".left").mkdir()
    (writing := tmp_path / ".writing").mkdir()
    os.utime(left, (1000, 1000))
    # The oldest of them is begun with again: it is the newest now.
    kept.keep({names[0]: b""})
    assert kept.find(names[0]) is not None
    assert [name for name in names if kept.find(name) is None] == [names[1]]
    assert (left.exists(), writing.exists()) == (False, True)


def test_processes_that_keep_the_same_build_at_once_keep_it_and_leave_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, other = Versions(tmp_path), Versions(tmp_path)
    put = other._put  # The test looks inside.

    def puts(build: Path, files: Mapping[str, bytes]) -> None:
        kept.keep(files)
        put(build, files)

    monkeypatch.setattr(other, "_put", puts)
    other.keep({OLD: b"words"})
    found = kept.find(OLD)
    assert found is not None
    assert found.body == b"words"
    assert len(list(tmp_path.iterdir())) == 1


async def test_a_folder_that_cannot_be_written_is_told_of_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "shared").write_text("a file", encoding="utf-8")
    async with process(built(tmp_path / "old", OLD, "words"), tmp_path / "shared") as client:
        assert (await client.get(f"/files/assets/{OLD}")).text == "words"
        assert (await client.get(f"/files/assets/{NEW}")).status_code == 404
    assert "the front end's files were not kept" in caplog.text
