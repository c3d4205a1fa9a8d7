"""The loader, the frame's page and its files, and the shop that shows the widget off."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from litestar import HttpMethod, Request, Response, get, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from bridge.web import ApiError, BuiltFiles, Site, made, page_headers, respond, site_at, versions
from channels.widget.config import widget_config
from channels.widget.parts import Parts
from channels.widget.protocol import WidgetConfig

STATIC = Path(__file__).parent / "static"
ASSETS = "/widget-assets/"
# Evergreen, yet not asked for on every page of the site.
_LOADER_FOR = "public, max-age=300"
_ANYWHERE = {"cross-origin-resource-policy": "cross-origin"}

HttpRequest = Request[Any, Any, Any]
_READ = [HttpMethod.GET, HttpMethod.HEAD]


@cache
def built() -> BuiltFiles:
    """Return what the front end was built into; read once for all inboxes."""
    return BuiltFiles.load(STATIC)


# --- what all inboxes share ---


@route("/w.js", http_method=_READ, include_in_schema=False, sync_to_thread=False)
def loader(request: HttpRequest) -> Response[bytes]:
    """Give the loader to any site: it is code without secrets."""
    headers = _ANYWHERE | {"cache-control": _LOADER_FOR}
    return built().page("w.js", request, headers)


@route(
    ASSETS + "{name:path}",
    http_method=_READ,
    include_in_schema=False,
    opt={versions.BUILT: built},
)
async def asset(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Give a file of the frame. Never its page: that comes with its headers only."""
    return await versions.asset(request, built(), f"frame/assets/{name.lstrip('/')}")


SHARED: Sequence[HTTPRouteHandler] = (loader, asset)


# --- what is an inbox's own ---


class WidgetPages:
    """The frame's page and the configuration of one inbox."""

    def __init__(self, parts: Parts) -> None:
        """Serve one inbox."""
        self._parts = parts
        self._headers = page_headers(
            parts.site, assets=[ASSETS], frame_ancestors=parts.origins.frame_ancestors()
        )

    def routes(self) -> list[HTTPRouteHandler]:
        """Return the routes."""
        at = f"/widget/{self._parts.settings.key}"
        return [
            route(at, http_method=_READ, include_in_schema=False, sync_to_thread=False)(self.frame),
            get(f"{at}/api/config", tags=["widget"], sync_to_thread=False)(self.config),
        ]

    def frame(self, request: HttpRequest) -> Response[bytes]:
        """Give the frame's page, which only the allowed sites may show."""
        return built().page("frame/index.html", request, self._headers)

    def config(
        self, request: HttpRequest, locale: FromQuery[str | None] = None
    ) -> Response[WidgetConfig]:
        """Tell an allowed site's loader how the widget looks there."""
        headers = self._allowed(request) | {"vary": "Origin"}
        settings, context = self._parts.settings, self._parts.context
        return Response(widget_config(settings, context, locale), headers=headers)

    def _allowed(self, request: HttpRequest) -> dict[str, str]:
        """Return the headers that let the page read the answer; raises `ApiError` (403).

        A page of our own sends no `Origin` with a GET, and neither does a program; another
        site's page that leaves it out could read nothing, and is refused all the same.
        """
        origin = request.headers.get("origin")
        if origin is None and request.headers.get("sec-fetch-site", "none") in (
            "none",
            "same-origin",
        ):
            return {}
        if origin is None or not self._parts.origins.allow(origin):
            raise ApiError(403, "foreign_origin", "This site may not show the widget.")
        return _ANYWHERE | {"access-control-allow-origin": origin}


# --- the demo ---


def demo_routes(public_url: str, key: str) -> list[HTTPRouteHandler]:
    """Return `/demo`, a shop with the widget `key` on it; only for `server.demo`."""
    shop = _Demo(site_at(public_url), key)
    more: Mapping[str, Any] = {"include_in_schema": False, "sync_to_thread": False}
    return [
        route("/demo", http_method=_READ, **more)(shop.page),
        route("/demo/{name:path}", http_method=_READ, **more)(shop.file),
    ]


class _Demo:
    def __init__(self, site: Site, key: str) -> None:
        own = " ".join(site.sources)
        policy = {
            "default-src": "'none'",
            "script-src": own,
            "style-src": own,
            "img-src": f"{own} data:",
            "connect-src": own,
            "frame-src": own,
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }
        self._key = key
        self._headers = {
            "cache-control": "no-cache",
            "content-security-policy": "; ".join(f"{k} {v}" for k, v in policy.items()),
            # So that the widget's frame is told where it stands, as on any site.
            "referrer-policy": "strict-origin-when-cross-origin",
        }

    def page(self, request: HttpRequest) -> Response[bytes]:
        """Give the shop's page, with the inbox's key in it."""
        page = built().read("demo/index.html").replace(b"{{key}}", self._key.encode())
        return respond(made(page, ".html"), request, self._headers)

    def file(self, request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
        """Give a file of the shop."""
        if name.strip("/").endswith(".html"):
            raise ApiError(404, "not_found", "There is no such file.")
        return built().asset(f"demo/{name.lstrip('/')}", request)
