"""A loss of power: what a disk may hold that was told to write and to sync, and then stood still.

A process writes through the program's own store, and says what it was answered for; strace
keeps every write to the database's files, every sync, and every such answer, in their order.
From that, images are made: all that was synced at some moment, and of what was written since
then any part, in sectors. Each is opened as the next start would, and must be whole and hold
whatever had been answered for.
"""

import contextlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.databases import fresh_database
from tests.desk import ROOT

SECTOR = 512
CALLS = "write,pwrite64,fsync,fdatasync,ftruncate"
_LINE = re.compile(
    r"^\d+\s+(write|pwrite64|fsync|fdatasync|ftruncate)\((\d+)<([^>]*)>(?:, (.*))?\)\s+= (-?\d+)"
)
_WRITER = "tests.faults.writes_for_power"
NEEDS_STRACE = "strace, which may look at processes here"


def can_trace() -> bool:
    """Say whether strace is here and may look."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return tried.returncode == 0


@dataclass(frozen=True, slots=True)
class Written:
    """So many bytes at a place of a file; `data` is `None` where it was cut off there."""

    name: str
    at: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Synced:
    """All of a file that was written before is on the disk."""

    name: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The store has answered for this key."""

    key: str


Step = Written | Synced | Answered


@dataclass(slots=True)
class Disk:
    """What certainly is on it, and what may be."""

    files: dict[str, bytearray] = field(default_factory=dict)
    pending: list[Written] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)

    def take(self, step: Step) -> None:
        """Have one more thing happen."""
        match step:
            case Written():
                self.pending.append(step)
            case Synced(name):
                for one in [one for one in self.pending if one.name == name]:
                    _put(self.files, one)
                self.pending = [one for one in self.pending if one.name != name]
            case Answered(key):
                self.answered.add(key)

    def image(self, chance: random.Random) -> dict[str, bytes]:
        """Return what a disk may hold now: any part of what was not synced, in sectors."""
        files = {name: bytearray(data) for name, data in self.files.items()}
        share = chance.choice((0.0, 0.3, 0.7, 1.0))
        for one in self.pending:
            for part in _sectors(one):
                if chance.random() < share:
                    _put(files, part)
        return {name: bytes(data) for name, data in files.items()}


def _put(files: dict[str, bytearray], one: Written) -> None:
    file = files.setdefault(one.name, bytearray())
    if one.data is None:
        del file[one.at :]
        return
    if len(file) < one.at:
        file.extend(bytes(one.at - len(file)))
    file[one.at : one.at + len(one.data)] = one.data


