"""A short way through the web framework for what is asked all the time.

Litestar's general machinery costs several times what storing a message does. A handler of
the plainest shape can do without it, and asks for that with `opt={"express": True}`. It
stays Litestar's all the same: OpenAPI describes it, and its guards, its limits, its reading
of bodies and its errors are the very same objects.
"""

from typing import Any, TypeAlias, TypeVar

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import HTTPResponseStartEvent, Receive, Scope, Send

from bridge.web.errors import handle, log_unexpected
from bridge.web.requests import ApiRequest

Routes: TypeAlias = "dict[tuple[str, str], Express]"
"""By method and path."""


T = TypeVar("T")


class Told(Response[T]):
    """JSON and a status, made without the questions that the framework's own asks first."""

    def __init__(self, content: T, *, status_code: int) -> None:
        """Answer with `content`; headers may be added to it, cookies by express cannot."""
        self.content = content
        self.status_code = status_code
        self.headers = {}
        self.cookies = []
        self.background = None
        self.media_type = None
        self.encoding = "utf-8"
        self.response_type_encoders = {}


class Express:
    """One handler: no parameters in its path, `request` and perhaps `data` in, a `Response` back.

    The response has JSON, a status of its own or its handler's, and plain headers; nothing
    of Litestar's that works on a response afterwards.
    """

    def __init__(self, handler: HTTPRouteHandler, path: str) -> None:
        """Serve `handler`; raises `TypeError` for one of another shape."""
        if not _is_plain(handler, path):
            raise TypeError(f"{handler} cannot go by express: request, data in, a Response out")
        self._handler = handler
        self._path = path
        self._guards = handler.resolve_guards()
        self._answer: Any = handler.fn
        self._takes_data = "data" in handler.parsed_fn_signature.parameters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope["route_handler"] = self._handler
        scope["path_template"] = self._path
        request = ApiRequest(scope, receive, send)
        try:
            start, body = self._encoded(await self._response(request))
        except Exception as error:  # noqa: BLE001  # As the framework does: answered, and logged if ours.
            await log_unexpected(error, scope)
            failure = handle(request, error).to_asgi_response(app=None, request=request)
            await failure(scope, receive, send)
            return
        await send(start)
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _response(self, request: ApiRequest) -> Response[Any]:
        for guard in self._guards:
            await guard(request, self._handler)  # type: ignore[misc]  # Litestar has made each async.
        given = {"data": await request.json_given()} if self._takes_data else {}
        response: Response[Any] = await self._answer(request=request, **given)
        return response

    def _encoded(self, response: Response[Any]) -> tuple[HTTPResponseStartEvent, bytes]:
        status = response.status_code or self._handler.status_code
        if response.cookies or response.background or response.media_type or status == 204:
            raise TypeError(f"{self._handler} answers with what does not go by express")
        body = msgspec.json.encode(response.content)
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in response.headers.items()
        ]
        headers.append((b"content-type", b"application/json"))
        headers.append((b"content-length", str(len(body)).encode()))
        return {"type": "http.response.start", "status": status, "headers": headers}, body


def _is_plain(handler: HTTPRouteHandler, path: str) -> bool:
    taken = set(handler.parsed_fn_signature.parameters)
    more = (
        handler.resolve_before_request(),
        handler.after_request,
        handler.resolve_after_response(),
        handler.resolve_response_headers(),
        handler.resolve_response_cookies(),
        handler.has_sync_callable,
        "{" in path,
    )
    answers = handler.parsed_return_field.is_subclass_of(Response)
    return taken - {"data"} == {"request"} and answers and not any(more)


def express_routes(litestar: Litestar) -> Routes:
    """Return the routes of `litestar` that have asked to go by express."""
    return {
        (method, route.path): Express(handler, route.path)
        for route in litestar.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if handler.opt.get("express")
    }
