"""The frames of `/api/live`: one JSON object each."""

from collections.abc import Iterable

import msgspec

from agent_console.cards.shapes import Folders
from bridge.events import Whisper
from bridge.web import MAX_ID


class Viewing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="viewing"):
    """Which conversation is on the agent's screen."""

    conversation_id: int | None


class Ping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ping"):
    """A question whether the line is alive."""


ClientFrame = Viewing | Ping

_read = msgspec.json.Decoder(ClientFrame).decode

RESET = b'{"type":"reset"}'
SIGNED_OUT = b'{"type":"signed_out"}'
TYPING_KINDS = frozenset({"customer_typing", "agent_typing"})


class BadFrameError(Exception):
    """What the client sent is no frame."""


def read(raw: str | bytes) -> ClientFrame:
    """Read a client's frame; raises `BadFrameError`."""
    try:
        frame: ClientFrame = _read(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadFrameError from None
    shown = frame.conversation_id if isinstance(frame, Viewing) else None
    if shown is not None and not 0 < shown <= MAX_ID:
        raise BadFrameError
    return frame


def hello(cursor: str, now: int) -> bytes:
    """Return the first frame."""
    return msgspec.json.encode({"type": "hello", "cursor": cursor, "server_time": now})


def pong(now: int) -> bytes:
    """Return the answer to a ping."""
    return msgspec.json.encode({"type": "pong", "server_time": now})


def folders(counters: Folders) -> bytes:
    """Return the counters."""
    return msgspec.json.encode({"type": "folders", "folders": counters})


def viewing(conversation_id: int, agents: Iterable[str]) -> bytes:
    """Return who looks at a conversation."""
    told = {"type": "viewing", "conversation_id": conversation_id, "agents": sorted(agents)}
    return msgspec.json.encode(told)


def presence(online: dict[str, bool]) -> bytes:
    """Return who is here."""
    agents = [{"id": agent_id, "online": here} for agent_id, here in online.items()]
    return msgspec.json.encode({"type": "presence", "agents": agents})


def typing(whisper: Whisper) -> bytes:
    """Return who writes."""
    who = {"kind": "customer"}
    if whisper.agent_id is not None:
        who = {"kind": "agent", "id": whisper.agent_id}
    return msgspec.json.encode(
        {"type": "typing", "conversation_id": whisper.conversation_id, "who": who}
    )
