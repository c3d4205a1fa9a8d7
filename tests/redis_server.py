"""A Redis or Valkey server of a test's own: killed, started again, stopped and flushed at will."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import redis


def program() -> str:
    """Return the server's program."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    assert found, "Redis is missing: apt-get install redis-server (make test does it)"
    return found


class RedisServer:
    """A server on a socket in a folder of its own, that keeps nothing on disk."""

    def __init__(self, folder: Path, password: str = "") -> None:
        """Begin nothing yet."""
        self.socket = folder / "redis.sock"
        self._folder = folder
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Run it, and come back when it answers."""
        options = {"--unixsocket": self.socket, "--port": 0, "--save": "", "--appendonly": "no"}
        if self._password:
            options["--requirepass"] = self._password
        told = [str(one) for pair in options.items() for one in pair]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([program(), *told], stdout=log, cwd=self._folder)
        end = time.monotonic() + 30
        while not self._answers():
            assert time.monotonic() < end, (self._folder / "log").read_text()
            time.sleep(0.02)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.socket)) == 0

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """Open a connection beside the program."""
        with redis.Redis(unix_socket_path=str(self.socket), password=self._password or None) as one:
            yield one

    def keys(self) -> list[bytes]:
        """Return the name of everything it keeps."""
        with self.asked() as one:
            return sorted(one.keys())

    def write_down(self) -> None:
        """Have it write down, in plain bytes, all it is asked and all it is told to keep."""
        with self.asked() as one:
            plainly = {"rdbcompression": "no", "slowlog-log-slower-than": 0}
            for name, as_is in (
                {"slowlog-max-len": 1_000_000, "appendonly": "yes"} | plainly
            ).items():
                one.config_set(name, as_is)
            while one.info("persistence")["aof_rewrite_in_progress"]:
                time.sleep(0.02)

    def everything(self) -> dict[str, bytes]:
        """Return all of it, by where: keys, what they hold, what was asked, and its files."""
        with self.asked() as one:
            found = {f"key {key!r}": key + bytes(one.dump(key) or b"") for key in one.scan_iter()}
            found |= {f"value of {key!r}": _read(one, key) for key in one.scan_iter()}
            found["asked"] = b"\n".join(asked["command"] for asked in one.slowlog_get(-1))
            one.save()
        files = [path for path in self._folder.rglob("*") if path.is_file()]
        return found | {path.name: path.read_bytes() for path in files}

    def listeners(self) -> int:
        """Return how many processes hear whispers."""
        with self.asked() as one:
            return sum(number for _, number in one.pubsub_numsub(*one.pubsub_channels()))

    @contextmanager
    def overheard(self) -> Iterator[list[bytes]]:
        """Return what processes tell each other, once the context has ended."""
        told: list[bytes] = []
        with self.asked() as one, one.pubsub() as line:
            line.psubscribe("deskbridge:*")
            assert line.get_message(timeout=30) is not None, "nobody listens yet"
            yield told
            while (message := line.get_message(timeout=0.5)) is not None:
                if message["type"] == "pmessage":
                    told.append(message["data"])

    def flush(self) -> None:
        """Have it forget everything, the scripts too."""
        with self.asked() as one:
            one.flushall()
            one.script_flush()

    def stand_still(self) -> None:
        """Have it do nothing: who connects is neither refused nor answered."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self.socket.unlink(missing_ok=True)

    def _signal(self, which: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, which)


# How all of a value is read, by its kind.
_READS: dict[bytes, Callable[[Any, bytes], Any]] = {
    b"string": lambda one, key: one.get(key),
    b"hash": lambda one, key: one.hgetall(key),
    b"list": lambda one, key: one.lrange(key, 0, -1),
    b"set": lambda one, key: one.smembers(key),
    b"zset": lambda one, key: one.zrange(key, 0, -1, withscores=True),
    b"stream": lambda one, key: one.xrange(key),
}


def _read(one: Any, key: bytes) -> bytes:
    """Return a value's parts, one after the other."""
    kind = one.type(key)
    return b"\n".join(_parts(_READS[kind](one, key))) if kind != b"none" else b""


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from _parts([*value, *value.values()])
    elif isinstance(value, list | tuple | set):
        for one in value:
            yield from _parts(one)


@contextmanager
def redis_server(password: str = "") -> Iterator[RedisServer]:
    """Run a server until the context ends. The path of its socket has to be short."""
    folder = Path(mkdtemp(prefix="deskbridge-redis-"))
    server = RedisServer(folder, password)
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
