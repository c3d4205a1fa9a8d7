"""Clients that send whatever they like, and what may be said to them."""

import contextlib
import json
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import httpx
import pytest

from tests.desk import RunningDesk
from tests.e2e.house import KEY, logs_of

API = f"/widget/{KEY}/api"
LIVE = f"/widget/{KEY}/live"
FOREIGN = "https://evil.example"
# Whatever it is sent in, no log may hold it.
CANARY = "canary-7f3a-Кенар🐤"
SECRET = f"identity-{'canary-9b1c' * 4}"
ENVIRON = {"SHOP_SECRET": SECRET}
CHANGES = {
    "channels.site.messages_per_minute": 1_000_000,
    "channels.site.identity_secret": "${SHOP_SECRET}",
}


@dataclass(slots=True)
class Anybody:
    """A visitor without a browser, and so without a browser's manners."""

    http: httpx.Client
    token: str
    thread: str
    cursor: str

    @classmethod
    def arrive(cls, desk: RunningDesk) -> Self:
        """Begin a session."""
        http = httpx.Client(base_url=desk.url, timeout=30)
        session = http.post(f"{API}/session", json={}).json()
        return cls(http, session["token"], str(uuid4()), session["cursor"])

    def __enter__(self) -> Self:
        """Stay until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.http.close()

    @property
    def headers(self) -> dict[str, str]:
        """Return what shows who asks."""
        return {"authorization": f"Bearer {self.token}"}

    def post(self, path: str, body: Any = None, **more: str) -> httpx.Response:
        """Post JSON."""
        return self.http.post(f"{API}/{path}", json=body, headers=self.headers | more)

    def get(self, path: str) -> httpx.Response:
        """Read something."""
        return self.http.get(f"{API}/{path}", headers=self.headers)

    def write(self, text: str = CANARY, **more: Any) -> httpx.Response:
        """Write a message."""
        body = {"client_id": str(uuid4()), "thread": self.thread, "text": text} | more
        return self.post("messages", body)

    def upload(self, name: str, data: bytes) -> httpx.Response:
        """Upload a file."""
        return self.http.post(f"{API}/uploads", files={"file": (name, data)}, headers=self.headers)


def refused(answer: httpx.Response, *statuses: int) -> Mapping[str, Any]:
    """Check that an answer is one of the refusals, says why, and quotes nothing; return why."""
    said = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code in (statuses or range(400, 500)), said
    error: Mapping[str, Any] = json.loads(answer.content)["error"]
    assert {"code", "message", "request_id"} <= error.keys(), said
    assert CANARY not in answer.text, said
    return error


@dataclass(slots=True)
class RawAnswer:
    """The beginning of what came over the wire."""

    status: int
    text: str


def raw(
    desk: RunningDesk, method: str, path: str, headers: Mapping[str, str], body: Iterable[bytes]
) -> RawAnswer:
    """Send a request as it stands, and as much of its body as the program will take."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", desk.port), timeout=20) as line:
        line.sendall(f"{method} {path} HTTP/1.1\r\nHost: {desk.url[7:]}\r\n{head}\r\n".encode())
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for chunk in body:
                line.sendall(chunk)
        text = line.recv(65_536).decode("latin-1")
    return RawAnswer(int(text.split()[1]), text)


def chunked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give a body whose length is not told beforehand."""
    for one in parts:
        yield b"%x\r\n%b\r\n" % (len(one), one)
    yield b"0\r\n\r\n"


def a_visitor() -> Any:
    """Return a fixture: one visitor for all tests of a module."""

    @pytest.fixture(scope="module")
    def anybody(desk: RunningDesk) -> Iterator[Anybody]:
        with Anybody.arrive(desk) as one:
            yield one

    return anybody


def quiet_log() -> Any:
    """Return a fixture that looks, at the end of a module, at what its tests left in the log."""

    @pytest.fixture(scope="module", autouse=True)
    def quiet(desk: RunningDesk) -> Iterator[None]:
        yield
        log = logs_of(desk)
        for secret in (CANARY, CANARY[:11], SECRET, SECRET[-11:]):
            assert secret not in log, secret

    return quiet
