"""Agents and how they sign in. The YAML declares them; secrets are kept here."""

from typing import Literal

from sqlalchemy import Column, Index, Table, UniqueConstraint

from bridge.models.base import TEXT, Row, metadata, moment, named_ref, number, one_of, own_id, text
from bridge.settings import Role

Presence = Literal["online", "away", "break", "offline"]
Proof = Literal["code", "recovery_code", "provider"]
"""What a session was opened with as a second factor: a code, one of those for a lost phone, or
whatever the identity provider asks for."""

AGENT = Table(
    "agents",
    metadata,
    Column("id", TEXT, primary_key=True),
    text("name", required=True),
    text("email"),
    text("role", required=True),
    moment("retired_at"),
    text("password_hash"),
    text("preferences", required=True, server_default="{}"),
    # Our public id of the picture they have chosen of themselves.
    text("photo_id"),
    # What counts now, whatever made it so; only who is online is given new conversations.
    text("presence", required=True, server_default="offline"),
    moment("presence_at"),
    # "break" or "offline" for as long as they want it so, whatever opens and closes meanwhile.
    text("presence_chosen"),
    # Since when a surface of theirs is open; empty while none is.
    moment("here_since"),
    # Of a bot, how many customers in a row it has left waiting since it last did anything.
    number("missed"),
    one_of("presence", "online", "away", "break", "offline"),
)

SESSION = Table(
    "sessions",
    metadata,
    own_id(),
    # Only a hash of the cookie is kept: a stolen database opens no session.
    text("token_hash", required=True),
    named_ref("agent_id", "agents.id", required=True),
    text("csrf", required=True),
    moment("created_at", required=True),
    moment("expires_at", required=True),
    # When its agent last did something, to a few minutes.
    moment("used_at", required=True),
    # Where it was opened from, and with what.
    text("address"),
    text("user_agent"),
    # What beside the password or the link it was opened with; empty for nothing.
    text("proof"),
    UniqueConstraint("token_hash"),
    Index("ix_sessions_agent", "agent_id"),
    # AUTOINCREMENT: whoever ends a session they saw a while ago ends no other.
    sqlite_autoincrement=True,
)

SIGN_IN_LINK = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", TEXT, primary_key=True),
    named_ref("agent_id", "agents.id", required=True),
    # "sign_in" opens a session, "oidc" one of somebody whom the identity provider has named;
    # "password" sets a new password first.
    text("kind", required=True),
    moment("expires_at", required=True),
    moment("used_at"),
)

SIGN_IN_FAILURE = Table(
    "sign_in_failures",
    metadata,
    own_id(),
    # A hash of what was typed as a name: a password typed there by mistake is not kept.
    text("login_hash", required=True),
    text("address", required=True),
    moment("at", required=True),
    number("attempts", default=1),
    Index("ix_sign_in_failures_login", "login_hash", "at"),
    Index("ix_sign_in_failures_address", "address", "at"),
)


class Agent(Row, frozen=True, gc=False):
    """A member of staff; `id` is the key in the YAML."""

    id: str
    name: str
    email: str | None
    role: Role
    retired_at: int | None
    preferences: str
    presence: Presence
    photo_id: str | None
    """The public id of their picture."""


class Session(Row, frozen=True, gc=False):
    """A signed-in browser; `used_at` is exact to a few minutes."""

    id: int
    token_hash: str
    agent_id: str
    csrf: str
    created_at: int
    expires_at: int
    used_at: int
    address: str | None
    user_agent: str | None
    proof: Proof | None


class SignInLink(Row, frozen=True, gc=False):
    """A one-time way in."""

    token_hash: str
    agent_id: str
    kind: Literal["sign_in", "password", "oidc"]
    expires_at: int
    used_at: int | None
