"""Files that people send: their addresses work for an hour."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

LINK_LIFE = 3_600_000


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    until: int


class CustomersFiles:
    """Files by an id nobody guesses."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now` is in ms."""
        self.home = ""
        self.asked = 0
        self._now = now
        self._files: dict[str, _File] = {}

    def add(self, name: str, content: bytes) -> str:
        """Keep a file; return its address."""
        file_id = secrets.token_hex(8)
        self._files[file_id] = _File(content, self._now() + LINK_LIFE)
        return f"{self.home}/files/{file_id}/{quote(name)}"

    async def serve(self, request: web.Request) -> web.Response:
        """Give a file to whoever has its address, until that expires."""
        self.asked += 1
        file = self._files.get(request.match_info["id"])
        if file is None or file.until <= self._now():
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type="application/octet-stream")
