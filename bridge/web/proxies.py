"""Whose request it is, behind proxies that may or may not be believed."""

import ipaddress
import logging
from collections.abc import Sequence
from functools import lru_cache

from bridge.web.incoming import sent
from bridge.web.site import Connection

_log = logging.getLogger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# More hops than any real chain has; the rest was made up by somebody.
MOST_HOPS = 32
LONGEST_HOP = 100


class TrustedProxies:
    """The proxies whose `X-Forwarded-For` is believed."""

    def __init__(self, networks: Sequence[str]) -> None:
        """`networks` are addresses or CIDR networks; raises `ValueError` for another thing."""
        self._networks = [ipaddress.ip_network(one, strict=False) for one in networks]
        self._told = False

    def client(self, connection: Connection) -> Address | None:
        """Return the address of the one who asks, or `None` where there is none to tell.

        That is the peer, unless it is a trusted proxy: then the right-most hop it names
        that is not trusted itself. What stands further left anybody may have written.
        """
        client = connection.scope.get("client")
        peer = _address(client[0]) if client else None
        headers = sent(connection.scope, "x-forwarded-for")
        if peer is None or not headers:
            return peer
        if not self._trusts(peer):
            self._tell_once()
            return peer
        return self._walk(peer, ",".join(headers).split(",")[-MOST_HOPS:])

    def _walk(self, peer: Address, hops: Sequence[str]) -> Address:
        nearest = peer
        for hop in reversed(hops):
            address = _address(hop[:LONGEST_HOP])
            if address is None:
                return nearest
            nearest = address
            if not self._trusts(address):
                break
        return nearest

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)

    def _tell_once(self) -> None:
        if self._told:
            return
        self._told = True
        _log.warning(
            "X-Forwarded-For comes from a peer that is not in server.trusted_proxies and is "
            "ignored: all its visitors look like one address"
        )


# Asked with every request, and mostly of the same few peers.
@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    """Read an address as proxies write it: bare, with a port, in brackets."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def anonymised(address: Address) -> str:
    """Return the address without its end: IPv4 to /24, IPv6 to /48."""
    length = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, length), strict=False).network_address)


@lru_cache(maxsize=4096)
def bucket_key(address: Address | None) -> str:
    """Return what counts as one caller: an IPv4 address, or a home's IPv6 network (/64)."""
    if address is None:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
