"""This machine: the database, its space, the secret, whether the program runs."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from bridge import db
from bridge.doctor.findings import Finding, well
from bridge.settings import Settings
from bridge.settings.sections import SHORTEST_SECRET
from bridge.start import running

# Less than this is filled by a busy day of photographs, in bytes.
LEAST_SPACE = 1024**3
_AS_ITS_USER = "run this as the user who runs deskbridge"
_OPEN = stat.S_IRWXG | stat.S_IRWXO


def of_this_machine(settings: Settings) -> Iterator[Finding]:
    """Yield what is found here; nothing is made or changed."""
    try:
        place = db.place_of(settings.storage.database.reveal())
        path = settings.storage.database_path
        yield _program(path)
        yield _database(place)
    except db.DatabaseError as error:
        fix = "restore it from a copy (docs/how-to/back-up.md), or correct storage.database"
        if not settings.storage.database.startswith("sqlite:"):
            fix = "docs/how-to/use-postgresql.md"
        yield Finding(what="database", state="failed", said=str(error), fix=fix)
        return
    except OSError as error:
        said = f"{error.filename}: {error.strerror}"
        yield Finding(what="database", state="failed", said=said, fix=_AS_ITS_USER)
        return
    if isinstance(place, Path):
        yield _space("space for the database", path.parent)
    yield _space("space for files", settings.storage.media.dir)
    yield _secret(settings, path)


def _program(path: Path) -> Finding:
    processes = running(path)
    if not processes:
        said = "it does not run on this machine"
        return Finding(what="program", state="warning", said=said, fix="deskbridge run")
    return well("program", f"it runs as process {', '.join(map(str, processes))}")


def _database(place: db.Place) -> Finding:
    match db.standing(place):
        case "none":
            made = "is" if isinstance(place, Path) else "answers; its tables are"
            return well("database", f"{place} {made} made at the first start")
        case "current":
            return well("database", f"{place} is up to date")
        case "beside":
            said = f"{place} has the tables of a newer version, on which this one works as well"
            return well("database", said)
    said, fix = f"{place} has the tables of another version", "deskbridge migrate"
    return Finding(what="database", state="failed", said=said, fix=fix)


def _space(what: str, folder: Path) -> Finding:
    there = next((one for one in (folder, *folder.absolute().parents) if one.exists()), Path("/"))
    free = shutil.disk_usage(there).free
    said = f"{free / 1024**3:.1f} GB are free at {there}"
    if free >= LEAST_SPACE:
        return well(what, said)
    return Finding(what=what, state="failed", said=said, fix="make room, or move storage elsewhere")


def _secret(settings: Settings, database: Path) -> Finding:
    if settings.server.secret_key is not None:
        return well("secret", "it is that of server.secret_key")
    path = database.with_suffix(".secret")
    if not path.exists():
        return well("secret", f"{path} is made at the first start")
    try:
        short = len(path.read_bytes().strip()) < SHORTEST_SECRET
    except OSError as error:
        why = error.strerror or "the system refuses"
        return Finding(what="secret", state="failed", said=f"{path}: {why}", fix=_AS_ITS_USER)
    if short:
        said = f"{path} is not whole"
        return Finding(what="secret", state="failed", said=said, fix=f"rm {path}, and restart")
    if path.stat().st_mode & _OPEN:
        said = f"others on this machine may read {path}"
        return Finding(what="secret", state="failed", said=said, fix=f"chmod 600 {path}")
    return well("secret", f"{path} is there, and only its owner reads it")
