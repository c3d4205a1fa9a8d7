"""Conversations, what was said in them, and how far each agent has come."""

from typing import Literal

from sqlalchemy import (
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as raw

from bridge.channel import TextFormat
from bridge.models.base import (
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

MessageKind = Literal["incoming", "outgoing", "note", "activity"]

CONVERSATION = Table(
    "conversations",
    metadata,
    own_id(),
    named_ref("inbox_id", "inboxes.id", required=True),
    ref("identity_id", "identities.id", required=True),
    ref("contact_id", "contacts.id", required=True),
    text("thread", required=True),
    text("state", required=True),
    named_ref("assignee_id", "agents.id"),
    text("language"),
    moment("created_at", required=True),
    moment("last_at", required=True),
    # The first unanswered customer message: later ones do not reset the wait (S29).
    moment("waiting_since"),
    # When the one who answers was last at work in it, while the customer waited (D15).
    moment("active_at"),
    number("incoming_count"),
    # "New" until somebody has opened or taken it (R14).
    moment("opened_at"),
    moment("closed_at"),
    text("closed_by"),
    # Who has answered so far: "program" until the first word of an agent, null until any.
    text("answered_by"),
    # Who wrote last, "customer" or "agent": notes and the program do not count (S31).
    text("last_by"),
    # What it is about elsewhere: an order, a ticket, a task (O04).
    text("item_label"),
    text("item_url"),
    # Whose it is to answer, by an id of the YAML; it may be there no longer.
    text("team_id"),
    # Since when one of the team is to be given it; null where people take it themselves.
    moment("queued_at"),
    # Since when the time runs after which another team takes it over (`overflow`).
    moment("passed_on_from"),
    # Who had it and let go: they are not handed it again.
    text("given_back_by"),
    # When the customer was told that nobody is here: once is enough.
    moment("absence_told_at"),
    # Not a foreign key: messages already point here, and a circle helps nobody.
    maybe_number("last_message_id"),
    # Since when a question of the program's waits for an answer; anybody's words end it.
    moment("asked_at"),
    # What the customer gave it last.
    maybe_number("rated"),
    # A status of the YAML; null for the first of its kind where open, for none where closed.
    named_ref("status_id", "statuses.id"),
    # Since when time stands still in it (`pause_timer`).
    moment("paused_at"),
    # Until when it is out of the way, and who has put it there.
    moment("snoozed_until"),
    named_ref("snoozed_by", "agents.id"),
    # The flood that it is in now, by its line of the thread; not a foreign key, as above.
    maybe_number("flood_id"),
    # "deleted" can be restored; of a "purged" one there is less every moment.
    one_of("state", "open", "closed", "deleted", "purged"),
    # At most one open conversation a thread; networks without threads use the empty one.
    Index(
        "uq_conversations_open_thread",
        "identity_id",
        "thread",
        unique=True,
        sqlite_where=raw("state = 'open'"),
        postgresql_where=raw("state = 'open'"),
    ),
    Index("ix_conversations_thread", "identity_id", "thread", "id"),
    # Without the time: each message moves that, and a contact has few to sort.
    Index("ix_conversations_contact", "contact_id"),
    Index("ix_conversations_state_last", "state", "last_at"),
    Index(
        "ix_conversations_assignee",
        "assignee_id",
        "state",
        "last_at",
        sqlite_where=raw("assignee_id IS NOT NULL"),
        postgresql_where=raw("assignee_id IS NOT NULL"),
    ),
    # What each agent has in hand: counted whenever somebody is to be given something.
    Index(
        "ix_conversations_load",
        "assignee_id",
        "state",
        "snoozed_until",
        sqlite_where=raw("assignee_id IS NOT NULL AND state = 'open' AND snoozed_until IS NULL"),
        postgresql_where=raw(
            "assignee_id IS NOT NULL AND state = 'open' AND snoozed_until IS NULL"
        ),
    ),
    # Only an open conversation waits, and only these are ever sorted by how long.
    Index(
        "ix_conversations_waiting",
        "waiting_since",
        sqlite_where=raw("waiting_since IS NOT NULL"),
        postgresql_where=raw("waiting_since IS NOT NULL"),
    ),
    # The queues: what one of a team is to be given, the longest waiting first.
    Index(
        "ix_conversations_queue",
        "team_id",
        "waiting_since",
        sqlite_where=raw("queued_at IS NOT NULL AND assignee_id IS NULL AND state = 'open'"),
        postgresql_where=raw("queued_at IS NOT NULL AND assignee_id IS NULL AND state = 'open'"),
    ),
    # What is out of the way until later, the next to come back first.
    Index(
        "ix_conversations_snoozed",
        "snoozed_until",
        sqlite_where=raw("snoozed_until IS NOT NULL"),
        postgresql_where=raw("snoozed_until IS NOT NULL"),
    ),
    # AUTOINCREMENT: what an id has once meant outlives a purge in cursors and addresses.
    sqlite_autoincrement=True,
)

PARTICIPANT = Table(
    "participants",
    metadata,
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    named_ref("agent_id", "agents.id", required=True),
    moment("added_at", required=True),
    PrimaryKeyConstraint("conversation_id", "agent_id"),
    Index("ix_participants_agent", "agent_id"),
)

MESSAGE = Table(
    "messages",
    metadata,
    own_id(),
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    text("kind", required=True),
    # Exactly one of the two for a person's message, neither for what happened by itself.
    ref("identity_id", "identities.id"),
    named_ref("agent_id", "agents.id"),
    named_ref("inbox_id", "inboxes.id", required=True),
    text("external_id"),
    # "<agent>/<the client's own id>": a double click or a reconnect sends once.
    text("client_key"),
    text("text", required=True),
    text("format", required=True),
    ref("reply_to_id", "messages.id"),
    text("activity"),
    moment("created_at", required=True),
    moment("edited_at"),
    moment("deleted_at"),
    number("revision", default=1),
    number("attachment_count"),
    # 1 and 0: whether the sender is proven, where a network's messages can be forged.
    maybe_number("verified"),
    # When the customer wrote it, where it came much later.
    moment("sent_at"),
    # The line of the flood that it was held in; such a one stands in no thread of its own.
    maybe_number("flood_id"),
    one_of("kind", "incoming", "outgoing", "note", "activity"),
    UniqueConstraint("inbox_id", "external_id"),
    # What customers write has none, and should not pay for it.
    Index(
        "uq_messages_client_key",
        "client_key",
        unique=True,
        sqlite_where=raw("client_key IS NOT NULL"),
        postgresql_where=raw("client_key IS NOT NULL"),
    ),
    Index("ix_messages_conversation", "conversation_id", "id"),
    # An edit also changes what stands above the answers to it.
    Index(
        "ix_messages_reply_to",
        "reply_to_id",
        sqlite_where=raw("reply_to_id IS NOT NULL"),
        postgresql_where=raw("reply_to_id IS NOT NULL"),
    ),
    # What threads are brought up by: the few that were changed, and what our side said.
    Index(
        "ix_messages_changed",
        "conversation_id",
        sqlite_where=raw("revision > 1"),
        postgresql_where=raw("revision > 1"),
    ),
    Index(
        "ix_messages_ours",
        "conversation_id",
        "id",
        sqlite_where=raw("kind = 'outgoing' OR kind = 'note'"),
        postgresql_where=raw("kind = 'outgoing' OR kind = 'note'"),
    ),
    # AUTOINCREMENT: the search index and everybody's marks count on growing ids.
    sqlite_autoincrement=True,
)

REVISION = Table(
    "message_revisions",
    metadata,
    ref("message_id", "messages.id", required=True, cascade=True),
    number("revision"),
    text("text", required=True),
    moment("at", required=True),
    PrimaryKeyConstraint("message_id", "revision"),
)

DRAFT = Table(
    "drafts",
    metadata,
    named_ref("agent_id", "agents.id", required=True),
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    text("kind", required=True),
    text("text", required=True),
    number("revision", default=1),
    moment("updated_at", required=True),
    PrimaryKeyConstraint("agent_id", "conversation_id", "kind"),
    Index("ix_drafts_conversation", "conversation_id"),
)

READ_MARK = Table(
    "read_marks",
    metadata,
    named_ref("agent_id", "agents.id", required=True),
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    # The conversation's incoming_count up to which this agent has read.
    number("seen"),
    number("message_id"),
    moment("updated_at", required=True),
    # Since when they follow it: they wrote a note there, were called by one, or asked to.
    moment("followed_at"),
    # Up to which message they were mailed what they had not seen, and when.
    number("mailed_id"),
    moment("mailed_at"),
    PrimaryKeyConstraint("agent_id", "conversation_id"),
    # All that the counters ask for stands in the index.
    Index("ix_read_marks_conversation", "conversation_id", "agent_id", "seen"),
    Index(
        "ix_read_marks_followed",
        "agent_id",
        "conversation_id",
        sqlite_where=raw("followed_at IS NOT NULL"),
        postgresql_where=raw("followed_at IS NOT NULL"),
    ),
)

QUICK_REPLY = Table(
    "quick_replies",
    metadata,
    own_id(),
    text("shortcut", required=True),
    text("text", required=True),
    named_ref("agent_id", "agents.id", required=True),
    moment("created_at", required=True),
    UniqueConstraint("shortcut"),
)


class Conversation(Row, frozen=True, gc=False):
    """One exchange with one customer on one inbox."""

    id: int
    inbox_id: str
    identity_id: int
    contact_id: int
    thread: str
    state: Literal["open", "closed", "deleted", "purged"]
    assignee_id: str | None
    language: str | None
    created_at: int
    last_at: int
    waiting_since: int | None
    active_at: int | None
    incoming_count: int
    opened_at: int | None
    closed_at: int | None
    closed_by: str | None
    answered_by: Literal["program", "agent"] | None
    last_by: Literal["customer", "agent"] | None
    item_label: str | None
    item_url: str | None
    last_message_id: int | None
    asked_at: int | None
    rated: int | None
    team_id: str | None
    queued_at: int | None
    passed_on_from: int | None
    given_back_by: str | None
    absence_told_at: int | None
    status_id: str | None
    paused_at: int | None
    snoozed_until: int | None
    snoozed_by: str | None
    flood_id: int | None


class Message(Row, frozen=True, gc=False):
    """One thing said, noted or done; `activity` is JSON {verb, data}."""

    id: int
    conversation_id: int
    kind: MessageKind
    identity_id: int | None
    agent_id: str | None
    inbox_id: str
    external_id: str | None
    client_key: str | None
    text: str
    format: TextFormat
    reply_to_id: int | None
    activity: str | None
    created_at: int
    edited_at: int | None
    deleted_at: int | None
    revision: int
    attachment_count: int
    verified: int | None
    sent_at: int | None
    flood_id: int | None


class Draft(Row, frozen=True, gc=False):
    """Unsent text of one agent in one conversation."""

    agent_id: str
    conversation_id: int
    kind: Literal["reply", "note"]
    text: str
    revision: int


class ReadMark(Row, frozen=True, gc=False):
    """How far one agent has read one conversation."""

    agent_id: str
    conversation_id: int
    seen: int
    message_id: int
    followed_at: int | None


class QuickReply(Row, frozen=True, gc=False):
    """A ready text an agent saved from a message (S18)."""

    id: int
    shortcut: str
    text: str
    agent_id: str
