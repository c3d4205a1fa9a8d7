"""The platform on a port of loopback: its addresses, its checks, its books."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bridge.sandbox.faults import Faults
from bridge.sandbox.vk.callback import Callback
from bridge.sandbox.vk.community import Community
from bridge.sandbox.vk.customers import Customer
from bridge.sandbox.vk.errors import VkError, refused
from bridge.sandbox.vk.events import Events
from bridge.sandbox.vk.ledger import Call, Ledger
from bridge.sandbox.vk.longpoll import LongPoll
from bridge.sandbox.vk.messages import Messages
from bridge.sandbox.vk.uploads import Uploads
from bridge.sandbox.vk.world import Person, World

TOKEN = "vk1.a.sandbox-token-canary"  # noqa: S105  # It opens nothing but this platform.
# What faults are planned for, beside the methods.
LONG_POLL = "longpoll"
UPLOAD = "upload"
# https://dev.vk.com/ru/api/api-requests: with a community's token.
REQUESTS_PER_SECOND = 20
_OLDEST_VERSION = (5, 81)
_UPLOAD_LIMIT = 210 * 1024**2

Method = Callable[[Mapping[str, str]], Any]


class VkPlatform:
    """One community of VK's, with all that reaches it."""

    def __init__(
        self,
        *,
        group_id: int = 123_456,
        token: str = TOKEN,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        history: int = 1000,
    ) -> None:
        """Found the community.

        `now` is its wall clock, `monotonic` counts its limits, `sleep` passes the time of
        retries.
        """
        self.faults = Faults()
        self.ledger = Ledger()
        self.world = World(group_id, "Квіти на Подолі 🌷", token, now)
        self.events = Events(group_id)
        self.longpoll = LongPoll(self.ledger.wire, history)
        self.callback = Callback(group_id, self.ledger, sleep)
        self.messages = Messages(self.world, self.events)
        self.uploads = Uploads(self.world, self.ledger)
        self._community = Community(self.world, self.longpoll, self.callback)
        self._customers: dict[int, Customer] = {}
        self._recent: deque[float] = deque()
        self._monotonic = monotonic
        self._runner: web.AppRunner | None = None
        self._port = 0
        self.url = ""
        self.events.listen(self.longpoll.keep)
        self.events.listen(self.callback.take)

    # --- running ---

    async def __aenter__(self) -> Self:
        """Serve on a free port."""
        await self.come_up()
        await self.callback.start()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close the port."""
        await self.callback.stop()
        await self.go_down()

    async def come_up(self) -> None:
        """Begin to answer, at the address it had before."""
        app = web.Application(client_max_size=_UPLOAD_LIMIT)
        app.add_routes(
            [
                web.post("/method/{method}", self._call),
                web.get("/method/{method}", self._call),
                web.get("/longpoll", self._poll),
                web.post("/upload/{kind}/{ticket}", self._upload),
                web.get("/files/{name}", self.uploads.download),
            ]
        )
        # Whoever waits in a long poll is not waited for.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.uploads.url = self.longpoll.url = self.url

    async def go_down(self) -> None:
        """Stop answering; the Callback API goes on telling what happens."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # --- people ---

    def customer(self, person_id: int = 1001, **facts: Any) -> Customer:
        """Return somebody to play; `facts` are fields of `Person`."""
        if person_id not in self._customers:
            person = self.world.people[person_id] = Person(person_id, **facts)
            self._customers[person_id] = Customer(person, self.world, self.events, self.uploads)
        return self._customers[person_id]

    # --- the API ---

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = {key: str(value) for key, value in (await request.post()).items()}
        given = {**dict(request.query), **given}

        async def answer() -> web.StreamResponse:
            return self._answered(method, given)

        def refuse(code: int) -> web.Response:
            return self._refused(VkError(code), method, given)

        return await self.faults.around(method, request, answer, refuse)

    def _answered(self, method: str, given: Mapping[str, str]) -> web.Response:
        try:
            response = self._checked(method, given)(given)
        except VkError as error:
            return self._refused(error, method, given)
        return self._noted(method, given, 0, {"response": response})

    def _refused(self, error: VkError, method: str, given: Mapping[str, str]) -> web.Response:
        return self._noted(method, given, error.code, refused(error, method, given))

    def _noted(
        self, method: str, given: Mapping[str, str], error: int, answer: Mapping[str, Any]
    ) -> web.Response:
        shown = {key: value for key, value in given.items() if key != "access_token"}
        self.ledger.calls.append(Call(method, shown, error, self._monotonic()))
        self.ledger.wire.asked(method, shown, answer)
        return web.json_response(answer)

    def _checked(self, method: str, given: Mapping[str, str]) -> Method:
        """Return what does the method, if the call may be made at all; raises `VkError`."""
        found = self._methods.get(method)
        if found is None:
            raise VkError(3)
        _check_version(given.get("v", ""))
        if given.get("access_token") != self.world.token:
            raise VkError(5)
        self._check_rate()
        return found

    def _check_rate(self) -> None:
        now = self._monotonic()
        while self._recent and now - self._recent[0] >= 1:
            self._recent.popleft()
        if len(self._recent) >= REQUESTS_PER_SECOND:
            raise VkError(6)
        self._recent.append(now)

    @property
    def _methods(self) -> Mapping[str, Method]:
        messages, uploads, community = self.messages, self.uploads, self._community
        return {
            "messages.send": messages.send,
            "messages.edit": messages.edit,
            "messages.delete": messages.delete,
            "messages.setActivity": messages.set_activity,
            "messages.markAsRead": messages.mark_as_read,
            "messages.sendMessageEventAnswer": messages.send_message_event_answer,
            "messages.getHistory": messages.get_history,
            "messages.getConversations": messages.get_conversations,
            "messages.getById": messages.get_by_id,
            "messages.getByConversationMessageId": messages.get_by_cmid,
            "users.get": community.users,
            "groups.getById": community.get_by_id,
            "groups.getLongPollServer": community.long_poll_server,
            "groups.getCallbackConfirmationCode": community.confirmation_code,
            "groups.getCallbackServers": community.callback_servers,
            "photos.getMessagesUploadServer": uploads.photo_server,
            "photos.saveMessagesPhoto": uploads.save_photo,
            "docs.getMessagesUploadServer": uploads.document_server,
            "docs.save": uploads.save_document,
        }

    # --- beside the API ---

    async def _poll(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            return await self.longpoll.check(request)

        return await self.faults.around(LONG_POLL, request, answer, _failed)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            return await self.uploads.receive(request)

        return await self.faults.around(UPLOAD, request, answer, _failed)


def _failed(code: int) -> web.Response:
    return web.json_response({"failed": code})


def _check_version(version: str) -> None:
    major, _, minor = version.partition(".")
    if not major.isdigit() or not minor.isdigit():
        raise VkError(8, "v is undefined")
    if (int(major), int(minor)) < _OLDEST_VERSION:
        raise VkError(8, "versions below 5.81 are deprecated")
