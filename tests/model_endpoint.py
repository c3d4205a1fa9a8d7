"""A model behind an OpenAI-compatible API, on this machine: it answers what it is told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "sk-canary-5f2c"


@dataclass
class Model:
    """What it answers, and what it was asked.

    `status` and `raw` stand in for an answer in good order; nothing is answered before
    `answers` is set.
    """

    draft: str = "Ваш заказ в пути."
    status: int = 200
    raw: bytes | None = None
    asked: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def complete(self, request: web.Request) -> web.Response:
        """Answer `POST /v1/chat/completions` as the API does."""
        self.asked.append(await request.json())
        self.headers.append(dict(request.headers))
        await self.answers.wait()
        if self.status != 200 or self.raw is not None:
            return web.Response(status=self.status, body=self.raw, headers={"Location": "/v1"})
        said = {"role": "assistant", "content": self.draft, "refusal": None}
        choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": "stop"}
        usage = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
        whole = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "small"}
        return web.json_response(whole | {"choices": [choice], "usage": usage})


@contextlib.asynccontextmanager
async def model() -> AsyncIterator[Model]:
    """Run it, answering at once."""
    made = Model()
    made.answers.set()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", made.complete)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield made
    finally:
        made.answers.set()
        await runner.cleanup()
