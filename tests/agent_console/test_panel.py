"""What the panel is sent: the switches of the inbox, and which fields stand there at once."""

from dataclasses import replace
from typing import Any

import pytest

from bridge.channel import Visit
from routing import addresses
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

TAGGED = "?utm_source=flyer&color=red"
VISIT = Visit(
    url=f"https://shop.example/tea{TAGGED}",
    title="Чай 🍵",
    first_url=f"https://shop.example/{TAGGED}",
    ip="203.0.113.9",
    browser="Firefox",
    utm={"utm_source": "flyer"},
    online=True,
)


async def _visit(office: Office, agent: Agent) -> dict[str, Any]:
    conversation, _ = await office.customer_writes(visit=VISIT)
    detail = await agent.get(f"/api/conversations/{conversation}")
    found: dict[str, Any] = detail["visit"]
    return found


async def test_r38_the_panel_is_sent_everything_where_nothing_is_switched_off(
    office: Office, pavel: Agent
) -> None:
    visit = await _visit(office, pavel)

    assert visit["ip"] == "203.0.113.9"
    assert visit["current_url"] == VISIT.url
    assert visit["utm"] == {"utm_source": "flyer"}
    assert all(one["shows_responsible"] for one in pavel.session["inboxes"])


async def test_the_panel_shows_no_address_that_was_kept_for_its_time_and_all_else(
    office: Office, pavel: Agent
) -> None:
    here, _ = await office.customer_writes(visit=VISIT)
    await office.customer_visits(replace(VISIT, online=False))
    before = (await pavel.get(f"/api/conversations/{here}"))["visit"]
    office.clock.tick(3600)
    await addresses.forget(office.store, 3_600_000)
    after = (await pavel.get(f"/api/conversations/{here}"))["visit"]
    assert before.pop("ip") == "203.0.113.9"
    assert after == before


@pytest.mark.parametrize(
    ("switch", "gone"),
    [
        ("location", {"ip"}),
        ("current_page", {"current_url", "current_title"}),
        ("utm", {"utm"}),
        ("responsible", set()),
    ],
)
async def test_r38_what_an_inbox_switches_off_is_not_sent_and_the_rest_is(
    an_office: OpenOffice, switch: str, gone: set[str]
) -> None:
    async with an_office({f"channels.site.panel.{switch}": False}) as office:
        pavel = await office.sign_in("pavel")

        visit = await _visit(office, pavel)

        known = {"ip", "current_url", "current_title", "utm", "first_url", "browser"}
        assert known - set(visit) == gone
        (site,) = (one for one in pavel.session["inboxes"] if one["id"] == "site")
        assert site["shows_responsible"] is (switch != "responsible")


async def test_r38_without_utm_the_addresses_of_pages_have_none_either(
    an_office: OpenOffice,
) -> None:
    async with an_office({"channels.site.panel": {"utm": False}}) as office:
        visit = await _visit(office, await office.sign_in("pavel"))

        assert visit["first_url"] == "https://shop.example/?color=red"
        assert visit["current_url"] == "https://shop.example/tea?color=red"
        assert "flyer" not in str(visit)


async def test_r37_a_field_says_whether_it_stands_in_the_panel_at_once(
    an_office: OpenOffice,
) -> None:
    fields = {"number": {"label": "Number"}, "size": {"label": "Size", "show_in_panel": False}}
    async with an_office({"contact_fields": fields}) as office:
        told = (await office.sign_in("pavel")).session["settings"]["contact_fields"]

        assert {one["id"]: one["in_panel"] for one in told} == {"number": True, "size": False}
