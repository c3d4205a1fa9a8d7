"""A model Bot API server: `/bot<token>/<method>` and `/file/bot<token>/<path>` on loopback.

As documented at core.telegram.org/bots/api, and where that is silent as the server's source
has it (github.com/tdlib/telegram-bot-api).
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

from aiohttp import web

from bridge.sandbox.faults import Faults
from bridge.sandbox.telegram import account, changing, errors, forum, sending, staff
from bridge.sandbox.telegram.call import Call, Method
from bridge.sandbox.telegram.errors import Refusal
from bridge.sandbox.telegram.ledger import Call as Entry
from bridge.sandbox.telegram.params import Params, read_params
from bridge.sandbox.telegram.time import RealTime, Time
from bridge.sandbox.telegram.world import Bot, World

# A little more than the largest upload, for what stands around it.
LARGEST_REQUEST = 52 * 1024 * 1024
ALL_METHODS: Mapping[str, Method] = {
    **account.METHODS,
    **sending.METHODS,
    **changing.METHODS,
    **forum.METHODS,
    **staff.METHODS,
}
# Method names are the same in any case.
_BY_NAME = {name.lower(): name for name in ALL_METHODS}


class TelegramServer:
    """The network. Use it as a context: `async with TelegramServer() as telegram`.

    `local` takes plain HTTP webhooks, as the real server with `--local` does; `limits`
    switches on what a bot may send in a second or a minute.
    """

    def __init__(
        self, *, time: Time | None = None, local: bool = True, limits: bool = False
    ) -> None:
        """Make a server that has no bots yet."""
        self.world = World(time or RealTime(), limits_on=limits, local=local)
        self.faults = Faults()
        self.ledger = self.world.ledger
        self.arrived: Counter[str] = Counter()
        """How often each method was called, whatever became of it."""
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Return the server's address, as `api_base` wants it."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        """Listen."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; a port of 0 is any that is free."""
        self._runner = web.AppRunner(
            self._app(),
            access_log=None,
            shutdown_timeout=0.1,
            # Who hangs up does not poll any more.
            handler_cancellation=True,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        for bot in self.world.bots.values():
            bot.courier.carry()

    async def stop(self) -> None:
        """Be gone: connections are refused until it is started again, on the same port."""
        for bot in self.world.bots.values():
            await bot.courier.stop()
            bot.updates.interrupt(errors.OTHER_POLLER)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = _BY_NAME.get(request.match_info["method"].lower(), "")

        self.arrived[name] += 1
        # Read before anything goes wrong: what has arrived needs nobody at the other end.
        given = await _given(request)

        async def answer() -> web.StreamResponse:
            return await self._answer(request.match_info["token"], name, given)

        handling = asyncio.ensure_future(self.faults.around(name, request, answer, _refused))
        if name == "getUpdates":
            return await handling
        # What has arrived is done, whether or not somebody still waits for the answer.
        return await asyncio.shield(handling)

    async def _answer(self, token: str, name: str, given: Params | Refusal) -> web.StreamResponse:
        params, bot_id = Params({}), 0
        try:
            bot = self._bot(token)
            bot_id = bot.id
            if isinstance(given, Refusal):
                raise given
            params = given
            result = await _method(name)(Call(self.world, bot, params))
        except Refusal as refusal:
            self._note(bot_id, name, params, refusal.body)
            return _refused(refusal)
        answered = {"ok": True, "result": result}
        self._note(bot_id, name, params, answered)
        return web.json_response(answered)

    def _bot(self, token: str) -> Bot:
        head, colon, rest = token.partition(":")
        if not colon or not head.isdigit() or not rest:
            raise errors.NOT_FOUND
        if token not in self.world.bots:
            raise errors.UNAUTHORIZED
        return self.world.bots[token]

    def _note(self, bot_id: int, name: str, params: Params, answer: Mapping[str, Any]) -> None:
        entry = Entry(
            bot_id=bot_id,
            method=name,
            params=dict(params.values),
            at=self.world.time.now(),
            ok=answer["ok"],
            description=answer.get("description", ""),
            files={one.name: len(one.data) for one in params.uploads.values()},
        )
        self.ledger.calls.append(entry)
        # What a poll brings is told update by update.
        if name != "getUpdates" or not entry.ok:
            files = {"files": entry.files} if entry.files else {}
            self.ledger.wire.asked(name, {**entry.params, **files}, answer)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            try:
                self._bot(request.match_info["token"])
            except Refusal as refusal:
                return _refused(refusal)
            path = request.match_info["path"]
            stored = self.world.files.at(path, self.world.time.now())
            if stored is None:
                return _refused(errors.NOT_FOUND)
            return web.Response(body=stored.data, content_type="application/octet-stream")

        return await self.faults.around("file", request, answer)


def _refused(refusal: Refusal) -> web.StreamResponse:
    return web.json_response(refusal.body, status=refusal.code)


def _method(name: str) -> Method:
    if not name:
        raise errors.NO_METHOD
    return ALL_METHODS[name]


async def _given(request: web.Request) -> Params | Refusal:
    try:
        return await read_params(request)
    except web.HTTPRequestEntityTooLarge:
        return errors.ENTITY_TOO_LARGE
    except ValueError:
        return errors.bad_request("can't parse the request")
