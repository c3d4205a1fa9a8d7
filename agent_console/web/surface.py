"""The web console's addresses: its page, its assets, its API, its websocket, attachments."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, WebSocket, get, websocket
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from agent_console.actions import may_open
from agent_console.web.api import api_router
from agent_console.web.api.originals import ORIGINALS
from agent_console.web.auth import bearer
from agent_console.web.auth.guard import signed_out
from agent_console.web.console import Console, Program, console_of
from bridge.models import Attachment
from bridge.web import BuiltFiles, own_origin_only, page_headers, versions
from bridge.web.media import media_routes
from bridge.web.site import Connection

_STATIC = Path(__file__).parent / "static"
_ASSETS = "/console-assets/"


def console_routes(program: Program) -> list[ControllerRouterHandler]:
    """Return every handler of a program's console."""
    return routes_of(console_of(program))


def routes_of(console: Console) -> list[ControllerRouterHandler]:
    """Return every handler of the console."""
    return [
        *_pages(console, BuiltFiles.load(_STATIC)),
        api_router(console),
        _live(console),
        *_attachments(console),
    ]


def _pages(console: Console, files: BuiltFiles) -> list[ControllerRouterHandler]:
    headers = page_headers(console.site, assets=[_ASSETS], frames=[ORIGINALS])

    @get("/", include_in_schema=False)
    async def home() -> Redirect:
        return Redirect("/console", status_code=302)

    # The page finds its own way from its address: one page for every path under it.
    @get(["/console", "/console/{path:path}"], include_in_schema=False)
    async def page(request: Request[Any, Any, Any]) -> Response[bytes]:
        return files.page("index.html", request, headers)

    @get(_ASSETS + "{name:path}", include_in_schema=False, opt={versions.BUILT: lambda: files})
    async def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        return await versions.asset(request, files, name)

    return [home, page, asset]


def _live(console: Console) -> ControllerRouterHandler:
    own_origin = own_origin_only(console.settings.server.public_url)

    async def own_page_or_token(socket: Connection, handler: BaseRouteHandler) -> None:
        """No page of another site can make a browser send a token."""
        if bearer.HEADER not in socket.headers:
            await own_origin(socket, handler)

    @websocket("/api/live", guards=[own_page_or_token])
    async def live(
        socket: WebSocket[Any, Any, Any],
        after: Annotated[str, QueryParameter(max_length=60)] = "",
    ) -> None:
        """Follow what changes; refused before it is accepted without our page and a session."""
        caller = await console.sessions.caller(socket)
        if caller is None:
            raise signed_out()
        await console.live.serve(socket, caller, after)

    return live


def _attachments(console: Console) -> list[ControllerRouterHandler]:
    async def may_see(request: Request[Any, Any, Any], row: Attachment) -> bool:
        """Agents see the files of what they see, and who wrote it; an upload is its uploader's."""
        caller = await console.sessions.caller(request)
        if caller is None:
            return False
        return await console.store.read(may_open, console.desk, caller.agent, row)

    return [*media_routes(console.media, may_see)]
