"""Who a visitor is: our own tokens, and proofs that only the site could have signed."""

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import OnceHere
from channels.widget.tokens import (
    LEEWAY,
    LONGEST_PROOF,
    LONGEST_TOKEN,
    MOST_REMEMBERED,
    SESSION_LIFE,
    IdentityError,
    IdentityProofs,
    Session,
    SessionTokens,
)
from tests.channels.widget.desk import IDENTITY_SECRET, KEY, OLD_IDENTITY_SECRET, SECRET
from tests.clock import ManualClock

OTHER_SECRET = "not-the-secret-but-just-as-long-0123456789"


def signed(
    claims: dict[str, Any], secret: str | bytes = IDENTITY_SECRET, algorithm: str = "HS256"
) -> str:
    """Return a JWT."""
    return jwt.encode(claims, secret, algorithm=algorithm)


def forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """Return a JWT that no library would make."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


# --- our own tokens ---


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def tokens(clock: ManualClock) -> SessionTokens:
    return SessionTokens(SECRET, "site", clock)


def test_an_anonymous_visitor_is_256_random_bits(tokens: SessionTokens) -> None:
    names = {tokens.anonymous().customer for _ in range(100)}
    assert len(names) == 100
    for name in names:
        kind, _, bits = name.partition(":")
        assert kind == "anon"
        assert len(base64.urlsafe_b64decode(bits + "=")) == 32


def test_a_token_says_again_whom_it_was_made_for(tokens: SessionTokens) -> None:
    for session in (
        tokens.anonymous(),
        Session("user:42", verified=True, name="Анна 🐤", email="anna@example.com"),
    ):
        assert tokens.read(tokens.issue(session)) == session


def test_a_token_lives_for_half_a_year_and_each_session_renews_it(
    tokens: SessionTokens, clock: ManualClock
) -> None:
    session = tokens.anonymous()
    token = tokens.issue(session)
    clock.tick(SESSION_LIFE - 1)
    assert tokens.read(token) == session
    renewed = tokens.issue(session)
    clock.tick(2)
    assert tokens.read(token) is None
    assert tokens.read(renewed) == session


def test_a_token_of_another_inbox_is_none_even_with_the_same_secret(
    tokens: SessionTokens, clock: ManualClock
) -> None:
    other = SessionTokens(SECRET, "other", clock)
    assert other.read(tokens.issue(tokens.anonymous())) is None


def test_a_proof_of_the_site_is_no_token_of_ours(clock: ManualClock) -> None:
    tokens = SessionTokens(IDENTITY_SECRET.encode(), "site", clock)
    now = clock.now() // 1000
    claims = {"sub": "user:42", "aud": "site", "iat": now, "exp": now + 600}
    assert tokens.read(signed(claims)) is None


@pytest.mark.parametrize(
    "change", [{"sub": 5}, {"exp": "soon"}, {"aud": ["site"]}, {"sub": "x"}, {"use": "x"}]
)
def test_a_token_of_the_wrong_shape_is_none(
    tokens: SessionTokens, clock: ManualClock, change: dict[str, Any]
) -> None:
    now = clock.now() // 1000
    good = {"sub": "anon:abcdef", "aud": "site", "use": "session", "iat": now, "exp": now + 60}
    assert tokens.read(signed(good, SECRET)) is not None
    assert tokens.read(signed(good | change, SECRET)) is None


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_only_hs256_is_taken(tokens: SessionTokens, clock: ManualClock, algorithm: str) -> None:
    key = SECRET * 2
    now = clock.now() // 1000
    claims = {"sub": "anon:abcdef", "aud": "site", "use": "session", "iat": now, "exp": now + 60}
    own = SessionTokens(key, "site", clock)
    assert own.read(signed(claims, key)) is not None
    assert own.read(signed(claims, key, algorithm)) is None


def test_a_token_without_a_signature_is_none(tokens: SessionTokens, clock: ManualClock) -> None:
    claims = {"sub": "anon:abcdef", "aud": "site", "use": "session", "iat": 0, "exp": 2**40}
    for algorithm in ("none", "None", "NONE", "HS256", ""):
        assert tokens.read(forged({"alg": algorithm, "typ": "JWT"}, claims)) is None


def test_a_header_nested_past_all_sense_is_refused(tokens: SessionTokens) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 3000).decode()
    assert tokens.read(f"{deep}.e30.AAAA") is None


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_no_other_text_is_a_token(text: str) -> None:
    assert SessionTokens(SECRET, "site", ManualClock()).read(text) is None


def test_no_change_of_a_token_leaves_it_one(tokens: SessionTokens) -> None:
    token = tokens.issue(tokens.anonymous())
    head, body, signature = token.split(".")
    for one in (
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}..{signature}",
        f"{token}.{token}",
    ):
        assert tokens.read(one) is None


# --- what the site signs ---


@pytest.fixture
def proofs(clock: ManualClock) -> IdentityProofs:
    return IdentityProofs(
        [IDENTITY_SECRET, OLD_IDENTITY_SECRET], [KEY, "site"], clock, OnceHere(clock)
    )


def claims(clock: ManualClock, **more: Any) -> dict[str, Any]:
    """Return the claims of a good proof, changed."""
    now = clock.now() // 1000
    good = {"sub": "42", "iat": now, "exp": now + 600} | more
    return {name: value for name, value in good.items() if value is not None}


async def test_a_proof_names_a_user_whom_no_anonymous_visitor_can_be(
    proofs: IdentityProofs, clock: ManualClock
) -> None:
    told = claims(clock, sub="anon:abc", name="Анна", email="anna@example.com")
    session = await proofs.check(signed(told), None)
    assert session == Session("user:anon:abc", verified=True, name="Анна", email="anna@example.com")


async def test_both_live_secrets_sign_and_a_third_does_not(
    proofs: IdentityProofs, clock: ManualClock
) -> None:
    for secret in (IDENTITY_SECRET, OLD_IDENTITY_SECRET):
        assert (await proofs.check(signed(claims(clock), secret), None)).customer == "user:42"
    with pytest.raises(IdentityError):
        await proofs.check(signed(claims(clock), OTHER_SECRET), None)


async def test_without_a_secret_nobody_proves_anything(clock: ManualClock) -> None:
    nobody = IdentityProofs([], [KEY], clock, OnceHere(clock))
    for secret in (IDENTITY_SECRET, "x" * 32):
        with pytest.raises(IdentityError):
            await nobody.check(signed(claims(clock), secret), None)


@pytest.mark.parametrize(
    "times",
    [
        {"exp": None},
        {"exp": -31},
        {"exp": LONGEST_PROOF + 1},
        {"exp": LONGEST_PROOF + 60, "iat": None},
        {"exp": 10**9},
        {"exp": 10**9, "iat": 10**9 - 60},
        {"exp": 600, "iat": 60},
        {"exp": 600, "nbf": 60},
        {"exp": 600, "iat": -LONGEST_PROOF},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 600, "iat": float("nan")},
    ],
    ids=str,
)
async def test_a_proof_is_good_for_15_minutes_and_no_other_time(
    proofs: IdentityProofs, clock: ManualClock, times: dict[str, Any]
) -> None:
    now = clock.now() // 1000
    given = {name: None if value is None else now + value for name, value in times.items()}
    with pytest.raises(IdentityError):
        await proofs.check(signed(claims(clock, **given)), None)


@pytest.mark.parametrize("times", [{"exp": LONGEST_PROOF}, {"exp": -29, "iat": -60}, {"iat": 20}])
async def test_a_clock_that_is_a_little_off_does_no_harm(
    proofs: IdentityProofs, clock: ManualClock, times: dict[str, Any]
) -> None:
    now = clock.now() // 1000
    given = {name: now + value for name, value in times.items()}
    assert (await proofs.check(signed(claims(clock, **given)), None)).customer == "user:42"


@pytest.mark.parametrize(
    "shape",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": 42},
        {"sub": ["42"]},
        {"sub": "x" * 201},
        {"sub": "a\nb"},
        {"sub": "a\u202eb"},
        {"exp": "9999999999"},
        {"exp": True},
        {"name": {"$ne": None}},
        {"jti": 5},
        {"aud": "other"},
        {"aud": ["other", "more"]},
        {"aud": {}},
        {"inbox": "other"},
    ],
    ids=str,
)
async def test_a_proof_of_the_wrong_shape_or_for_somebody_else_is_refused(
    proofs: IdentityProofs, clock: ManualClock, shape: dict[str, Any]
) -> None:
    given = {"sub": "42", "iat": clock.now() // 1000, "exp": clock.now() // 1000 + 600} | shape
    token = jwt.api_jws.encode(json.dumps(given).encode(), IDENTITY_SECRET, algorithm="HS256")
    with pytest.raises(IdentityError):
        await proofs.check(token, None)


@pytest.mark.parametrize("who", [{"aud": KEY}, {"aud": ["x", "site"]}, {"inbox": "site"}])
async def test_a_proof_may_name_this_inbox(
    proofs: IdentityProofs, clock: ManualClock, who: dict[str, Any]
) -> None:
    assert (await proofs.check(signed(claims(clock, **who)), None)).customer == "user:42"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
async def test_a_proof_by_another_algorithm_is_refused(clock: ManualClock, algorithm: str) -> None:
    secret = IDENTITY_SECRET * 2
    proofs = IdentityProofs([secret], [KEY], clock, OnceHere(clock))
    told = claims(clock)
    token = (
        forged({"alg": "none"}, told) if algorithm == "none" else signed(told, secret, algorithm)
    )
    with pytest.raises(IdentityError):
        await proofs.check(token, None)


async def test_a_proof_with_a_jti_opens_one_session(
    proofs: IdentityProofs, clock: ManualClock
) -> None:
    token = signed(claims(clock, jti="once"))
    first = await proofs.check(token, None)
    with pytest.raises(IdentityError):
        await proofs.check(token, None)
    with pytest.raises(IdentityError):
        await proofs.check(token, Session("user:somebody-else", verified=True))
    assert await proofs.check(token, first) == first


async def test_a_jti_is_forgotten_when_its_proof_has_expired(
    proofs: IdentityProofs, clock: ManualClock
) -> None:
    await proofs.check(signed(claims(clock, jti="again")), None)
    clock.tick(700)
    assert (await proofs.check(signed(claims(clock, jti="again")), None)).customer == "user:42"


class Slow(OnceHere):
    """A database that has much to do: seconds pass before it looks."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self._passes = clock.tick

    async def first(self, what: str, *, until: int) -> bool:
        self._passes(10)
        return await super().first(what, until=until)


