"""What a visitor looks at the site with, or an agent at the console: from the `User-Agent`."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

from ua_parser import BasicResolver, DefaultedResult, Parser, load_lazy_builtins

# No browser's is longer; a made-up one could keep the patterns busy.
LONGEST_AGENT = 400
MOST_KNOWN = 2_000
_DESKTOPS = frozenset({"Windows", "Mac OS X", "Linux", "Ubuntu", "Debian", "Fedora", "Chrome OS"})


@dataclass(frozen=True, slots=True)
class Device:
    """A browser with its version, a system, a kind of machine."""

    browser: str | None = None
    os: str | None = None
    device: str | None = None


UNKNOWN = Device()


class Devices:
    """Knows the user agents it has seen; a new one is worked out in a thread."""

    def __init__(self) -> None:
        """Know none."""
        self._known: OrderedDict[str, Device] = OrderedDict()

    async def of(self, agent: str) -> Device:
        """Return what a `User-Agent` header tells."""
        agent = agent[:LONGEST_AGENT]
        if not agent:
            return UNKNOWN
        if agent in self._known:
            self._known.move_to_end(agent)
        else:
            # The first one loads a thousand patterns: a fifth of a second.
            self._known[agent] = await asyncio.to_thread(read_agent, agent)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return self._known[agent]


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(BasicResolver(load_lazy_builtins()))


def read_agent(agent: str) -> Device:
    """Work out a `User-Agent`; takes milliseconds."""
    found = _parser().parse(agent).with_defaults()
    return Device(
        browser=_versioned(found.user_agent.family, found.user_agent.major),
        os=_versioned(found.os.family, found.os.major),
        device=_machine(found),
    )


def _versioned(family: str, version: str | None) -> str | None:
    if family == "Other":
        return None
    return f"{family} {version}" if version else family


def _machine(found: DefaultedResult) -> str | None:
    device = found.device
    if device.family not in ("Other", "Mac"):
        named = " ".join(part for part in (device.brand, device.model) if part)
        return named or device.family
    return "Desktop" if found.os.family in _DESKTOPS else None
