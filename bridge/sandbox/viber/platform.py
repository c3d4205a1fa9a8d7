"""The model of Viber: its server on loopback, and the people a test plays."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bridge.sandbox.faults import Faults
from bridge.sandbox.viber import checks
from bridge.sandbox.viber.customers import Customer
from bridge.sandbox.viber.files import CustomersFiles
from bridge.sandbox.viber.ledger import Call, Ledger
from bridge.sandbox.viber.methods import METHODS, Methods
from bridge.sandbox.viber.people import Account, Person, user_id
from bridge.sandbox.viber.statuses import Refusal, Status
from bridge.sandbox.viber.world import World

TOKEN = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9"  # noqa: S105  # The one of the vendor's own documents.


def _now() -> int:
    return time.time_ns() // 1_000_000


class ViberPlatform:
    """Viber, as far as a bot sees it."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        now: Callable[[], int] = _now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now` is in ms; `sleep` passes the seconds between attempts at a callback."""
        self.world = World(Account(token), now, sleep)
        self.faults = Faults()
        self.files = CustomersFiles(now)
        self.arrived: Counter[str] = Counter()
        """How often each method was called, whatever became of it."""
        self._methods = Methods(self.world)
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def ledger(self) -> Ledger:
        """Return what was asked and told."""
        return self.world.ledger

    @property
    def account(self) -> Account:
        """Return the bot's account."""
        return self.world.account

    @property
    def url(self) -> str:
        """Return the address of the API, for `api_base`."""
        return f"http://127.0.0.1:{self._port}/pa"

    def customer(self, name: str = "Анна Коваль", **facts: Any) -> Customer:
        """Return somebody with Viber; the same name is the same person."""
        known = user_id(f"{self.account.token}/{name}")
        if known not in self.world.people:
            self.world.people[known] = Person(name, known, **facts)
        return Customer(self.world, self.files, self.world.people[known])

    # --- running ---

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as the context lasts."""
        await self.come_up()
        try:
            yield
        finally:
            await self.world.stop()
            await self.go_down()

    async def come_up(self) -> None:
        """Begin to answer, at the address it had before."""
        app = web.Application(client_max_size=16 * checks.LARGEST_BODY)
        app.router.add_post("/pa/{method}", self._serve)
        app.router.add_get("/files/{id}/{name}", self.files.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.files.home = f"http://127.0.0.1:{self._port}"

    async def go_down(self) -> None:
        """Stop answering; what people write meanwhile waits for its next attempt."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # --- one call ---

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method not in METHODS:
            raise web.HTTPNotFound
        self.arrived[method] += 1
        body = await request.read()

        async def answer() -> web.StreamResponse:
            return await self._answer(method, request, body)

        def refuse(status: int) -> web.StreamResponse:
            return self._refused(Refusal(status), method, {})

        return await self.faults.around(method, request, answer, refuse)

    async def _answer(self, method: str, request: web.Request, body: bytes) -> web.StreamResponse:
        payload: Mapping[str, Any] = {}
        try:
            payload = _payload(body)
            self._check_token(request, payload)
            given = await self._methods.call(method, payload)
        except Refusal as refusal:
            return self._refused(refusal, method, payload)
        answer = {"status": int(Status.OK), "status_message": "ok", **given}
        return self._noted(method, payload, answer)

    def _refused(
        self, refusal: Refusal, method: str, payload: Mapping[str, Any]
    ) -> web.StreamResponse:
        answer = {"status": int(refusal.status), "status_message": refusal.words}
        return self._noted(method, payload, answer)

    def _noted(
        self, method: str, payload: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> web.StreamResponse:
        self.ledger.calls.append(Call(method, payload, answer["status"], self.world.now()))
        self.ledger.wire.asked(method, payload, answer)
        return web.json_response(answer)

    def _check_token(self, request: web.Request, payload: Mapping[str, Any]) -> None:
        """The token stands in the header, or in the payload as the vendor's library has it."""
        given = request.headers.get("X-Viber-Auth-Token", payload.get("auth_token"))
        if given is None:
            raise Refusal(Status.INVALID_AUTH_TOKEN, "missing_auth_token")
        if given != self.account.token:
            raise Refusal(Status.INVALID_AUTH_TOKEN)


def _payload(body: bytes) -> Mapping[str, Any]:
    if len(body) > checks.LARGEST_BODY:
        raise Refusal(Status.BAD_DATA, "the request is too large")
    try:
        payload = json.loads(body or b"{}")
    except ValueError:
        raise Refusal(Status.BAD_DATA) from None
    if not isinstance(payload, dict):
        raise Refusal(Status.BAD_DATA)
    return payload
