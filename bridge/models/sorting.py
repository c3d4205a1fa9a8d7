"""What conversations are about, and what kinds of people write: topics and tags.

The YAML declares them. One that has vanished from it keeps its row, so that what was sorted
by it can still be read.
"""

from sqlalchemy import CheckConstraint, Column, Index, PrimaryKeyConstraint, Table
from sqlalchemy import text as raw

from bridge.models.base import TEXT, Row, metadata, moment, named_ref, number, own_id, ref, text

TOPIC = Table(
    "topics",
    metadata,
    Column("id", TEXT, primary_key=True),
    # JSON: a text, or one by language.
    text("label", required=True),
    # The YAML's own order.
    number("place"),
    moment("retired_at"),
)

TAG = Table(
    "tags",
    metadata,
    Column("id", TEXT, primary_key=True),
    text("label", required=True),
    text("color", required=True),
    # 1 where rows show it under the name (S37), else 0.
    number("pinned"),
    number("place"),
    moment("retired_at"),
)

CONVERSATION_TOPIC = Table(
    "conversation_topics",
    metadata,
    own_id(),
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    # Exactly one of the two: a declared topic, or what an agent typed as "Other" (R53).
    named_ref("topic_id", "topics.id"),
    text("other"),
    moment("added_at", required=True),
    CheckConstraint("(topic_id IS NULL) != (other IS NULL)", name="one"),
    Index(
        "uq_conversation_topics_topic",
        "conversation_id",
        "topic_id",
        unique=True,
        sqlite_where=raw("topic_id IS NOT NULL"),
        postgresql_where=raw("topic_id IS NOT NULL"),
    ),
    Index(
        "uq_conversation_topics_other",
        "conversation_id",
        unique=True,
        sqlite_where=raw("other IS NOT NULL"),
        postgresql_where=raw("other IS NOT NULL"),
    ),
    Index("ix_conversation_topics_conversation", "conversation_id"),
    Index("ix_conversation_topics_topic", "topic_id", "conversation_id"),
)

CONTACT_TAG = Table(
    "contact_tags",
    metadata,
    ref("contact_id", "contacts.id", required=True, cascade=True),
    named_ref("tag_id", "tags.id", required=True),
    moment("added_at", required=True),
    PrimaryKeyConstraint("contact_id", "tag_id"),
    Index("ix_contact_tags_tag", "tag_id", "contact_id"),
)


class Topic(Row, frozen=True, gc=False):
    """What a conversation can be about; `label` is JSON."""

    id: str
    label: str
    retired_at: int | None


class Tag(Row, frozen=True, gc=False):
    """A kind of client; `label` is JSON, `color` is `#rrggbb`, `pinned` is 1 or 0."""

    id: str
    label: str
    color: str
    pinned: int
    retired_at: int | None
