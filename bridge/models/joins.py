"""Which people agents have found to be one, so that it can be taken back."""

from sqlalchemy import Index, Table
from sqlalchemy import text as raw

from bridge.models.base import Row, metadata, moment, named_ref, own_id, ref, text

CONTACT_JOIN = Table(
    "contact_joins",
    metadata,
    own_id(),
    # Who stays, and who is now part of them.
    ref("contact_id", "contacts.id", required=True, cascade=True),
    ref("other_id", "contacts.id", required=True, cascade=True),
    named_ref("agent_id", "agents.id", required=True),
    moment("at", required=True),
    moment("undone_at"),
    # What was moved and filled in, for the way back: JSON.
    text("kept", required=True),
    Index(
        "ix_contact_joins_contact",
        "contact_id",
        sqlite_where=raw("undone_at IS NULL"),
        postgresql_where=raw("undone_at IS NULL"),
    ),
)


class ContactJoin(Row, frozen=True, gc=False):
    """One finding that two people are one; `kept` is JSON of `routing.joining.Kept`."""

    id: int
    contact_id: int
    other_id: int
    agent_id: str
    at: int
    undone_at: int | None
    kept: str
