"""What is the same whatever conversation is open: counters, channels, colleagues, words."""

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, UnsetType

from agent_console.cards.shapes.base import MaybeText, Shape
from bridge.channel import Reason
from bridge.models import HealthState, Presence, Role


class Count(Shape, frozen=True, kw_only=True, gc=False):
    """Conversations of a folder; 1001 means "1000+"."""

    unread: int
    total: int


class TeamCount(Count, frozen=True, kw_only=True, gc=False):
    """A team's open conversations that the agent sees."""

    id: str


class Folders(Shape, frozen=True, kw_only=True, gc=False):
    """The counters. `unread_total` counts what waits for this agent: untaken or theirs.

    `taken` are those of `all` that are not in `new`: no difference of the two, as each stops.
    `unanswered` are the open ones without an answer so far (O21), `channels` the open ones of
    each inbox that has any (D06), `teams` those whose conversations the agent may see, in the
    order of the YAML. What is out of the way for a while is `snoozed`, of those that the agent
    answers `mine_snoozed`, and in no other. `deleted` is there for who sees what was deleted.
    """

    new: Count
    mine: Count
    all: Count
    taken: Count
    closed: Count
    unanswered: Count
    snoozed: Count
    mine_snoozed: Count
    channels: dict[str, Count]
    teams: list[TeamCount]
    unread_total: int
    deleted: Count | UnsetType = UNSET


class Gap(Shape, frozen=True, kw_only=True, gc=False):
    """A time in which a channel received nothing; `lost`: messages of it may be missing."""

    begun: int
    ended: int
    lost: bool


class ChannelHealth(Shape, frozen=True, kw_only=True, gc=False):
    """How a channel is: its state, a code for why, and a sentence for the administrator.

    `down_since` is when messages stopped coming in, `warned` how many of the warnings were
    given that they will be lost, `gap` the last time of that kind that is over.
    """

    inbox: str
    state: HealthState
    since: int
    down_since: int | None
    warned: int
    received_at: int | None
    sent_at: int | None
    gap: Gap | None
    reason: Reason | UnsetType = UNSET
    sentence: MaybeText = UNSET


class ShownAt(Shape, frozen=True, kw_only=True, gc=False):
    """A place that shows so many open conversations of another one now."""

    surface: str
    place: str
    conversations: int


class Place(Shape, frozen=True, kw_only=True, gc=False):
    """A channel or a group of a surface, and the teams it is for (`default`: everybody else).

    While it is lost, `lost_since` says since when and `sentence` why; `shown_at` is where its
    open conversations are shown instead, `shown_nowhere` how many are in the console alone.
    `back` is the last such time that is over.
    """

    id: str
    teams: Sequence[str]
    lost_since: int | None
    sentence: str | None
    shown_at: list[ShownAt]
    shown_nowhere: int
    back: Gap | None


class SurfaceHealth(Shape, frozen=True, kw_only=True, gc=False):
    """Where staff answer besides the console, and how that is.

    Mail to agents goes by an inbox, `via`, and is as that is; it has no places.
    """

    id: str
    kind: str
    state: HealthState
    since: int
    sent_at: int | None
    via: str | None
    places: list[Place]
    reason: Reason | UnsetType = UNSET
    sentence: MaybeText = UNSET


class AgentRef(Shape, frozen=True, kw_only=True, gc=False):
    """A colleague: `online` while a console of theirs is open, `presence` whether they work.

    `avatar_url` is of the picture they have chosen of themselves.
    """

    id: str
    name: str
    role: Role
    online: bool
    presence: Presence
    avatar_url: MaybeText = UNSET
    retired: bool | UnsetType = UNSET


class QuickReply(Shape, frozen=True, kw_only=True, gc=False):
    """A ready answer, its variables filled in."""

    id: str
    shortcut: str
    title: str
    text: str
    source: Literal["yaml", "agent"]


class TopicRef(Shape, frozen=True, kw_only=True, gc=False):
    """A topic of the YAML; `label` is a text, or one by language."""

    id: str
    label: str | dict[str, str]
    retired: bool | UnsetType = UNSET


class TagRef(Shape, frozen=True, kw_only=True, gc=False):
    """A tag of the YAML; `label` is a text, or one by language."""

    id: str
    label: str | dict[str, str]
    color: str
    pinned: bool
    retired: bool | UnsetType = UNSET


class StatusRef(Shape, frozen=True, kw_only=True, gc=False):
    """A status of the YAML; `label` is a text, or one by language."""

    id: str
    kind: Literal["open", "closed"]
    label: str | dict[str, str]
    color: str
    retired: bool | UnsetType = UNSET


class TagCount(Shape, frozen=True, kw_only=True, gc=False):
    """In how many conversations a tag is; 1001 means "1000+"."""

    id: str
    count: int
