"""The front ends of other versions, for pages that began with them.

While a new version comes process by process, a page of one asks another for its scripts, and a
tab that was open before wants what it had not fetched yet. So each process puts the files it was
built with into a folder that all of them share, and looks there for what it has not itself.
"""

import asyncio
import contextlib
import gzip
import hashlib
import logging
import os
import re
import secrets
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response

from bridge.web.static import HASHED, BuiltFile, BuiltFiles, lasting

_log = logging.getLogger(__name__)

BUILT = "built"
"""Under this name a route's `opt` has what returns the `BuiltFiles` it serves."""
FRONT_ENDS = "front-ends"
"""The folder among the files that all processes have in common."""
# So many builds are kept: those that were begun with last.
MOST = 8
# What was begun so long ago (s) and is not whole was left by a process that was killed.
_LEFT = 3600.0
_AS_NAMED = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_STATE = "versions"


class Versions:
    """A folder with a folder for each build, named by what it holds."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, which is made when something is put there."""
        self._folder = folder

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Put a build there as the newest, and let go of the oldest; raises `OSError`."""
        named = hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()[:16]
        build = self._folder / named
        if not build.is_dir():
            self._put(build, files)
        os.utime(build)
        for old in (*self._builds()[MOST:], *self._left()):
            shutil.rmtree(old, ignore_errors=True)

    def _left(self) -> list[Path]:
        before = time.time() - _LEFT
        return [one for one in self._folder.glob(".*") if one.stat().st_mtime < before]

    def _put(self, build: Path, files: Mapping[str, bytes]) -> None:
        """Write a build aside and give it its name, unless another process was quicker."""
        aside = self._folder / f".{secrets.token_hex(8)}"
        aside.mkdir(parents=True)
        try:
            for name, body in files.items():
                # Who reads it sees by the sum in it whether it is whole.
                (aside / f"{name}.gz").write_bytes(gzip.compress(body, 1, mtime=0))
            try:
                aside.rename(build)
            except OSError:
                # A folder that is there already is said to be not empty.
                if not build.is_dir():
                    raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def find(self, name: str) -> BuiltFile | None:
        """Return a file of any build, by its last name, or `None`."""
        last = name.rpartition("/")[2]
        if _AS_NAMED.fullmatch(last) and HASHED.search(last):
            for build in self._builds():
                with contextlib.suppress(OSError, EOFError, zlib.error):
                    # What a loss of power left empty unpacks to nothing, without an error.
                    if body := gzip.decompress((build / f"{last}.gz").read_bytes()):
                        return lasting(body, last)
        return None

    def _builds(self) -> list[Path]:
        """Return the folders of builds, the one that was begun with last before the others."""
        found: list[tuple[float, Path]] = []
        with contextlib.suppress(OSError):
            for one in self._folder.iterdir():
                with contextlib.suppress(OSError):
                    found.append((one.stat().st_mtime, one))
        return [one for _, one in sorted(found, reverse=True) if not one.name.startswith(".")]


def share_built(app: Litestar, folder: Path) -> None:
    """Keep what an application was built with in `folder`, and serve what others keep there.

    What cannot be kept is logged: nothing but pages of other versions miss it.
    """
    versions = Versions(folder)
    app.state[_STATE] = versions
    files = {name: body for built in _built(app) for name, body in built.lasting()}
    try:
        if files:
            versions.keep(files)
    except OSError as error:
        _log.warning("the front end's files were not kept for other processes: %s", error)


def _built(app: Litestar) -> Iterator[BuiltFiles]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if BUILT in handler.opt:
                yield handler.opt[BUILT]()


async def asset(request: Request[Any, Any, Any], files: BuiltFiles, name: str) -> Response[bytes]:
    """Answer with an asset of ours or else of another version; raises `ApiError` (404)."""
    versions: Versions | None = request.app.state.get(_STATE)
    if name.lstrip("/") in files or versions is None:
        return files.asset(name, request)
    found = await asyncio.to_thread(versions.find, name)
    return files.asset(name, request, other=found)
