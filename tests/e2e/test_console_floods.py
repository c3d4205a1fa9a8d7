"""A visitor pours messages into the desk: one line stands for them, and nobody is called."""

from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module
from tests.e2e.strangers import Anybody

desk = desk_of_module(
    {
        "flood.sender": {"per_minute": 20, "per_hour": 200},
        "permissions.agent.block": True,
        "system_messages.flood.enabled": True,
    }
)


def _pours(visitor: Anybody, texts: list[str]) -> None:
    for text in texts:
        answer = visitor.write(text)
        assert answer.status_code == 201, answer.text


async def test_a_flood_is_one_line_that_an_agent_unfolds_and_its_sender_is_blocked_from(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    with Anybody.arrive(desk) as visitor:
        _pours(visitor, [f"Hello {n}" for n in range(50)])
        anna = await agents.at_console(await new_context())
        await anna.list.locator(".row-link").first.click()
        line = anna.page.locator("[data-event=flood]")
        await expect(line).to_contain_text("30 messages more, held as flood")
        await expect(line).to_have_attribute("data-flood", "running")
        thread = anna.page.get_by_role("log")
        await expect(thread.get_by_text("Hello 19", exact=True)).to_be_visible()
        await expect(thread.get_by_text("Hello 20", exact=True)).to_have_count(0)

        await line.get_by_role("button", name="Show").click()
        await expect(line.get_by_text("Hello 20")).to_have_count(1)
        await expect(line.get_by_text("Hello 49")).to_have_count(1)
        await line.get_by_role("button", name="Hide").click()
        await expect(line.get_by_text("Hello 20")).to_have_count(0)

        await line.get_by_role("button", name="Block").click()
        dialog = anna.page.locator("dialog[open]")
        await dialog.get_by_text("For ever").click()
        await dialog.get_by_label("Reason").fill("spam")
        await dialog.get_by_role("button", name="Block").click()
        await expect(dialog).to_have_count(0)
        await expect(line.get_by_role("button", name="Block")).to_have_count(0)
        refused = visitor.write("and more")
        assert refused.status_code == 403


async def test_a_flood_that_is_over_shows_its_last_message_and_holds_the_others(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    with Anybody.arrive(desk) as visitor:
        _pours(visitor, [f"Goodbye {n}" for n in range(25)])
        await anna.list.locator(".row-link", has_text="Goodbye 19").click()
        line = anna.page.locator("[data-event=flood]")
        await expect(line).to_have_attribute("data-flood", "running")
        # A quarter of a minute without a word.
        await expect(line).to_have_attribute("data-flood", "over", timeout=25_000)
        await expect(line).to_contain_text("4 messages more, held as flood")
        await expect(
            anna.page.get_by_role("log").get_by_text("Goodbye 24", exact=True)
        ).to_be_visible()
