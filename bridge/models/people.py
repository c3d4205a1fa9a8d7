"""Inboxes, and the people who write to them."""

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy import text as raw

from bridge.models.base import TEXT, Row, metadata, moment, named_ref, number, own_id, ref, text

INBOX = Table(
    "inboxes",
    metadata,
    Column("id", TEXT, primary_key=True),
    text("kind", required=True),
    text("name", required=True),
    moment("retired_at"),
)

CONTACT = Table(
    "contacts",
    metadata,
    own_id(),
    text("name"),
    text("email"),
    text("phone"),
    text("language"),
    text("attributes", required=True, server_default="{}"),
    # Fields an agent has typed: the network no longer overrides them (R17).
    text("edited_fields", required=True, server_default="[]"),
    moment("created_at", required=True),
    # Who gave the same of themselves is most likely one person.
    *(
        Index(
            f"ix_contacts_{name}",
            name,
            sqlite_where=raw(f"{name} IS NOT NULL"),
            postgresql_where=raw(f"{name} IS NOT NULL"),
        )
        for name in ("email", "phone")
    ),
    # AUTOINCREMENT: what an id has once meant outlives an erasure in addresses and the trail.
    sqlite_autoincrement=True,
)

IDENTITY = Table(
    "identities",
    metadata,
    own_id(),
    named_ref("inbox_id", "inboxes.id", required=True),
    text("external_id", required=True),
    ref("contact_id", "contacts.id", required=True),
    text("name"),
    text("username"),
    text("profile_url"),
    # An address this account has given of itself, and since when: what was said before is
    # nothing to its owner. A contact's own may come from anywhere.
    text("email"),
    moment("email_at"),
    moment("verified_at"),
    moment("unreachable_at"),
    text("unreachable_reason"),
    # The network's handle of the account's picture, and our public id of it once it is here.
    text("photo_ref"),
    text("photo_id"),
    # When that handle was last asked for: what failed is not tried with every message.
    moment("photo_at"),
    # Until when the account is blocked (`blocks.FOREVER` without an end): written beside the
    # blocks, so that a message need not look for them.
    moment("blocked_until"),
    # When a conversation of it was last purged: what comes again of that is not taken anew.
    moment("purged_at"),
    moment("created_at", required=True),
    # One network id means one person inside one inbox only: a VK number may equal a
    # Telegram number (PLATFORMS.md, Mistakes other bridges made).
    UniqueConstraint("inbox_id", "external_id"),
    Index("ix_identities_contact", "contact_id"),
    # AUTOINCREMENT: as of contacts.
    sqlite_autoincrement=True,
)

VISIT = Table(
    "visits",
    metadata,
    Column("identity_id", ForeignKey("identities.id", ondelete="CASCADE"), primary_key=True),
    text("facts", required=True, server_default="{}"),
    number("open_pages"),
    moment("started_at", required=True),
    # Time on site: what earlier stays added up to, and since when this one runs.
    number("seconds"),
    moment("online_since"),
    moment("seen_at", required=True),
)

CONTACT_NOTE = Table(
    "contact_notes",
    metadata,
    own_id(),
    ref("contact_id", "contacts.id", required=True, cascade=True),
    named_ref("agent_id", "agents.id", required=True),
    text("text", required=True),
    moment("created_at", required=True),
    Index("ix_contact_notes_contact", "contact_id", "id"),
)


START_TOKEN = Table(
    "start_tokens",
    metadata,
    # Only a hash of what the link carries: a stolen database starts nothing.
    Column("token_hash", TEXT, primary_key=True),
    # The conversation that goes on, and whose contact whoever starts is taken for.
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    named_ref("inbox_id", "inboxes.id", required=True),
    moment("expires_at", required=True),
    moment("used_at"),
    ref("identity_id", "identities.id"),
    # When whoever used it has gone on with the conversation: they may start in silence.
    moment("continued_at"),
    # Of a way back into the same inbox: since when whoever used it sees what was said; 0 for
    # all of it.
    moment("seen_from"),
    Index("ix_start_tokens_conversation", "conversation_id"),
    Index(
        "ix_start_tokens_pending",
        "identity_id",
        sqlite_where=raw("continued_at IS NULL"),
        postgresql_where=raw("continued_at IS NULL"),
    ),
)


class Contact(Row, frozen=True, gc=False):
    """A person, whatever they write from."""

    id: int
    name: str | None
    email: str | None
    phone: str | None
    language: str | None
    attributes: str
    edited_fields: str
    created_at: int


class Identity(Row, frozen=True, gc=False):
    """A person's account in one inbox."""

    id: int
    inbox_id: str
    external_id: str
    contact_id: int
    name: str | None
    username: str | None
    profile_url: str | None
    email: str | None
    email_at: int | None
    verified_at: int | None
    unreachable_at: int | None
    unreachable_reason: str | None
    photo_ref: str | None
    photo_id: str | None
    photo_at: int | None
    blocked_until: int | None
    purged_at: int | None
    created_at: int


class VisitRow(Row, frozen=True, gc=False):
    """The latest stay of an identity on the company's site; `facts` is JSON."""

    identity_id: int
    facts: str
    open_pages: int
    started_at: int
    seconds: int
    online_since: int | None
    seen_at: int


class ContactNote(Row, frozen=True, gc=False):
    """What agents wrote down about a person, apart from any conversation (J18)."""

    id: int
    contact_id: int
    agent_id: str
    text: str
    created_at: int
