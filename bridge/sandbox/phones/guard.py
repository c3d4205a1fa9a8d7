"""Who may use the page: this machine's own browser, on this page and no other."""

from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

HOSTS = ("127.0.0.1", "localhost", "[::1]")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Whatever a customer or an agent has sent: shown by the page, and nothing by itself.
FILE_POLICY = "default-src 'none'; sandbox"
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse strangers' names for this machine, and other pages' requests to do something."""
    if _host(request) not in HOSTS:
        # A foreign name that leads here is how a foreign page would read this one.
        raise web.HTTPMisdirectedRequest(text="This page is for this machine only.")
    if request.method not in ("GET", "HEAD"):
        origin = request.headers.get("Origin", "")
        if origin != f"http://{request.host}":
            raise web.HTTPForbidden(text="Only the page of the phones may do this.")
    return await handler(request)


def _host(request: web.Request) -> str:
    name, colon, port = request.host.rpartition(":")
    return name if colon and port.isdigit() else request.host


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the policies on every answer that has none of its own."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
