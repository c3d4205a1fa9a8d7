"""Which account on a staff surface is whose, where the YAML does not say it."""

from typing import Literal

from sqlalchemy import Column, Index, Table, UniqueConstraint

from bridge.models.base import TEXT, Row, metadata, moment, named_ref, own_id, text

StaffKind = Literal["slack", "telegram"]

AGENT_LINK = Table(
    "agent_links",
    metadata,
    own_id(),
    named_ref("agent_id", "agents.id", required=True),
    # The kind of surface, and the platform's own id of the account.
    text("kind", required=True),
    text("account", required=True),
    moment("linked_at", required=True),
    # An account is nobody's or one agent's; an agent may have several.
    UniqueConstraint("kind", "account"),
    Index("ix_agent_links_agent", "agent_id"),
)

AGENT_LINK_CODE = Table(
    "agent_link_codes",
    metadata,
    # Only a hash is kept: a stolen database links nobody.
    Column("code_hash", TEXT, primary_key=True),
    named_ref("agent_id", "agents.id", required=True),
    moment("expires_at", required=True),
    moment("used_at"),
)


class AgentLink(Row, frozen=True, gc=False):
    """An account of an agent's on a kind of surface."""

    id: int
    agent_id: str
    kind: StaffKind
    account: str
    linked_at: int
