"""One attempt at one request: what was sent, and what came back."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

import aiohttp

from bridge import __version__
from bridge.public import ForbiddenAddressError, public_socket
from bridge.settings import Webhook
from bridge.settings.sections.webhooks import key_of
from bridge.webhooks.calls import Answer
from bridge.webhooks.signing import signed_headers

# The specification wants 15 to 30 seconds for a receiver to answer in.
PATIENCE_SECONDS = 15.0
# What is read of an answer, in bytes: enough for what people look at, and for an address.
MOST_READ = 4 * 1024
_GONE = 410
_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": f"Deskbridge/{__version__}",
    "Accept": "application/json, text/plain, */*",
}


class Sender:
    """Sends to one webhook. Opened and closed by whoever uses it, as a context."""

    def __init__(self, settings: Webhook, *, timeout: float = PATIENCE_SECONDS) -> None:
        """Send where `settings` say, and wait for an answer for `timeout` seconds."""
        self._url = settings.url.reveal()
        known = [settings.secret, settings.previous_secret]
        self._keys = [key_of(one) for one in known if one is not None]
        self._allow_private = settings.allow_private
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections' pool."""
        # The address itself is judged, once its name is resolved: no name leads inside.
        guard = None if self._allow_private else public_socket
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=guard),
            timeout=self._timeout,
            headers=_HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def send(self, call_id: str, body: str, now: int) -> Answer:
        """Send once, signed for this moment (ms); whatever comes of it is an answer."""
        assert self._session is not None, "it is used as a context"  # noqa: S101
        content = body.encode()
        headers = signed_headers(call_id, now, content, self._keys)
        try:
            async with self._session.post(
                self._url, data=content, headers=headers, allow_redirects=False
            ) as response:
                return await _read(response, now)
        except TimeoutError:
            return Answer("timeout")
        except aiohttp.ClientSSLError:
            return Answer("tls")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # What it says holds the address, which may be a secret.
            return Answer("private_address" if _is_forbidden(error) else "unreachable")


def _is_forbidden(error: BaseException) -> bool:
    return isinstance(getattr(error, "os_error", error), ForbiddenAddressError)


async def _read(response: aiohttp.ClientResponse, now: int) -> Answer:
    text = await _beginning(response)
    status = response.status
    after = seconds_until(response.headers.get("Retry-After"), now)
    if 200 <= status < 300:
        return Answer("", status, text)
    if status == _GONE:
        return Answer("gone", status, text)
    return Answer("redirect" if 300 <= status < 400 else "status", status, text, after)


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """Read no more than is kept, however much there is."""
    read = bytearray()
    async for chunk in response.content.iter_chunked(MOST_READ):
        read += chunk
        if len(read) >= MOST_READ:
            response.close()
            break
    return bytes(read[:MOST_READ]).decode(errors="replace").replace("\0", "\ufffd")


def seconds_until(header: str | None, now: int) -> float | None:
    """Return the seconds that a `Retry-After` asks for: a number or a date (RFC 9110)."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header.strip()[:9])
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.fromtimestamp(now / 1000, UTC)).total_seconds())
