"""Who a visitor is: our own tokens, and the proofs that a site signs for its users.

A token of ours names an anonymous visitor by 256 random bits, or a user whom the site has
vouched for. The two kinds of external id cannot be mistaken for each other (`anon:`,
`user:`), and neither can the two kinds of JWT: each has its own key.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import jwt
import msgspec
from msgspec import Meta

from bridge.channel import Once
from bridge.clock import Clock

ANONYMOUS = "anon:"
USER = "user:"

# A visitor who comes back within half a year finds their conversations.
SESSION_LIFE = 180 * 86_400
MOST_REMEMBERED = 4096
LONGEST_TOKEN = 4096
# A proof is made while its page is; it is no session.
LONGEST_PROOF = 15 * 60
# How far a site's clock may be off.
LEEWAY = 30

_USE = "session"
# Times are checked below, by the program's own clock.
_OPTIONS: Any = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_jti": False,
    "verify_sub": False,
}

_Name = Annotated[str, Meta(max_length=300)]
_Seconds = int | float


class IdentityError(Exception):
    """The proof of identity is not valid; the words are for the log, not for the visitor."""


@dataclass(frozen=True, slots=True)
class Session:
    """Whom a request speaks for: `customer` is the external id.

    `began_as` is who the browser's visitor was before they signed in. What it sends again
    after that is known by it: the ids that a client makes count inside its session.
    """

    customer: str
    verified: bool = False
    name: str | None = None
    email: str | None = None
    began_as: str | None = None

    @property
    def namespace(self) -> str:
        """Return what the client's own ids are unique in."""
        return self.began_as or self.customer


class _SessionClaims(msgspec.Struct, frozen=True, omit_defaults=True):
    sub: Annotated[str, Meta(min_length=6, max_length=300)]
    aud: str
    use: str
    iat: _Seconds
    exp: _Seconds
    name: str | None = None
    email: str | None = None
    began_as: Annotated[str, Meta(max_length=300)] | None = None


class _ProofClaims(msgspec.Struct, frozen=True):
    sub: Annotated[str, Meta(min_length=1, max_length=200)]
    exp: _Seconds
    iat: _Seconds | None = None
    nbf: _Seconds | None = None
    jti: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    aud: str | list[str] | None = None
    inbox: str | None = None
    name: _Name | None = None
    email: _Name | None = None
    email_verified: bool = True


class SessionTokens:
    """Tokens that we hand out for one inbox. They hold themselves; nothing is stored."""

    def __init__(self, secret: bytes, inbox_id: str, clock: Clock) -> None:
        """Sign with `secret`, which is the inbox's own."""
        self._secret = secret
        self._inbox_id = inbox_id
        self._clock = clock
        # A visitor shows the same token with every request; checking it once is enough.
        self._signed = lru_cache(maxsize=MOST_REMEMBERED)(self._signed_session)

    def anonymous(self) -> Session:
        """Return somebody new."""
        return Session(ANONYMOUS + secrets.token_urlsafe(32))

    def issue(self, session: Session) -> str:
        """Return a token for the session, good for another half year."""
        now = self._clock.now() // 1000
        claims = _SessionClaims(
            sub=session.customer,
            aud=self._inbox_id,
            use=_USE,
            iat=now,
            exp=now + SESSION_LIFE,
            name=session.name,
            email=session.email,
            began_as=session.began_as,
        )
        return jwt.encode(msgspec.to_builtins(claims), self._secret, algorithm="HS256")

    def read(self, token: str) -> Session | None:
        """Return whom a token of ours speaks for; `None` for any other text."""
        if len(token) > LONGEST_TOKEN:
            return None
        session, expires = self._signed(token)
        return session if expires > self._clock.now() / 1000 else None

    def _signed_session(self, token: str) -> tuple[Session | None, float]:
        """Return whom we have signed the token for, and until when, in seconds."""
        raw = _verified(token, self._secret)
        if raw is None:
            return None, 0
        try:
            claims = msgspec.convert(raw, _SessionClaims)
        except msgspec.ValidationError:
            return None, 0
        if claims.aud != self._inbox_id or claims.use != _USE:
            return None, 0
        verified = claims.sub.startswith(USER)
        session = Session(
            claims.sub,
            verified=verified,
            name=claims.name,
            email=claims.email,
            began_as=claims.began_as,
        )
        return session, claims.exp


