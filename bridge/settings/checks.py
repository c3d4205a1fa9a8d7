"""What no single value can tell: things that must differ, and things that belong together.

The checks look at the plain data rather than at finished settings, so that they speak
even while other parts of the file are wrong; whatever has the wrong type they pass over.
"""

from collections.abc import Iterator

from bridge.settings.base import Kinds
from bridge.settings.finding import Finding
from bridge.settings.source import Value
from bridge.settings.values import say


def cross_findings(data: Value, kinds: Kinds) -> Iterator[Finding]:
    """Yield what is wrong between the parts of a file."""
    sections = data if isinstance(data, dict) else {}
    yield from _unique(sections, "agents", "email")
    yield from _unique(sections, "quick_replies", "shortcut")
    for kind, settings in kinds.channels.items():
        for key in settings.unique:
            yield from _unique(sections, "channels", key, kind)
    yield from _one_namespace(sections)
    yield from _single_surfaces(sections, kinds)
    yield from _led_on(sections, kinds)


def _entries(sections: dict[str, Value], section: str) -> Iterator[tuple[str, dict[str, Value]]]:
    entries = sections.get(section)
    for name, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict):
            yield name, entry


def _unique(
    sections: dict[str, Value], section: str, key: str, kind: str | None = None
) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for name, entry in _entries(sections, section):
        value = entry.get(key)
        if not isinstance(value, str | int) or (kind and entry.get("type") != kind):
            continue
        owner = owners.setdefault(str(value).casefold(), name)
        if owner != name:
            message = f"{say(value)} is the {key} of {section}.{owner} already"
            yield Finding("duplicate_value", (section, name, key), message)


def _one_namespace(sections: dict[str, Value]) -> Iterator[Finding]:
    """Inboxes and surfaces share `/hooks/{id}`, so no id may be in both."""
    inboxes = {name for name, _ in _entries(sections, "channels")}
    for name, _ in _entries(sections, "staff"):
        if name in inboxes:
            message = "an inbox of this id is in channels already"
            yield Finding("duplicate_value", ("staff", name), message, on_key=True)


def _single_surfaces(sections: dict[str, Value], kinds: Kinds) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, entry in _entries(sections, "staff"):
        kind = entry.get("type")
        if not isinstance(kind, str) or kind not in kinds.surfaces:
            continue
        first = seen.setdefault(kind, name)
        if first != name and kinds.surfaces[kind].single:
            message = f'there can be one surface of type "{kind}", and staff.{first} is it'
            yield Finding("duplicate_value", ("staff", name, "type"), message)


def _led_on(sections: dict[str, Value], kinds: Kinds) -> Iterator[Finding]:
    """Visitors are led on only to inboxes there are, of a kind that can be reached from a site."""
    inboxes = dict(_entries(sections, "channels"))
    for name, entry in inboxes.items():
        wanted = entry.get("continue_via")
        for index, other in enumerate(wanted if isinstance(wanted, list) else ()):
            why = _why_not_on(inboxes, other, kinds) if isinstance(other, str) else None
            if why is not None:
                yield Finding("unknown_inbox", ("channels", name, "continue_via", index), why)


def _why_not_on(inboxes: dict[str, dict[str, Value]], other: str, kinds: Kinds) -> str | None:
    if other not in inboxes:
        return f"there is no inbox {say(other)}"
    kind = inboxes[other].get("type")
    settings = kinds.channels.get(kind) if isinstance(kind, str) else None
    if settings is None or settings.leads_on:
        return None
    return f"nobody can be led on to {say(other)}, which is a {kind}"
