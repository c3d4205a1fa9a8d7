"""A customer's own site, on another origin than the program's: a few pages over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self


@dataclass(slots=True)
class Page:
    """What is at one path."""

    html: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class HostSite:
    """The site: `url` is the origin that the settings may allow, `other` is one they do not."""

    pages: dict[str, Page] = field(default_factory=dict)
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        """Listen on a free port."""
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = pages.get(self.path.partition("?")[0])
                self.send_response(200 if page else 404)
                for name, value in (page.headers if page else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page.html if page else b"")

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Stop."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Return the port."""
        assert self._server is not None
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Return the origin."""
        return f"http://localhost:{self.port}"

    @property
    def other(self) -> str:
        """Return the same pages' other origin."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, html: str, **headers: str) -> str:
        """Put a page at `path`; `content_security_policy=` and such become headers."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.pages[path] = Page(f"<!doctype html><html lang=en>{html}</html>".encode(), named)
        return self.url + path
