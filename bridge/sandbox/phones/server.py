"""The page with the phones, its live updates and its verbs, on loopback only."""

import contextlib
import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from aiohttp import web

from bridge.sandbox.phones import verbs
from bridge.sandbox.phones.guard import FILE_POLICY, add_headers, guard
from bridge.sandbox.phones.live import Live
from bridge.sandbox.phones.phone import Kept, NotPossibleError, Owner, Phone

STATIC = Path(__file__).parents[1] / "static"
LARGEST_FILE = 25 * 1024 * 1024
# RFC 5321, 4.5.3.1: an address, with a name before it.
LONGEST_NAME = 350
# By these a picture or a sound is known; everything else is only to be kept.
_SHOWN = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
}
_KINDS = ("photo", "file", "voice", "sticker")


class PhonesServer:
    """Serves the page for as long as `running` lasts."""

    def __init__(self, phones: Iterable[Phone]) -> None:
        """Show these phones, in this order."""
        self._phones = {one.id: one for one in phones}
        self._live = Live(self._phones.values())
        self.url = ""

    @contextlib.asynccontextmanager
    async def running(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[None]:
        """Serve; raises `OSError` where the port cannot be had."""
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            shown = f"[{host}]" if ":" in host else host
            self.url = f"http://{shown}:{runner.addresses[0][1]}/"
            async with self._live.running():
                yield
        finally:
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_FILE)
        app.on_response_prepare.append(add_headers)
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/live", self._follow),
                web.get("/files/{phone}/{owner}/{message}/{number}", self._file),
                web.post("/api/{phone}/owners", self._add),
                web.post("/api/{phone}/faults", self._plan),
                web.post("/api/{phone}/owners/{owner}/send", self._send),
                web.post("/api/{phone}/owners/{owner}/{verb}", self._act),
            ]
        )
        if STATIC.is_dir():
            app.router.add_static("/assets", STATIC / "assets")
        return app

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        index = STATIC / "index.html"
        if not index.is_file():
            raise web.HTTPServiceUnavailable(text="The page is not built yet: run `make build`.")
        return web.FileResponse(index)

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        """Stream the phones: https://html.spec.whatwg.org/multipage/server-sent-events.html."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        # A page that is closed says no good-bye: the next line for it finds nobody.
        with contextlib.suppress(ConnectionResetError):
            async for written in self._live.follow():
                await stream.write(f"data: {written}\n\n".encode())
        return stream

    # --- files ---

    async def _file(self, request: web.Request) -> web.StreamResponse:
        owner = self._owner(request)
        with _told():
            kept = owner.files(request.match_info["message"])[int(request.match_info["number"])]
        mime = next((mime for head, mime in _SHOWN.items() if kept.data.startswith(head)), None)
        headers = {"Content-Security-Policy": FILE_POLICY}
        if mime is None:
            headers["Content-Disposition"] = "attachment"
        content_type = mime or "application/octet-stream"
        return web.Response(body=kept.data, headers=headers, content_type=content_type)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        owner, asked = self._owner(request), request.query
        data = await request.read()
        with _told():
            if owner.blocked:
                raise NotPossibleError("The shop is blocked: let it write again first.")
            kind = verbs.text(asked, "kind")
            if kind not in _KINDS or not data:
                raise NotPossibleError("A photo, file, voice or sticker is wanted.")
            name = Path(verbs.text(asked, "name")).name or kind
            await owner.send(kind, Kept(name, data), verbs.text(asked, "text", ""))
        return self._done(request)

    # --- verbs ---

    async def _add(self, request: web.Request) -> web.StreamResponse:
        phone, given = self._phone(request), await _given(request)
        with _told():
            name = " ".join(verbs.text(given, "name").split())[:LONGEST_NAME]
            owner = phone.add(name or "Nobody")
        return web.json_response({"id": owner.id})

    async def _plan(self, request: web.Request) -> web.StreamResponse:
        phone, given = self._phone(request), await _given(request)
        with _told():
            verbs.plan(phone, given)
        return self._done(request)

    async def _act(self, request: web.Request) -> web.StreamResponse:
        owner, given = self._owner(request), await _given(request)
        with _told():
            await verbs.act(owner, request.match_info["verb"], given)
        return self._done(request)

    def _done(self, request: web.Request) -> web.StreamResponse:
        self._phone(request).wire.changed()
        return web.json_response({})

    def _phone(self, request: web.Request) -> Phone:
        phone = self._phones.get(request.match_info["phone"])
        if phone is None:
            raise web.HTTPNotFound
        return phone

    def _owner(self, request: web.Request) -> Owner:
        owner = self._phone(request).owners.get(request.match_info["owner"])
        if owner is None:
            raise web.HTTPNotFound
        return owner


@contextlib.contextmanager
def _told() -> Any:
    """Answer what cannot be done with the words that say why."""
    try:
        yield
    except NotPossibleError as error:
        raise web.HTTPConflict(text=str(error)) from None
    except (LookupError, ValueError):
        raise web.HTTPNotFound(text="It is not there any more.") from None


async def _given(request: web.Request) -> dict[str, Any]:
    try:
        given = json.loads(await request.read())
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise web.HTTPBadRequest(text="A JSON object is wanted.")
    return given