async def test_a_proof_that_ends_while_the_database_is_slow_opens_no_second_session(
    clock: ManualClock,
) -> None:
    proofs = IdentityProofs([IDENTITY_SECRET], [KEY], clock, Slow(clock))
    told = claims(clock, jti="once")
    token = signed(told)
    await proofs.check(token, None)
    clock.tick(told["exp"] + LEEWAY - 1 - clock.now() / 1000)
    with pytest.raises(IdentityError):
        await proofs.check(token, None)


async def test_a_proof_without_a_jti_may_be_shown_again_while_it_lasts(
    proofs: IdentityProofs, clock: ManualClock
) -> None:
    token = signed(claims(clock))
    assert await proofs.check(token, None) == await proofs.check(token, None)
    clock.tick(700)
    with pytest.raises(IdentityError):
        await proofs.check(token, None)


async def test_an_address_the_site_has_not_verified_is_not_taken(
    proofs: IdentityProofs, clock: ManualClock
) -> None:
    told = claims(clock, email="anna@example.com", email_verified=False)
    assert (await proofs.check(signed(told), None)).email is None


async def test_what_is_wrong_with_a_proof_never_quotes_it(
    proofs: IdentityProofs, clock: ManualClock
) -> None:
    for bad in ({"name": ["canary"]}, {"sub": "canary\n"}, {"aud": "canary"}, {"inbox": "canary"}):
        with pytest.raises(IdentityError) as caught:
            await proofs.check(signed(claims(clock, **bad)), None)
        assert "canary" not in str(caught.value)


def test_a_token_that_was_checked_once_still_ends_at_its_end(
    tokens: SessionTokens, clock: ManualClock
) -> None:
    token = tokens.issue(tokens.anonymous())
    for _ in range(3):
        assert tokens.read(token) is not None
    clock.tick(SESSION_LIFE)
    assert tokens.read(token) is None


def test_memory_is_not_for_whatever_is_shown_as_a_token(tokens: SessionTokens) -> None:
    assert tokens.read("a" * (LONGEST_TOKEN + 1)) is None
    assert tokens._signed.cache_info().currsize == 0
    for n in range(MOST_REMEMBERED + 50):
        assert tokens.read(f"nonsense {n}") is None
    assert tokens._signed.cache_info().currsize == MOST_REMEMBERED
