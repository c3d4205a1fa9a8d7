"""A site that vouches for its visitors: history follows the proof, and nothing else opens it."""

import time
from typing import Any

import jwt
import pytest
from playwright.async_api import expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually, mark_in
from tests.people import Visitor

SECRET = "the-shop-signs-with-this-0123456789abcdef"
CHANGES = {"channels.site.identity_secret": "${SHOP_SECRET}"}
desk = desk_of_module(CHANGES, {"SHOP_SECRET": SECRET})


def proof(sub: str, secret: str = SECRET, **claims: Any) -> str:
    """Return what the site's server signs for the customer `sub`."""
    now = int(time.time())
    told = {"sub": sub, "iat": now, "exp": now + 300, "aud": "site_main"} | claims
    return jwt.encode(told, secret, algorithm="HS256")


async def identify(visitor: Visitor, **who: Any) -> None:
    """Tell the widget who is there."""
    await visitor.page.evaluate("who => Deskbridge('identify', who)", who)


async def customer(new_context: OpenContext, desk: RunningDesk, sub: str, **claims: Any) -> Visitor:
    """Return a signed-in customer of the shop, at a browser of their own."""
    visitor = await Visitor.arrive(await new_context(), desk)
    await visitor.open()
    await identify(visitor, token=proof(sub, **claims))
    return visitor


async def token_kept(visitor: Visitor) -> str:
    """Return the session that the visitor's browser keeps."""
    found: str = await visitor.page.evaluate(
        "JSON.parse(localStorage['deskbridge:site_main'] ?? '{}').token ?? ''"
    )
    return found


async def test_o11_a_proof_gives_what_was_written_without_a_name_to_the_customer(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    at_home = await arrived(await new_context(), desk, "")
    await at_home.write("Питання без імені")
    await mark_in(at_home.log, "Питання без імені", "sent")
    anonymous = await token_kept(at_home)
    await identify(at_home, token=proof("c-1", name="Євген Підтверджений", email="e@example.com"))

    async def verified() -> bool:
        return await token_kept(at_home) != anonymous

    await eventually(verified)
    await at_home.sees("Питання без імені")
    row = agents.api().find("Євген Підтверджений")
    contact = agents.api().get(f"contacts/{row['conversation']['contact']['id']}")
    assert contact["email"] == "e@example.com"
    assert any(one["verified"] for one in contact["identities"])
    assert agents.api().texts(row["conversation"]["id"]) == ["Питання без імені"]
    at_work = await customer(new_context, desk, "c-1")
    await at_work.sees("Питання без імені")
    await at_work.write("З роботи")
    await at_home.sees("З роботи")


async def test_o11_a_name_and_an_address_without_proof_open_no_history(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    owner = await customer(new_context, desk, "c-2", name="Власниця", email="own@example.com")
    await owner.write("Мої таємниці")
    await mark_in(owner.log, "Мої таємниці", "sent")
    stranger = await Visitor.arrive(await new_context(), desk)
    await identify(stranger, name="Власниця", email="own@example.com")
    await stranger.open()
    await stranger.write("Покажіть мої розмови")
    await mark_in(stranger.log, "Покажіть мої розмови", "sent")
    await expect(stranger.frame.get_by_text("Мої таємниці")).to_have_count(0)
    await stranger.frame.get_by_role("button", name="All conversations").click()
    await expect(stranger.frame.get_by_role("listitem")).to_have_count(1)
    rows = agents.api().get("conversations", folder="all", limit=100)["rows"]
    named = [row for row in rows if row["conversation"]["contact"]["name"] == "Власниця"]
    assert len({row["conversation"]["contact"]["id"] for row in named}) == 2


@pytest.mark.parametrize(
    ("why", "claims"),
    [
        ("expired", {"exp": int(time.time()) - 60}),
        ("signed with another secret", {"secret": "another-secret-0123456789abcdef-0123456"}),
        ("good for a year", {"exp": int(time.time()) + 365 * 86400}),
        ("for another inbox", {"aud": "other_site"}),
        ("of nobody", {"sub": ""}),
    ],
)
async def test_o11_a_proof_that_is_no_good_is_refused_and_opens_nothing(
    desk: RunningDesk,
    new_context: OpenContext,
    page_errors: Errors,
    why: str,
    claims: dict[str, Any],
) -> None:
    owner = await customer(new_context, desk, f"owner {why}")
    await owner.write("Лише моє")
    await mark_in(owner.log, "Лише моє", "sent")
    forger = await Visitor.arrive(await new_context(), desk)
    heard = "window.codes = []; Deskbridge('on', 'error', ({code}) => codes.push(code))"
    await forger.page.evaluate(heard)
    await forger.open()
    await identify(forger, token=proof(**{"sub": f"owner {why}"} | claims))

    async def refused() -> bool:
        found: list[str] = await forger.page.evaluate("codes")
        return found == ["identity_invalid"]

    await eventually(refused)
    await expect(forger.frame.get_by_text("Лише моє")).to_have_count(0)
    # Whoever it is may still write, as nobody in particular.
    await forger.write(f"Proof {why}")
    await mark_in(forger.log, f"Proof {why}", "sent")
    await expect(forger.frame.get_by_text("Лише моє")).to_have_count(0)
    await page_errors.expect("status of 401")


async def test_o11_a_token_without_a_signature_is_no_proof(
    desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    forger = await Visitor.arrive(await new_context(), desk)
    await forger.open()
    told = {"sub": "c-3", "exp": int(time.time()) + 300}
    await identify(forger, token=jwt.encode(told, None, algorithm="none"))
    await forger.write("alg none")
    await mark_in(forger.log, "alg none", "sent")
    await expect(forger.frame.get_by_role("listitem")).to_have_count(0)
    await page_errors.expect("status of 401")


async def test_o11_two_customers_at_one_computer_never_see_each_other_s_conversations(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    first = await customer(new_context, desk, "c-4", name="Перший")
    await first.write("Від першого")
    await mark_in(first.log, "Від першого", "sent")
    await identify(first, token=proof("c-5", name="Другий"))
    await expect(first.log.get_by_text("Від першого")).to_have_count(0)
    await first.write("Від другого")
    await mark_in(first.log, "Від другого", "sent")
    await identify(first, token=proof("c-4", name="Перший"))
    await first.sees("Від першого")
    await expect(first.log.get_by_text("Від другого")).to_have_count(0)
    assert agents.api().texts(agents.api().conversation("Другий")) == ["Від другого"]
