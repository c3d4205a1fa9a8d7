"""`deskbridge backup` and `deskbridge restore`: everything in one archive, and back."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from bridge.cli.config import DEFAULT_PATH, ConfigPath, load_or_exit
from bridge.cli.database import fail
from bridge.cli.erased import erase_again, lines_of
from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.backup import Manifest, Places, Proof, Stage
    from bridge.db import Place
    from routing.erased import Line

_STREAM = "-"


def backup(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]",
            help="Where to write it: a file, a folder, or - for standard output. Without it, "
            "a file here, named after the time.",
        ),
    ] = None,
    compress: Annotated[bool, typer.Option("--gzip", help="Compress it.")] = False,  # noqa: FBT002
    force: Annotated[bool, typer.Option("--force", help="Replace a file.")] = False,  # noqa: FBT002
    verify: Annotated[  # noqa: FBT002
        bool, typer.Option("--verify", help="Prove an archive instead of making one.")
    ] = False,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Write the database and all files into one archive. The program may run or not."""
    from bridge.backup import BackupError  # noqa: PLC0415

    try:
        if verify:
            _verify(file)
        else:
            _back_up(load_or_exit(config), file, compress=compress, force=force)
    except BackupError as error:
        fail(str(error))
    except OSError as error:
        fail(_of_the_system(error))


