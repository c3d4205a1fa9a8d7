"""What no single value can tell: things that must differ, and things that belong together.

The checks look at the plain data rather than at finished settings, so that they speak
even while other parts of the file are wrong; whatever has the wrong type they pass over.
"""

from collections.abc import Iterator
from dataclasses import replace

from bridge.settings.base import Kinds
from bridge.settings.finding import Finding
from bridge.settings.references import entries, reference_findings
from bridge.settings.source import Value
from bridge.settings.values import say


def cross_findings(data: Value, kinds: Kinds) -> Iterator[Finding]:
    """Yield what is wrong between the parts of a file."""
    sections = data if isinstance(data, dict) else {}
    yield from _unique(sections, "agents", "email")
    yield from _accounts(sections)
    yield from _unique(sections, "quick_replies", "shortcut")
    for kind, settings in kinds.channels.items():
        for key in settings.unique:
            yield from _unique(sections, "channels", key, kind)
    yield from _one_namespace(sections)
    yield from _one_reader(sections)
    yield from _continued(sections, kinds)
    yield from _mailed(sections, kinds)
    yield from _single_surfaces(sections, kinds)
    yield from reference_findings(sections)


def _unique(
    sections: dict[str, Value], section: str, key: str, kind: str | None = None
) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for name, entry in entries(sections, section):
        value = entry.get(key)
        if not isinstance(value, str | int) or (kind and entry.get("type") != kind):
            continue
        owner = owners.setdefault(str(value).casefold(), name)
        if owner != name:
            message = f"{say(value)} is the {key} of {section}.{owner} already"
            yield Finding("duplicate_value", (section, name, key), message)


def _accounts(sections: dict[str, Value]) -> Iterator[Finding]:
    """Whoever writes in a thread, or comes from the identity provider, is one agent."""
    for kind in ("slack", "telegram", "oidc"):
        for finding in _unique(sections, "agents", kind):
            yield replace(finding, code="duplicate_account")


def _one_namespace(sections: dict[str, Value]) -> Iterator[Finding]:
    """Inboxes and surfaces share `/hooks/{id}`, so no id may be in both."""
    inboxes = {name for name, _ in entries(sections, "channels")}
    for name, _ in entries(sections, "staff"):
        if name in inboxes:
            message = "an inbox of this id is in channels already"
            yield Finding("duplicate_value", ("staff", name), message, on_key=True)


def _one_reader(sections: dict[str, Value]) -> Iterator[Finding]:
    """A bot has one owner: whoever else asked for what it hears would take it away."""
    owners: dict[str, str] = {}
    for section in ("channels", "staff"):
        for name, entry in entries(sections, section):
            token = entry.get("token")
            if not isinstance(token, str):
                continue
            owner = owners.setdefault(token, f"{section}.{name}")
            if section == "staff" and owner != f"staff.{name}":
                message = f"this is the token of {owner} already"
                help = "make another bot with @BotFather for the staff"
                yield Finding("duplicate_value", ("staff", name, "token"), message, help)


def _continued(sections: dict[str, Value], kinds: Kinds) -> Iterator[Finding]:
    """What an inbox is continued by must be there, and of a kind that can take over."""
    inboxes = dict(entries(sections, "channels"))
    able = [name for name, one in inboxes.items() if _leads_on(one, kinds)]
    for name, entry in inboxes.items():
        named = entry.get("continue_via")
        for index, other in enumerate(named if isinstance(named, list) else ()):
            if not isinstance(other, str) or other in able:
                continue
            place = ("channels", name, "continue_via", index)
            help = f"inboxes that can take over: {', '.join(able) or 'none here'}"
            if other in inboxes:
                message = f"a conversation cannot go on in channels.{other}"
                yield Finding("cannot_continue", place, message, help=help)
            else:
                message = f"there is no inbox {say(other)}"
                yield Finding("unknown_inbox", place, message, help=help)


def _mailed(sections: dict[str, Value], kinds: Kinds) -> Iterator[Finding]:
    """Tickets and agents are mailed by an inbox that can write to any address."""
    inboxes = dict(entries(sections, "channels"))
    for name, entry in entries(sections, "staff"):
        via = entry.get("via") if entry.get("type") == "email" else None
        if not isinstance(via, str) or via not in inboxes:
            continue
        settings = kinds.channels.get(str(inboxes[via].get("type")))
        if settings is not None and not settings.by_address:
            yield Finding("no_mailbox", ("staff", name, "via"), f"channels.{via} is no mailbox")
    for name, entry in entries(sections, "tickets"):
        to = entry.get("to")
        inbox = to.get("inbox") if isinstance(to, dict) else None
        if not isinstance(inbox, str) or inbox not in inboxes:
            continue
        settings = kinds.channels.get(str(inboxes[inbox].get("type")))
        if settings is not None and not settings.by_address:
            message = f"channels.{inbox} is no mailbox"
            yield Finding("bad_ticket", ("tickets", name, "to", "inbox"), message)


def _leads_on(entry: dict[str, Value], kinds: Kinds) -> bool:
    settings = kinds.channels.get(str(entry.get("type")))
    return settings is not None and settings.leads_on


def _single_surfaces(sections: dict[str, Value], kinds: Kinds) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, entry in entries(sections, "staff"):
        kind = entry.get("type")
        if not isinstance(kind, str) or kind not in kinds.surfaces:
            continue
        first = seen.setdefault(kind, name)
        if first != name and kinds.surfaces[kind].single:
            message = f'there can be one surface of type "{kind}", and staff.{first} is it'
            yield Finding("duplicate_value", ("staff", name, "type"), message)
