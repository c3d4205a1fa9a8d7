"""What moves messages: deliveries, timers, the event log, and what was set aside."""

from typing import Literal

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as raw

from bridge.channel import Reason
from bridge.models.base import (
    TEXT,
    Row,
    maybe_number,
    metadata,
    moment,
    named_ref,
    number,
    one_of,
    own_id,
    ref,
    text,
)

# "continue" carries what a conversation's own network has not shown yet to another inbox.
DeliveryAction = Literal["send", "edit", "delete", "continue"]
DeliveryState = Literal["queued", "sending", "sent", "delivered", "read", "failed", "uncertain"]
HealthState = Literal["starting", "up", "degraded", "bad_credentials", "down"]

META = Table(
    "meta",
    metadata,
    Column("key", TEXT, primary_key=True),
    text("value", required=True),
)

DELIVERY = Table(
    "deliveries",
    metadata,
    own_id(),
    ref("message_id", "messages.id", required=True, cascade=True),
    # Not a foreign key: its message is of that conversation, and removing one would look
    # through all deliveries there are.
    Column("conversation_id", BigInteger, nullable=False),
    # Where it goes: an inbox id now; staff surfaces get places of their own.
    text("place", required=True),
    number("part"),
    text("action", required=True),
    # The revision of the message that this part carries; an edit is a delivery too.
    number("revision", default=1),
    text("state", required=True),
    text("body", required=True),
    number("attempts"),
    moment("due_at", required=True),
    moment("created_at", required=True),
    moment("changed_at", required=True),
    # Past this moment a retry is no use and the part is failed.
    moment("expires_at", required=True),
    text("reason"),
    text("detail"),
    text("external_ids", required=True, server_default="[]"),
    # When the attempt on the wire may first have carried it; null while it waits for its turn.
    moment("begun_at"),
    # Waits until an earlier part of its own message has gone.
    moment("held_at"),
    # Tried again although nobody knows what became of an attempt: the network knows our key.
    moment("unsure_at"),
    # Sent again after an uncertain end: the customer may have it twice.
    moment("doubled_at"),
    # What was asked of the network and what it answered, without words: of the last attempt
    # that did not go well (`bridge/wirelog.py`).
    text("trace"),
    # Somebody has seen that it did not arrive, and wants to hear of it no more.
    moment("put_away_at"),
    one_of("state", "queued", "sending", "sent", "delivered", "read", "failed", "uncertain"),
    UniqueConstraint("message_id", "place", "part", "action", "revision"),
    Index("ix_deliveries_message", "message_id", "part"),
    # The lane: what waits or is on the wire, per conversation and place, oldest first.
    Index(
        "ix_deliveries_lane",
        "conversation_id",
        "place",
        "id",
        sqlite_where=raw("state IN ('queued', 'sending')"),
        postgresql_where=raw("state IN ('queued', 'sending')"),
    ),
    # What may be claimed, by when.
    Index(
        "ix_deliveries_due",
        "place",
        "due_at",
        sqlite_where=raw("state = 'queued' AND held_at IS NULL"),
        postgresql_where=raw("state = 'queued' AND held_at IS NULL"),
    ),
    Index(
        "ix_deliveries_unconfirmed",
        "place",
        "conversation_id",
        sqlite_where=raw("state = 'sent'"),
        postgresql_where=raw("state = 'sent'"),
    ),
    # What the customer has not read, as far as anybody knows.
    Index(
        "ix_deliveries_unread",
        "conversation_id",
        "message_id",
        sqlite_where=raw("action = 'send' AND state != 'read'"),
        postgresql_where=raw("action = 'send' AND state != 'read'"),
    ),
    # What did not arrive, or nobody knows: for the administrator.
    Index(
        "ix_deliveries_amiss",
        "place",
        "changed_at",
        sqlite_where=raw("state IN ('failed', 'uncertain')"),
        postgresql_where=raw("state IN ('failed', 'uncertain')"),
    ),
    # By which mails a conversation has gone on.
    Index(
        "ix_deliveries_continued",
        "conversation_id",
        "id",
        sqlite_where=raw("action = 'continue'"),
        postgresql_where=raw("action = 'continue'"),
    ),
)

RECEIPT = Table(
    "receipts",
    metadata,
    # A network's own id of something we sent, to match reports and quotes with.
    named_ref("inbox_id", "inboxes.id", required=True),
    text("external_id", required=True),
    ref("delivery_id", "deliveries.id", required=True, cascade=True),
    # A network may give one id to several parts of a message.
    PrimaryKeyConstraint("inbox_id", "external_id", "delivery_id"),
    Index("ix_receipts_delivery", "delivery_id"),
)

