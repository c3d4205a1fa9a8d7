"""What calls for an agent's attention, and what does not."""

from playwright.async_api import Page, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually

desk = desk_of_module()

# Stands in for the speaker, which this machine has none of: counts what would be played.
LISTEN = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...args) {
  window.tones += 1;
  return start.apply(this, args);
};
"""
# A page in a tab behind another one.
HIDE = """
Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true});
Object.defineProperty(document, 'hidden', {get: () => true, configurable: true});
document.hasFocus = () => false;
document.dispatchEvent(new Event('visibilitychange'));
"""


async def titles(page: Page) -> set[str]:
    """Return the titles the page shows in turn."""
    seen = set()
    for _ in range(40):
        seen.add(await page.title())
        if len(seen) > 1:
            break
        await page.wait_for_timeout(100)
    return seen


async def test_d09_s01_a_toast_shows_the_text_of_what_is_not_open_and_nothing_of_what_is(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    visitor = await arrived(await new_context(), desk, "Павлина")
    await visitor.write("Доброго ранку 🦊")
    toast = anna.page.locator("[data-toast=message]")
    await expect(toast).to_contain_text("Доброго ранку 🦊")
    await toast.locator(".toast-body").click()
    await anna.sees("Доброго ранку 🦊")
    await expect(toast).to_have_count(0)
    await visitor.write("Ви тут?")
    await anna.sees("Ви тут?")
    await expect(toast).to_have_count(0)


async def test_d10_a_colleague_s_conversation_raises_no_toast_an_untaken_one_does(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Богдан")
    await visitor.write("раз")
    conversation = agents.api().conversation("Богдан")
    assert agents.api("pavel").post(f"conversations/{conversation}/take").status_code == 200
    anna = await agents.at_console(await new_context())
    await visitor.write("два")
    await expect(anna.list.locator(".row-link", has_text="Богдан")).to_contain_text("два")
    await expect(anna.page.locator("[data-toast=message]")).to_have_count(0)
    other = await arrived(await new_context(), desk, "Вікторія")
    await other.write("три")
    await expect(anna.page.locator("[data-toast=message]")).to_contain_text("три")


async def test_o15_o17_s02_the_count_stands_in_the_title_and_flashes_in_a_tab_behind(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    await anna.page.evaluate(HIDE)
    visitor = await arrived(await new_context(), desk, "Соломія")
    await visitor.write("Агов")
    await expect(anna.page.locator("[data-folder=new] [data-unread]")).to_be_attached()

    async def counted() -> bool:
        unread = agents.api().get("folders")["unread_total"]
        shown = await titles(anna.page)
        return len(shown) > 1 and any(f"({unread})" in title for title in shown)

    await eventually(counted)


async def test_o16_a_burst_makes_one_sound_in_one_tab_and_none_when_it_is_off(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    await context.add_init_script(LISTEN)
    first = await agents.at_console(context)
    second = await agents.at_console(context)
    for agent in (first, second):
        # A browser lets a page sound only after the agent has touched it.
        await agent.page.mouse.click(5, 5)
        await agent.page.evaluate(HIDE)
    visitor = await arrived(await new_context(), desk, "Нестор")
    for text in ("раз", "два", "три"):
        await visitor.write(text)
    for agent in (first, second):
        await expect(agent.list.locator(".row-link", has_text="Нестор")).to_contain_text("три")

    async def sounded() -> bool:
        return any([await agent.page.evaluate("window.tones") for agent in (first, second)])

    await eventually(sounded)
    await first.page.wait_for_timeout(300)
    played = [await agent.page.evaluate("window.tones") for agent in (first, second)]
    assert sorted(bool(one) for one in played) == [False, True], played
    per_burst = max(played)
    agents.api().http.put(
        "/api/me/preferences",
        json={"sound": False},
        headers={"x-csrf-token": agents.api().csrf},
    )
    for agent in (first, second):
        await agent.page.reload()
        await agent.list.wait_for()
        await agent.page.mouse.click(5, 5)
        await agent.page.evaluate(HIDE)
    await visitor.write("чотири")
    for agent in (first, second):
        await expect(agent.list.locator(".row-link", has_text="Нестор")).to_contain_text("чотири")
    assert per_burst > 0
    assert [await agent.page.evaluate("window.tones") for agent in (first, second)] == [0, 0]
