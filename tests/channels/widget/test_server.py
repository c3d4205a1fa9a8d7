"""The widget behind the real server: what only real sockets show."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bridge.web import create_app
from channels.widget import live
from channels.widget.channel import WidgetChannel
from tests.channels.rig import eventually
from tests.channels.widget.desk import HOME, KEY, THREAD, Desk, Visitor, client_id

BIG = "дуже довга відповідь 🐤 " * 60


@dataclass(slots=True)
class Served:
    """A desk on a port of its own."""

    desk: Desk
    port: int
    opened: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self, origin: str | None = None) -> Any:
        """Open a websocket, from our own page unless said otherwise."""
        return connect(
            f"ws://127.0.0.1:{self.port}/widget/{KEY}/live",
            origin=self.url if origin is None else origin or None,  # type: ignore[arg-type]
            open_timeout=30,
        )

    async def visitor(self) -> Visitor:
        """Return a visitor over real HTTP."""
        visitor = Visitor(self.desk, httpx.AsyncClient(base_url=self.url))
        self.opened.append(visitor.http)
        await visitor.open_session()
        await self.write(visitor, "Hello")
        await visitor.open_session(token=visitor.token)
        return visitor

    async def write(self, visitor: Visitor, text: str) -> None:
        """Send a message from our own page."""
        body = {"client_id": client_id(text), "thread": THREAD, "text": text}
        headers = {"authorization": f"Bearer {visitor.token}", "origin": self.url}
        url = f"/widget/{KEY}/api/messages"
        answered = await visitor.http.post(url, json=body, headers=headers)
        assert answered.status_code == 201, answered.text

    def hello(self, visitor: Visitor) -> str:
        """Return the first frame."""
        frame = {"type": "hello", "token": visitor.token, "cursor": visitor.cursor}
        return json.dumps(frame | {"tab": "t", "visible": True})

    @contextlib.asynccontextmanager
    async def live(self, visitor: Visitor) -> AsyncIterator[ClientConnection]:
        """Give a greeted websocket."""
        async with self.connect() as connection:
            await connection.send(self.hello(visitor))
            assert json.loads(await connection.recv())["type"] == "hello"
            yield connection


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    listening = socket.create_server(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]
    desk = Desk()
    context = type(desk.context)(
        **{name: getattr(desk.context, name) for name in desk.context.__slots__}
        | {"public_url": f"http://127.0.0.1:{port}"}
    )
    desk.channel = WidgetChannel(desk.settings, context)
    desk.open()
    config = uvicorn.Config(
        create_app([desk.channel], public_url=context.public_url, version="1"),
        http="httptools",
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        # Whom to believe is for our own settings to say.
        proxy_headers=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await eventually(lambda: server.started)
    served = Served(desk, port)
    yield served
    for client in served.opened:
        await client.aclose()
    server.should_exit = True
    await serving
    listening.close()


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", HOME])
async def test_a_foreign_page_gets_403_instead_of_a_websocket(served: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with served.connect(origin):
            pass
    assert caught.value.response.status_code == 403


async def test_a_page_on_localhost_is_our_own_too(served: Served) -> None:
    visitor = await served.visitor()
    async with served.connect(f"http://localhost:{served.port}") as connection:
        await connection.send(served.hello(visitor))
        assert json.loads(await connection.recv())["type"] == "hello"


@pytest.mark.parametrize(
    ("frame", "code"),
    [(b"\x00binary", 1003), ("a" * 100_000, 1009), ("[" * 60_000, 1008), ("nonsense", 1008)],
    ids=["binary", "huge", "deep", "nonsense"],
)
async def test_a_bad_frame_closes_its_own_socket_and_nobody_elses(
    served: Served, frame: str | bytes, code: int
) -> None:
    bad, good = await served.visitor(), await served.visitor()
    async with served.live(good) as bystander, served.live(bad) as connection:
        await connection.send(frame)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(connection.recv(), 30)
        assert connection.close_code == code
        await bystander.send('{"type":"ping"}')
        assert json.loads(await bystander.recv()) == {"type": "pong"}


async def test_a_dead_line_is_given_up_and_slows_nobody(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SLOW_AFTER", 0.3)
    slow, quick = await served.visitor(), await served.visitor()
    dead = await _dead_line(served, slow)
    core = served.desk.core
    async with served.live(quick) as connection:
        for _ in range(60):
            # One burst is one frame, too big for what the line still takes.
            for n in range(40):
                await core.says(slow.customer, THREAD, f"{n} {BIG}")
            await asyncio.sleep(0.01)
            if not served.desk.parts.presence.connected(slow.customer):
                break
        said = await core.says(quick.customer, THREAD, "for the quick")
        frame = json.loads(await asyncio.wait_for(connection.recv(), 30))
        assert frame["messages"][0]["id"] == said.id
        await eventually(lambda: not served.desk.parts.presence.connected(slow.customer))
    dead.close()


async def _dead_line(served: Served, visitor: Visitor) -> socket.socket:
    """Connect, say hello and never read again."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)  # noqa: FBT003  # The standard library's own signature.
    loop = asyncio.get_running_loop()
    await loop.sock_connect(line, ("127.0.0.1", served.port))
    request = (
        f"GET /widget/{KEY}/live HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
        f"Origin: {served.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await loop.sock_sendall(line, request.encode())
    answer = await loop.sock_recv(line, 4096)
    assert b" 101 " in answer
    hello = served.hello(visitor).encode()
    head = bytes([0x81, 0x80 | 126]) + len(hello).to_bytes(2, "big") + bytes(4)
    await loop.sock_sendall(line, head + hello)
    await eventually(lambda: served.desk.parts.presence.connected(visitor.customer))
    return line


async def test_ten_megabytes_get_their_413_and_the_server_goes_on(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.url, timeout=20) as client:
        answered = await client.post(
            f"/widget/{KEY}/api/session",
            content=b'{"token":"' + b"a" * 10_000_000 + b'"}',
            headers={"content-type": "application/json"},
        )
        assert answered.status_code == 413
        assert (await client.post(f"/widget/{KEY}/api/session", json={})).status_code == 200


async def test_an_upload_that_breaks_off_leaves_nothing_behind(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = await served.visitor()
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(
        f"POST /widget/{KEY}/api/uploads HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
        f"Authorization: Bearer {visitor.token}\r\nContent-Length: 3000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\npart'.encode()
    )
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.1)
    assert served.desk.media.files == {}
    assert not [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")]
    await served.write(visitor, "still here")


async def test_the_addresses_of_forwarded_lies_never_reach_a_visit(served: Served) -> None:
    visitor = await served.visitor()
    body = {"client_id": client_id("x"), "thread": THREAD, "text": "hi", "visit": {"tab": "t"}}
    answered = await visitor.http.post(
        f"/widget/{KEY}/api/messages",
        json=body,
        headers={"authorization": f"Bearer {visitor.token}", "x-forwarded-for": "6.6.6.6"},
    )
    assert answered.status_code == 201
    visit = served.desk.core.messages[-1].visit
    assert visit is not None
    assert visit.ip == "127.0.0.1"
