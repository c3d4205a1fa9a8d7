"""What agents and administrators did that somebody may ask about later."""

from sqlalchemy import Index, Table

from bridge.models.base import Row, metadata, moment, named_ref, own_id, text

AUDIT = Table(
    "audit",
    metadata,
    own_id(),
    moment("at", required=True),
    # Null for the program itself, and for somebody who could not say who they are.
    named_ref("agent_id", "agents.id"),
    text("action", required=True),
    # What it was done to, as "conversation:12", "contact:5", "agent:anna".
    text("subject"),
    text("surface", required=True),
    text("address"),
    # JSON; never what customers said, never a secret.
    text("detail", required=True),
    # The chain: the hash of the act before, and of this one with it.
    text("after_hash", required=True),
    text("hash", required=True),
    Index("ix_audit_at", "at"),
    Index("ix_audit_agent", "agent_id", "id"),
    Index("ix_audit_action", "action", "id"),
    # AUTOINCREMENT: a row that is gone never comes back as another one.
    sqlite_autoincrement=True,
)


class AuditRow(Row, frozen=True, gc=False):
    """One act: `subject` is "<kind>:<id>", `detail` is JSON."""

    id: int
    at: int
    agent_id: str | None
    action: str
    subject: str | None
    surface: str
    address: str | None
    detail: str


class AuditLink(AuditRow, frozen=True, gc=False):
    """An act as the chain holds it: all of it, and the two hashes that tie it in."""

    after_hash: str
    hash: str
