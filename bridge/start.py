"""What a start needs before anything runs: the database alone, a secret, a port."""

import contextlib
import errno
import fcntl
import hashlib
import hmac
import itertools
import os
import secrets
import socket
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bridge.settings import Address, PrivateAddress, Settings, SocketFile
from bridge.settings.sections import SHORTEST_SECRET

# So many may wait until they are taken.
BACKLOG = 1024
# So many seconds another process is given to write the secret.
_WRITTEN_WITHIN = 1.0


class StartError(Exception):
    """The program cannot start; one line says why and what to do."""


def installation_secret(settings: Settings, database: Path) -> bytes:
    """Return the configured secret, or the one kept beside the database, made if missing.

    Raises `StartError` for one that a full disk or a crash has left too short: whatever is
    signed with an empty secret, anybody could sign.
    """
    if settings.server.secret_key is not None:
        return settings.server.secret_key.reveal().encode()
    path = database.with_suffix(".secret")
    with contextlib.suppress(FileExistsError):
        # Made with its rights, not given them afterwards: nobody reads it in between.
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(SHORTEST_SECRET))
            file.flush()
            os.fsync(file.fileno())
    end = time.monotonic() + _WRITTEN_WITHIN
    while len(kept := path.read_bytes().strip()) < SHORTEST_SECRET and time.monotonic() < end:
        # Another process that starts at once may be writing it.
        time.sleep(0.01)
    if len(kept) < SHORTEST_SECRET:
        raise StartError(
            f"the secret in {path} is not whole; remove the file to have a new one made "
            "(visitors and agents then begin new sessions)"
        )
    return kept


def derived(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes of key material for one purpose, so that no key serves two."""
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)


def lock(path: Path) -> IO[str]:
    """Make this the only process on the database; raises `StartError` if one runs already."""
    _make_folder(path.parent)
    file = _taken(path, 0)
    if file is None or any(_holders(path, but=0)):
        if file is not None:
            file.close()
        raise StartError(
            f"another deskbridge already runs on {path}: stop it first. "
            "A second desk needs a database of its own (storage.database)"
        )
    return file


def lock_beside(path: Path) -> IO[str]:
    """Make this one of the processes of this machine on a server's database."""
    _make_folder(path.parent)
    found = (file for number in itertools.count() if (file := _taken(path, number)))
    return next(found)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_to_be_had(folder, error) from None


def _not_to_be_had(path: Path, error: OSError) -> StartError:
    return StartError(
        f"{path} cannot be written: {error.strerror}; give the user who runs deskbridge the right "
        "to write there, or name another place in the YAML (storage.database, storage.media.dir)"
    )


def _place(path: Path, number: int) -> Path:
    return path.with_suffix(f".{number}.lock" if number else ".lock")


def _taken(path: Path, number: int) -> IO[str] | None:
    # Not emptied before it is ours: it says who has it.
    place = _place(path, number)
    try:
        file = place.open("a+")
    except OSError as error:
        raise _not_to_be_had(place, error) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(f"{os.getpid()} {_here()}\n")
    file.flush()
    return file


def running(path: Path) -> list[int]:
    """Return the processes of this machine that run on the database."""
    here = _here()
    return [int(number) for number, place in _holders(path) if place == here]


def _holders(path: Path, *, but: int | None = None) -> Iterator[tuple[str, str]]:
    """Return the number of each process that runs on the database, and where that is its own."""
    numbers = itertools.takewhile(lambda one: _place(path, one).exists(), itertools.count())
    for one in numbers:
        holder = "" if one == but else _holder(_place(path, one))
        if holder:
            number, _, place = holder.partition(" ")
            yield number, place


def _holder(path: Path) -> str:
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().strip()
    except OSError:
        pass
    # There is none, or it has only just begun.
    return ""


def _here() -> str:
    """Return what tells this machine, or this container, from others that share the folder.

    In each, another process has the number.
    """
    numbers = Path("/proc/self/ns/pid")
    # The link says which numbers those are; other systems have but one sort of them.
    return f"{os.uname().nodename} {numbers.readlink() if numbers.is_symlink() else ''}".strip()


@dataclass(frozen=True, slots=True)
class Sockets:
    """What the program listens on: for the world, and for its administrator alone."""

    public: socket.socket | None
    private: socket.socket | None = None


_ANOTHER = (
    "choose another one with --listen HOST:PORT (make run PORT=...), or server.listen in the YAML"
)


def listen(host: str, port: int, *, at_once: bool = True) -> socket.socket:
    """Return a listening socket; raises `StartError` when the port cannot be had.

    Whoever connects waits until the program answers; unless `at_once`, it has only the port,
    and refuses them until it is served, so that a web server in front asks another process.
    """
    bound = _bound(host, port, _ANOTHER)
    if at_once:
        bound.listen(BACKLOG)
    return bound


@contextlib.contextmanager
def port_to_be_had(address: Address) -> Iterator[None]:
    """Raise `StartError` where another program began to listen in between."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise StartError(_refused(address.host, address.port, error, _ANOTHER)) from None


def listen_privately(address: PrivateAddress) -> socket.socket:
    """Return a socket for the administrator's programs; raises `StartError` as `listen`."""
    if isinstance(address, SocketFile):
        return _bound_file(address.path)
    bound = _bound(address.host, address.port, "choose another one with server.admin_listen")
    bound.listen(BACKLOG)
    return bound


def _bound(host: str, port: int, instead: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise StartError(_refused(host, port, error, instead)) from None
    return listening


def _refused(host: str, port: int, error: OSError, instead: str) -> str:
    return f"port {port} on {host or 'all addresses'} {_why(error)}; {instead}"


def _bound_file(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Made with its rights, not given them afterwards: nobody connects in between.
    mask = os.umask(0o177)
    try:
        _clear(path)
        listening.bind(str(path))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise StartError(
            f"the socket {path} {_why(error)}; choose another one with server.admin_listen"
        ) from None
    finally:
        os.umask(mask)
    return listening


def _clear(path: Path) -> None:
    """Remove a socket that a killed program has left; one that answers is somebody's."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(errno.EEXIST, "there is another file of that name")
    with contextlib.suppress(FileNotFoundError), socket.socket(socket.AF_UNIX) as asked:
        # Whoever hangs takes nobody in, and would have us wait for ever.
        asked.settimeout(0)
        answered = asked.connect_ex(str(path))
        if answered == errno.ECONNREFUSED:
            path.unlink()
        elif answered in (0, errno.EAGAIN):
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        elif answered != errno.ENOENT:
            raise OSError(answered, os.strerror(answered))


def _why(error: OSError) -> str:
    return "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
