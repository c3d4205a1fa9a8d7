"""A visitor in the widget and an agent in the console talk, and each sees how far it has come."""

import statistics
import time

from playwright.async_api import Route, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, held, mark_in

desk = desk_of_module()
QUESTION = "Добрий день! Де моє замовлення? 🧵🪡"
ROUNDS = 5


async def test_o01_o06_a_visitor_asks_an_agent_answers_and_each_sees_it_within_a_second(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    agent = await agents.at_console(await new_context())
    visitor = await arrived(await new_context(), desk, "Олена")
    await visitor.write(QUESTION)
    row = agent.list.locator(".row-link", has_text="Олена")
    await expect(row).to_contain_text(QUESTION)
    await agent.open("Олена")
    await agent.sees(QUESTION)
    waits = []
    for number in range(ROUNDS):
        begun = time.monotonic()
        await visitor.write(f"question {number}")
        await agent.sees(f"question {number}")
        waits.append(time.monotonic() - begun)
        begun = time.monotonic()
        await agent.reply(f"answer {number}")
        await visitor.sees(f"answer {number}")
        waits.append(time.monotonic() - begun)
    assert statistics.median(waits) < 1, waits


async def test_s46_s47_s48_the_visitor_s_marks_go_from_a_clock_to_one_tick_to_two(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Марко")
    async with held(visitor.page, "**/api/messages"):
        await visitor.write("Чи є куртка в розмірі M?")
        await mark_in(visitor.log, "Чи є куртка", "queued")
    await mark_in(visitor.log, "Чи є куртка", "sent")
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.open("Марко")
    # Nobody has taken it: that any agent has read it counts as read.
    await pavel.sees("Чи є куртка в розмірі M?")
    await mark_in(visitor.log, "Чи є куртка", "read")


async def test_s46_s47_s48_the_agent_s_marks_go_from_a_clock_to_one_tick_to_two(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Ганна")
    await visitor.write("Вітаю")
    await visitor.close()
    agent = await agents.at_console(await new_context())
    await agent.open("Ганна")
    async with held(agent.page, "**/messages"):
        await agent.reply("Слухаю вас")
        await mark_in(agent.thread, "Слухаю вас", "queued")
    # The visitor's page has it, and the panel is closed: it has arrived and is not read.
    await mark_in(agent.thread, "Слухаю вас", "delivered")
    await visitor.open()
    await visitor.sees("Слухаю вас")
    await mark_in(agent.thread, "Слухаю вас", "read")


async def test_each_sees_the_other_typing(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Тарас")
    await visitor.write("Добрий вечір")
    agent = await agents.at_console(await new_context())
    await agent.open("Тарас")
    await visitor.field.press_sequentially("Ще одне")
    await expect(agent.page.locator(".typing-line")).to_have_text("Тарас is typing…")
    await agent.take()
    await agent.field.press_sequentially("Так")
    await expect(visitor.frame.get_by_text("Анна Коваль is typing…")).to_be_visible()
    await agent.field.press("Control+Enter")
    await visitor.sees("Так")
    await expect(visitor.frame.get_by_text("Анна Коваль is typing…")).to_have_count(0)


async def test_o05_a_visitor_goes_on_with_an_old_conversation_and_begins_another(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Соломія")
    await visitor.write("Перше питання")
    await visitor.frame.get_by_role("button", name="All conversations").click()
    await visitor.frame.get_by_role("button", name="New conversation").click()
    await expect(visitor.log.get_by_text("Перше питання")).to_have_count(0)
    await visitor.write("Друге питання")
    await visitor.frame.get_by_role("button", name="All conversations").click()
    listed = visitor.frame.get_by_role("listitem")
    await expect(listed).to_have_count(2)
    await listed.filter(has_text="Перше питання").get_by_role("button").click()
    await visitor.sees("Перше питання")
    await visitor.write("Ще про перше")
    await mark_in(visitor.log, "Ще про перше", "sent")
    rows = [
        row
        for row in agents.api().get("conversations", folder="all", limit=100)["rows"]
        if row["conversation"]["contact"]["name"] == "Соломія"
    ]
    found = sorted(agents.api().texts(row["conversation"]["id"]) for row in rows)
    assert found == [["Друге питання"], ["Перше питання", "Ще про перше"]]


async def test_s09_a_closed_conversation_says_so_and_opens_again_when_the_visitor_writes(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Остап")
    await visitor.write("Дякую")
    number = agents.api().conversation("Остап")
    assert agents.api().post(f"conversations/{number}/close").status_code == 200
    closed = "The conversation was closed. Write to go on with it."
    await expect(visitor.log.get_by_text(closed)).to_be_visible()
    await visitor.write("Ой, ще одне")
    await expect(visitor.log.get_by_text("The conversation goes on")).to_be_visible()
    assert agents.api().find("Остап")["conversation"]["state"] == "open"


async def test_text_keeps_its_lines_its_emoji_and_its_formatting(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Іван")
    await visitor.frame.get_by_role("button", name="Emoji").click()
    await visitor.frame.get_by_role("button", name="👍", exact=True).click()
    await visitor.page.keyboard.press("Escape")
    await visitor.field.press_sequentially(" 𝒳 👨‍👩‍👧‍👦")
    await visitor.field.press("Shift+Enter")
    await visitor.field.press_sequentially("**важливо** https://example.com/a?b=1")
    await visitor.field.press("Enter")
    link = visitor.log.locator(".bubble", has_text="важливо").get_by_role("link")
    await expect(link).to_have_attribute("href", "https://example.com/a?b=1")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    number = agents.api().conversation("Іван")
    expected = "👍 𝒳 👨‍👩‍👧‍👦\n**важливо** https://example.com/a?b=1"
    assert agents.api().texts(number) == [expected]
    agents.api().reply(number, "**Жирно** і\n- раз\n- два")
    answer = visitor.log.locator(".bubble", has_text="Жирно")
    await expect(answer.locator("strong")).to_have_text("Жирно")
    await expect(answer.get_by_role("listitem")).to_have_text(["раз", "два"])


async def test_s45_a_message_of_2000_letters_goes_and_one_more_is_refused_with_a_counter(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Роман")
    longest = "ї " * 2000
    await visitor.field.fill(longest + "!")
    await expect(visitor.frame.get_by_role("alert").last).to_have_text("2,001 characters of 2,000")
    await visitor.field.press("Enter")
    await expect(visitor.log.locator(".line.own")).to_have_count(0)
    await visitor.field.fill(longest)
    await visitor.field.press("Enter")
    await mark_in(visitor.log, "ї ї", "sent")
    assert agents.api().texts(agents.api().conversation("Роман")) == [longest.strip()]


async def test_s17_a_quoted_answer_shows_what_it_answers_on_both_sides(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Надія")
    await visitor.write("Синій чи зелений?")
    number = agents.api().conversation("Надія")
    agents.api().reply(number, "Обидва є. Який вам?")
    asked = visitor.log.locator(".line", has_text="Обидва є")
    await asked.hover()
    await asked.get_by_role("button", name="Reply").click()
    await visitor.write("Зелений")
    own = visitor.log.locator(".line.own", has_text="Зелений")
    await expect(own.locator("blockquote").last).to_contain_text("Обидва є. Який вам?")
    await expect(own.last.locator("[data-mark]")).to_have_attribute("data-mark", "sent")
    answer = agents.api().messages(number)[-1]
    assert answer["text"] == "Зелений"
    assert answer["reply_to"]["text"] == "Обидва є. Який вам?"


async def test_a_message_that_the_server_refuses_can_be_tried_again_or_thrown_away(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Юрій")

    async def refuse(route: Route) -> None:
        await route.fulfill(status=422, json={"error": {"code": "odd", "message": "No."}})

    await visitor.page.route("**/api/messages", refuse)
    await visitor.write("Раз")
    await visitor.write("Два")
    for text in ("Раз", "Два"):
        await mark_in(visitor.log, text, "failed")
    await page_errors.expect("status of 422")
    await visitor.page.unroute("**/api/messages")
    first = visitor.log.locator(".line.own", has_text="Раз")
    await expect(first).to_contain_text("Not sent")
    await first.get_by_role("button", name="Delete").click()
    await visitor.log.get_by_role("button", name="Try again").click()
    await mark_in(visitor.log, "Два", "sent")
    await expect(visitor.log.locator(".line.own")).to_have_count(1)
    assert agents.api().texts(agents.api().conversation("Юрій")) == ["Два"]
