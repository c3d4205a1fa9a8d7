"""Events of customers as they are written down: what waits for its message, what was set aside."""

from typing import get_args

import msgspec

from bridge import channel as ch

_KINDS: dict[str, type[ch.InboundEvent]] = {one.__name__: one for one in get_args(ch.InboundEvent)}


def of(event: ch.InboundEvent) -> bytes:
    """Return the event as JSON. Raises `TypeError` and `UnicodeEncodeError` where it is none."""
    kept = {"kind": type(event).__name__, "event": msgspec.to_builtins(event)}
    return msgspec.json.encode(kept)


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
    raw = msgspec.json.decode(kept)
    found: ch.InboundEvent = msgspec.convert(raw["event"], _KINDS[raw["kind"]])
    return found
