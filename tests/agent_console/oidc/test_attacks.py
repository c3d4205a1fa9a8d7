"""What a provider, a page or a thief may say, and is not believed."""

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from Crypto.Hash import HMAC, SHA256
from Crypto.PublicKey import RSA

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.agent_console.oidc.liar import Liar, encoded, jwk_of, key_of, liar
from tests.agent_console.oidc.walk import (
    come_back,
    desk_with,
    go_there,
    in_the_present,
    problem,
    who,
)


@pytest.fixture
async def provider() -> AsyncIterator[Liar]:
    """Return a provider that says what a test wants it to."""
    async with liar() as one:
        yield one


@pytest.fixture
async def desk(an_office: OpenOffice, provider: Liar) -> AsyncIterator[Office]:
    """Return an office whose provider it is."""
    async with an_office(desk_with(provider.issuer)) as opened:
        in_the_present(opened)
        yield opened


async def walk(desk: Office, provider: Liar) -> tuple[Agent, str | None]:
    """Sign in as Olga; return the browser, and why it was refused."""
    browser = desk.stranger()
    answer = await come_back(browser, provider.agrees(await go_there(browser)))
    return browser, problem(answer)


async def test_without_a_lie_olga_is_let_in(desk: Office, provider: Liar) -> None:
    browser, why = await walk(desk, provider)

    assert (why, await who(browser)) == (None, "olga")