class IdentityProofs:
    """What the site signs with one of its one or two live secrets (HS256 and nothing else)."""

    def __init__(
        self, live: Sequence[str], audience: Sequence[str], clock: Clock, once: Once
    ) -> None:
        """`live` are the secrets, `audience` the names of this inbox in `aud` and `inbox`."""
        self._once = once
        self._secrets = [secret.encode() for secret in live]
        self._audience = frozenset(audience)
        self._clock = clock

    async def check(self, token: str, known: Session | None) -> Session:
        """Return whom the proof names; raises `IdentityError`, `StorageUnavailableError`.

        A proof with a `jti` opens one session. The visitor whom it has opened it for (`known`)
        may show it again, as a reloaded page does.
        """
        claims = self._claims(token)
        self._check_times(claims)
        self._check_audience(claims)
        if not claims.sub.isprintable():
            raise IdentityError("sub holds characters that cannot be seen")
        email = claims.email if claims.email_verified else None
        customer = USER + claims.sub
        session = Session(
            customer,
            verified=True,
            name=claims.name,
            email=email,
            began_as=None if known is None else _beginning(known, customer),
        )
        if claims.jti is not None and (known is None or known.customer != customer):
            await self._use(claims.jti, claims.exp)
        return session

    async def _use(self, jti: str, ends: float) -> None:
        # It was good a moment ago: known for longer, it is still used where the database was slow.
        if not await self._once.first(jti, until=round((ends + 2 * LEEWAY) * 1000)):
            raise IdentityError("it has been used before (jti)")

    def _claims(self, token: str) -> _ProofClaims:
        for secret in self._secrets:
            raw = _verified(token, secret)
            if raw is None:
                continue
            try:
                return msgspec.convert(raw, _ProofClaims)
            except msgspec.ValidationError as error:
                raise IdentityError(str(error)) from None
        raise IdentityError("no live secret has signed it with HS256")

    def _check_times(self, claims: _ProofClaims) -> None:
        now = self._clock.now() / 1000
        begins = [one for one in (claims.iat, claims.nbf) if one is not None]
        # Written so that a NaN fails as well.
        if not claims.exp > now - LEEWAY:
            raise IdentityError("it has expired")
        if not claims.exp - now <= LONGEST_PROOF + LEEWAY:
            raise IdentityError("it is good for more than 15 minutes")
        if claims.iat is not None and not claims.exp - claims.iat <= LONGEST_PROOF:
            raise IdentityError("it was good for more than 15 minutes")
        if not all(one <= now + LEEWAY for one in begins):
            raise IdentityError("it is of the future")

    def _check_audience(self, claims: _ProofClaims) -> None:
        audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if audience is not None and self._audience.isdisjoint(audience):
            raise IdentityError("it is for somebody else (aud)")
        if claims.inbox is not None and claims.inbox not in self._audience:
            raise IdentityError("it is for another inbox")


def _beginning(known: Session, customer: str) -> str | None:
    """Return who signed in: the anonymous visitor, never another user."""
    if known.customer.startswith(ANONYMOUS):
        return known.customer
    return known.began_as if known.customer == customer else None


def _verified(token: str, secret: bytes) -> Mapping[str, Any] | None:
    """Return the claims of a JWT signed with `secret` by HS256, or `None`."""
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token, secret, algorithms=["HS256"], options=_OPTIONS
        )
    # A header nested past all sense, or one that is no text, is as wrong as any other.
    except (jwt.PyJWTError, RecursionError, ValueError, TypeError):
        return None
    return claims
