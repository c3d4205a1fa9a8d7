"""Selecting in the list, what is done with many at once, what was deleted, and kept lists."""

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module, eventually
from tests.people import AgentAtConsole
from tests.screenshots import customer_writes

desk = desk_of_module()

# What a browser makes of a finger that stays.
LONG_PRESS = """row => row.dispatchEvent(
  new PointerEvent("contextmenu", { bubbles: true, cancelable: true, pointerType: "touch" })
)"""


async def _wrote(desk: RunningDesk, *names: str) -> None:
    for name in names:
        await customer_writes(desk, name, "uk", ["Вітаю! 🦊"])


def _row(agent: AgentAtConsole, name: str) -> Locator:
    return agent.list.locator(".row", has_text=name)


def _check(agent: AgentAtConsole, name: str) -> Locator:
    return agent.list.get_by_role("checkbox", name=f"Select {name}")


async def _select(agent: AgentAtConsole, *names: str) -> None:
    for name in names:
        await _row(agent, name).hover()
        # Rows that still come may move it from under the pointer.
        await _check(agent, name).dispatch_event("click")


async def _do(agent: AgentAtConsole, action: str) -> None:
    await agent.list.get_by_role("toolbar").get_by_role("button", name="Actions").click()
    await agent.page.get_by_role("menuitem", name=action).click()


async def _confirm(agent: AgentAtConsole, button: str) -> None:
    await agent.page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


