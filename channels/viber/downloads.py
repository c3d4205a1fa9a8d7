"""Fetching what customers sent, from where Viber keeps it.

A callback is Viber's word, but the address in it may be the customer's: an app that is not
Viber's own could put any there. So nothing is fetched from the inside of our own network.
"""

from collections.abc import AsyncIterator
from urllib.parse import urljoin, urlsplit

import aiohttp

from bridge.channel import RejectedError, UnavailableError
from bridge.proxy import way_out
from bridge.public import is_literal, is_public, origin, public_socket
from channels.viber.settings import ViberSettings

_TIMEOUT = aiohttp.ClientTimeout(total=110, connect=10, sock_read=30)
_CHUNK = 64 * 1024
_MOST_HOPS = 4
_FOR_NOW = frozenset({408, 425, 429})


class Downloads:
    """Files by their addresses."""

    def __init__(self, settings: ViberSettings) -> None:
        """What `api_base` itself serves may be anywhere: an administrator wrote it."""
        self._own = origin(settings.api_base)
        self._proxy = settings.proxy.reveal() if settings.proxy else None

    async def fetch(self, url: str) -> AsyncIterator[bytes]:
        """Yield a file; raises `RejectedError` for good, `UnavailableError` for now."""
        try:
            for _ in range(_MOST_HOPS):
                self._check(url)
                async with (
                    self._session(url) as session,
                    session.get(url, allow_redirects=False) as response,
                ):
                    if response.status == 200:
                        async for chunk in response.content.iter_chunked(_CHUNK):
                            yield chunk
                        return
                    url = urljoin(url, _led_to(response))
        except (aiohttp.ClientError, OSError, ValueError):
            # From `None`: the library's exceptions carry the address.
            raise UnavailableError("The file is out of reach.", reason="unavailable") from None
        raise RejectedError("The file leads in circles.", reason="rejected")

    def _check(self, url: str) -> None:
        """Refuse what is not public, as far as the address itself says so."""
        host = urlsplit(url).hostname or ""
        inside = is_literal(host) and not is_public(host)
        if origin(url) != self._own and (not url.startswith("https://") or inside):
            raise RejectedError("The file is not on the public internet.", reason="rejected")

    def _session(self, url: str) -> aiohttp.ClientSession:
        # A proxy has rules of its own about where it goes.
        free = self._proxy is not None or origin(url) == self._own
        way = way_out(self._proxy, socket_factory=None if free else public_socket)
        return aiohttp.ClientSession(**way, timeout=_TIMEOUT)


def _led_to(response: aiohttp.ClientResponse) -> str:
    """Return where a redirect leads; raises a `SendError` for an answer that is none."""
    if response.status >= 500 or response.status in _FOR_NOW:
        raise UnavailableError("The file cannot be had now.", reason="unavailable")
    if not 300 <= response.status < 400:
        raise RejectedError("The file is gone.", reason="media_gone")
    return response.headers.get("Location", "")
