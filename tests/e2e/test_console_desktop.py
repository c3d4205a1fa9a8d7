"""Notices of the system, in the browser."""

from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually
from tests.e2e.test_console_notices import HIDE
from tests.e2e.test_console_told import settings
from tests.people import AgentAtConsole

desk = desk_of_module()

# Stands in for the desktop, which this machine has none of: keeps what would be shown on it.
DESKTOP = """
window.shown = [];
window.Notification = class {
  static permission = 'default';
  static async requestPermission() {
    const { state } = await navigator.permissions.query({ name: 'notifications' });
    return (this.permission = state === 'prompt' ? 'default' : state);
  }
  constructor(title, options) { window.shown.push(Object.assign(this, { title, ...options })); }
  close() { this.closed = true; }
};
"""
STANDING = "shown.filter((one) => !one.closed).map((one) => `${one.title}: ${one.body}`)"
FRONT = """
Object.defineProperty(document, 'visibilityState', {get: () => 'visible', configurable: true});
Object.defineProperty(document, 'hidden', {get: () => false, configurable: true});
document.hasFocus = () => true;
document.dispatchEvent(new Event('visibilitychange'));
"""


async def shown(*agents: AgentAtConsole) -> list[str]:
    """Return what stands on the desktop, of all of these tabs."""
    return [line for agent in agents for line in await agent.page.evaluate(STANDING)]


async def test_d09_o30_a_console_behind_other_windows_shows_one_notice_and_takes_it_back(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    await context.add_init_script(DESKTOP)
    await context.grant_permissions(["notifications"], origin=desk.url)
    first = await agents.at_console(context)
    assert await first.page.evaluate("Notification.permission") == "default"
    await _switch_on(first)
    second = await agents.at_console(context)
    # The browser's own leave is one for all tabs.
    await second.page.evaluate("Notification.requestPermission()")
    both = (first, second)
    for agent in both:
        await agent.page.evaluate(HIDE)
    visitor = await arrived(await new_context(), desk, "Охрім")
    await visitor.write("Є хто?")
    for agent in both:
        await expect(agent.list.locator(".row-link", has_text="Охрім")).to_contain_text("Є хто?")
    await eventually(lambda: shown(*both))
    await first.page.wait_for_timeout(300)
    assert await shown(*both) == ["Охрім: Є хто?"]
    await second.page.evaluate(FRONT)
    await second.open("Охрім")
    await eventually(lambda: _none(both))
    await second.page.evaluate(HIDE)
    await visitor.write("А тепер?")
    await eventually(lambda: shown(*both))
    speaks = first if await shown(first) else second
    await speaks.page.evaluate("shown.findLast((one) => !one.closed).onclick()")
    await speaks.sees("А тепер?")
    assert await shown(*both) == []


async def _switch_on(agent: AgentAtConsole) -> None:
    switch = (await settings(agent)).locator("input[name=desktop]")
    await switch.press("Space")
    await expect(switch).to_be_checked()
    await agent.page.keyboard.press("Escape")


async def _none(agents: tuple[AgentAtConsole, ...]) -> bool:
    return await shown(*agents) == []