async def test_s23_s24_r63_r64_three_are_selected_deleted_and_brought_back(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(desk, "Перша", "Друга", "Третя", "Інша")
    anna = await agents.at_console(await new_context())
    other = await agents.at_console(await new_context(), "pavel")
    await expect(anna.list.get_by_role("search")).to_be_visible()

    await _select(anna, "Перша", "Друга", "Третя")
    await expect(anna.list.get_by_role("search")).to_have_count(0)
    await expect(anna.list.locator("[data-selected]")).to_have_text("3 selected")
    await expect(anna.page.locator("[data-says=list]")).to_contain_text("3 selected")
    await _do(anna, "Delete…")
    await expect(anna.page.get_by_role("heading", name="Delete 3 conversations?")).to_be_visible()
    await _confirm(anna, "Delete")

    for console in (anna, other):
        for name in ("Перша", "Друга", "Третя"):
            await expect(_row(console, name)).to_have_count(0)
        await expect(_row(console, "Інша")).to_be_visible()
    await expect(other.page.locator("[data-folder=deleted]")).to_have_count(0)
    await expect(anna.list.get_by_role("search")).to_be_visible()
    await expect(anna.page.locator("[data-folder=deleted] [data-total]")).to_have_text("3")

    await (
        anna.page.locator(".toast", has_text="3 conversations deleted")
        .get_by_role("button", name="Undo")
        .click()
    )
    await expect(_row(anna, "Перша")).to_be_visible()
    await expect(anna.page.locator("[data-folder=deleted] [data-total]")).to_have_text("0")


async def test_s23_by_keyboard_x_and_shift_j_select_and_delete_deletes(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(desk, "Клава", "Кнопка")
    anna = await agents.at_console(await new_context())
    await _row(anna, "Клава").locator(".row-link").focus()
    await anna.page.keyboard.press("KeyX")
    await expect(anna.list.locator("[data-selected]")).to_have_text("1 selected")
    await anna.page.keyboard.press("Shift+KeyJ")
    await expect(anna.list.locator("[data-selected]")).to_have_text("2 selected")
    await anna.page.keyboard.press("Escape")
    await expect(anna.list.get_by_role("toolbar")).to_have_count(0)

    await _row(anna, "Кнопка").locator(".row-link").focus()
    await anna.page.keyboard.press("KeyX")
    await anna.page.keyboard.press("Delete")
    await expect(anna.page.get_by_role("heading", name="Delete 1 conversation?")).to_be_visible()
    await _confirm(anna, "Delete")
    await expect(_row(anna, "Кнопка")).to_have_count(0)


async def test_s26_without_the_right_delete_is_offered_nowhere(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(desk, "Скромна")
    pavel = await agents.at_console(await new_context(), "pavel")
    await _select(pavel, "Скромна")
    await pavel.list.get_by_role("toolbar").get_by_role("button", name="Actions").click()

    await expect(pavel.page.get_by_role("menuitem", name="Close")).to_be_visible()
    await expect(pavel.page.get_by_role("menuitem", name="Delete…")).to_have_count(0)


async def test_what_was_refused_is_counted_and_can_be_looked_at(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(desk, "Вільна", "Зайнята")
    taken = agents.api("pavel").conversation("Зайнята")
    agents.api("pavel").post(f"conversations/{taken}/take")
    pavel = await agents.at_console(await new_context(), "pavel")
    free = agents.api("pavel").conversation("Вільна")
    agents.api("anna").post(f"conversations/{free}/take")
    await expect(_row(pavel, "Вільна").locator(".assignee")).to_be_visible()
    await _select(pavel, "Вільна", "Зайнята")
    await _do(pavel, "Close")

    toast = pavel.page.locator(".toast.error")
    await expect(toast).to_contain_text("1 conversation closed")
    await expect(toast).to_contain_text("1 was left as it was")
    await toast.get_by_role("button", name="Show which").click()
    dialog = pavel.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Вільна")
    await expect(dialog).to_contain_text("was faster")
    await dialog.get_by_role("button", name="Вільна").click()
    await expect(pavel.page.get_by_role("heading", name="Вільна", level=1)).to_be_visible()


async def test_r64_deleting_for_ever_is_asked_a_second_time(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(desk, "Назавжди")
    number = agents.api("anna").conversation("Назавжди")
    anna = await agents.at_console(await new_context())
    await anna.open("Назавжди")
    await anna.page.get_by_role("button", name="More actions").click()
    await anna.page.get_by_role("menuitem", name="Delete…").click()
    await _confirm(anna, "Delete")
    await anna.page.locator("[data-folder=deleted]").click()
    await anna.open("Назавжди")
    await expect(anna.page.locator("[data-deleted]")).to_have_text(
        "This conversation was deleted.Restore"
    )

    await anna.page.get_by_role("button", name="More actions").click()
    await anna.page.get_by_role("menuitem", name="Delete for ever…").click()
    await expect(anna.page.get_by_role("dialog")).to_contain_text("This cannot be undone.")
    await _confirm(anna, "Delete for ever")
    await expect(_row(anna, "Назавжди")).to_have_count(0)

    async def it_is_gone() -> bool:
        return agents.api("anna").http.get(f"/api/conversations/{number}").status_code == 404

    await eventually(it_is_gone)


async def test_a_list_is_kept_under_a_name_and_comes_to_the_other_tab(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(desk, "Збережена")
    context = await new_context()
    anna = await agents.at_console(context)
    other = await agents.at_console(await new_context(), "pavel")
    await anna.page.locator(".filter-btn").click()
    await anna.page.locator("dialog.filters").get_by_label("Channel").select_option("site")
    dialog = anna.page.locator("dialog.filters")
    await dialog.get_by_role("button", name="Keep this list…").click()
    await anna.page.get_by_label("Name", exact=True).fill("Із сайту")
    await anna.page.get_by_label("For everybody").check()
    await anna.page.get_by_role("button", name="Save").click()

    for console in (anna, other):
        view = console.page.locator("[data-view]", has_text="Із сайту")
        await expect(view).to_be_visible()
        await expect(view.locator("[data-total]")).not_to_have_text("0")
    await expect(anna.page.locator("[data-view]")).to_have_attribute("aria-current", "true")
    await other.page.locator("[data-view]").click()
    await expect(other.page.locator(".filter-words")).to_have_text("Website")
    await expect(_row(other, "Збережена")).to_be_visible()

    await anna.page.locator(".view").hover()
    await anna.page.get_by_role("button", name="More about the list Із сайту").click()
    await anna.page.get_by_role("menuitem", name="Forget the list").click()
    for console in (anna, other):
        await expect(console.page.locator("[data-view]")).to_have_count(0)


async def test_on_a_phone_a_long_press_selects(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(desk, "Пальцем", "Поруч")
    anna = await agents.at_console(
        await new_context(viewport={"width": 400, "height": 780}, has_touch=True, is_mobile=True)
    )
    await _row(anna, "Пальцем").evaluate(LONG_PRESS)
    await expect(anna.list.locator("[data-selected]")).to_have_text("1 selected")
    await _row(anna, "Поруч").locator(".row-link").tap()
    await expect(anna.list.locator("[data-selected]")).to_have_text("2 selected")


async def test_s25_the_whole_list_is_selected_whatever_of_it_is_loaded(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(desk, *(f"Багато {number:02}" for number in range(56)))
    anna = await agents.at_console(await new_context())
    await anna.page.locator("[data-folder=new]").click()
    # What is still coming moves the rows while they are pressed.
    await expect(anna.page.locator("[data-says=list]")).to_be_attached()
    await anna.page.wait_for_load_state("networkidle")
    total = int(await anna.page.locator("[data-folder=new] [data-total]").inner_text())
    await _select(anna, "Багато 00")
    box = anna.list.get_by_role("checkbox", name="Select all of this list")
    await box.check()

    await expect(anna.list.locator("[data-selected]")).to_have_text(f"{total} selected")
    await expect(anna.page.locator("[data-says=list]")).to_contain_text(f"{total} selected")
    assert total > 50
    await _do(anna, "Close")
    await expect(
        anna.page.locator(".toast", has_text=f"{total} conversations closed")
    ).to_be_visible()
    await expect(anna.list.locator(".row-link")).to_have_count(0)
