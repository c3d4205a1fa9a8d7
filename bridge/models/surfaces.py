"""What staff surfaces show and have heard: threads, posts, and what is still to be done."""

from typing import Literal

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy import text as raw

from bridge.models.base import (
    Row,
    maybe_number,
    metadata,
    moment,
    named_ref,
    number,
    own_id,
    ref,
    text,
)

PostState = Literal["queued", "posting", "shown", "heard", "failed"]

# Neither conversations nor messages are foreign keys here: what was purged is taken away from
# the surfaces afterwards, by what stands in these rows.
SURFACE_THREAD = Table(
    "surface_threads",
    metadata,
    own_id(),
    text("surface_id", required=True),
    number("conversation_id"),
    text("place", required=True),
    # The platform's id of it; null until it is made, and again once it was deleted there.
    text("thread"),
    # The platform's id of the message with the card, and a digest of what it shows.
    text("card"),
    text("drawn"),
    # The last message for which a post was queued, or which needed none.
    number("message_id"),
    moment("shut_at"),
    # Its making is on the wire since then, under this key.
    moment("begun_at"),
    text("key"),
    moment("created_at", required=True),
    UniqueConstraint("surface_id", "conversation_id", "place"),
    Index(
        "uq_surface_threads_thread",
        "surface_id",
        "place",
        "thread",
        unique=True,
        sqlite_where=raw("thread IS NOT NULL"),
        postgresql_where=raw("thread IS NOT NULL"),
    ),
    Index(
        "ix_surface_threads_open",
        "surface_id",
        "conversation_id",
        sqlite_where=raw("shut_at IS NULL"),
        postgresql_where=raw("shut_at IS NULL"),
    ),
)

SURFACE_POST = Table(
    "surface_posts",
    metadata,
    own_id(),
    ref("thread_id", "surface_threads.id", required=True, cascade=True),
    number("message_id"),
    number("part"),
    # One for all that goes as one post: short messages that came together.
    text("key", required=True),
    text("state", required=True),
    # JSON: the part's text in our markup, and its files by public id.
    text("body", required=True),
    # The revision of the message that is shown.
    number("revision", default=1),
    text("external_ids", required=True, server_default="[]"),
    text("mark"),
    moment("begun_at"),
    # Posted although an earlier attempt may be there: it says so.
    moment("again_at"),
    # How often it was begun.
    number("tries"),
    # Of one that the platform will never take: when, why, and what went over the wire.
    moment("failed_at"),
    text("reason"),
    text("detail"),
    text("trace"),
    # For the administrator; without those that somebody has seen and put away.
    Index(
        "ix_surface_posts_failed",
        "failed_at",
        sqlite_where=raw("failed_at IS NOT NULL"),
        postgresql_where=raw("failed_at IS NOT NULL"),
    ),
    Index("ix_surface_posts_message", "thread_id", "message_id", "part"),
    # What is to be shown anew, whatever its message is.
    Index(
        "ix_surface_posts_stale",
        "thread_id",
        sqlite_where=raw("revision = 0"),
        postgresql_where=raw("revision = 0"),
    ),
    Index("ix_surface_posts_key", "thread_id", "key"),
    Index(
        "ix_surface_posts_owed",
        "thread_id",
        "id",
        sqlite_where=raw("state IN ('queued', 'posting')"),
        postgresql_where=raw("state IN ('queued', 'posting')"),
    ),
)

SURFACE_NAME = Table(
    "surface_names",
    metadata,
    # A message of the platform's, and what it is of ours.
    ref("thread_id", "surface_threads.id", required=True, cascade=True),
    text("external_id", required=True),
    number("message_id"),
    PrimaryKeyConstraint("thread_id", "external_id"),
)

SURFACE_HINT = Table(
    "surface_hints",
    metadata,
    own_id(),
    ref("thread_id", "surface_threads.id", required=True, cascade=True),
    text("account", required=True),
    text("about"),
    # JSON: the text and its buttons.
    text("body", required=True),
    # What is said once to one person in one thread has a name.
    text("once"),
    moment("told_at"),
    Index(
        "ix_surface_hints_owed",
        "thread_id",
        "id",
        sqlite_where=raw("told_at IS NULL"),
        postgresql_where=raw("told_at IS NULL"),
    ),
    Index("ix_surface_hints_once", "thread_id", "account", "once"),
)

