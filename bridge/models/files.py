"""Files of messages and of people, and albums that come item by item."""

from typing import Literal

from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy import text as raw

from bridge.channel import MediaKind, MediaRole, TextFormat
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

AttachmentRole = MediaRole | Literal["link"]

ATTACHMENT = Table(
    "attachments",
    metadata,
    own_id(),
    text("public_id", required=True),
    # Null until the upload is sent with a message.
    ref("message_id", "messages.id", cascade=True),
    # Set where it is no upload but a person's picture.
    ref("identity_id", "identities.id", cascade=True),
    # Set where it is the picture that an agent has chosen of themselves.
    named_ref("agent_id", "agents.id"),
    # Who put it there: "agent:<id>" or "visitor:<inbox>/<external id>".
    text("owner", required=True),
    text("sha256", required=True),
    text("name", required=True),
    text("mime", required=True),
    text("kind", required=True),
    number("size"),
    maybe_number("width"),
    maybe_number("height"),
    text("state", required=True),
    # How many bytes it may have had, where it was not kept for its size.
    maybe_number("size_limit"),
    # "original" and "text" are more of the message itself; "link" went as an address of ours.
    text("role", required=True, server_default="attachment"),
    text("fetch_ref"),
    # Names the same file whenever its network tells of it, where `fetch_ref` does not.
    text("fetch_key"),
    # The place its sender gave it among the files of the message.
    number("position"),
    # The last revision of the message that had it; null while the message has it.
    maybe_number("last_revision"),
    moment("created_at", required=True),
    UniqueConstraint("public_id"),
    Index("ix_attachments_message", "message_id"),
    Index("ix_attachments_sha256", "sha256"),
    Index(
        "ix_attachments_identity",
        "identity_id",
        sqlite_where=raw("identity_id IS NOT NULL"),
        postgresql_where=raw("identity_id IS NOT NULL"),
    ),
    # Uploads that no message has yet; there are never many.
    Index(
        "ix_attachments_unsent",
        "created_at",
        sqlite_where=raw("message_id IS NULL AND identity_id IS NULL AND agent_id IS NULL"),
        postgresql_where=raw("message_id IS NULL AND identity_id IS NULL AND agent_id IS NULL"),
    ),
    Index(
        "ix_attachments_pending",
        "id",
        sqlite_where=raw("state = 'pending'"),
        postgresql_where=raw("state = 'pending'"),
    ),
)

ALBUM_ITEM = Table(
    "album_items",
    metadata,
    own_id(),
    named_ref("inbox_id", "inboxes.id", required=True),
    # What the network calls the item, and the album it belongs to.
    text("external_id", required=True),
    text("album", required=True),
    number("place"),
    ref("message_id", "messages.id", required=True, cascade=True),
    text("text", required=True),
    text("format", required=True),
    moment("edited_at"),
    moment("deleted_at"),
    UniqueConstraint("inbox_id", "external_id"),
    Index("ix_album_items_album", "inbox_id", "album", "message_id"),
    Index("ix_album_items_message", "message_id"),
)


class Attachment(Row, frozen=True, gc=False):
    """A file; its bytes lie in the media store under `sha256`."""

    id: int
    public_id: str
    message_id: int | None
    identity_id: int | None
    agent_id: str | None
    owner: str
    sha256: str
    name: str
    mime: str
    kind: MediaKind
    size: int
    width: int | None
    height: int | None
    state: Literal["ready", "pending", "failed"]
    size_limit: int | None
    fetch_ref: str | None
    fetch_key: str | None
    created_at: int
    role: AttachmentRole


class AlbumItem(Row, frozen=True, gc=False):
    """One of several messages of the network that are one message of ours."""

    id: int
    external_id: str
    place: int
    message_id: int
    text: str
    format: TextFormat
    edited_at: int | None
    deleted_at: int | None
