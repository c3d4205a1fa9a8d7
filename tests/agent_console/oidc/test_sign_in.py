"""Signing in by an identity provider that is a program of its own and asks for no password."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.oidc.walk import (
    come_back,
    desk_with,
    go_there,
    in_the_present,
    problem,
    who,
)
from tests.agent_console.second_factor import set_up
from tests.oidc import agrees, declines, provider

PEOPLE = {
    "a-1": {"email": "OLGA@example.com", "email_verified": True},
    "a-2": {"email": "pavel@example.com", "email_verified": False},
    "a-3": {"email": "stranger@example.com", "email_verified": True},
    "a-4": {"email": "olga@example.com", "email_verified": True},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Run the provider for all tests."""
    with provider(PEOPLE) as address:
        yield address


async def test_whoever_has_a_verified_email_of_an_agent_is_that_agent(
    an_office: OpenOffice, issuer: str
) -> None:
    async with an_office(desk_with(issuer)) as office:
        in_the_present(office)
        browser = office.stranger()

        url = await go_there(browser)
        answer = await come_back(browser, await agrees(url, "a-1"))

        question = parse_qs(urlsplit(url).query)
        assert question["redirect_uri"] == ["http://127.0.0.1:8080/api/session/oidc/callback"]
        assert question["scope"] == ["openid email"]
        assert question["code_challenge_method"] == ["S256"]
        assert len(question["state"][0]) == len(question["nonce"][0]) == 43
        assert (problem(answer), answer.headers["location"]) == (None, "/console")
        assert await who(browser) == "olga"
        assert "deskbridge-oidc" not in browser.http.cookies
        owner = office.stranger()
        owner.http.cookies = browser.http.cookies
        (act, *_) = (await owner.get("/api/audit", action="sign_in"))["acts"]
        assert (act["agent"], act["detail"]) == ("olga", {"how": "oidc"})


@pytest.mark.parametrize(("subject", "why"), [("a-2", "oidc_unverified"), ("a-3", "oidc_unknown")])
async def test_an_unverified_email_and_a_strangers_open_nothing_and_say_so(
    an_office: OpenOffice, issuer: str, subject: str, why: str
) -> None:
    async with an_office(desk_with(issuer)) as office:
        in_the_present(office)
        browser = office.stranger()

        answer = await come_back(browser, await agrees(await go_there(browser), subject))

        assert problem(answer) == why
        assert await who(browser) is None
        owner = await office.sign_in("olga")
        (act,) = (await owner.get("/api/audit", action="sign_in_failed"))["acts"]
        assert (act["subject"], act["detail"]) == (None, {"how": "oidc", "why": why})


async def test_whoever_declines_at_the_provider_is_not_let_in(
    an_office: OpenOffice, issuer: str
) -> None:
    async with an_office(desk_with(issuer)) as office:
        browser = office.stranger()

        answer = await come_back(browser, await declines(await go_there(browser)))

        # This one leads back without the state that the standard wants of it.
        assert problem(answer) == "oidc_stale"
        assert await who(browser) is None


async def test_a_subject_of_the_yaml_is_that_agent_and_their_email_nobody_elses(
    an_office: OpenOffice, issuer: str
) -> None:
    linked = desk_with(issuer) | {"agents.olga.oidc": "a-4"}
    async with an_office(linked) as office:
        in_the_present(office)
        for subject, expected, why in (("a-4", "olga", None), ("a-1", None, "oidc_unknown")):
            browser = office.stranger()
            answer = await come_back(browser, await agrees(await go_there(browser), subject))
            assert problem(answer) == why
            assert await who(browser) == expected


async def test_emails_count_for_nothing_where_the_yaml_says_so(
    an_office: OpenOffice, issuer: str
) -> None:
    async with an_office(desk_with(issuer, by_email=False)) as office:
        in_the_present(office)
        browser = office.stranger()
        answer = await come_back(browser, await agrees(await go_there(browser), "a-1"))
        assert problem(answer) == "oidc_unknown"


async def test_a_code_of_the_provider_is_used_once(an_office: OpenOffice, issuer: str) -> None:
    async with an_office(desk_with(issuer)) as office:
        in_the_present(office)
        browser, again = office.stranger(), office.stranger()
        told = await agrees(await go_there(browser), "a-1")
        kept = browser.http.cookies["deskbridge-oidc"]
        assert problem(await come_back(browser, told)) is None

        # Even with all that the browser had.
        again.http.cookies.set("deskbridge-oidc", kept, domain="127.0.0.1")
        assert problem(await come_back(again, told)) == "oidc_failed"
        assert problem(await come_back(browser, told)) == "oidc_stale"
        assert await who(again) is None


async def test_a_second_factor_of_ours_is_asked_for_unless_the_provider_is_trusted_with_it(
    an_office: OpenOffice, issuer: str
) -> None:
    async with an_office(desk_with(issuer)) as office:
        in_the_present(office)
        app, _ = await set_up(office, await office.sign_in("olga"))
        browser = office.stranger()
        answer = await come_back(browser, await agrees(await go_there(browser), "a-1"))
        assert await who(browser) is None
        (token,) = parse_qs(urlsplit(answer.headers["location"]).fragment)["link"]

        without = await browser.ask("POST", "/api/session/link", {"token": token})
        assert without.json()["error"]["code"] == "code_required"
        body = {"token": token, "code": app.code()}
        await browser.ask("POST", "/api/session/link", body, expect=200)
        assert await who(browser) == "olga"
    async with an_office(desk_with(issuer, second_factor="trust", demands="required")) as office:
        in_the_present(office)
        browser = office.stranger()
        await come_back(browser, await agrees(await go_there(browser), "a-1"))
        # `trust` counts as the second factor that is demanded.
        assert await who(browser) == "olga"


async def test_where_a_second_factor_is_demanded_the_provider_alone_leads_only_to_its_set_up(
    an_office: OpenOffice, issuer: str
) -> None:
    async with an_office(desk_with(issuer, demands="required")) as office:
        in_the_present(office)
        browser = office.stranger()
        await come_back(browser, await agrees(await go_there(browser), "a-1"))

        assert (await browser.get("/api/session"))["second_factor_due"] is True


async def test_the_page_is_told_of_the_provider_by_its_name_or_host(
    an_office: OpenOffice, issuer: str
) -> None:
    for settings, expected in (
        ({}, None),
        (desk_with(issuer), "127.0.0.1"),
        (desk_with(issuer, name="Shop ID"), "Shop ID"),
    ):
        async with an_office(settings) as office:
            assert await office.stranger().get("/api/session/ways") == {"oidc": expected}


async def test_without_a_provider_there_is_no_way_by_one(an_office: OpenOffice) -> None:
    async with an_office() as office:
        browser = office.stranger()
        assert (await browser.refused("POST", "/api/session/oidc", {}))[0] == 404
        assert (await browser.refused("GET", "/api/session/oidc/callback"))[0] == 404