SURFACE_HEARD = Table(
    "surface_heard",
    metadata,
    own_id(),
    text("surface_id", required=True),
    text("key", required=True),
    text("place", required=True),
    text("thread", required=True),
    text("external_id"),
    text("album"),
    # JSON, as `agent_console.surface.heard` has it.
    text("event", required=True),
    moment("due_at", required=True),
    moment("done_at"),
    number("tries"),
    UniqueConstraint("surface_id", "key"),
    Index(
        "ix_surface_heard_due",
        "surface_id",
        "due_at",
        sqlite_where=raw("done_at IS NULL"),
        postgresql_where=raw("done_at IS NULL"),
    ),
    Index("ix_surface_heard_done", "done_at"),
)

SURFACE_PLACE = Table(
    "surface_places",
    metadata,
    text("surface_id", required=True),
    text("place", required=True),
    # Since when it is lost to us, and why; null where it is well.
    moment("lost_at"),
    text("why"),
    text("moved_to"),
    # The last time that it was lost for, and is over.
    moment("out_from"),
    moment("out_until"),
    PrimaryKeyConstraint("surface_id", "place"),
)

SURFACE_KEPT = Table(
    "surface_kept",
    metadata,
    # What an adapter has to know again after a restart, under names of its own. An inbox's is
    # kept under "inbox:" and its id.
    text("surface_id", required=True),
    text("sort", required=True),
    text("name", required=True),
    text("value", required=True),
    # What is about a conversation goes with it.
    maybe_number("conversation_id"),
    moment("kept_until", required=True),
    PrimaryKeyConstraint("surface_id", "sort", "name"),
    Index("ix_surface_kept_until", "kept_until"),
)

SURFACE_ACTIVE = Table(
    "surface_active",
    metadata,
    # When somebody last did something on a surface, to within a few seconds.
    text("surface_id", required=True),
    named_ref("agent_id", "agents.id", required=True),
    moment("active_at", required=True),
    PrimaryKeyConstraint("surface_id", "agent_id"),
)


SURFACE_SIGN = Table(
    "surface_signs",
    metadata,
    # A reaction of somebody's on a message, as it was last told or found.
    text("surface_id", required=True),
    text("place", required=True),
    text("external_id", required=True),
    text("account", required=True),
    # As the platform calls it.
    text("name", required=True),
    moment("at", required=True),
    number("gone"),
    PrimaryKeyConstraint("surface_id", "place", "external_id", "account", "name"),
    Index("ix_surface_signs_at", "at"),
)

SURFACE_VISIT = Table(
    "surface_visits",
    metadata,
    # When somebody has opened their inbox on a surface last.
    text("surface_id", required=True),
    text("account", required=True),
    moment("at", required=True),
    PrimaryKeyConstraint("surface_id", "account"),
)


class SurfaceThread(Row, frozen=True, gc=False):
    """Where a conversation is shown on one surface, and how far."""

    id: int
    surface_id: str
    conversation_id: int
    place: str
    thread: str | None
    card: str | None
    drawn: str | None
    message_id: int
    shut_at: int | None
    begun_at: int | None
    key: str | None


class SurfacePost(Row, frozen=True, gc=False):
    """One part of one message in one thread; `body` and `external_ids` are JSON."""

    id: int
    thread_id: int
    message_id: int
    part: int
    key: str
    state: PostState
    body: str
    revision: int
    external_ids: str
    mark: str | None
    begun_at: int | None
    again_at: int | None
    tries: int


class SurfaceHint(Row, frozen=True, gc=False):
    """A word that one person is still to be told."""

    id: int
    thread_id: int
    account: str
    about: str | None
    body: str


class SurfaceHeard(Row, frozen=True, gc=False):
    """Something staff did that is still to be acted on; `event` is JSON."""

    id: int
    key: str
    place: str
    thread: str
    external_id: str | None
    album: str | None
    event: str
    due_at: int
    tries: int


class SurfacePlace(Row, frozen=True, gc=False):
    """A place of which something is known beside its being in the YAML.

    Nothing is shown in it while `lost_at` is there. From `out_from` to `out_until` it was lost
    the last time, and is no more.
    """

    surface_id: str
    place: str
    lost_at: int | None
    why: str | None
    moved_to: str | None
    out_from: int | None = None
    out_until: int | None = None


class SurfaceSign(Row, frozen=True, gc=False):
    """A reaction of somebody's, as it was last told or found."""

    external_id: str
    account: str
    name: str
    at: int
    gone: int


class SurfaceVisit(Row, frozen=True, gc=False):
    """When somebody has opened their inbox last."""

    account: str
    at: int
