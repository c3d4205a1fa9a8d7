"""Which addresses belong to the public internet, and which to somebody's inside.

What is fetched or sent to an address that somebody else could have chosen goes through a
`public_socket`: aiohttp asks it for each connection, with the address it has resolved.
"""

import ipaddress
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import AddrInfoType

# Addresses of IPv6 that are but another way to an address of IPv4.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForbiddenAddressError(OSError):
    """Nothing may go there, or be fetched from there."""


def is_public(written: str) -> bool:
    """Say whether an IP address is one that anybody on the internet reaches."""
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in _ways(address))


def _ways(address: Address) -> list[Address]:
    """Return the address, and the one of IPv4 that it stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    inside = address.sixtofour or (address.teredo or (None, None))[1]
    if address in _NAT64:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return [address] if inside is None else [address, inside]


def is_literal(host: str) -> bool:
    """Say whether a host is an IP address, in any spelling that a system would take."""
    try:
        socket.inet_aton(host)
    except OSError:
        return ":" in host
    return True


def public_socket(info: "AddrInfoType") -> socket.socket:
    """Return a socket for a resolved address; raises `ForbiddenAddressError`.

    The address itself is judged, after every name was resolved, so that no name, no
    redirect and no second answer of a name server leads inside.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise ForbiddenAddressError("an address that is not public")
    return socket.socket(family=family, type=kind, proto=protocol)
