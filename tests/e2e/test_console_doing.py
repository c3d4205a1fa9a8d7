"""Agents give conversations a status; automations act, and the console tells of it."""

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.people import AgentAtConsole

desk = desk_of_module(
    {
        "conversation.statuses": {
            "active": {"kind": "open", "label": {"en": "Active", "uk": "Активна"}},
            "hold": {
                "kind": "open",
                "label": {"en": "On hold", "uk": "Чекаємо"},
                "color": "#d97706",
                "pause_timer": True,
            },
            "spam": {
                "kind": "closed",
                "label": "Spam",
                "color": "#b91c1c",
                "actions": [{"block": {"for": "30d", "reason": "Casino"}}],
            },
        },
        "automations": {
            "urgent": {
                "name": {"en": "Urgent", "uk": "Терміново"},
                "when": {"event": "message_received", "text": "терміново"},
                "do": [
                    {"tag": "vip"},
                    {"notify": {"agents": ["anna"], "text": {"en": "An urgent one!"}}},
                ],
            }
        },
    }
)


async def _wrote(
    new_context: OpenContext, desk: RunningDesk, name: str, text: str = "Вітаю! 🦊"
) -> None:
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write(text)


def _row(agent: AgentAtConsole, name: str) -> Locator:
    return agent.list.locator(".row-link", has_text=name)


async def _choose(agent: AgentAtConsole, status: str) -> None:
    await agent.page.evaluate("document.activeElement?.blur()")
    await agent.page.keyboard.press("KeyS")
    dialog = agent.page.locator("dialog[open]")
    await dialog.locator(f"[data-choice={status}]").click()
    await expect(dialog).to_have_count(0)


async def test_r23_r50_a_status_is_chosen_by_key_shown_and_does_what_the_file_says(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(new_context, desk, "Зоряна")
    anna = await agents.at_console(await new_context())
    row = _row(anna, "Зоряна")
    await expect(row.locator("[data-status=active]")).to_contain_text("Active")
    await anna.open("Зоряна")
    await _choose(anna, "hold")
    header = anna.page.locator(".conversation-bar")
    for place in (row, header, anna.page.locator("[data-labels=status]")):
        await expect(place.locator("[data-status=hold]")).to_contain_text("On hold")
    await expect(header.locator("[data-wait=paused]")).to_be_visible()
    await expect(anna.page.locator("[data-event=status_changed]")).to_contain_text(
        "You changed the status: On hold"
    )
    await _choose(anna, "spam")
    await expect(header.locator("[data-status=spam]")).to_be_visible()
    await expect(header.locator(".chip.blocked")).to_be_visible()
    await expect(anna.page.locator("[data-event=automated]")).to_contain_text(
        "Status “Spam”: block"
    )
    assert agents.api().find("Зоряна")["conversation"]["state"] == "closed"


async def test_s31_conversations_are_found_by_their_status(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(new_context, desk, "Ярина")
    await _wrote(new_context, desk, "Юрко")
    api = agents.api()
    here = api.find("Юрко")["conversation"]["id"]
    answer = api.http.put(
        f"/api/conversations/{here}/status",
        json={"status": "hold"},
        headers={"x-csrf-token": api.csrf},
    )
    assert answer.status_code == 200, answer.text
    anna = await agents.at_console(await new_context())
    await anna.page.locator(".filter-btn").click()
    dialog = anna.page.locator("dialog.filters")
    await dialog.get_by_label("Status", exact=True).select_option("hold")
    await expect(_row(anna, "Юрко")).to_be_visible()
    await expect(_row(anna, "Ярина")).to_have_count(0)
    await dialog.get_by_label("Status", exact=True).select_option("active")
    await expect(_row(anna, "Ярина")).to_be_visible()
    await expect(_row(anna, "Юрко")).to_have_count(0)


async def test_o28_an_automation_tags_and_calls_the_agent(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    await _wrote(new_context, desk, "Ждана", "Терміново!")
    toast = anna.page.locator(".toast", has_text="An urgent one!")
    await expect(toast).to_be_visible()
    await anna.open("Ждана")
    await expect(anna.page.locator("[data-event=automated]")).to_contain_text(
        "Automation “Urgent”: tag and notice to agents"
    )
    await expect(anna.page.locator("[data-labels=tags]")).to_contain_text("VIP")


async def test_s23_several_are_given_a_status_at_once_and_opened_again_at_once(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    names = ("Лада", "Лукаш")
    for name in names:
        await _wrote(new_context, desk, name)
    anna = await agents.at_console(await new_context())
    await _select(anna, *names)
    await _do(anna, "status")
    dialog = anna.page.locator("dialog[open]")
    await expect(dialog.get_by_role("combobox")).to_be_focused()
    await anna.page.keyboard.type("spa")
    await expect(dialog.get_by_role("option")).to_have_count(1)
    await anna.page.keyboard.press("Enter")
    await anna.page.locator("[data-folder=closed]").click()
    for name in names:
        await expect(_row(anna, name).locator("[data-status=spam]")).to_be_visible()

    await _select(anna, *names)
    await _do(anna, "reopen")

    for name in names:
        await expect(_row(anna, name)).to_have_count(0)
        assert agents.api().find(name)["conversation"]["state"] == "open"


async def _select(agent: AgentAtConsole, *names: str) -> None:
    for name in names:
        await agent.list.locator(".row", has_text=name).hover()
        await agent.list.get_by_role("checkbox", name=f"Select {name}").check()


async def _do(agent: AgentAtConsole, action: str) -> None:
    await agent.list.get_by_role("toolbar").get_by_role("button", name="Actions").click()
    await agent.page.locator(f".menu [data-entry={action}]").click()
