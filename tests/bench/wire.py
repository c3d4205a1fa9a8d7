"""The least HTTP client that can keep a server busy: prepared bytes over open connections."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Self


class BadAnswerError(Exception):
    """The server answered with something else than was to be measured."""


@dataclass(slots=True)
class Wire:
    """One open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to `http://host:port`."""
        host = url.removeprefix("http://")
        name, _, port = host.partition(":")
        return cls(*await asyncio.open_connection(name, int(port)), host)

    async def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        """Send one request; return status, body and headers (names in lower case)."""
        content = b"" if body is None else json.dumps(body).encode()
        told = {"Host": self.host, "Content-Length": str(len(content)), **(headers or {})}
        if content:
            told["Content-Type"] = "application/json"
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self.writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content)
        return await self._answer()

    async def _answer(self) -> tuple[int, bytes, dict[str, str]]:
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(lines[0].split()[1]), body, headers

    async def json(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request that must succeed; return its decoded body."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        status, answer, _ = await self.ask(method, path, body, headers=told)
        if status >= 300:
            raise BadAnswerError(f"{method} {path}: {status} {answer[:300]!r}")
        return json.loads(answer) if answer else None

    def close(self) -> None:
        """Hang up."""
        self.writer.close()
