"""What goes to VK beside its methods: Long Poll, uploads, downloads.

Unlike vk_api's calls these may take long, so they must end the moment they are cancelled.
"""

import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp

from bridge.channel import RejectedError, SendError, UnavailableError
from bridge.proxy import REFUSALS, way_out
from bridge.public import origin, public_socket
from channels.vk import errors
from channels.vk.settings import VkSettings

_CONNECT = 5.0
# Between two pieces of a file, in seconds.
_SILENCE = 30.0
_CHUNK = 65_536

Guard = Callable[[aiohttp.AddrInfoType], socket.socket]


class Wire:
    """Plain HTTP to wherever VK sends us, through the configured proxy."""

    def __init__(self, settings: VkSettings) -> None:
        """Use the settings' proxy."""
        self._proxy = settings.proxy.reveal() if settings.proxy is not None else None
        self._own = origin(settings.api_base)

    async def get_json(self, url: str, params: dict[str, str], *, patience: float) -> Any:
        """Return what `url` answers within `patience` seconds; raises `UnavailableError`."""
        async with self._asked("GET", url, silence=patience, params=params) as response:
            return await response.json(content_type=None)

    async def post_form(self, url: str, form: aiohttp.FormData) -> Any:
        """Return what `url` answers to a form; raises `UnavailableError`."""
        async with self._asked("POST", url, silence=_SILENCE, data=form) as response:
            return await response.json(content_type=None)

    async def download(self, url: str) -> AsyncIterator[bytes]:
        """Yield a file; raises `UnavailableError`, `RejectedError` for what is not VK's to give.

        The address stands in a callback, whose secret signs nothing: so whoever has heard it
        could name any. What the configured `api_base` itself serves may be anywhere.
        """
        own = origin(url) == self._own
        if not own and not url.startswith("https://"):
            raise RejectedError("The file is not on the public internet.", reason="rejected")
        guard = None if own else public_socket
        async with self._asked("GET", url, silence=_SILENCE, guard=guard) as response:
            async for chunk in response.content.iter_chunked(_CHUNK):
                yield chunk

    @contextlib.asynccontextmanager
    async def _asked(
        self, verb: str, url: str, *, silence: float, guard: Guard | None = None, **more: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT, sock_read=silence)
        failure: SendError | None = None
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=timeout,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    # A proxy has rules of its own about where it goes.
                    **way_out(self._proxy, socket_factory=None if self._proxy else guard),
                ) as http,
                http.request(verb, url, **more) as response,
            ):
                _check(response)
                yield response
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            failure = _failure(error)
        # Outside the handler: aiohttp's errors hold addresses, and those hold keys.
        if failure is not None:
            raise failure


def _check(response: aiohttp.ClientResponse) -> None:
    if response.status >= 400:
        raise errors.http_status(response.status, had_effect=False)


def _failure(error: Exception) -> SendError:
    if isinstance(error, REFUSALS):
        return errors.kept_in()
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL):
        return errors.not_reached()
    if isinstance(error, ValueError):
        return errors.malformed(had_effect=False)
    return UnavailableError("The connection to VK broke.", reason="timeout")
