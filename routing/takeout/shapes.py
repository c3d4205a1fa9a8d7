"""The shape in which all there is of a person is given away; docs/reference/person-export.md."""

from typing import Any, Literal

import msgspec

FORMAT = 1
"""Raised when something that was there is called otherwise, or means something else."""


class Shape(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A part of the file."""


class File(Shape, frozen=True, kw_only=True, gc=False):
    """A file; `path` is where it lies in the archive, null for one that is not kept."""

    path: str | None
    name: str
    type: str
    bytes: int


class Note(Shape, frozen=True, kw_only=True, gc=False):
    """What an agent wrote down about the person."""

    at: str
    by: str
    text: str


class Barred(Shape, frozen=True, kw_only=True, gc=False):
    """A time in which the person could not write."""

    at: str
    until: str | None
    ended_at: str | None
    reason: str


class Stay(Shape, frozen=True, kw_only=True, gc=False):
    """The latest stay on the company's site."""

    started_at: str
    seen_at: str
    seconds: int
    facts: dict[str, Any]


class Account(Shape, frozen=True, kw_only=True, gc=False):
    """What the person writes from."""

    inbox: str
    network: str
    id: str
    name: str | None
    username: str | None
    address: str | None
    email: str | None
    proven: bool
    since: str
    pictures: list[File]
    visit: Stay | None


class Revised(Shape, frozen=True, kw_only=True, gc=False):
    """What a message said before."""

    at: str
    text: str


class Part(Shape, frozen=True, kw_only=True, gc=False):
    """What became of a message on its way to the person."""

    at: str
    state: str


class Said(Shape, frozen=True, kw_only=True, gc=False):
    """A message, a note among agents, or something that happened."""

    id: int
    at: str
    kind: Literal["incoming", "outgoing", "note", "activity"]
    by: str | None
    text: str
    earlier: list[Revised]
    edited_at: str | None
    taken_back_at: str | None
    answers: int | None
    files: list[File]
    sent: list[Part]
    activity: dict[str, Any] | None


class Rated(Shape, frozen=True, kw_only=True, gc=False):
    """How the person rated the answers."""

    at: str
    score: int
    of: int
    comment: str | None


class Task(Shape, frozen=True, kw_only=True, gc=False):
    """A ticket that was made elsewhere."""

    at: str
    title: str
    url: str | None


class Talk(Shape, frozen=True, kw_only=True, gc=False):
    """A conversation with all that was said in it."""

    id: int
    inbox: str
    state: str
    language: str | None
    begun_at: str
    closed_at: str | None
    topics: list[str]
    about: str | None
    about_url: str | None
    ratings: list[Rated]
    answers: list[str]
    tickets: list[Task]
    messages: list[Said]


class Takeout(Shape, frozen=True, kw_only=True, gc=False):
    """Everything. Times are in UTC, as ISO 8601 has them."""

    format: int
    exported_at: str
    id: int
    names: list[str]
    emails: list[str]
    phones: list[str]
    languages: list[str]
    fields: dict[str, str]
    known_since: str
    tags: list[str]
    notes: list[Note]
    blocks: list[Barred]
    accounts: list[Account]
    conversations: list[Talk]
