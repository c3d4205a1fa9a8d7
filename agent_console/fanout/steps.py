"""The single calls by which a thread is brought up to what the database says."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_console.surface import Card, Hint, Mark, Post, Thread, Urgency
from bridge.models import SurfaceThread


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call to one place; `on` is the thread's row as it was when this was reckoned."""

    on: SurfaceThread


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Step):
    """Make the thread with its card."""

    card: Card
    digest: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prove(Step):
    """Find out what became of what was on the wire: of the thread's making without `thread`."""

    thread: str | None
    key: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Put(Step):
    """Post something; `messages` are what it carries, in order, and `rows` the ids of its posts."""

    thread: Thread
    post: Post
    messages: Sequence[int]
    rows: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Step):
    """Show a post as it is now, with a message in this revision."""

    thread: Thread
    post: Post
    external_ids: Sequence[str]
    post_id: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove(Step):
    """Take a post away, and its row; the card, which has none, with `post_id` 0."""

    thread: Thread
    post_id: int
    external_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Step):
    """Show what became of what an agent wrote."""

    thread: Thread
    post_id: int
    external_id: str
    mark: Mark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Step):
    """Show the card as it is now."""

    thread: Thread
    card: Card
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut(Step):
    """Close the thread to writing, or open it."""

    thread: Thread
    shut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Step):
    """Tell one person something."""

    thread: Thread
    hint_id: int
    hint: Hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(Step):
    """Nothing of a purged conversation is shown any more: its row goes too."""


AnyStep = Open | Prove | Put | Change | Remove | Sign | Draw | Shut | Tell | Forget


def urgency_of(step: Step) -> Urgency:
    """Return in which order it goes where there is no room for all."""
    if isinstance(step, Draw):
        return "cards"
    return "marks" if isinstance(step, Sign) else "words"
