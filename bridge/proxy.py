"""How an adapter's HTTP leaves the house: straight, or through an HTTP or a SOCKS5 proxy.

aiohttp speaks to HTTP proxies itself; aiohttp-socks speaks to the others, in exceptions of
its own. Here they become aiohttp's, so that an adapter tells in one place what had not gone.
"""

import ssl
from typing import Any, TypedDict

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

# What aiohttp raises where the proxy is not there, or does not let us through.
REFUSALS = (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError)
_REFUSED = (ProxyConnectionError, ProxyError, ProxyTimeoutError)


class Way(TypedDict):
    """What a `ClientSession` needs to know of it."""

    connector: aiohttp.TCPConnector
    proxy: str | None


def way_out(proxy: str | None, **connector: Any) -> Way:
    """Return the way through `proxy`, with these arguments for aiohttp's connector.

    With `socks5://` names are looked up here, with `socks5h://` by the proxy, as curl has it.
    """
    scheme, _, rest = (proxy or "").partition("://")
    if not scheme.startswith("socks5"):
        return Way(connector=aiohttp.TCPConnector(**connector), proxy=proxy)
    rdns = scheme == "socks5h"
    through = _SocksConnector.from_url(f"socks5://{rest}", rdns=rdns, **connector)
    return Way(connector=through, proxy=None)


class _SocksConnector(ProxyConnector):
    """Connects through a SOCKS5 proxy, and fails as aiohttp's own connector does."""

    async def _wrap_create_connection(
        self, *args: Any, req: aiohttp.ClientRequest, **more: Any
    ) -> Any:
        key = req.connection_key
        try:
            return await super()._wrap_create_connection(*args, req=req, **more)
        except _REFUSED:
            # From `None`: what theirs say is the proxy's, and so are the names in it.
            refused = OSError("the proxy does not let us through")
            raise aiohttp.ClientProxyConnectionError(key, refused) from None
        except ssl.SSLCertVerificationError as error:
            raise aiohttp.ClientConnectorCertificateError(key, error) from error
        except ssl.SSLError as error:
            raise aiohttp.ClientConnectorSSLError(key, error) from error
        except OSError as error:
            raise aiohttp.ClientConnectorError(key, error) from error
