"""Signing in by glewlwyd, a single sign-on server that demands PKCE and asks for passwords."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from Crypto.PublicKey import ECC

from agent_console.web.oidc.checkup import of_provider
from agent_console.web.settings import OidcSettings
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import ENVIRON, ORIGIN
from tests.agent_console.oidc.glewlwyd import CLIENT, Glewlwyd, ec_jwk, ed_jwk, rsa_jwk
from tests.agent_console.oidc.liar import key_of
from tests.agent_console.oidc.walk import (
    come_back,
    desk_with,
    go_there,
    in_the_present,
    problem,
    who,
)

Question = dict[str, str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glewlwyd]:
    """Run it for all tests, with Olga, one whose address nobody has verified, and a stranger."""
    one = Glewlwyd(tmp_path_factory.mktemp("glewlwyd"))
    with one.running():
        one.provide(rsa_jwk(key_of("own"), "first"))
        # The secret has spaces, which it does not decode in the header that they are encoded in.
        one.register(f"{ORIGIN}/api/session/oidc/callback", ENVIRON["OIDC_SECRET"])
        one.admit("olga", "olga@example.com", verified=True)
        one.admit("pavel", "pavel@example.com", verified=False)
        one.admit("stranger", "stranger@example.com", verified=True)
        yield one


async def test_an_agent_of_the_server_signs_in_with_its_password_and_is_that_agent(
    an_office: OpenOffice, server: Glewlwyd
) -> None:
    async with an_office(desk_with(server.issuer)) as office:
        in_the_present(office)
        browser = office.stranger()

        told = await server.answer(await go_there(browser), "olga")
        answer = await come_back(browser, told)

        # It names itself in its answer (RFC 9207).
        assert told["iss"] == server.issuer
        assert (problem(answer), answer.headers["location"]) == (None, "/console")
        assert await who(browser) == "olga"


@pytest.mark.parametrize(
    ("name", "why"), [("stranger", "oidc_unknown"), ("pavel", "oidc_unverified")]
)
async def test_a_stranger_of_the_server_and_an_address_it_has_not_verified_open_nothing(
    an_office: OpenOffice, server: Glewlwyd, name: str, why: str
) -> None:
    async with an_office(desk_with(server.issuer)) as office:
        in_the_present(office)
        browser = office.stranger()

        answer = await come_back(browser, await server.answer(await go_there(browser), name))

        assert problem(answer) == why
        assert await who(browser) is None


def _without_a_challenge(question: Question) -> None:
    del question["code_challenge"], question["code_challenge_method"]


def _with_a_plain_one(question: Question) -> None:
    question["code_challenge_method"] = "plain"


def _by_no_method(question: Question) -> None:
    del question["code_challenge_method"]


def changed(url: str, change: Callable[[Question], None]) -> str:
    """Return the way there with another question."""
    parts = urlsplit(url)
    question = dict(parse_qsl(parts.query))
    change(question)
    return parts._replace(query=urlencode(question)).geturl()


@pytest.mark.parametrize("change", [_without_a_challenge, _with_a_plain_one, _by_no_method])
async def test_the_server_gives_no_code_unless_the_question_has_a_hashed_challenge(
    an_office: OpenOffice, server: Glewlwyd, change: Callable[[Question], None]
) -> None:
    async with an_office(desk_with(server.issuer)) as office:
        in_the_present(office)
        browser = office.stranger()

        told = await server.answer(changed(await go_there(browser), change), "olga")

        assert told["error"] == "invalid_request"
        assert "code" not in told
        assert problem(await come_back(browser, told)) == "oidc_denied"
        assert await who(browser) is None


async def test_the_server_gives_nothing_for_a_code_whose_challenge_was_of_another_walk(
    an_office: OpenOffice, server: Glewlwyd
) -> None:
    async with an_office(desk_with(server.issuer)) as office:
        in_the_present(office)
        browser, thief = office.stranger(), office.stranger()
        of_the_thief = dict(parse_qsl(urlsplit(await go_there(thief)).query))["code_challenge"]
        url = changed(
            await go_there(browser), lambda question: question.update(code_challenge=of_the_thief)
        )
        before = len(server.log())

        told = await server.answer(url, "olga")
        answer = await come_back(browser, told)

        assert told["code"]
        assert problem(answer) == "oidc_failed"
        assert "Invalid code_challenge value" in server.log()[before:]
        assert await who(browser) is None


NEW_KEYS: dict[str, Callable[[], dict[str, Any]]] = {
    "of the same name": lambda: rsa_jwk(key_of("new"), "first"),
    "PS256": lambda: rsa_jwk(key_of("new"), "second", "PS256"),
    "ES256": lambda: ec_jwk(ECC.generate(curve="P-256"), "second"),
    "EdDSA": lambda: ed_jwk(ECC.generate(curve="Ed25519"), "second"),
}


@pytest.mark.parametrize("kind", NEW_KEYS)
async def test_a_key_that_the_server_has_changed_is_fetched_anew_at_the_next_sign_in(
    an_office: OpenOffice, server: Glewlwyd, kind: str
) -> None:
    async with an_office(desk_with(server.issuer)) as office:
        in_the_present(office)
        browser, later = office.stranger(), office.stranger()
        server.sign_with(rsa_jwk(key_of("own"), "first"))
        answer = await come_back(browser, await server.answer(await go_there(browser), "olga"))
        assert problem(answer) is None

        new = NEW_KEYS[kind]()
        server.sign_with(new)
        office.clock.jump(61)
        answer = await come_back(later, await server.answer(await go_there(later), "olga"))

        assert server.keys() == [new["kid"]]
        assert problem(answer) is None
        assert await who(later) == "olga"


async def test_doctor_finds_nothing_wrong_with_the_server(server: Glewlwyd) -> None:
    found = await of_provider(OidcSettings(issuer=server.issuer, client_id=CLIENT))

    # There is no secret here, so that this is about PKCE too.
    assert (found.state, found.fix) == ("ok", "")
