"""A websocket as an ASGI server gives one, with a test in the browser's place."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

WAIT = 30.0


class RefusedHandshakeError(Exception):
    """The application closed the socket before it accepted it: a browser sees 403."""


class ClosedByServerError(Exception):
    """The application closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        """Keep what the browser is told."""
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class TestSocket:
    """One connection. `stall` stops reading, as a browser on a dead line does."""

    __test__ = False

    def __init__(self, app: Any, path: str, headers: Mapping[str, str]) -> None:
        """Prepare to connect."""
        self._app = app
        self._scope: dict[str, Any] = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(n.encode(), v.encode()) for n, v in headers.items() if v],
            "client": ("203.0.113.7", 50001),
            "subprotocols": [],
        }
        self._to_app: asyncio.Queue[Any] = asyncio.Queue()
        self._from_app: asyncio.Queue[Any] = asyncio.Queue()
        self._reading = asyncio.Event()
        self._reading.set()
        self.closing = asyncio.Event()
        """The server has begun to close, whether or not this end reads it."""
        self.closed: ClosedByServerError | None = None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Connect; raises `RefusedHandshakeError`."""
        self._to_app.put_nowait({"type": "websocket.connect"})
        task = asyncio.create_task(self._app(self._scope, self._to_app.get, self._send))
        first = await asyncio.wait_for(self._from_app.get(), WAIT)
        if first["type"] != "websocket.accept":
            await task
            raise RefusedHandshakeError
        try:
            yield
        finally:
            self.stall(stalled=False)
            self.leave()
            await asyncio.wait_for(task, WAIT)

    def leave(self) -> None:
        """Close the tab."""
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1001})

    def stall(self, *, stalled: bool = True) -> None:
        """Stop reading what the server sends, or go on."""
        if stalled:
            self._reading.clear()
        else:
            self._reading.set()

    async def _send(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self.closing.set()
        await self._reading.wait()
        self._from_app.put_nowait(message)
        if message["type"] == "websocket.close":
            # As uvicorn does, so that a reader learns of it.
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": message["code"]})

    def send(self, frame: Mapping[str, Any]) -> None:
        """Send a frame as JSON."""
        self.send_text(json.dumps(frame))

    def send_text(self, raw: str) -> None:
        """Send anything as text."""
        self._to_app.put_nowait({"type": "websocket.receive", "text": raw})

    def send_bytes(self, raw: bytes) -> None:
        """Send a binary frame."""
        self._to_app.put_nowait({"type": "websocket.receive", "bytes": raw})

    async def receive(self, *, within: float = WAIT) -> dict[str, Any]:
        """Return the next frame; raises `ClosedByServerError`, `TimeoutError`."""
        message = await asyncio.wait_for(self._from_app.get(), within)
        if message["type"] == "websocket.close":
            self.closed = ClosedByServerError(message["code"], message.get("reason") or "")
            raise self.closed
        text = message.get("text")
        frame: dict[str, Any] = json.loads(text if text is not None else message["bytes"])
        return frame

    async def receive_type(self, kind: str) -> dict[str, Any]:
        """Return the next frame of one type, passing over others."""
        while True:
            frame = await self.receive()
            if frame["type"] == kind:
                return frame

    async def silent(self, seconds: float = 0.1) -> bool:
        """Say whether nothing comes for a while."""
        try:
            await self.receive(within=seconds)
        except TimeoutError:
            return True
        return False

    async def close_code(self) -> int:
        """Return the code the server closes with, passing over what comes before."""
        with contextlib.suppress(ClosedByServerError):
            while True:
                await self.receive()
        assert self.closed is not None
        return self.closed.code