def _set(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda told: told.update({name: value})


def _drop(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda told: told.pop(name)


LIES = {
    "another nonce": _set("nonce", "of another browser"),
    "no nonce": _drop("nonce"),
    "a nonce that is no text": _set("nonce", 1),
    "another audience": _set("aud", "another client"),
    "several others": _set("aud", ["another client", "a third"]),
    "no audience": _drop("aud"),
    "one of several, made for another": lambda told: told.update(
        aud=["desk", "another client"], azp="another client"
    ),
    "one of several, made for nobody": _set("aud", ["desk", "another client"]),
    "another issuer": _set("iss", "https://id.evil.example"),
    "the issuer with a slash": lambda told: told.update(iss=told["iss"] + "/"),
    "no issuer": _drop("iss"),
    "expired": lambda told: told.update(exp=int(time.time()) - 120),
    "without an end": _drop("exp"),
    "an end that is a word": _set("exp", "never"),
    "made tomorrow": lambda told: told.update(iat=int(time.time()) + 86_400),
    "not yet": lambda told: told.update(nbf=int(time.time()) + 86_400),
    "no subject": _drop("sub"),
    "an empty subject": _set("sub", ""),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_token_with_a_wrong_claim_lets_nobody_in(
    desk: Office, provider: Liar, lie: Callable[[dict[str, Any]], Any]
) -> None:
    provider.claims = lie

    browser, why = await walk(desk, provider)

    assert (why, await who(browser)) == ("oidc_failed", None)


async def test_several_audiences_are_right_where_it_was_made_for_us(
    desk: Office, provider: Liar
) -> None:
    provider.claims = lambda told: told.update(aud=["another client", "desk"], azp="desk")

    assert (await walk(desk, provider))[1] is None


def _unsigned(token: str) -> str:
    _, body, _ = token.split(".")
    return f"{encoded(json.dumps({'alg': 'none'}).encode())}.{body}."


def _by_the_public_key(token: str) -> str:
    """Sign as if the key that everybody knows were a secret (CVE-2016-10555)."""
    _, body, _ = token.split(".")
    head = encoded(json.dumps({"alg": "HS256", "kid": "one"}).encode())
    told = f"{head}.{body}".encode()
    public = key_of("own").public_key().export_key()
    return f"{head}.{body}.{encoded(HMAC.new(public, told, SHA256).digest())}"


def _by_the_clients_secret(token: str) -> str:
    _, body, _ = token.split(".")
    head = encoded(json.dumps({"alg": "HS256"}).encode())
    told = f"{head}.{body}".encode()
    return f"{head}.{body}.{encoded(HMAC.new(b'the client secret', told, SHA256).digest())}"


def _changed(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body[:-2]}AA.{signature}"


FORGERIES: dict[str, Callable[[str], str]] = {
    "alg none": _unsigned,
    "alg None": lambda token: _unsigned(token).replace("none", "None"),
    "signed by the public key": _by_the_public_key,
    "signed by the client's secret": _by_the_clients_secret,
    "changed": _changed,
    "without a signature": lambda token: token.rpartition(".")[0] + ".",
    "no token": lambda _: "x.y.z",
    "an empty one": lambda _: "",
    "nested past all sense": lambda token: encoded(b"[" * 5000) + token[20:],
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
async def test_a_forged_token_lets_nobody_in(
    desk: Office, provider: Liar, forge: Callable[[str], str]
) -> None:
    provider.token = forge

    browser, why = await walk(desk, provider)

    assert (why, await who(browser)) == ("oidc_failed", None)


async def test_a_token_signed_by_a_strangers_key_lets_nobody_in(
    desk: Office, provider: Liar
) -> None:
    provider.key = key_of("a stranger's")

    assert (await walk(desk, provider))[1] == "oidc_failed"


async def test_a_key_in_the_tokens_own_header_is_not_looked_at(
    desk: Office, provider: Liar
) -> None:
    provider.key = key_of("a stranger's")
    provider.header = _set("jwk", jwk_of(provider.key))

    assert (await walk(desk, provider))[1] == "oidc_failed"


@pytest.mark.parametrize(
    "key",
    [
        jwk_of(key_of("own")) | {"use": "enc"},
        jwk_of(key_of("own")) | {"alg": "RS512"},
        jwk_of(key_of("own"), "another"),
        {"kty": "oct", "kid": "one", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "one"},
    ],
    ids=["for encryption", "for another algorithm", "of another name", "a secret", "half a key"],
)
async def test_a_key_that_is_not_for_this_checks_nothing(
    desk: Office, provider: Liar, key: dict[str, Any]
) -> None:
    provider.keys = [key]

    assert (await walk(desk, provider))[1] == "oidc_failed"


async def test_a_key_too_short_to_be_safe_checks_nothing(desk: Office, provider: Liar) -> None:
    provider.key = key_of("short", 1024)
    provider.keys = [jwk_of(provider.key)]

    assert (await walk(desk, provider))[1] == "oidc_failed"


async def test_a_new_key_is_found_and_made_up_ones_ask_the_provider_once_a_minute(
    desk: Office, provider: Liar
) -> None:
    assert (await walk(desk, provider))[1] is None
    desk.clock.jump(61)
    provider.key = key_of("new")
    provider.keys = [jwk_of(key_of("own")), jwk_of(provider.key, "two")]
    provider.header = _set("kid", "two")
    assert (await walk(desk, provider))[1] is None

    provider.header = _set("kid", "made up")
    for _ in range(3):
        assert (await walk(desk, provider))[1] == "oidc_failed"
    assert provider.asked.count("jwks") == 2


async def test_a_new_key_without_a_name_is_found_and_false_signatures_ask_once_a_minute(
    desk: Office, provider: Liar
) -> None:
    def nameless(key: RSA.RsaKey) -> dict[str, Any]:
        return {name: part for name, part in jwk_of(key).items() if name != "kid"}

    provider.header = _drop("kid")
    provider.keys = [nameless(provider.key)]
    assert (await walk(desk, provider))[1] is None
    desk.clock.jump(61)
    provider.key = key_of("new")
    provider.keys = [nameless(provider.key)]
    assert (await walk(desk, provider))[1] is None

    provider.key = key_of("nobody's")
    for _ in range(3):
        assert (await walk(desk, provider))[1] == "oidc_failed"
    desk.clock.jump(61)
    for _ in range(3):
        assert (await walk(desk, provider))[1] == "oidc_failed"
    assert provider.asked.count("jwks") == 3


# --- the way back -------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["", "x" * 43, "é"])
async def test_another_state_lets_nobody_in_and_asks_the_provider_nothing(
    desk: Office, provider: Liar, state: str
) -> None:
    provider.answer = _set("state", state)

    browser, why = await walk(desk, provider)

    assert (why, await who(browser)) == ("oidc_stale", None)
    assert provider.asked == []


async def test_the_answer_to_one_browser_lets_no_other_in(desk: Office, provider: Liar) -> None:
    """A thief sends Olga to the end of a walk that the thief has begun."""
    thief, olga = desk.stranger(), desk.stranger()
    told = provider.agrees(await go_there(thief))

    assert problem(await come_back(olga, told)) == "oidc_stale"
    await go_there(olga)
    assert problem(await come_back(olga, told)) == "oidc_stale"
    assert await who(olga) is None


async def test_a_stolen_code_is_worth_nothing_in_a_walk_of_the_thiefs(
    desk: Office, provider: Liar
) -> None:
    """PKCE: the code belongs to the browser that has asked for it."""
    olga, thief = desk.stranger(), desk.stranger()
    stolen = provider.agrees(await go_there(olga))["code"]
    own = provider.agrees(await go_there(thief))

    assert problem(await come_back(thief, own | {"code": stolen})) == "oidc_failed"
    assert await who(thief) is None


async def test_an_answer_of_another_provider_is_not_taken(desk: Office, provider: Liar) -> None:
    """Mix-up (RFC 9207): the code would be shown to whom it is not for."""
    for lie in (_set("iss", "https://id.evil.example"), _drop("iss")):
        provider.answer = lie
        assert (await walk(desk, provider))[1] == "oidc_failed"
    assert provider.asked == []


async def test_whoever_the_provider_does_not_let_in_is_told_so(
    desk: Office, provider: Liar
) -> None:
    def declined(told: dict[str, Any]) -> None:
        del told["code"]
        told["error"] = "access_denied"

    provider.answer = declined

    assert (await walk(desk, provider))[1] == "oidc_denied"


async def test_a_provider_that_never_names_itself_in_answers_need_not(
    desk: Office, provider: Liar
) -> None:
    provider.describes = _drop("authorization_response_iss_parameter_supported")
    provider.answer = _drop("iss")

    assert (await walk(desk, provider))[1] is None


async def test_whoever_comes_back_after_ten_minutes_begins_again(
    desk: Office, provider: Liar
) -> None:
    browser = desk.stranger()
    told = provider.agrees(await go_there(browser))
    desk.clock.jump(601)

    assert problem(await come_back(browser, told)) == "oidc_stale"


async def test_what_the_browser_keeps_can_be_neither_read_nor_changed(
    desk: Office, provider: Liar
) -> None:
    browser = desk.stranger()
    url = await go_there(browser)
    kept = browser.http.cookies["deskbridge-oidc"]
    told = provider.agrees(url)
    assert told["state"] not in kept

    browser.http.cookies.set("deskbridge-oidc", kept[:-4] + "AAAA", domain="127.0.0.1")
    assert problem(await come_back(browser, told)) == "oidc_stale"


async def test_the_way_there_is_begun_by_our_own_page_only(desk: Office) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}):
        answer = await desk.stranger().http.post("/api/session/oidc", json={}, headers=headers)
        assert answer.status_code == 403


async def test_a_public_client_has_no_secret_and_proves_itself_by_pkce(
    an_office: OpenOffice, provider: Liar
) -> None:
    async with an_office(desk_with(provider.issuer, client_secret=None)) as office:
        in_the_present(office)
        browser, why = await walk(office, provider)

        assert (why, await who(browser)) == (None, "olga")
        assert provider.asked == ["", "jwks"]


# --- who it is ----------------------------------------------------------------------------


@pytest.mark.parametrize("verified", [False, "true", 1, None])
async def test_only_true_is_verified(desk: Office, provider: Liar, verified: Any) -> None:
    provider.claims = _set("email_verified", verified)

    browser, why = await walk(desk, provider)

    assert (why, await who(browser)) == ("oidc_unverified", None)


async def test_an_email_that_only_userinfo_has_counts_where_it_is_about_the_same_person(
    desk: Office, provider: Liar
) -> None:
    provider.claims = _drop("email")
    assert (await walk(desk, provider))[1] is None

    provider.userinfo = _set("sub", "somebody else")
    assert (await walk(desk, provider))[1] == "oidc_unverified"


async def test_a_bot_comes_by_no_provider(an_office: OpenOffice, provider: Liar) -> None:
    bot = {"name": "Helper", "role": "bot", "email": "bot@example.com"}
    provider.claims = _set("email", "bot@example.com")
    async with an_office(desk_with(provider.issuer) | {"agents.helper": bot}) as office:
        in_the_present(office)
        assert (await walk(office, provider))[1] == "oidc_unknown"


# --- what the provider says of itself -----------------------------------------------------


@pytest.mark.parametrize(
    "lie",
    [
        _set("issuer", "https://id.evil.example"),
        _set("token_endpoint", "http://id.evil.example/token"),
        _set("jwks_uri", "file:///etc/passwd"),
        _drop("authorization_endpoint"),
    ],
    ids=["another issuer", "plain http elsewhere", "a file", "half of it"],
)
async def test_a_provider_that_describes_another_is_not_gone_to(
    desk: Office, provider: Liar, lie: Callable[[dict[str, Any]], Any]
) -> None:
    provider.describes = lie

    status, error = await desk.stranger().refused("POST", "/api/session/oidc", {})

    assert (status, error["code"]) == (502, "oidc_failed")


async def test_a_provider_that_does_not_answer_is_said_to(an_office: OpenOffice) -> None:
    async with an_office(desk_with("http://127.0.0.1:9")) as office:
        status, error = await office.stranger().refused("POST", "/api/session/oidc", {})

    assert (status, error["code"]) == (503, "oidc_unreachable")


async def test_the_clients_secret_goes_to_the_token_endpoint_alone(
    desk: Office, provider: Liar, caplog: pytest.LogCaptureFixture
) -> None:
    browser = desk.stranger()
    url = await go_there(browser)
    answer: httpx.Response = await come_back(browser, provider.agrees(url))

    assert ENCODED in provider.asked
    for told in (url, str(answer.headers), caplog.text):
        assert "secret" not in told


# "desk:the client secret", first as RFC 6749 encodes the two, and as they stand.
ENCODED = "Basic ZGVzazp0aGUlMjBjbGllbnQlMjBzZWNyZXQ="
PLAIN = "Basic ZGVzazp0aGUgY2xpZW50IHNlY3JldA=="


@pytest.mark.parametrize(
    ("status", "shown"),
    [(401, [ENCODED, PLAIN]), (403, [ENCODED, PLAIN]), (400, [ENCODED]), (503, [ENCODED])],
)
async def test_a_secret_that_a_provider_may_not_have_decoded_is_shown_once_more_and_no_third_time(
    desk: Office, provider: Liar, status: int, shown: list[str]
) -> None:
    provider.refuses = status

    why = (await walk(desk, provider))[1]

    assert why == ("oidc_unreachable" if status == 503 else "oidc_failed")
    assert provider.asked == shown


async def test_a_secret_that_is_the_same_in_both_ways_is_shown_once(
    an_office: OpenOffice, provider: Liar
) -> None:
    provider.refuses = 401
    async with an_office(desk_with(provider.issuer, client_secret="${SLACK_BOT}")) as office:
        assert (await walk(office, provider))[1] == "oidc_failed"

    assert len(provider.asked) == 1
