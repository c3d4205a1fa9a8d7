"""The frames of `/api/live`: one JSON object each."""

from collections.abc import Iterable, Sequence

import msgspec

from agent_console import cards
from agent_console.cards.shapes import ChannelHealth, Folders, Preferences
from bridge.events import Whisper
from bridge.models import Agent
from bridge.store.presence import PresenceNow
from bridge.web import MAX_ID


class Viewing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="viewing"):
    """Which conversation is on the agent's screen."""

    conversation_id: int | None


class Active(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="active"):
    """The agent has just touched something; the conversation on their screen is meant too."""


class Ping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ping"):
    """A question whether the line is alive."""


ClientFrame = Viewing | Active | Ping

_read = msgspec.json.Decoder(ClientFrame).decode


def _text(frame: object) -> str:
    return msgspec.json.encode(frame).decode()


RESET = '{"type":"reset"}'
# The lists that agents keep are not as they were.
VIEWS = '{"type":"views"}'
# A staff surface is not as it was.
SURFACES = '{"type":"surfaces"}'
# What colleagues say to each other has gone on.
CHATS = '{"type":"chats"}'
SIGNED_OUT = '{"type":"signed_out"}'
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


def configured(within: int) -> str:
    """Return that the configuration is another: load afresh at some moment within so many ms.

    What was said has been told all the while, so it stands.
    """
    return _text({"type": "reset", "of": "configuration", "within": within})


def hello(cursor: str, now: int) -> str:
    """Return the first frame."""
    return _text({"type": "hello", "cursor": cursor, "server_time": now})


def pong(now: int) -> str:
    """Return the answer to a ping."""
    return _text({"type": "pong", "server_time": now})


def folders(counters: Folders) -> str:
    """Return the counters."""
    return _text({"type": "folders", "folders": counters})


def channels(all_of_them: Sequence[ChannelHealth]) -> str:
    """Return how the channels are."""
    return _text({"type": "channels", "channels": all_of_them})


def preferences(now: Preferences) -> str:
    """Return the agent's own preferences, changed in another tab or browser of theirs."""
    return _text({"type": "preferences", "preferences": now})


def viewing(conversation_id: int, agents: Iterable[str]) -> str:
    """Return who looks at a conversation."""
    told = {"type": "viewing", "conversation_id": conversation_id, "agents": sorted(agents)}
    return _text(told)


def presence(online: dict[str, bool]) -> str:
    """Return who has a console open."""
    agents = [{"id": agent_id, "online": here} for agent_id, here in online.items()]
    return _text({"type": "presence", "agents": agents})


def states(changed: Iterable[PresenceNow]) -> str:
    """Return who is now online, away, on a break or offline."""
    agents = [{"id": one.id, "presence": one.presence} for one in changed]
    return _text({"type": "presence", "agents": agents})


def photos(agents: Iterable[Agent]) -> str:
    """Return the pictures of all who have one."""
    shown = {one.id: cards.avatar_url(one.photo_id) for one in agents if one.photo_id}
    return _text({"type": "photos", "photos": shown})


def typing(whisper: Whisper) -> str:
    """Return who writes."""
    who = {"kind": "customer"}
    if whisper.agent_id is not None:
        who = {"kind": "agent", "id": whisper.agent_id}
    return _text({"type": "typing", "conversation_id": whisper.conversation_id, "who": who})
