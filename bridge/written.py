"""Events of customers as they are written down: what waits for its message, what was set aside."""

import re
from dataclasses import replace
from typing import Any, get_args

import msgspec

from bridge import channel as ch

_KINDS: dict[str, type[ch.InboundEvent]] = {one.__name__: one for one in get_args(ch.InboundEvent)}

# As Python has an event that JSON cannot have: which ones tell an address, and where in them.
_TELLS = (b"InboundMessage(", b"PageVisited(")
_ADDRESS = re.compile(rb"\b(ip|address)='[^'\\]*'")


class _Kept(msgspec.Struct):
    kind: str
    event: Any


def of(event: ch.InboundEvent) -> bytes:
    """Return the event as JSON. Raises `TypeError` and `UnicodeEncodeError` where it is none."""
    return msgspec.json.encode(_Kept(type(event).__name__, event))


def anyhow(event: ch.InboundEvent) -> bytes:
    """Return the event as JSON, or as Python has it where JSON cannot."""
    try:
        return of(event)
    except (TypeError, UnicodeEncodeError):
        return repr(event).encode(errors="backslashreplace")


def read(kept: bytes) -> ch.InboundEvent:
    """Return the event as it was.

    Raises `msgspec.MsgspecError`, and `LookupError` for a kind that there is no more.
    """
    raw = msgspec.json.decode(kept, type=_Kept)
    found: ch.InboundEvent = msgspec.convert(raw.event, _KINDS[raw.kind])
    return found


def without_address(kept: bytes) -> bytes:
    """Return what was written down without the network address that it was sent from.

    What is no event of ours, or tells none, is returned as it is.
    """
    if kept.startswith(_TELLS):
        return _ADDRESS.sub(rb"\1=None", kept)
    try:
        event = read(kept)
    except (msgspec.MsgspecError, LookupError):
        return kept
    bare = _bare(event)
    return kept if bare == event else of(bare)


def _bare(event: ch.InboundEvent) -> ch.InboundEvent:
    if isinstance(event, ch.PageVisited):
        return replace(event, visit=replace(event.visit, ip=None))
    if not isinstance(event, ch.InboundMessage):
        return event
    visit = replace(event.visit, ip=None) if event.visit else None
    return replace(event, visit=visit, address=None)
