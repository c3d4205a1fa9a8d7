"""API tokens: how scripts and bots are let in."""

from typing import Literal

from sqlalchemy import Table, UniqueConstraint

from bridge.models.base import Row, metadata, moment, named_ref, own_id, text

Scope = Literal["read", "write"]
"""`read` lets a token look, `write` do whatever its agent may."""

API_TOKEN = Table(
    "api_tokens",
    metadata,
    own_id(),
    # Only a hash is kept: a stolen database opens nothing.
    text("token_hash", required=True),
    named_ref("agent_id", "agents.id", required=True),
    # What its owner calls it, to know one from another.
    text("name", required=True),
    text("scope", required=True),
    moment("created_at", required=True),
    moment("expires_at"),
    moment("used_at"),
    UniqueConstraint("token_hash"),
    UniqueConstraint("agent_id", "name"),
)


class ApiToken(Row, frozen=True, gc=False):
    """A token of an agent; without `expires_at` it holds until it is revoked."""

    id: int
    token_hash: str
    agent_id: str
    name: str
    scope: Scope
    created_at: int
    expires_at: int | None
    used_at: int | None
