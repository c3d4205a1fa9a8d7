"""Settings that are addresses: where to listen, how to be reached, whom to trust."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from bridge.settings.faults import fault
from bridge.settings.secret import Resolved, Secret, is_from_outside
from bridge.settings.values import pattern_schema, say, text_of
from bridge.settings.veil import MASK


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


@dataclass(frozen=True, slots=True)
class SocketFile:
    """A unix socket to listen on: a file that only our own user may open."""

    path: Path

    def __str__(self) -> str:
        """Write it as the YAML does."""
        return f"unix:{self.path}"


PrivateAddress = Address | SocketFile

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


# What the system lets the name of a socket have, on the narrowest one.
_LONGEST_SOCKET = 103


def _private_address(value: object) -> PrivateAddress:
    if isinstance(value, SocketFile):
        return value
    text = value if isinstance(value, Address) else text_of(value, "host:port or unix:/path")
    if isinstance(text, str) and text.startswith("unix:"):
        return _socket_file(text.removeprefix("unix:"))
    # Nobody means the whole world by leaving the host out here.
    alone = isinstance(text, str) and text.startswith(":")
    found = _address(f"127.0.0.1{text}" if alone else value)
    if found.port == 0:
        # The system would choose one, and nobody who asks could know which.
        raise fault("bad_address", "a port is a number from 1 to 65535 here")
    return found


def _socket_file(path: str) -> SocketFile:
    if not path.strip("/") or "\0" in path:
        raise fault("bad_address", "there is no path of a socket after unix:")
    if len(path.encode()) > _LONGEST_SOCKET:
        raise fault("bad_address", f"the path of a socket has at most {_LONGEST_SOCKET} bytes")
    return SocketFile(Path(path))


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


class DatabaseAddress(str):
    """The address of a database, its password hidden wherever it is shown; `reveal` has it."""

    __slots__ = ("_full",)

    _full: str

    def __new__(cls, text: str) -> Self:
        """Hide the password of `text`, if it has one."""
        made = super().__new__(cls, _PASSWORD.sub(rf"\1{MASK}", text))
        made._full = text
        return made

    def reveal(self) -> str:
        """Return all of it, for the one place that needs it."""
        return self._full


_PASSWORD = re.compile(r"^(\w+://[^/?#]*?:)[^/?#]*(?=@)")


def _database(value: object) -> DatabaseAddress:
    text = text_of(value, "an address such as sqlite:///var/deskbridge.db")
    scheme, _, path = text.partition("://")
    if scheme.startswith("postgres"):
        _check_server(value, text)
        return DatabaseAddress(text)
    if scheme != "sqlite" or not path.startswith("/") or not path.strip("/") or "?" in path:
        raise fault("bad_database", "this is not sqlite:///path or postgresql://host/name")
    return DatabaseAddress(text)


def _check_server(value: object, text: str) -> None:
    """Refuse an address of a server that names no database, or a password of the file's own."""
    parts = _server(text)
    if parts is None:
        raise fault("bad_database", "this is not postgresql://host:port/name")
    if "password=" in parts.query:
        raise fault("bad_database", "the password stands before the host: user:password@host")
    if parts.password and not is_from_outside(value):
        raise _inline(value)


def _inline(value: object) -> PydanticCustomError:
    """Refuse a password of the file's own, or one from outside within an address of the file's."""
    if isinstance(value, Resolved):
        said = "an address with a password comes from outside as a whole, not in pieces"
        return fault("inline_secret", said)
    return fault("inline_secret", "a password may not be written in the file itself")


def _server(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        named = parts.path.count("/") == 1 and len(parts.path) > 1 and parts.port != 0
        return parts if parts.scheme == "postgresql" and named and not parts.fragment else None
    except ValueError:
        return None


class RedisAddress(DatabaseAddress):
    """The address of a Redis or Valkey server, its password hidden as a database's is."""

    __slots__ = ()


def _redis(value: object) -> RedisAddress:
    text = text_of(value, "an address such as redis://127.0.0.1:6379/0")
    parts = _redis_parts(text)
    if parts is None:
        raise fault("bad_redis", "this is not redis://host:port/number")
    if parts.password and not is_from_outside(value):
        raise _inline(value)
    return RedisAddress(text)


def _redis_parts(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        if parts.query or parts.fragment or parts.port == 0:
            return None
        if parts.scheme == "unix":
            return parts if len(parts.path) > 1 and not parts.hostname else None
        numbered = re.fullmatch(r"(/\d{0,5})?", parts.path)
        known = parts.scheme in ("redis", "rediss") and parts.hostname
        return parts if known and numbered else None
    except ValueError:
        return None


_PROXIES = ("http", "https", "socks5", "socks5h")


def _proxy(value: object) -> Secret:
    """Take a reference, which may hold a password, or a plain address, which may not."""
    if isinstance(value, Secret):
        return value
    text = text_of(value, "an address such as http://proxy.internal:3128")
    if not _is_proxy(text):
        raise fault("bad_url", f"{say(value)} is not http://host:port or socks5://host:port")
    if "@" in text and not is_from_outside(value):
        raise fault("inline_secret", "a proxy's password may not be written in the file itself")
    if not _can_be_told(text):
        raise fault("bad_text", "a SOCKS proxy's user and password have 1 to 255 ASCII characters")
    return Secret(text)


def _is_proxy(text: str) -> bool:
    try:
        parts = urlsplit(text)
        alone = parts.path in ("", "/") and not parts.query and not parts.fragment
        return bool(alone and parts.scheme in _PROXIES and parts.hostname and parts.port)
    except ValueError:
        return False


def _can_be_told(proxy: str) -> bool:
    """Say whether the user and the password fit into what is sent to a SOCKS proxy (RFC 1929)."""
    parts = urlsplit(proxy)
    told = [unquote(one) for one in (parts.username, parts.password) if one is not None]
    socks = parts.scheme.startswith("socks")
    return not socks or all(one.isascii() and 0 < len(one) < 256 for one in told)


Listen = Annotated[
    Address,
    PlainValidator(_address),
    PlainSerializer(str),
    pattern_schema(r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-]*):\d{1,5}$"),
]
PrivateListen = Annotated[
    PrivateAddress,
    PlainValidator(_private_address),
    PlainSerializer(str),
    pattern_schema(r"^((\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-]*):\d{1,5}|unix:.+)$"),
]
Network = Annotated[str, PlainValidator(_network), WithJsonSchema({"type": "string"})]
Proxy = Annotated[
    Secret,
    PlainValidator(_proxy),
    PlainSerializer(str),
    WithJsonSchema({"type": "string"}),
]
PublicUrl = Annotated[str, PlainValidator(_public_url), pattern_schema(r"^https?://[^/?#]+/?$")]
DatabaseUrl = Annotated[
    DatabaseAddress,
    PlainValidator(_database),
    PlainSerializer(str),
    pattern_schema(r"^(sqlite:///.+|postgresql://.+|\$\{.+\})$"),
]
RedisUrl = Annotated[
    RedisAddress,
    PlainValidator(_redis),
    PlainSerializer(str),
    pattern_schema(r"^((rediss?|unix)://.+|\$\{.+\})$"),
]