TIMER = Table(
    "timers",
    metadata,
    text("subject", required=True),
    text("kind", required=True),
    moment("due_at", required=True),
    # Raised by every change, so that one already picked up and outrun does nothing.
    number("generation", default=1),
    PrimaryKeyConstraint("subject", "kind"),
    Index("ix_timers_due", "due_at"),
)

EVENT = Table(
    "events",
    metadata,
    own_id(),
    moment("at", required=True),
    text("kind", required=True),
    maybe_number("conversation_id"),
    maybe_number("message_id"),
    maybe_number("contact_id"),
    maybe_number("identity_id"),
    # Set where only one agent may learn of it: drafts, read marks.
    text("private_to"),
    # AUTOINCREMENT: an id once pruned is never given again, or a cursor would lie.
    sqlite_autoincrement=True,
)

PARKED = Table(
    "parked_events",
    metadata,
    own_id(),
    named_ref("inbox_id", "inboxes.id", required=True),
    # The external id of the message that has not come yet.
    text("awaits", required=True),
    text("event", required=True),
    moment("parked_at", required=True),
    Index("ix_parked_events_awaits", "inbox_id", "awaits", "id"),
)

QUARANTINE = Table(
    "quarantine",
    metadata,
    own_id(),
    # An inbox or a staff surface: they share one namespace of ids.
    text("inbox_id", required=True),
    # Of the whole of it; the same thing that comes again is counted and not kept twice.
    text("digest", required=True),
    # As its network told it, as our own event, or of a kind that cannot be taken again.
    text("form", required=True),
    # Perhaps its beginning alone: `size` is that of the whole, `kept` of what is here.
    Column("raw", LargeBinary, nullable=False),
    number("size"),
    number("kept"),
    # A code or a type's name, never what it says.
    text("why", required=True),
    moment("at", required=True),
    moment("last_at", required=True),
    number("times", default=1),
    # When it was taken again last, and how often.
    moment("tried_at"),
    number("tries"),
    one_of("form", "update", "event", "heard", "words"),
    UniqueConstraint("inbox_id", "digest"),
)

POISON = Table(
    "poison",
    metadata,
    # The digest of what was in hand when the program died, or its handler broke.
    Column("digest", TEXT, primary_key=True),
    number("tries"),
    moment("at", required=True),
)

REDELIVERY = Table(
    "redeliveries",
    metadata,
    # What people have asked for from beside the program: it is done by the one that runs.
    text("kind", required=True),
    number("subject_id"),
    moment("asked_at", required=True),
    PrimaryKeyConstraint("kind", "subject_id"),
    one_of("kind", "event", "delivery", "post", "call"),
)

CURSOR = Table(
    "cursors",
    metadata,
    Column("inbox_id", TEXT, primary_key=True),
    text("value", required=True),
)

INBOX_HEALTH = Table(
    "inbox_health",
    metadata,
    # An inbox or a staff surface: they share one namespace of ids.
    Column("inbox_id", TEXT, primary_key=True),
    text("state", required=True),
    text("reason"),
    # For people, as whoever noticed it said it; without secrets.
    text("sentence"),
    moment("since", required=True),
    # When it was last sure that messages come in, and since when they do not.
    moment("heard_at"),
    moment("down_since"),
    # How many of the warnings about it were given.
    number("warned"),
    moment("received_at"),
    moment("sent_at"),
    # The last time that people were warned of, once it was over.
    moment("gap_from"),
    moment("gap_until"),
    number("gap_lost"),
)


class Delivery(Row, frozen=True, gc=False):
    """One part of one message, to one place; `body` and `external_ids` are JSON."""

    id: int
    message_id: int
    conversation_id: int
    place: str
    part: int
    action: DeliveryAction
    revision: int
    state: DeliveryState
    body: str
    attempts: int
    due_at: int
    created_at: int
    changed_at: int
    expires_at: int
    reason: str | None
    detail: str | None
    external_ids: str
    begun_at: int | None
    unsure_at: int | None
    doubled_at: int | None


class Timer(Row, frozen=True, gc=False):
    """Something that is to happen at a time, unless its state changes first."""

    subject: str
    kind: str
    due_at: int
    generation: int


class Event(Row, frozen=True, gc=False):
    """What changed, by ids; the text is read where the reader's rights are known."""

    id: int
    at: int
    kind: str
    conversation_id: int | None
    message_id: int | None
    contact_id: int | None
    identity_id: int | None
    private_to: str | None


class InboxHealth(Row, frozen=True, gc=False, kw_only=True):
    """How an inbox is, for people and for the next start; `gap_lost` is 0 or 1."""

    inbox_id: str
    state: HealthState = "starting"
    reason: Reason | None = None
    sentence: str | None = None
    since: int = 0
    heard_at: int | None = None
    down_since: int | None = None
    warned: int = 0
    received_at: int | None = None
    sent_at: int | None = None
    gap_from: int | None = None
    gap_until: int | None = None
    gap_lost: int = 0