def _sectors(one: Written) -> Iterator[Written]:
    if one.data is None:
        yield one
        return
    at = one.at
    while at < one.at + len(one.data):
        end = min((at // SECTOR + 1) * SECTOR, one.at + len(one.data))
        yield Written(one.name, at, one.data[at - one.at : end - one.at])
        at = end


# --- what has happened ---


def traced(folder: Path, keys: int, *options: str) -> tuple[Path, list[Step]]:
    """Have so many keys written; return the database as it was before, and what happened."""
    database = fresh_database(folder, "desk.db")
    before = folder / "before.db"
    shutil.copyfile(database, before)
    log = folder / "trace"
    strace = ["strace", "-f", "-y", "-xx", "-s", "70000", "-e", f"trace={CALLS}", "-o", str(log)]
    command = [*strace, sys.executable, "-m", _WRITER, str(database), str(keys), *options]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=300)
    return before, list(_steps(log))


def _steps(log: Path) -> Iterator[Step]:
    unfinished: dict[str, str] = {}
    for line in log.read_text(encoding="ascii").splitlines():
        thread = line.partition(" ")[0]
        if line.endswith("<unfinished ...>"):
            unfinished[thread] = line.removesuffix("<unfinished ...>")
            continue
        if "resumed>" in line and thread in unfinished:
            line = unfinished.pop(thread) + line.partition("resumed>")[2]  # noqa: PLW2901
        found = _LINE.match(line)
        if found is not None and int(found[5]) >= 0:
            yield from _step(*found.groups())


def _step(call: str, fd: str, path: str, rest: str | None, result: str) -> Iterator[Step]:
    path = _text(path) if "\\x" in path else path
    name = Path(path).name
    if call == "write" and fd == "1":
        for key in _bytes(rest or "").decode().split():
            yield Answered(key)
    elif not name.startswith("desk.db") or name.endswith("-shm"):
        return
    elif call in ("fsync", "fdatasync"):
        yield Synced(name)
    elif call == "ftruncate":
        yield Written(name, int(rest or 0), None)
    elif call == "pwrite64":
        data, _, _ = (rest or "").partition('", ')
        yield Written(name, int((rest or "").rpartition(", ")[2]), _bytes(data)[: int(result)])
    else:
        raise AssertionError(f"SQLite writes in a way that is not kept: {call} {path}")


def _bytes(shown: str) -> bytes:
    return bytes.fromhex(shown.partition('"')[2].partition('"')[0].replace("\\x", ""))


def _text(shown: str) -> str:
    return bytes.fromhex(shown.replace("\\x", "")).decode()


# --- what is looked at ---


@dataclass(slots=True)
class Looked:
    """What the images came to: how many there were, and whichever were not in order."""

    scenario: str
    seed: int
    images: int = 0
    answered: int = 0
    """How many keys had been answered for, over all images."""
    lost: int = 0
    damaged: int = 0

    @property
    def broken(self) -> dict[str, int]:
        """Return every count that must be zero and is not."""
        return {name: n for name in ("lost", "damaged") if (n := getattr(self, name))}

    def __str__(self) -> str:
        """Return it in a line."""
        return (
            f"sqlite, {self.scenario}, seed {self.seed}: images {self.images}, "
            f"answered {self.answered}, lost {self.lost}, damaged {self.damaged}"
        )


def images(seed: int, count: int, keys: int = 120, *options: str) -> Looked:
    """Make so many images of moments that the seed chooses, and look at each."""
    chance, looked = random.Random(seed), Looked("loss of power", seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        before, steps = traced(folder, keys, *options)
        cuts = sorted(chance.randrange(1, len(steps) + 1) for _ in range(count))
        disk = Disk({"desk.db": bytearray(before.read_bytes())})
        done = 0
        for cut in cuts:
            for step in steps[done:cut]:
                disk.take(step)
            done = max(done, cut)
            _look(folder, disk.image(chance), disk.answered, looked)
    return looked


def _look(folder: Path, image: dict[str, bytes], answered: set[str], looked: Looked) -> None:
    place = folder / "image"
    place.mkdir()
    for name, data in image.items():
        (place / name).write_bytes(data)
    looked.images += 1
    looked.answered += len(answered)
    try:
        with contextlib.closing(sqlite3.connect(place / "desk.db")) as file:
            looked.damaged += file.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
            there = {key for (key,) in file.execute("SELECT key FROM meta")}
            looked.lost += len(answered - there)
    except sqlite3.DatabaseError:
        looked.damaged += 1
    shutil.rmtree(place)


def killed_at_calls(seed: int, count: int, within: int, keys: int = 40) -> Looked:
    """Kill a thread of the writer at its n-th call of a kind, for so many n that the seed chooses.

    strace counts each kind of call, and each thread, by itself.
    """
    looked = Looked("killed at a call", seed)
    for number in random.Random(seed).sample(range(1, within), count):
        with tempfile.TemporaryDirectory() as place:
            database = fresh_database(Path(place), "desk.db")
            inject = f"inject={CALLS}:signal=KILL:when={number}"
            strace = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={CALLS}", "-e", inject]
            command = [*strace, sys.executable, "-m", _WRITER, str(database), str(keys)]
            done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=120)
            said = done.stdout.decode().splitlines(keepends=True)
            answered = {line.strip() for line in said if line.endswith("\n")}
            image = {one.name: one.read_bytes() for one in Path(place).glob("desk.db*")}
            _look(Path(place), image, answered, looked)
    return looked
