"""The end of the open thread: who looks at it sees what comes, who reads further up stays there."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module
from tests.e2e.writers import Writer
from tests.people import AgentAtConsole

desk = desk_of_module({"channels.site.messages_per_minute": 100_000})
BURSTS = 6
IN_A_BURST = 12


@pytest_asyncio.fixture(loop_scope="session")
async def http(desk: RunningDesk) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client that the visitors of a test share."""
    async with httpx.AsyncClient(base_url=desk.url, timeout=20) as client:
        yield client


async def writes(writer: Writer, times: int) -> str:
    """Write so often, as fast as it is taken; return the last text."""
    for _ in range(times):
        await writer.write()
    return writer.taken[-1].text


async def shows_at_its_end(agent: AgentAtConsole, text: str) -> None:
    await expect(agent.thread.locator(".msg .rt").last).to_have_text(text)
    await expect(agent.page.locator(".to-end")).to_have_count(0)


async def at_the_top(agent: AgentAtConsole) -> str:
    """Return the text of the first message that is wholly on the screen, once nothing moves."""
    look = """async (thread) => {
        const top = () => [...thread.querySelectorAll(".msg .rt")].find(
            (one) => one.getBoundingClientRect().top >= thread.getBoundingClientRect().top);
        for (let seen = null; ; await new Promise((then) => setTimeout(then, 200))) {
            const now = `${top().textContent} at ${Math.round(top().getBoundingClientRect().top)}`;
            if (now === seen) return top().textContent;
            seen = now;
        }
    }"""
    text: str = await agent.thread.evaluate(look)
    return text


async def test_a_burst_of_messages_is_followed_to_its_end(
    http: httpx.AsyncClient, agents: Agents, new_context: OpenContext
) -> None:
    writer = await Writer.arrive(http, "Швидка")
    await writes(writer, 1)
    agent = await agents.at_console(await new_context())
    await agent.open("Швидка")
    for _ in range(BURSTS):
        await shows_at_its_end(agent, await writes(writer, IN_A_BURST))


async def test_the_end_is_kept_over_a_restart_of_the_program_and_all_that_came_with_it(
    desk: RunningDesk, http: httpx.AsyncClient, agents: Agents, new_context: OpenContext
) -> None:
    writer = await Writer.arrive(http, "Терпляча")
    await writes(writer, IN_A_BURST)
    agent = await agents.at_console(await new_context())
    await agent.open("Терпляча")
    await shows_at_its_end(agent, writer.taken[-1].text)
    # Somebody who looks elsewhere has not read what comes.
    await agent.page.evaluate("document.hasFocus = () => false")
    await agent.page.context.set_offline(True)
    await writes(writer, 3 * IN_A_BURST)
    desk.kill()
    desk.start()
    await agent.page.context.set_offline(False)

    await shows_at_its_end(agent, writer.taken[-1].text)
    await shows_at_its_end(agent, await writes(writer, IN_A_BURST))


async def test_the_end_is_kept_while_the_window_changes_its_height(
    http: httpx.AsyncClient, agents: Agents, new_context: OpenContext
) -> None:
    writer = await Writer.arrive(http, "Хвилі")
    await writes(writer, 1)
    agent = await agents.at_console(await new_context())
    await agent.open("Хвилі")
    size = agent.page.viewport_size
    assert size is not None
    for _ in range(BURSTS):
        async with asyncio.TaskGroup() as both:
            written = both.create_task(writes(writer, IN_A_BURST))
            # As a banner does that comes and goes with the line.
            while not written.done():
                for less in (60, 0):
                    await agent.page.set_viewport_size(
                        {"width": size["width"], "height": size["height"] - less}
                    )
        await shows_at_its_end(agent, written.result())


async def test_who_reads_further_up_is_not_pulled_down_by_what_comes(
    http: httpx.AsyncClient, agents: Agents, new_context: OpenContext
) -> None:
    writer = await Writer.arrive(http, "Довга")
    last = await writes(writer, 40)
    agent = await agents.at_console(await new_context())
    await agent.open("Довга")
    # It opens where the agent has not read yet.
    await agent.page.locator(".to-end").click()
    await shows_at_its_end(agent, last)
    await agent.thread.hover()
    await agent.page.mouse.wheel(0, -700)
    await expect(agent.page.locator(".to-end")).to_be_visible()
    read = await at_the_top(agent)
    last = await writes(writer, IN_A_BURST)
    await expect(agent.page.locator("section.list").get_by_text(last)).to_be_visible()
    assert await at_the_top(agent) == read
    await agent.page.locator(".to-end").click()
    await shows_at_its_end(agent, last)
