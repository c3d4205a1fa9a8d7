"""What the sandbox changes in a YAML before it is checked.

Secrets of the networks that have a model need not be there: whoever tries a file may own
none yet. Everything else is checked as it stands.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from bridge.cli.sandbox import is_loopback
from bridge.settings import Resolved
from bridge.settings.source import Value

Data = dict[str, Value]
Keys = tuple[str, ...]

MODELLED = ("telegram", "vk", "viber", "email")
DEFAULT_PORT = 8080
_SECRETS: Mapping[str, tuple[Keys, ...]] = {
    "telegram": (("token",),),
    "vk": (("token",), ("secret",), ("confirmation",)),
    "viber": (("token",),),
    "email": (
        ("imap", "password"),
        ("imap", "token"),
        ("smtp", "password"),
        ("smtp", "token"),
        ("oauth", "client_secret"),
        ("oauth", "refresh_token"),
    ),
}
_ADDED: Mapping[str, Data] = {
    "telegram": {"name": "Telegram", "token": "${}"},
    "vk": {"name": "VK", "token": "${}", "group_id": 123456, "mode": "longpoll"},
    "viber": {"name": "Viber", "token": "${}"},
    "email": {
        "name": "Mail",
        "address": "help@shop.example",
        "imap": {"host": "localhost", "password": "${}"},
        "smtp": {"host": "localhost", "password": "${}"},
        "authserv_id": "mx.shop.example",
    },
}
_LISTEN = re.compile(r"(.*):(\d{1,5})")


def revised(data: Data, folder: Path) -> None:
    """Change the data of a file: nothing of it leaves this machine, and all is kept in `folder`."""
    _put(data, ("storage", "database"), f"sqlite:///{folder}/deskbridge.db")
    _put(data, ("storage", "media", "dir"), f"{folder}/media")
    # A link to a file needs https, which nobody has on loopback.
    _put(data, ("storage", "media", "large_files"), "refuse")
    server = _section(data, "server")
    if server is not None:
        server.pop("public_url", None)
        # It is the real program's, which may run beside the sandbox.
        server.pop("admin_listen", None)
        server["listen"] = _on_loopback(server.get("listen"))
        server["demo"] = True
    channels = _section(data, "channels")
    if channels is not None:
        _add_missing(channels)
        for number, inbox in enumerate(channels.values(), 1):
            if isinstance(inbox, dict):
                _stand_in(inbox, number)


def _on_loopback(listen: Value) -> Value:
    """Return the file's own address with this machine as its host; what is none stays."""
    if listen is None or (isinstance(listen, str) and "${" in listen):
        return f"127.0.0.1:{DEFAULT_PORT}"
    parts = _LISTEN.fullmatch(listen) if isinstance(listen, str) else None
    if parts is None or is_loopback(parts[1].strip("[]")):
        return listen
    return f"127.0.0.1:{parts[2]}"


def _add_missing(channels: Data) -> None:
    """Add an inbox of each kind where there is none that has a model."""
    kinds = [inbox.get("type") for inbox in channels.values() if isinstance(inbox, dict)]
    if any(kind in MODELLED for kind in kinds):
        return
    for kind, keys in _ADDED.items():
        name = kind if kind not in channels else f"sandbox_{kind}"
        channels[name] = {"type": kind, **deepcopy(keys)}


def _stand_in(inbox: Data, number: int) -> None:
    """Put a secret of the sandbox's own where the file refers to one.

    A secret that is written into the file itself stays there, and is refused as ever.
    """
    kind = str(inbox.get("type"))
    for path in _SECRETS.get(kind, ()):
        if _refers(_at(inbox, path)):
            _put(inbox, path, Resolved(_secret(kind, path[-1], number), reference=True))
    if kind in MODELLED and _refers(inbox.get("proxy")):
        # A model is on this machine, and a proxy's address may hold a password.
        inbox.pop("proxy")


def _refers(value: Value) -> bool:
    return isinstance(value, str) and (isinstance(value, Resolved) or "${" in value)


def _secret(kind: str, key: str, number: int) -> str:
    """Return a text that the key would take, another one for each inbox."""
    if kind == "telegram":
        return f"{7_000_000_000 + number}:AA-sandbox-token-that-opens-nothing"
    return f"sandbox{key}thatopensnothingatall{number:04}"


def _section(data: Data, name: str) -> Data | None:
    """Return a section, made if there is none; `None` for what is no section."""
    if data.get(name) is None:
        data[name] = {}
    section = data[name]
    return section if isinstance(section, dict) else None


def _at(data: Data, path: Keys) -> Value:
    here: Value = data
    for key in path:
        here = here.get(key) if isinstance(here, dict) else None
    return here


def _put(data: Data, path: Keys, value: Value) -> None:
    here: Data | None = data
    for key in path[:-1]:
        here = _section(here, key) if here is not None else None
    if here is not None:
        here[path[-1]] = value
