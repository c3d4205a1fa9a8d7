"""Settings that are addresses: where to listen, how to be reached, whom to trust."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from bridge.settings.faults import fault
from bridge.settings.secret import Resolved
from bridge.settings.values import pattern_schema, say, text_of


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen: a host name or address, and a port (0 lets the system choose)."""

    host: str
    port: int

    def __str__(self) -> str:
        """Write it as `host:port`, with brackets around an IPv6 address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Return the address a browser on this machine would use."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{Address(host, self.port)}"


_LISTEN = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.\-]*)):(\d{1,5})")


def _address(value: object) -> Address:
    if isinstance(value, Address):
        return value
    text = text_of(value, "host:port")
    parts = _LISTEN.fullmatch(text)
    if parts is None or int(parts[3]) > 65535:
        raise fault("bad_address", f"{say(value)} is not host:port")
    if parts[1] is not None and not _is_ip(parts[1]):
        raise fault("bad_address", f"{say(value)} holds no IPv6 address in its brackets")
    return Address(parts[1] or parts[2] or "0.0.0.0", int(parts[3]))  # noqa: S104


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _network(value: object) -> str:
    text = text_of(value, "an address or a network")
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        message = f"{say(value)} is no IP address or network"
        raise fault("bad_network", message, help=_network_help(value)) from None


def _network_help(value: object) -> str:
    try:
        meant = ipaddress.ip_network(str(value), strict=False)
    except ValueError:
        return ""
    return "" if isinstance(value, Resolved) else f"did you mean {meant}?"


_URL = re.compile(r"https?://(?:[^\s/?#@:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?/?")


def _public_url(value: object) -> str:
    text = text_of(value, "an address such as https://support.example.com")
    parts = _URL.fullmatch(text)
    if parts is None or int(parts[1] or 0) > 65535:
        raise fault("bad_url", f"{say(value)} is not http(s)://host, without a path")
    return text.rstrip("/")


def _database(value: object) -> str:
    text = text_of(value, "an address such as sqlite:///var/deskbridge.db")
    scheme, _, path = text.partition("://")
    if scheme.startswith("postgres"):
        raise fault("bad_database", "PostgreSQL is not supported yet")
    if scheme != "sqlite" or not path.startswith("/") or not path.strip("/") or "?" in path:
        raise fault("bad_database", "this is not sqlite:///path")
    return text


Listen = Annotated[
    Address,
    PlainValidator(_address),
    PlainSerializer(str),
    pattern_schema(r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-]*):\d{1,5}$"),
]
Network = Annotated[str, PlainValidator(_network), WithJsonSchema({"type": "string"})]
PublicUrl = Annotated[str, PlainValidator(_public_url), pattern_schema(r"^https?://[^/?#]+/?$")]
DatabaseUrl = Annotated[str, PlainValidator(_database), pattern_schema(r"^sqlite:///.+$")]