def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The archive; - reads it.")],
    force: Annotated[  # noqa: FBT002
        bool, typer.Option("--force", help="Replace the database that is there.")
    ] = False,
    erased: Annotated[
        Path | None,
        typer.Option("--erased", help="A list of who was erased, beside those that are here."),
    ] = None,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Put an archive back, while the program is stopped. It is proved to be whole."""
    from bridge.backup import BackupError  # noqa: PLC0415
    from bridge.channel.sink import StorageUnavailableError  # noqa: PLC0415
    from bridge.db import DatabaseError  # noqa: PLC0415
    from bridge.start import StartError  # noqa: PLC0415

    settings = load_or_exit(config)
    try:
        with _read(file) as source:
            _restore(settings, source, erased, force=force)
    except (BackupError, DatabaseError, StartError, StorageUnavailableError) as error:
        fail(str(error))
    except OSError as error:
        fail(_of_the_system(error))


def _of_the_system(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def places_of(settings: Settings) -> "Places":
    """Return where this installation keeps what a backup holds; of a server, beside the files."""
    from bridge.backup import Places  # noqa: PLC0415

    return Places.of(settings.storage.database_path, settings.storage.media.dir)


def place_of(settings: Settings) -> "Place":
    """Return where the database is; leave where the configuration names none."""
    from bridge import db  # noqa: PLC0415

    try:
        return db.place_of(settings.storage.database.reveal())
    except db.DatabaseError as error:
        fail(str(error))


def _back_up(settings: Settings, file: str | None, *, compress: bool, force: bool) -> None:
    from bridge.backup import back_up, sent, written  # noqa: PLC0415

    now = datetime.now(UTC)
    if file == _STREAM and sys.stdout.isatty():
        fail("standard output is a terminal; send it to a file or another program")
    target = None if file == _STREAM else _target(file, now, compress=compress)
    if target is not None and target.exists() and not force:
        fail(f"there is a file already: {target}; --force replaces it")
    at = round(now.timestamp() * 1000)
    with back_up(place_of(settings), places_of(settings), at) as source:
        if target is None:
            manifest = sent(source, sys.stdout.buffer, compress=compress)
            sys.stdout.buffer.flush()
        else:
            manifest = written(source, target, compress=compress)
    _tell(manifest, target)


def _target(file: str | None, now: datetime, *, compress: bool) -> Path:
    name = f"deskbridge-{now:%Y%m%d-%H%M%S}.tar" + (".gz" if compress else "")
    if file is None:
        return Path(name)
    return Path(file) / name if Path(file).is_dir() else Path(file)


def _tell(manifest: "Manifest", target: Path | None) -> None:
    size = sum(one.size for one in manifest.members)
    print(
        f"{target or 'standard output'}: {manifest.rows:,} rows of {len(manifest.tables)} tables, "
        f"{manifest.files:,} files, {size:,} bytes.",
        file=sys.stderr,
    )
    if lost := len(manifest.missing) + len(manifest.damaged):
        print(f"{lost:,} attachments have no file, or a damaged one.", file=sys.stderr)


def _verify(file: str | None) -> None:
    from bridge.backup import proven  # noqa: PLC0415

    if file is None:
        fail("name the archive to prove: deskbridge backup --verify FILE")
    beside = Path() if file == _STREAM else Path(file).parent
    with _read(file) as source:
        print("\n".join(proven(source, beside).lines()))


@contextlib.contextmanager
def _read(file: str) -> Iterator[IO[bytes]]:
    if file == _STREAM:
        yield sys.stdin.buffer
        return
    if not Path(file).is_file():
        fail(f"there is no file {file}")
    with Path(file).open("rb") as source:
        yield source


def _restore(settings: Settings, source: IO[bytes], listed: Path | None, *, force: bool) -> None:
    from bridge.backup import Stage, refuse_what_is_there  # noqa: PLC0415
    from bridge.start import lock  # noqa: PLC0415

    places, place = places_of(settings), place_of(settings)
    with contextlib.closing(lock(places.database)), Stage.beside(places) as stage:
        if not force:
            refuse_what_is_there(place, places)
        proof = _unpacked(source, stage)
        people = asyncio.run(_begin_anew(stage, _lines(stage, places, listed)))
        _put(settings, stage, force=force)
    again = [f"People erased since, and erased again: {people}."] if people else []
    print("\n".join([*proof.lines(), *again, _ANEW, f"It is in its place: {place}"]))


def _put(settings: Settings, stage: "Stage", *, force: bool) -> None:
    from bridge.backup import put, put_beside, put_files, restored_to_server  # noqa: PLC0415

    places, place = places_of(settings), place_of(settings)
    with_secret = settings.server.secret_key is None
    if isinstance(place, Path):
        put(stage, places, with_secret=with_secret)
        return

    def files_too(_: object) -> None:
        put_files(stage, places)

    now = round(datetime.now(UTC).timestamp() * 1000)
    restored_to_server(stage.places.database, place, now, files_too, replacing=force)
    # The secret of the rows that are there now: with another one they would be worth less.
    put_beside(stage, places, with_secret=with_secret)


_ANEW = (
    "What is sent from now on is new to every network, and every console and widget loads "
    "afresh. Start the program."
)


def _unpacked(source: IO[bytes], stage: "Stage") -> "Proof":
    from bridge import db  # noqa: PLC0415
    from bridge.backup import unpacked  # noqa: PLC0415
    from bridge.media.files import Files  # noqa: PLC0415

    proof = unpacked(source, stage.folder, Files(stage.media))
    # Proven as it was; made what this program needs only then.
    db.migrate(stage.places.database)
    return proof


def _lines(stage: "Stage", places: "Places", listed: Path | None) -> "list[Line]":
    """Return who was erased by any list there is, and have one list of all of them."""
    from routing import erased  # noqa: PLC0415

    paths = [path for path in (stage.places.erased, places.erased) if path.exists()]
    lines = lines_of([*paths, *filter(None, [listed])])
    if lines:
        stage.places.erased.unlink(missing_ok=True)
        erased.append(stage.places.erased, lines)
    return lines


async def _begin_anew(stage: "Stage", lines: "Sequence[Line]") -> int:
    from bridge.clock import Clock  # noqa: PLC0415
    from bridge.delivery import begin_life  # noqa: PLC0415
    from bridge.store.transactions import Store  # noqa: PLC0415

    store = Store(stage.places.database, clock=Clock())
    try:
        await store.write(begin_life)
        people, waiting = await erase_again(store, stage.places, lines)
        if waiting:
            fail("somebody who was erased has a message on the wire; start the program")
        return people
    finally:
        await store.close()
