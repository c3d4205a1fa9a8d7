"""What goes out of an agent's sight leaves their screen, and comes back when it is theirs again."""

from playwright.async_api import Locator, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.people import AgentAtConsole

desk = desk_of_module(
    {
        "permissions.agent.see": "teams",
        "permissions.agent.see_other_teams": True,
        "routing.transfer": {"hide_history": True},
        "teams": {
            "sales": {"members": ["pavel"], "topics": ["prices"], "label": "Продажі"},
            "support": {"members": ["anna"], "topics": ["orders"]},
        },
    }
)


def row(agent: AgentAtConsole, name: str) -> Locator:
    return agent.list.locator(".row-link", has_text=name)


async def wrote(new_context: OpenContext, desk: RunningDesk, name: str, text: str) -> None:
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write(text)


async def test_r54_r55_a_topic_that_is_another_teams_takes_the_row_and_the_thread_away(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await wrote(new_context, desk, "Орися", "Де моє замовлення? 🦊")
    await wrote(new_context, desk, "Тиміш", "Вітаю")
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.open("Орися")
    await pavel.sees("Де моє замовлення? 🦊")
    number = agents.api().conversation("Орися")

    agents.api().post(f"conversations/{number}/topics", {"topic": "orders"})

    gone = pavel.page.locator(".out-of-sight")
    await expect(gone).to_be_visible()
    await expect(pavel.thread).to_have_count(0)
    await expect(row(pavel, "Орися")).to_have_count(0)
    await expect(row(pavel, "Тиміш")).to_be_visible()
    await expect(pavel.page.get_by_text("Орися")).to_have_count(0)

    agents.api().post(f"conversations/{number}/topics", {"topic": "prices"})

    await pavel.sees("Де моє замовлення? 🦊")
    await expect(gone).to_have_count(0)
    await expect(row(pavel, "Орися")).to_be_visible()


async def test_s06_an_open_thread_that_is_handed_over_gives_way_to_a_word_of_why(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    await wrote(new_context, desk, "Гнат", "Порадьте")
    await agents.at_console(await new_context())
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.open("Гнат")
    await pavel.take()
    await pavel.reply("Хвилинку")

    await pavel.page.evaluate("document.activeElement?.blur()")
    await pavel.page.keyboard.press("KeyA")
    await pavel.page.locator("dialog [data-agent=anna]").click()

    await expect(pavel.page.locator(".out-of-sight")).to_be_visible()
    await expect(pavel.page.get_by_text("Порадьте")).to_have_count(0)
    await expect(row(pavel, "Гнат")).to_have_count(0)
    await pavel.page.locator(".out-of-sight button").click()
    await expect(pavel.page.locator(".nothing-open")).to_be_visible()
    number = agents.api().conversation("Гнат")
    await pavel.page.goto(f"{desk.url}/console/c/{number}")
    await expect(pavel.page.locator("main.conversation [role=alert]")).to_be_visible()
    await page_errors.expect(f"/api/conversations/{number}")


async def test_r04_r05_j07_o34_teams_have_rows_and_whoever_chooses_so_sees_all_of_them(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await wrote(new_context, desk, "Зоряна", "Хто тут?")
    number = agents.api().conversation("Зоряна")
    agents.api().post(f"conversations/{number}/team", {"team": "support"})
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.list.locator(".row-link").first.wait_for()
    teams = pavel.page.locator("[data-team-row]")
    await expect(teams).to_have_count(1)
    await expect(teams).to_contain_text("Продажі")
    await expect(row(pavel, "Зоряна")).to_have_count(0)

    await pavel.page.locator(".me button").click()
    await pavel.page.get_by_role("menuitem", name="Settings").click()
    await pavel.page.locator("[name=other_teams]").check()
    await pavel.page.keyboard.press("Escape")

    await expect(row(pavel, "Зоряна")).to_be_visible()
    await expect(teams).to_have_count(2)
    support = pavel.page.locator("[data-team-row=support]")
    await expect(support.locator("[data-total]")).to_have_text("1")
    await expect(support.locator("[data-unread]")).to_have_text("1")
    await support.click()
    await expect(pavel.list.locator(".row-link")).to_have_count(1)
    await pavel.open("Зоряна")
    await pavel.take()
    await pavel.reply("Ми тут")
    await pavel.page.keyboard.press("Escape")
