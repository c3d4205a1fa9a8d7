"""What staff do on a surface: the events an adapter makes of its platform's payloads.

They are stored before they are acknowledged, each once by its `key`, and acted on afterwards
(`agent_console.fanout`). None of them holds an agent: who somebody is, and what they may do,
is decided by their account, later, and in one place.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from bridge.channel import MediaKind, TextFormat

Sign = Literal["eyes", "done", "note", "seen"]
"""What a reaction may mean: I take it; it is done, close it; the note that we set ourselves;
any other: I have seen it."""


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody's account on the platform. `id` is the platform's own."""

    id: str
    name: str = ""
    username: str = ""
    language: str | None = None
    email: str | None = None
    """Only where the platform has verified it."""
    is_program: bool = False
    """A bot, an integration, the platform itself: never an agent, and nobody to answer."""
    is_hidden: bool = False
    """Writes in the group's name (an anonymous administrator): nobody knows who it is."""


class StaffFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that was sent; `ref` is given back to `StaffSurface.download`."""

    ref: str
    kind: MediaKind
    name: str = ""
    size: int | None = None


class Heard(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """Anything that is stored. `key` is one for each happening, however often it comes.

    `thread` is the platform's own id of it inside `place`: empty where it was said to the
    place as a whole.
    """

    key: str
    place: str
    thread: str
    by: Person
    at: int


class Said(Heard, frozen=True, kw_only=True, tag="said"):
    """Somebody wrote. `external_id` is unique in the place.

    Items of one `album` come as several; `mentions` are accounts that are called by name.
    """

    external_id: str
    text: str = ""
    format: TextFormat = "plain"
    files: Sequence[StaffFile] = ()
    reply_to: str | None = None
    album: str | None = None
    mentions: Sequence[str] = ()
    only_mentions: bool = False
    """There are no words but names."""
    asked: str = ""
    """What was asked of us, who are called first of all: a verb and its words."""


class SaidAnew(Heard, frozen=True, kw_only=True, tag="said_anew"):
    """Somebody changed what they wrote."""

    external_id: str
    text: str = ""
    format: TextFormat = "plain"
    mentions: Sequence[str] = ()
    only_mentions: bool = False


class Unsaid(Heard, frozen=True, kw_only=True, tag="unsaid"):
    """Somebody took back what they wrote.

    `by` has no id where nobody tells who it was: then it counts as whoever wrote it.
    """

    external_id: str


class Signed(Heard, frozen=True, kw_only=True, tag="signed"):
    """Somebody set a reaction that means something, or took it away.

    `thread` may be empty where the platform names the message alone.
    """

    external_id: str
    sign: Sign
    gone: bool = False
    name: str = ""
    """As the platform calls it, where it has several that mean the same."""
    found: bool = False
    """It was found by looking, and when it was set nobody knows: only what is new counts."""


class ThreadMoved(Heard, frozen=True, kw_only=True, tag="thread_moved"):
    """Somebody closed a thread by hand, opened it again, or deleted it."""

    to: Literal["closed", "open", "deleted"]


class PlaceChanged(Heard, frozen=True, kw_only=True, tag="place_changed"):
    """A place was lost to us (`why` is for people), came back, or has a new id."""

    to: Literal["lost", "found", "moved"]
    why: str = ""
    new_place: str = ""


AnyHeard = Said | SaidAnew | Unsaid | Signed | ThreadMoved | PlaceChanged
