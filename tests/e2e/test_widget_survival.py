"""What the widget lives through: a reload, a second tab, no network, a lost answer, a restart."""

import asyncio
from typing import Any

from playwright.async_api import Page, Route, expect

from tests.browser import WAIT_MS, Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually, mark_in
from tests.people import Visitor

desk = desk_of_module()
NO_NETWORK = "No connection. Your messages will go out when it is back."
SENDING = "**/api/messages"


async def lines(visitor: Visitor) -> list[str]:
    """Return the texts in the log, in order."""
    return await visitor.log.locator(".bubble:not(.greeting)").all_inner_texts()


async def agree(one: Visitor, other: Visitor, texts: list[str]) -> None:
    """Wait until both show these messages and no others."""
    for visitor in (one, other):
        await expect(visitor.log.locator(".bubble:not(.greeting)")).to_have_text(texts)


async def test_a_reload_keeps_the_conversation_the_open_panel_and_the_draft(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Павло")
    await visitor.write("Чи працюєте ви в неділю?")
    await mark_in(visitor.log, "в неділю", "sent")
    await visitor.field.fill("І ще одне запит")
    kept = "JSON.stringify(localStorage).includes('І ще одне запит')"
    await eventually(lambda: visitor.page.evaluate(kept))
    await visitor.page.reload()
    await visitor.sees("Чи працюєте ви в неділю?")
    await expect(visitor.field).to_have_value("І ще одне запит")
    # A panel that opens by itself must not take the focus from the page.
    assert await visitor.page.evaluate("document.activeElement === document.body")


async def test_a_closed_panel_stays_closed_after_a_reload_and_keeps_its_unread_badge(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Ірина")
    await visitor.write("Чекаю")
    await visitor.close()
    title = await visitor.page.title()
    number = agents.api().conversation("Ірина")
    agents.api().reply(number, "Одну хвилинку")
    agents.api().reply(number, "Є в наявності")
    await expect(visitor.launcher.locator("b")).to_have_text("2")
    await expect(visitor.launcher).to_have_accessible_name("Website (2)")
    # The page belongs to the site, and so does its title.
    assert await visitor.page.title() == title
    await visitor.page.reload()
    await expect(visitor.launcher.locator("b")).to_have_text("2")
    await expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    await visitor.open()
    await visitor.sees("Є в наявності")
    await expect(visitor.launcher.locator("b")).to_have_text("")
    await expect(visitor.launcher).to_have_accessible_name("Website")


async def test_a_second_tab_shows_the_same_thread_and_what_either_writes(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    first = await arrived(context, desk, "Назар")
    await first.write("З першої вкладки")
    await mark_in(first.log, "З першої", "sent")
    second = await Visitor.arrive(context, desk)
    await second.open()
    await second.sees("З першої вкладки")
    await second.write("З другої вкладки")
    await mark_in(second.log, "З другої", "sent")
    agents.api().reply(agents.api().conversation("Назар"), "Бачу обидві")
    await agree(first, second, ["З першої вкладки", "З другої вкладки", "Бачу обидві"])
    await expect(first.launcher).to_have_accessible_name("Website")
    await expect(second.launcher).to_have_accessible_name("Website")


async def test_two_tabs_opened_before_anything_was_written_become_one_visitor(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    second = await Visitor.arrive(context, desk)
    await second.open()
    first = await arrived(context, desk, "Віра")
    await first.write("Пишу тут")
    await mark_in(first.log, "Пишу тут", "sent")
    await second.sees("Пишу тут")
    await second.write("І тут")
    await first.sees("І тут")
    assert agents.api().texts(agents.api().conversation("Віра")) == ["Пишу тут", "І тут"]


async def test_without_a_network_messages_wait_with_a_clock_and_go_out_once_in_order(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    context = await new_context()
    visitor = await arrived(context, desk, "Дарина")
    await visitor.write("До")
    await mark_in(visitor.log, "До", "sent")
    await context.set_offline(True)
    await expect(visitor.frame.get_by_text(NO_NETWORK)).to_be_visible()
    texts = ["раз 🧦", "два", "три"]
    for text in texts:
        await visitor.write(text)
        await mark_in(visitor.log, text, "queued")
    agents.api().reply(agents.api().conversation("Дарина"), "Тим часом")
    await context.set_offline(False)
    await mark_in(visitor.log, "три", "sent")
    await expect(visitor.log.locator("[data-mark=queued]")).to_have_count(0)
    await expect(visitor.frame.get_by_text(NO_NETWORK)).to_have_count(0)
    await visitor.sees("Тим часом")
    assert agents.api().texts(agents.api().conversation("Дарина")) == ["До", *texts]
    page_errors.allow("ERR_INTERNET_DISCONNECTED")


async def test_a_message_whose_answer_was_lost_is_sent_again_and_stored_once(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Тимофій")
    tries = 0

    async def lose(route: Route) -> None:
        nonlocal tries
        tries += 1
        answer = await route.fetch()
        assert answer.status in (200, 201)
        if tries < 3:
            await route.abort("connectionreset")
        else:
            await route.fulfill(response=answer)

    await visitor.page.route(SENDING, lose)
    # Nothing else may tell the widget that its message is there.
    await visitor.write("Тільки раз")
    await mark_in(visitor.log, "Тільки раз", "sent")
    await visitor.write("І після")
    await mark_in(visitor.log, "І після", "sent")
    assert agents.api().texts(agents.api().conversation("Тимофій")) == ["Тільки раз", "І після"]
    assert await lines(visitor) == ["Тільки раз", "І після"]
    page_errors.allow("ERR_CONNECTION_RESET")


async def test_what_was_not_sent_yet_outlives_a_reload_and_goes_out_once(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Яна")
    await visitor.write("Перше")
    await mark_in(visitor.log, "Перше", "sent")
    await visitor.page.route(SENDING, lambda route: route.abort("connectionfailed"))
    await visitor.write("Друге")
    await visitor.write("Третє")
    await mark_in(visitor.log, "Третє", "queued")
    await visitor.page.reload()
    await mark_in(visitor.log, "Третє", "queued")
    await visitor.page.unroute(SENDING)
    await mark_in(visitor.log, "Третє", "sent")
    assert await lines(visitor) == ["Перше", "Друге", "Третє"]
    assert agents.api().texts(agents.api().conversation("Яна")) == ["Перше", "Друге", "Третє"]
    page_errors.allow("ERR_CONNECTION_FAILED")


async def test_a_file_that_did_not_go_out_before_a_reload_is_said_to_be_lost(
    desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Гліб")
    await visitor.page.route("**/api/uploads", lambda route: route.abort("connectionfailed"))
    payload: Any = {"name": "акт.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    await visitor.frame.locator("input[type=file]").set_input_files([payload])
    await visitor.write("Ось акт")
    await mark_in(visitor.log, "Ось акт", "queued")
    await visitor.page.reload()
    await mark_in(visitor.log, "Ось акт", "failed")
    why = "Not sent: the page was closed before the file went out"
    await expect(visitor.log.get_by_text(why)).to_be_visible()
    page_errors.allow("ERR_CONNECTION_FAILED")


async def test_the_server_dies_and_comes_back_while_a_visitor_and_an_agent_write(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Устим")
    await visitor.write("Живі?")
    agent = await agents.at_console(await new_context())
    await agent.open("Устим")
    await agent.take()
    await agent.reply("Так")
    await visitor.sees("Так")
    desk.kill()
    await visitor.write("А тепер?")
    await mark_in(visitor.log, "А тепер?", "queued")
    await agent.reply("І тепер")
    await asyncio.to_thread(desk.start)
    # The longer it was away, the longer the widget waits before it tries again.
    await mark_in(visitor.log, "А тепер?", "sent|read", within_ms=3 * WAIT_MS)
    await visitor.sees("І тепер")
    await agent.sees("А тепер?")
    number = agents.api().conversation("Устим")
    assert agents.api().texts(number) == ["Живі?", "А тепер?"]
    assert agents.api().texts(number, "outgoing") == ["Так", "І тепер"]
    await same_as_fresh(visitor, await visitor.page.context.new_page())
    for fault in ("ERR_CONNECTION", "WebSocket connection", "Failed to load resource"):
        page_errors.allow(fault)


async def same_as_fresh(visitor: Visitor, page: Page) -> None:
    """Check that a page loaded now shows the same thread."""
    fresh = Visitor(page)
    await fresh.page.goto(visitor.page.url)
    await fresh.open()
    await agree(visitor, fresh, await lines(visitor))
