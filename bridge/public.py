"""Which addresses belong to the public internet, and which to somebody's inside.

What is fetched or sent to an address that somebody else could have chosen goes through a
`public_socket`: aiohttp asks it for each connection, with the address it has resolved.
"""

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from aiohttp import AddrInfoType

# Whatever else IPv6 has was never given to anybody on the internet: addresses of a site, of a
# translator, of IPv4 in one of its old disguises.
# https://www.iana.org/assignments/ipv6-address-space/ipv6-address-space.xhtml
_GIVEN = ipaddress.ip_network("2000::/3")
# What Python takes for public and nobody reaches as such: protocols' own addresses (a cloud
# has its metadata at one of them), relays that are no more, documents.
# https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
_SPECIAL = tuple(
    ipaddress.ip_network(one) for one in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")
)
# Addresses of IPv6 that are but another way to an address of IPv4.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# The second half of an address made of one of IPv4 (RFC 5214), with and without its mark.
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForbiddenAddressError(OSError):
    """Nothing may go there, or be fetched from there."""


def is_public(written: str) -> bool:
    """Say whether an IP address is one that anybody on the internet reaches."""
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return False
    return all(map(_is_given, _ways(address)))


def _is_given(address: Address) -> bool:
    """Say whether an address, taken as it stands, is somebody's on the internet."""
    if address.version == 6 and address not in _GIVEN:
        return False
    special = any(address in one for one in _SPECIAL if one.version == address.version)
    return address.is_global and not address.is_multicast and not special


def _ways(address: Address) -> list[Address]:
    """Return the address, and the one of IPv4 that it stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    last = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _NAT64:
        return [last]
    if int(address) >> 32 & 0xFFFF_FFFF in _ISATAP:
        return [address, last]
    inside = address.sixtofour or (address.teredo or (None, None))[1]
    return [address] if inside is None else [address, inside]


def is_literal(host: str) -> bool:
    """Say whether a host is an IP address, in any spelling that a system would take."""
    try:
        socket.inet_aton(host)
    except OSError:
        return ":" in host
    return True


def origin(url: str) -> tuple[str, str]:
    """Return which server an address names: its scheme, and its host with the port.

    What is no address names none: two empty words.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def public_socket(info: "AddrInfoType") -> socket.socket:
    """Return a socket for a resolved address; raises `ForbiddenAddressError`.

    The address itself is judged, after every name was resolved, so that no name, no
    redirect and no second answer of a name server leads inside.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise ForbiddenAddressError("an address that is not public")
    return socket.socket(family=family, type=kind, proto=protocol)
