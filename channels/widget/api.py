"""The HTTP half of the widget: sessions, messages, files, history."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter

from bridge.channel import (
    MediaRefusedError,
    MediaTooLargeError,
    MessageView,
    customer_owner,
)
from bridge.web import (
    ApiError,
    QueryAfter,
    QueryId,
    Told,
    no_foreign_origin,
    qr,
    too_large,
    uploaded_file,
)
from bridge.web.site import Connection
from channels.widget import back, blocked, onward, pressing, protocol
from channels.widget.back import CameBack, ComeBack
from channels.widget.buttons import NewPress
from channels.widget.config import widget_config
from channels.widget.confirming import mark_read
from channels.widget.parts import Parts, session_of
from channels.widget.protocol import (
    Attachment,
    MessageAnswer,
    MessagesAnswer,
    NewMessage,
    ReadRequest,
    SessionAnswer,
    SessionRequest,
    StartLink,
    ThreadsAnswer,
    Visitor,
    WayOn,
)
from channels.widget.tokens import Session
from channels.widget.writing import Writing, refusal

HttpRequest = Request[Any, Any, Any]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


class WidgetApi:
    """The routes under `/widget/{key}/api` that a visitor's token opens."""

    def __init__(self, parts: Parts) -> None:
        """Serve one inbox."""
        self._parts = parts
        self._writing = Writing(parts)
        self._from_us = no_foreign_origin(parts.context.public_url)

    def routes(self) -> list[HTTPRouteHandler]:
        """Return the routes. Only our own pages, or a program, may call them.

        They are no Litestar router: that would be copied, and all it reaches with it.
        """
        api = f"/widget/{self._parts.settings.key}/api"
        shared: dict[str, Any] = {"guards": [self._allowed], "tags": ["widget"]}
        thread = f"{api}/threads/{{thread:str}}"
        return [
            post(f"{api}/session", status_code=200, guards=[self._from_us], tags=["widget"])(
                self.open_session
            ),
            get(f"{api}/threads", **shared)(self.threads),
            get(f"{thread}/messages", **shared)(self.messages),
            post(f"{thread}/read", status_code=204, **shared)(self.read),
            post(f"{api}/messages", opt={"express": True}, **shared)(self.write),
            post(f"{api}/presses", status_code=200, **shared)(self.press),
            post(f"{api}/onward", status_code=200, **shared)(self.lead_on),
            post(f"{api}/resume", status_code=200, **shared)(self.come_back),
            post(f"{api}/uploads", request_max_body_size=None, **shared)(self.upload),
        ]

    async def _allowed(self, connection: Connection, handler: BaseRouteHandler) -> None:
        # One guard for both: Litestar copies the handler for each.
        await self._from_us(connection, handler)
        await self._parts.authorise(connection, handler)

    async def open_session(
        self, data: JSONBody[SessionRequest], request: HttpRequest
    ) -> SessionAnswer:
        """Begin or continue a session. Nothing is stored until the visitor writes."""
        parts = self._parts
        await parts.limits.session(parts.address(request))
        session = await parts.recognise(data.token, data.identity, data.visit)
        threads, cursor = await parts.customers.threads(session.customer)
        if threads:
            parts.presence.known(session.customer)
        wanted = data.locale or request.headers.get("accept-language")
        return SessionAnswer(
            token=parts.tokens.issue(session),
            config=widget_config(parts.settings, parts.context, wanted),
            visitor=Visitor(verified=session.verified, name=session.name, email=session.email),
            threads=[protocol.thread(one) for one in threads],
            cursor=cursor,
            server_time=parts.clock.now(),
            block=blocked.block(await parts.customers.block(session.customer)),
        )

    async def threads(self, request: HttpRequest) -> ThreadsAnswer:
        """List the visitor's conversations."""
        threads, cursor = await self._parts.customers.threads(session_of(request).customer)
        return ThreadsAnswer([protocol.thread(one) for one in threads], cursor)

    async def messages(
        self,
        request: HttpRequest,
        thread: FromPath[str],
        before: QueryId = None,
        after: QueryAfter = None,
        limit: Limit = 40,
    ) -> MessagesAnswer:
        """Return a page of one of the visitor's own conversations."""
        if before is not None and after is not None:
            raise ApiError(400, "invalid", "Give before or after, not both.")
        page, has_before, cursor = await self._parts.customers.messages(
            session_of(request).customer, thread, before=before, after=after, limit=limit
        )
        return MessagesAnswer(_wire(page), has_before, cursor)

    async def write(
        self, data: JSONBody[NewMessage], request: HttpRequest
    ) -> Response[MessageAnswer]:
        """Take a message; answered after it is synced. The same `client_id` again gets 200."""
        session = session_of(request)
        await self._parts.limits.message(session.customer, self._parts.address(request))
        answer, new = await self._writing.write(session, data, request)
        return Told(answer, status_code=201 if new else 200)

    async def press(self, data: JSONBody[NewPress], request: HttpRequest) -> MessageAnswer:
        """Take the press of a button; the same `client_id` again changes nothing more."""
        session = session_of(request)
        await self._parts.limits.message(session.customer, self._parts.address(request))
        return await pressing.press(self._parts, session, data)

    async def upload(self, request: HttpRequest) -> Attachment:
        """Keep a file for a message that is still being written."""
        parts, session = self._parts, session_of(request)
        await parts.limits.upload(session.customer, parts.address(request))
        await _not_blocked(parts, session)
        limit = parts.context.max_upload
        try:
            async with uploaded_file(request, limit=limit) as file:
                view = await parts.context.media.receive(
                    file.chunks,
                    name=file.name,
                    owner=customer_owner(parts.context.inbox_id, session.customer),
                    limit=limit,
                )
        except MediaTooLargeError as error:
            raise too_large(error.limit) from None
        except MediaRefusedError:
            raise ApiError(415, "type_refused", "A file like this is not taken.") from None
        return protocol.attachment(view)

    async def lead_on(self, data: JSONBody[WayOn], request: HttpRequest) -> StartLink:
        """Make a link with which the visitor goes on in another network; it knows them once."""
        session = session_of(request)
        await self._parts.limits.link(session.customer, self._parts.address(request))
        await _not_blocked(self._parts, session)
        link = await onward.link(self._parts, session, data.thread, data.network)
        return StartLink(url=link.url, qr=qr(link.url), expires_at=link.expires_at)

    async def come_back(self, data: JSONBody[ComeBack], request: HttpRequest) -> CameBack:
        """Use up the token of a link back; its conversation is the visitor's to see from now on."""
        session = session_of(request)
        await self._parts.limits.link(session.customer, self._parts.address(request))
        return CameBack(thread=await back.enter(self._parts, session, data.token))

    async def read(
        self, request: HttpRequest, thread: FromPath[str], data: JSONBody[ReadRequest]
    ) -> None:
        """Note that the visitor has seen a thread up to a message."""
        customer = session_of(request).customer
        if not await mark_read(self._parts, customer, thread, data.message_id):
            raise ApiError(404, "not_found", "There is no such message.")


async def _not_blocked(parts: Parts, session: Session) -> None:
    """Raise `ApiError` (403) for a visitor whose messages are not taken."""
    if await parts.customers.block(session.customer) is not None:
        raise refusal("blocked")


def _wire(page: Sequence[MessageView]) -> list[protocol.Message]:
    return [protocol.message(one) for one in page]
