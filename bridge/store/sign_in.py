"""Queries about signing in: passwords, sessions, one-time links, failures."""

from typing import Any

from sqlalchemy import delete, func, or_, select, update

from bridge.models import (
    AGENT,
    SESSION,
    SIGN_IN_FAILURE,
    SIGN_IN_LINK,
    Agent,
    Session,
    SignInLink,
)
from bridge.models.base import Row, columns
from bridge.store.statement import Statement, adding, among, nothing, param, value

_p = param
_a = AGENT.c
_s = SESSION.c
_l = SIGN_IN_LINK.c
_f = SIGN_IN_FAILURE.c


class Credentials(Row, frozen=True, gc=False):
    """Who signs in with a name, and what their password is checked against."""

    agent_id: str
    password_hash: str | None


# `:login` is in lower case; ids are by their pattern.
CREDENTIALS = Statement(
    Credentials,
    select(_a.id, _a.password_hash)
    .where(_a.retired_at.is_(None), _a.role != "bot")
    .where(or_(_a.id == _p("login"), func.lower(_a.email) == _p("login")))
    .order_by(_a.id != _p("login"))
    .limit(1),
)
SET_PASSWORD = Statement(
    nothing, update(AGENT).where(_a.id == _p("of")).values(password_hash=_p("password_hash"))
)
SET_PREFERENCES = Statement(
    nothing, update(AGENT).where(_a.id == _p("of")).values(preferences=_p("preferences"))
)

ADD_SESSION = Statement(
    nothing,
    adding(
        SESSION,
        "token_hash",
        "agent_id",
        "csrf",
        "created_at",
        "expires_at",
        "used_at",
        "address",
        "user_agent",
        "proof",
    ),
)
# The session goes on under another cookie: what knew the old one is let in no more.
RENEW_SESSION = Statement(
    nothing,
    update(SESSION)
    .where(_s.token_hash == _p("of"))
    .values(token_hash=_p("token_hash"), csrf=_p("csrf"), proof=_p("proof")),
)


class SignedIn(Row, frozen=True, gc=False):
    """A session and whose it is."""

    session: Session
    agent: Agent


_SESSION_COLUMNS = columns(SESSION, Session)


def _signed_in(*row: Any) -> SignedIn:
    cut = len(_SESSION_COLUMNS)
    return SignedIn(Session(*row[:cut]), Agent(*row[cut:]))


SESSION_BY_HASH = Statement(
    _signed_in,
    select(*_SESSION_COLUMNS, *columns(AGENT, Agent))
    .join(AGENT, _a.id == _s.agent_id)
    .where(_s.token_hash == _p("token_hash"), _s.expires_at > _p("now"), _a.retired_at.is_(None)),
)
# `:hashes` is a JSON array; `:proven` is 1 where only those with a second factor count.
OPEN_SESSIONS = Statement(
    value,
    select(_s.token_hash)
    .join(AGENT, _a.id == _s.agent_id)
    .where(
        among(_s.token_hash, "hashes"),
        _s.expires_at > _p("now"),
        _a.retired_at.is_(None),
        or_(_p("proven") == 0, _s.proof.is_not(None)),
    ),
)
EXTEND_SESSION = Statement(
    nothing,
    update(SESSION)
    .where(_s.token_hash == _p("of"))
    .values(expires_at=_p("expires_at"), used_at=_p("now")),
)
FORGET_EXPIRED = Statement(nothing, delete(SESSION).where(_s.expires_at <= _p("now")))

ADD_LINK = Statement(nothing, adding(SIGN_IN_LINK, "token_hash", "agent_id", "kind", "expires_at"))
LINK = Statement(
    SignInLink,
    select(*columns(SIGN_IN_LINK, SignInLink))
    .join(AGENT, _a.id == _l.agent_id)
    .where(
        _l.token_hash == _p("token_hash"),
        _l.used_at.is_(None),
        _l.expires_at > _p("now"),
        _a.retired_at.is_(None),
    ),
)
# Claimed with the expected state: of two who use a link at once, one gets in.
CLAIM_LINK = Statement(
    nothing,
    update(SIGN_IN_LINK)
    .where(_l.token_hash == _p("of"), _l.used_at.is_(None), _l.expires_at > _p("now"))
    .values(used_at=_p("now")),
)
FORGET_LINKS = Statement(nothing, delete(SIGN_IN_LINK).where(_l.expires_at <= _p("before")))


class Failures(Row, frozen=True, gc=False):
    """How many attempts there were of late, and when the last one was."""

    attempts: int
    last_at: int


_of_late = select(func.coalesce(func.sum(_f.attempts), 0), func.coalesce(func.max(_f.at), 0)).where(
    _f.at > _p("since")
)
FAILURES_OF_LOGIN = Statement(Failures, _of_late.where(_f.login_hash == _p("login_hash")))
FAILURES_FROM = Statement(Failures, _of_late.where(_f.address == _p("address")))
COUNT_FAILURE = Statement(
    nothing,
    update(SIGN_IN_FAILURE)
    .where(_f.login_hash == _p("of_login"), _f.address == _p("of_address"), _f.at > _p("since"))
    .values(attempts=_f.attempts + 1, at=_p("now")),
)
ADD_FAILURE = Statement(nothing, adding(SIGN_IN_FAILURE, "login_hash", "address", "at"))
FORGET_FAILURES_OF = Statement(
    nothing, delete(SIGN_IN_FAILURE).where(_f.login_hash == _p("login_hash"))
)
FORGET_OLD_FAILURES = Statement(nothing, delete(SIGN_IN_FAILURE).where(_f.at <= _p("before")))
PREFERENCES = Statement(value, select(_a.preferences).where(_a.id == _p("id")))
HAVE_PASSWORDS = Statement(value, select(_a.id).where(_a.password_hash.is_not(None)))
