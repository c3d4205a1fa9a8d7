"""Making an archive, while the program runs or not."""

import contextlib
import hashlib
import io
import os
import secrets
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, cast

from sqlalchemy import Select, column, create_engine, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from bridge import __version__, db
from bridge.backup import manifest as m
from bridge.backup.contents import Sum, contents_named, sums
from bridge.backup.copies import FOLDER, copied, folder_in, forget_unfinished
from bridge.backup.moving import copied_from_server
from bridge.media.files import sync_folder

_VERSION: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


@dataclass(frozen=True, slots=True)
class Places:
    """Where an installation keeps what it cannot do without."""

    database: Path
    media: Path
    secret: Path
    erased: Path

    @classmethod
    def of(cls, database: Path, media: Path) -> "Places":
        """Return the places of an installation with this database and folder of files."""
        beside = database.with_suffix
        return cls(database, media, beside(".secret"), beside(".erased"))


@dataclass(slots=True)
class Source:
    """A copy of a database, as a file of SQLite's, and the files that this copy names."""

    origin: db.Place
    places: Places
    copy: Path
    now: int
    version: str = ""
    tables: dict[str, Sum] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Learn what the copy holds; raises `BackupError` for no database of ours."""
        engine = create_engine(f"sqlite:///{self.copy}")
        try:
            with engine.connect() as connection:
                if not inspect(connection).has_table("alembic_version"):
                    raise m.BackupError(f"{self.origin} is no database of deskbridge")
                self.version = connection.execute(_VERSION).scalar_one()
                self.tables = sums(connection)
                self.contents = contents_named(connection)
        except SQLAlchemyError as error:
            raise m.BackupError(f"cannot read {self.origin}: {error}") from error
        finally:
            engine.dispose()


@contextlib.contextmanager
def back_up(origin: db.Place, places: Places, now: int) -> Iterator[Source]:
    """Make a copy of the database for as long as the context lasts; raises `BackupError`.

    The database is copied before the files are read: a file without a row is harmless, a row
    without its file is not.
    """
    if isinstance(origin, Path) and not origin.exists():
        raise m.BackupError(f"there is no database {origin}")
    try:
        places.database.parent.mkdir(parents=True, exist_ok=True)
        forget_unfinished(places.database, places.media)
        with folder_in(places.database.parent, FOLDER) as folder:
            source = Source(origin, places, folder / m.DATABASE, now)
            if isinstance(origin, Path):
                copied(origin, source.copy)
            else:
                copied_from_server(origin, source.copy, now)
            source.look()
            yield source
    except OSError as error:
        raise m.BackupError(f"cannot copy {origin}: {error}") from error


def written(source: Source, target: Path, *, compress: bool) -> m.Manifest:
    """Write the archive, whole or not at all; raises `BackupError`."""
    begun = target.with_name(f".{target.name}.partial-{secrets.token_hex(4)}")
    try:
        descriptor = os.open(begun, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                manifest = sent(source, file, compress=compress)
                file.flush()
                os.fsync(file.fileno())
            begun.replace(target)
        finally:
            begun.unlink(missing_ok=True)
        sync_folder(target.parent)
    except OSError as error:
        raise m.BackupError(f"cannot write {target}: {error.strerror or error}") from error
    return manifest


def sent(source: Source, out: IO[bytes], *, compress: bool) -> m.Manifest:
    """Write the archive to a stream that need not be a file; raises `OSError`."""
    mode: Literal["w|", "w|gz"] = "w|gz" if compress else "w|"
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.PAX_FORMAT) as tar:
        writer = _Writer(tar, source.now // 1000)
        writer.add(m.DATABASE, source.copy)
        for name, path in ((m.SECRET, source.places.secret), (m.ERASED, source.places.erased)):
            if path.exists():
                writer.add(name, path)
        missing = [one for one in source.contents if not writer.add_content(source.places, one)]
        manifest = m.Manifest(
            format=m.FORMAT,
            program=__version__,
            database="sqlite" if isinstance(source.origin, Path) else "postgresql",
            tables_version=source.version,
            created_at=source.now,
            tables=source.tables,
            members=writer.members,
            missing=missing,
            damaged=writer.damaged,
        )
        sealed = m.sealed(manifest)
        writer.put(m.MANIFEST, len(sealed), io.BytesIO(sealed))
    return manifest


class _Writer:
    """Adds members, and remembers what each was."""

    def __init__(self, tar: tarfile.TarFile, at: int) -> None:
        self._tar = tar
        self._at = at
        self.members: list[m.Member] = []
        self.damaged: list[str] = []

    def add_content(self, places: Places, sha256: str) -> bool:
        """Add the file of an attachment; say whether there was one."""
        try:
            self.add(m.MEDIA + sha256, places.media / sha256[:2] / sha256[2:4] / sha256)
        except FileNotFoundError:
            # Purged since the copy was made, or lost before.
            return False
        if self.members[-1].sha256 != sha256:
            self.damaged.append(sha256)
        return True

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.put(name, os.fstat(file.fileno()).st_size, file)

    def put(self, name: str, size: int, file: IO[bytes]) -> None:
        told = tarfile.TarInfo(name)
        told.size, told.mtime, told.mode = size, self._at, 0o600
        hashing = _Hashing(file)
        self._tar.addfile(told, cast("IO[bytes]", hashing))
        self.members.append(m.Member(name, size, hashing.hash.hexdigest()))


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.hash.update(chunk)
        return chunk
