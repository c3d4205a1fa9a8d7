"""What is another in a configuration than in the one that runs. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bridge.settings import Settings

# What only a start can change: sockets, the database and the log are open already.
_FIXED = ("server", "storage", "redis", "logging", "telemetry")
# How long a session lasts is known to the cookies that are out.
_FIXED_OF_THE_CONSOLE = "session"
# One of each section, and several.
_NOUNS: Mapping[str, tuple[str, str]] = {
    "channels": ("channel", "channels"),
    "staff": ("staff surface", "staff surfaces"),
    "agents": ("agent", "agents"),
    "teams": ("team", "teams"),
    "hours": ("opening hours", "opening hours"),
    "quick_replies": ("quick reply", "quick replies"),
    "contact_fields": ("contact field", "contact fields"),
    "topics": ("topic", "topics"),
    "tags": ("tag", "tags"),
    "automations": ("automation", "automations"),
    "webhooks": ("webhook", "webhooks"),
    "tickets": ("kind of ticket", "kinds of ticket"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed, in words (`+1 channel`), and the keys that need a restart."""

    changed: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.changed or self.restart)

    def __str__(self) -> str:
        """Return it in a line."""
        told = list(self.changed)
        if self.restart:
            told.append(f"restart needed: {', '.join(self.restart)}")
        return ", ".join(told) or "nothing has changed"


def difference(old: Settings, new: Settings) -> Difference:
    """Return what is another in `new`."""
    changed: list[str] = []
    fixed: list[str] = []
    before = _without_what_is_fixed(old, new)
    for section in type(old).model_fields:
        was, now = getattr(before, section), getattr(new, section)
        if section in _FIXED:
            fixed += _keys(getattr(old, section), now, section)
        elif section in _NOUNS:
            changed += _counted(was, now, *_NOUNS[section])
        elif was != now:
            changed.append(f"~{section}")
    fixed += [f"staff.{key}.{_FIXED_OF_THE_CONSOLE}" for key, _ in _sessions(old, new)]
    return Difference(tuple(changed), tuple(fixed))


def effective(old: Settings, new: Settings) -> Settings:
    """Return `new` as far as it can hold without a restart."""
    kept = {section: getattr(old, section) for section in _FIXED}
    staff = {
        key: one.model_copy(update={_FIXED_OF_THE_CONSOLE: was})
        for key, was in _sessions(old, new)
        for one in [new.staff[key]]
    }
    return new.model_copy(update={**kept, "staff": {**new.staff, **staff}})


def _without_what_is_fixed(old: Settings, new: Settings) -> Settings:
    """Return `old` with what only a restart changes as it is in `new`."""
    staff = {
        key: one.model_copy(update={_FIXED_OF_THE_CONSOLE: now})
        for key, now in _sessions(new, old)
        for one in [old.staff[key]]
    }
    return old.model_copy(update={"staff": {**old.staff, **staff}})


def _sessions(of: Settings, besides: Settings) -> Iterator[tuple[str, Any]]:
    """Yield the length of a console's sessions where the two say another."""
    for key, one in of.staff.items():
        other = besides.staff.get(key)
        if other is not None and other.type == one.type:
            own = getattr(one, _FIXED_OF_THE_CONSOLE, None)
            if own != getattr(other, _FIXED_OF_THE_CONSOLE, None):
                yield key, own


def _counted(was: Mapping[str, Any], now: Mapping[str, Any], one: str, many: str) -> list[str]:
    signs = {
        "+": len(now.keys() - was.keys()),
        "~": sum(was[key] != now[key] for key in was.keys() & now.keys()),
        "-": len(was.keys() - now.keys()),
    }
    return [
        f"{sign}{count} {one if count == 1 else many}" for sign, count in signs.items() if count
    ]


def _keys(was: Any, now: Any, name: str) -> list[str]:
    """Return the names of the keys whose values differ."""
    if isinstance(was, BaseModel) and isinstance(now, BaseModel):
        fields = type(now).model_fields
        return [
            key
            for one in fields
            for key in _keys(getattr(was, one), getattr(now, one), f"{name}.{one}")
        ]
    return [name] if was != now else []
