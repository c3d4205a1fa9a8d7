"""Somebody who calls VK's methods over HTTP, as any program would."""

import itertools
from types import TracebackType
from typing import Any, Self

import aiohttp

from bridge.sandbox.vk import VkPlatform

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


class Caller:
    """A program with the community's token."""

    def __init__(self, platform: VkPlatform) -> None:
        """Call one platform."""
        self.platform = platform
        self.http = aiohttp.ClientSession()
        self._random_ids = itertools.count(1)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.http.close()

    async def raw(self, method: str, **given: Any) -> Any:
        """Call a method; return the whole answer. `v` and the token are given unless `None`."""
        told = {"v": "5.199", "access_token": self.platform.world.token} | given
        data = {key: str(value) for key, value in told.items() if value is not None}
        url = f"{self.platform.url}/method/{method}"
        async with self.http.post(url, data=data) as response:
            assert response.status == 200
            return await response.json()

    async def __call__(self, method: str, **given: Any) -> Any:
        """Call a method; return what it returns, or fail."""
        answer = await self.raw(method, **given)
        assert "response" in answer, answer
        return answer["response"]

    async def refused(self, method: str, **given: Any) -> int:
        """Call a method that is refused; return the code."""
        answer = await self.raw(method, **given)
        assert "error" in answer, answer
        code: int = answer["error"]["error_code"]
        return code

    async def send(self, text: str = "hello", **given: Any) -> Any:
        """Send a message under a new `random_id`."""
        told = {"peer_id": 1001, "message": text, "random_id": next(self._random_ids)} | given
        return await self("messages.send", **told)

    async def send_refused(self, **given: Any) -> int:
        """Send a message that is refused; return the code."""
        told = {"peer_id": 1001, "message": "hello", "random_id": next(self._random_ids)} | given
        return await self.refused("messages.send", **told)

    async def upload(self, url: str, field: str, name: str, data: bytes) -> Any:
        """Upload a file."""
        form = aiohttp.FormData()
        form.add_field(field, data, filename=name)
        async with self.http.post(url, data=form) as response:
            return await response.json()
