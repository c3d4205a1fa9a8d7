"""What only an owner sees: who did what, and how the desk is set up and runs."""

import re

from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module

desk = desk_of_module({"agents.anna.role": "owner"})


async def test_an_owner_sees_who_did_what_and_narrows_it(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Віталій")
    await visitor.write("Є хто?")
    here = agents.api().find("Віталій")["conversation"]["id"]
    keep_away = {"scope": "identity", "until": None, "reason": "нечемний"}
    agents.api().post(f"conversations/{here}/block", keep_away)
    anna = await agents.at_console(await new_context())
    await anna.page.get_by_role("button", name="settings and sign-out").click()
    await anna.page.get_by_role("menuitem", name="Audit trail").click()

    trail = anna.page.locator(".trail")
    await expect(trail.locator("[data-action=configured]")).to_contain_text("the program")
    blocked = trail.locator("[data-action=block]")
    await expect(blocked).to_contain_text("Анна Коваль")
    await expect(blocked).to_contain_text(f"conversation {here}")
    await expect(trail).not_to_contain_text("нечемний")
    await anna.page.locator("select[name=action]").select_option("block")
    await expect(trail.locator("[data-action=configured]")).to_have_count(0)
    await expect(blocked).to_be_visible()


async def test_an_owner_sees_how_the_desk_is_set_up_and_runs(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Зоряна")
    await visitor.write("Вітаю!")
    anna = await agents.at_console(await new_context())
    await anna.page.goto(f"{desk.url}/console/desk")
    page = anna.page.locator("main.page")
    site = page.locator("[data-channel=site]")
    await expect(site.locator("[data-fact=quarantined] dd")).to_have_text("0")
    await expect(page.locator("[data-step=written]")).to_have_attribute("data-done", "true")
    await expect(page.locator("[data-step=answered]")).to_have_attribute("data-done", "false")
    role = page.locator("[data-key='agents.anna.role']")
    await expect(role).to_contain_text("owner")
    await expect(role).to_contain_text(re.compile(r"deskbridge\.yaml:\d+"))
    await page.locator("input[name=key]").fill("close_inactive")
    await expect(role).to_have_count(0)
    await expect(page.locator("[data-key='routing.close_inactive']")).to_be_visible()
