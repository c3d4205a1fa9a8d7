"""Signing in by an identity provider in a browser, through the pages of both programs."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk, StartDesk
from tests.e2e.house import logs_of
from tests.oidc import provider

PEOPLE = {
    "p-1": {"email": "pavel@example.com", "email_verified": True},
    "p-2": {"email": "stranger@example.com", "email_verified": True},
}
SECRET = "of-the-model-provider-0123456789"


@pytest.fixture
def desk(start_desk: StartDesk) -> Iterator[RunningDesk]:
    """Return a desk whose agents may come from a provider."""
    with provider(PEOPLE) as issuer:
        oidc = {
            "issuer": issuer,
            "client_id": "desk",
            "client_secret": "${OIDC_SECRET}",
            "name": "Shop ID",
        }
        one = start_desk({"staff.console.oidc": oidc}, environ={"OIDC_SECRET": SECRET})
        yield one
        assert SECRET not in logs_of(one)


async def test_an_agent_comes_in_by_the_provider_and_a_stranger_is_told_why_not(
    desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    context = await new_context(locale="ru-RU")
    page = await context.new_page()
    await page.goto(f"{desk.url}/console")
    button = page.locator("[data-way=oidc] .btn")
    await expect(button).to_contain_text("Shop ID")

    await button.click()
    await page.locator("[name=sub]").first.wait_for()
    await page.locator("button[name=sub][value=p-2]").click()
    told = page.locator("[data-way=oidc] [role=alert]")
    await expect(told).to_contain_text("никому не принадлежит")
    assert "#" not in page.url

    await button.press("Enter")
    await page.locator("button[name=sub][value=p-1]").click()
    await page.locator("section.list").wait_for()
    await expect(page.locator(".me")).to_contain_text("Павел")
    await page.reload()
    await page.locator("section.list").wait_for()
    # The provider's own page wants what is elsewhere.
    page_errors.allow("/oauth2/authorize")
    # Nobody was signed in when the sign-in page first asked.
    await page_errors.expect("401")
