"""The one way to make the program's web application."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

from litestar import Litestar, Router
from litestar.plugins.base import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ControllerRouterHandler

from bridge.web.errors import handle, log_unexpected
from bridge.web.front import WebApp
from bridge.web.openapi import openapi_config
from bridge.web.requests import MAX_BODY, ApiRequest
from bridge.web.site import site_at
from bridge.web.versions import share_built

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[Any]]


@runtime_checkable
class HasRoutes(Protocol):
    """A channel or a surface that serves addresses of its own."""

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return handlers, controllers or routers.

        What several of a kind share must be the same object in each: it is served once.
        """
        ...


Room: TypeAlias = "HasRoutes | ControllerRouterHandler"


def create_app(
    rooms: Iterable[Room],
    *,
    public_url: str,
    version: str,
    max_body: int = MAX_BODY,
    lifespan: Sequence[Lifespan] = (),
    shared: Path | None = None,
) -> WebApp:
    """Return the application that serves `rooms` under `public_url`.

    `max_body` is the largest body in bytes of a handler that does not set its own
    `request_max_body_size`. In the folder `shared` the front ends of all versions that serve
    together are kept (`bridge.web.versions`). OpenAPI is at `/schema` and `/schema/openapi.json`.
    """
    litestar = _Litestar(
        route_handlers=_handlers(rooms),
        request_class=ApiRequest,
        request_max_body_size=max_body,
        exception_handlers={Exception: handle},
        after_exception=[log_unexpected],
        openapi_config=openapi_config(version),
        lifespan=list(lifespan),
        # The program sets up its logging once, for all of its parts.
        logging_config=None,
    )
    if shared is not None:
        share_built(litestar, shared)
    return WebApp(litestar, site_at(public_url))


class _Litestar(Litestar):
    """Litestar without what it would load for other kinds of types than ours.

    Its plugins for pydantic and attrs cost a tenth of a cold start, and several megabytes.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def _handlers(
    rooms: Iterable[Room],
) -> list[ControllerRouterHandler]:
    handlers: list[ControllerRouterHandler] = []
    for room in rooms:
        handlers += [one for one in _own(room) if all(one is not known for known in handlers)]
    return handlers


def _own(room: Room) -> Sequence[ControllerRouterHandler]:
    # A Litestar router has routes too, but they are no method.
    if isinstance(room, Router) or not isinstance(room, HasRoutes):
        return [room]
    return room.routes()
