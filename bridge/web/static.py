"""The built front ends, kept in memory: small files, asked for often, never a path on disk.

A file is found by its name in a map made at the start, so there is nothing to traverse.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from litestar import Request, Response

from bridge.web.errors import ApiError
from bridge.web.headers import IMMUTABLE, REVALIDATED

# The system's own table differs from machine to machine. Litestar adds the charset of a text.
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSED_ALREADY = {".jpg", ".mp3", ".ogg", ".png", ".webp", ".woff2"}
# How Vite names what it will never change: name-HASH.ext.
HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
_WORTH_COMPRESSING = 512


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file, ready to be sent; `gzipped` where that is smaller."""

    body: bytes
    gzipped: bytes | None
    mime: str
    etag: str
    hashed: bool


class BuiltFiles:
    """What a front end was built into."""

    def __init__(self, files: Mapping[str, BuiltFile]) -> None:
        """`files` by their path under the folder, with forward slashes."""
        self._files = dict(files)

    @classmethod
    def load(cls, folder: Path) -> "BuiltFiles":
        """Read every file of a known type under `folder`; of a missing folder, none.

        A link is not followed: it could lead out of what was built.
        """
        paths = sorted(folder.rglob("*")) if folder.is_dir() else []
        return cls(
            {
                path.relative_to(folder).as_posix(): _read(path)
                for path in paths
                if path.suffix in _TYPES and path.is_file() and not path.is_symlink()
            }
        )

    def __contains__(self, name: str) -> bool:
        """Say whether there is such a file."""
        return name in self._files

    def names(self) -> list[str]:
        """Return the names of all files."""
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raises `ApiError` (503) where it was not built."""
        if name not in self._files:
            raise _not_built()
        return self._files[name].body

    def page(
        self, name: str, request: Request[Any, Any, Any], headers: Mapping[str, str]
    ) -> Response[bytes]:
        """Answer with a page and its headers; raises `ApiError` (503) if it was not built."""
        if name not in self._files:
            raise _not_built()
        return respond(self._files[name], request, headers)

    def lasting(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that never change, by the last part of their names."""
        for name, file in self._files.items():
            if file.hashed:
                yield name.rpartition("/")[2], file.body

    def asset(
        self,
        name: str,
        request: Request[Any, Any, Any],
        headers: Mapping[str, str] | None = None,
        *,
        other: BuiltFile | None = None,
    ) -> Response[bytes]:
        """Answer with an asset, for ever if its name says so; raises `ApiError` (404).

        `other` is what there is instead of a file that we have not.
        """
        file = self._files.get(name.lstrip("/"), other)
        if file is None:
            raise ApiError(404, "not_found", "There is no such file.")
        kept = IMMUTABLE if file.hashed else REVALIDATED
        return respond(file, request, dict(kept) | dict(headers or {}))


def made(body: bytes, suffix: str) -> BuiltFile:
    """Return a file that was put together while the program runs."""
    gzipped = None
    if len(body) >= _WORTH_COMPRESSING and suffix not in _COMPRESSED_ALREADY:
        gzipped = gzip.compress(body, 9, mtime=0)
    digest = hashlib.sha256(body).hexdigest()[:32]
    return BuiltFile(body, gzipped, _TYPES[suffix], digest, hashed=False)


def _read(path: Path) -> BuiltFile:
    body = path.read_bytes()
    return made(body, path.suffix) if HASHED.search(path.name) is None else lasting(body, path.name)


def lasting(body: bytes, name: str) -> BuiltFile:
    """Return a file whose name says that it will never be another; raises `KeyError`."""
    return replace(made(body, PurePath(name).suffix), hashed=True)


def respond(
    file: BuiltFile, request: Request[Any, Any, Any], headers: Mapping[str, str]
) -> Response[bytes]:
    """Answer with a file, or with 304 to somebody who has it."""
    zipped = file.gzipped if _takes_gzip(request) else None
    etag = f'"{file.etag}-gz"' if zipped else f'"{file.etag}"'
    told = dict(headers) | {"etag": etag, "vary": "Accept-Encoding"}
    if _has(request, etag):
        return Response(b"", status_code=304, media_type=file.mime, headers=told)
    if zipped is None:
        return Response(file.body, media_type=file.mime, headers=told)
    return Response(zipped, media_type=file.mime, headers=told | {"content-encoding": "gzip"})


def _takes_gzip(request: Request[Any, Any, Any]) -> bool:
    accepted = request.headers.get("accept-encoding", "").lower()
    for one in accepted.split(","):
        coding, _, quality = one.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _has(request: Request[Any, Any, Any], etag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in (
        one.strip().removeprefix("W/") for one in known.split(",")
    )


def _not_built() -> ApiError:
    return ApiError(
        503, "not_built", "The front end is not built: run `make build` and start again."
    )
