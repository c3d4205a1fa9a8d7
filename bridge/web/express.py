"""A short way through the web framework for what is asked all the time.

Litestar's general machinery costs several times what storing a message does. A handler of
the plainest shape can do without it, and asks for that with `opt={"express": True}`. It
stays Litestar's all the same: OpenAPI describes it, and its guards, its limits, its reading
of bodies and its errors are the very same objects.
"""

from typing import Any, TypeAlias

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Receive, Scope, Send

from bridge.web.errors import handle, log_unexpected
from bridge.web.requests import ApiRequest

Routes: TypeAlias = "dict[tuple[str, str], Express]"
"""By method and path."""


class Express:
    """One handler: no parameters in its path, `data` and `request` given, a `Response` back."""

    def __init__(self, handler: HTTPRouteHandler, path: str) -> None:
        """Serve `handler`; raises `TypeError` for one of another shape."""
        taken = set(handler.parsed_fn_signature.parameters)
        answers = handler.parsed_return_field.is_subclass_of(Response)
        if "{" in path or taken != {"data", "request"} or not answers:
            raise TypeError(f"{handler} cannot go by express: data and request in, a Response out")
        self._handler = handler
        self._path = path
        self._guards = handler.resolve_guards()
        self._answer: Any = handler.fn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope["route_handler"] = self._handler
        scope["path_template"] = self._path
        request = ApiRequest(scope, receive, send)
        try:
            response: Response[Any] = await self._response(request)
            body = msgspec.json.encode(response.content)
        except Exception as error:  # noqa: BLE001  # As the framework does: answered, and logged if ours.
            await log_unexpected(error, scope)
            await handle(request, error).to_asgi_response(app=None, request=request)(
                scope, receive, send
            )
            return
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in response.headers.items()
        ]
        headers += [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send(
            {
                "type": "http.response.start",
                "status": response.status_code or 200,
                "headers": headers,
            }
        )
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _response(self, request: ApiRequest) -> Response[Any]:
        for guard in self._guards:
            # Only plain functions are sync, and ours are none: see `bridge.web.site`.
            await guard(request, self._handler)  # type: ignore[misc]
        response: Response[Any] = await self._answer(data=await request.given(), request=request)
        return response


def express_routes(litestar: Litestar) -> Routes:
    """Return the routes of `litestar` that have asked to go by express."""
    return {
        (method, route.path): Express(handler, route.path)
        for route in litestar.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if handler.opt.get("express")
    }
