"""The second factor of agents: a secret that their phone has too, and codes for when it is lost."""

from sqlalchemy import Column, ForeignKey, Table, UniqueConstraint

from bridge.models.base import TEXT, Row, maybe_number, metadata, moment, named_ref, own_id, text

SECOND_FACTOR = Table(
    "second_factors",
    metadata,
    Column("agent_id", TEXT, ForeignKey("agents.id"), primary_key=True),
    # Encrypted: codes are computed from it, so that a hash would not do.
    text("secret", required=True),
    # Empty until its agent has shown a first code.
    moment("confirmed_at"),
    # The 30 seconds of the last code that counted: none of them or before counts again.
    maybe_number("last_step"),
)

RECOVERY_CODE = Table(
    "recovery_codes",
    metadata,
    own_id(),
    named_ref("agent_id", "agents.id", required=True),
    text("code_hash", required=True),
    moment("used_at"),
    UniqueConstraint("agent_id", "code_hash"),
)


class SecondFactor(Row, frozen=True, gc=False):
    """An agent's second factor; without `confirmed_at` it is not asked for yet."""

    agent_id: str
    secret: str
    confirmed_at: int | None
    last_step: int | None
