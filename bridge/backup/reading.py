"""Reading an archive, and proving what is in it. Nothing is believed by its name."""

import contextlib
import hashlib
import re
import sqlite3
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from bridge.backup import manifest as m
from bridge.backup.contents import Sum, contents_named, sums
from bridge.backup.copies import VERIFYING, folder_in
from bridge.backup.headers import Header, make_sure_of_room, plain
from bridge.media.files import Files, Incoming

_CHUNK = 1 << 20
_CONTENT = re.compile(r"media/([0-9a-f]{64})")
_BESIDE = (m.DATABASE, m.SECRET, m.ERASED)
# A manifest names each file in some 150 bytes.
_LONGEST_MANIFEST = 1 << 30
_BROKEN = (tarfile.TarError, EOFError, zlib.error, OSError, ValueError)
# SQLAlchemy reads a value as its column's type says; one of another type raises any of these.
_UNREADABLE = (SQLAlchemyError, ValueError, TypeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found to be so: the manifest agrees with all that the archive holds."""

    manifest: m.Manifest
    bytes: int

    def lines(self) -> list[str]:
        """Return it for people, a sentence a line."""
        told = self.manifest
        members, tables = len(told.members), len(told.tables)
        lost = len(told.missing) + len(told.damaged)
        files = told.files - len(told.damaged)
        lines = [
            f"The archive is whole: {members} members with their SHA-256, {self.bytes:,} bytes.",
            "The database is whole: SQLite finds no fault in it, and every key leads to its row.",
            f"Its content is what was backed up: {told.rows:,} rows of {tables} tables, summed up.",
            f"{files:,} of {files + lost:,} attachments have their file.",
        ]
        for amiss, why in ((told.missing, "had none"), (told.damaged, "had a damaged one")):
            if amiss:
                some = ", ".join(amiss[:3])
                lines.append(f"{len(amiss):,} {why} when the backup was made: {some}")
        return lines


@dataclass(slots=True)
class _Found:
    members: list[m.Member] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    manifest: m.Manifest | None = None


def proven(source: IO[bytes], beside: Path) -> Proof:
    """Prove an archive without putting anything anywhere; raises `BackupError`.

    The database is unpacked for it in a folder of its own inside `beside`.
    """
    try:
        with folder_in(beside, VERIFYING) as folder:
            return unpacked(source, folder, None)
    except OSError as error:
        raise m.BackupError(
            f"cannot unpack the database in {beside.absolute()}: {error.strerror}; go to a "
            "folder with room, and give it: deskbridge backup --verify - < FILE"
        ) from error


def unpacked(source: IO[bytes], folder: Path, files: Files | None) -> Proof:
    """Unpack an archive into `folder` and its attachments into `files`, and prove it.

    Raises `BackupError` for anything that is not as the manifest says, and for no manifest.
    """
    found = _Found()
    try:
        with tarfile.open(fileobj=source, mode="r|*", tarinfo=Header) as tar:
            for told in tar:
                _take(tar, told, found, folder, files)
    except RecursionError as error:
        # `tarfile` calls itself for each header that only says something of the next.
        raise m.BackupError("no backup has so many headers for one file") from error
    except _BROKEN as error:
        raise m.BackupError(_why(error)) from error
    if found.manifest is None:
        raise m.BackupError("the archive was cut off: it ends without its manifest")
    _agree(found.manifest, found.members)
    _prove_database(folder / m.DATABASE, found.manifest)
    return Proof(found.manifest, sum(one.size for one in found.members))


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno:
        return f"the archive cannot be unpacked: {error.strerror}"
    return f"the archive is broken or was cut off: {error}"


def _take(
    tar: tarfile.TarFile, told: tarfile.TarInfo, found: _Found, folder: Path, files: Files | None
) -> None:
    file = tar.extractfile(told) if plain(told) else None
    if told.name in found.names:
        raise m.BackupError(f"the archive has {told.name!r} twice")
    found.names.add(told.name)
    if file is None or found.manifest is not None:
        raise m.BackupError(f"the archive has something that is no part of a backup: {told.name!r}")
    if told.name == m.MANIFEST:
        found.manifest = m.opened(file.read(_LONGEST_MANIFEST))
    elif told.name in _BESIDE:
        make_sure_of_room(told, folder)
        target = folder / told.name
        with target.open("xb") as out:
            target.chmod(0o600)
            found.members.append(_through(told, file, out.write))
    elif _CONTENT.fullmatch(told.name):
        found.members.append(_content(told, file, files))
    else:
        raise m.BackupError(f"the archive has something that is no part of a backup: {told.name!r}")


def _content(told: tarfile.TarInfo, file: IO[bytes], files: Files | None) -> m.Member:
    if files is None:
        return _through(told, file, lambda _: None)
    make_sure_of_room(told, files.root)
    incoming = Incoming(files)
    try:
        member = _through(told, file, incoming.write)
        incoming.keep()
    except BaseException:
        incoming.drop()
        raise
    return member


def _through(told: tarfile.TarInfo, file: IO[bytes], write: Callable[[bytes], object]) -> m.Member:
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        write(chunk)
        size += len(chunk)
    return m.Member(told.name, size, digest.hexdigest())


def _agree(manifest: m.Manifest, members: list[m.Member]) -> None:
    there = {one.name: one for one in members}
    for one in members:
        sha256 = one.name.removeprefix(m.MEDIA)
        if one.name != sha256 != one.sha256 and sha256 not in manifest.damaged:
            raise m.BackupError(f"the file {sha256} is damaged")
    for told in manifest.members:
        if there.pop(told.name, None) != told:
            raise m.BackupError(f"{told.name!r} is not what was backed up")
    if there or m.DATABASE not in {one.name for one in manifest.members}:
        raise m.BackupError("the archive does not hold what its manifest says")


def _prove_database(path: Path, manifest: m.Manifest) -> None:
    _prove_faultless(path)
    found, named = _content_of(path)
    if found != manifest.tables:
        names = sorted(
            name
            for name in {*found, *manifest.tables}
            if found.get(name) != manifest.tables.get(name)
        )
        raise m.BackupError(f"not what was backed up: {', '.join(map(repr, names))}")
    there = {one.name.removeprefix(m.MEDIA) for one in manifest.members}
    if astray := {*named} - there - {*manifest.missing}:
        raise m.BackupError(f"the archive lacks files that it should have: {min(astray)!r}")


def _prove_faultless(path: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(path)) as plain:
            faults = plain.execute("PRAGMA integrity_check(1)").fetchone()[0]
            astray = plain.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise m.BackupError(f"the database cannot be read: {_in_a_line(error)}") from error
    if faults != "ok" or astray is not None:
        why = _in_a_line(faults) if faults != "ok" else repr(astray)
        raise m.BackupError(f"the database is damaged: {why}")


def _content_of(path: Path) -> tuple[dict[str, Sum], list[str]]:
    """Return the sum of every table, and the hash of every file that is named."""
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            return sums(connection), contents_named(connection)
    except _UNREADABLE as error:
        raise m.BackupError(f"the database cannot be read: {_in_a_line(error)}") from error
    finally:
        engine.dispose()


def _in_a_line(said: object) -> str:
    """Return what SQLite says without what a terminal would obey: it quotes names and rows."""
    line = str(said).partition("\n")[0]
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)
