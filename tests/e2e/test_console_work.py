"""Two agents at their consoles share the work on what visitors write."""

import re

from playwright.async_api import BrowserContext, FilePayload, Route, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import (
    Agents,
    arrived,
    cut_picture,
    desk_of_module,
    eventually,
    held,
    mark_in,
    picture,
)
from tests.people import AgentAtConsole, Visitor

desk = desk_of_module()


async def asks(
    new_context: OpenContext, desk: RunningDesk, name: str, text: str = "Вітаю! 🦊"
) -> Visitor:
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write(text)
    return visitor


async def both(new_context: OpenContext, agents: Agents) -> tuple[AgentAtConsole, AgentAtConsole]:
    return (
        await agents.at_console(await new_context(), "anna"),
        await agents.at_console(await new_context(), "pavel"),
    )


async def test_d11_of_two_agents_who_take_at_once_one_wins_and_the_other_sees_who(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await asks(new_context, desk, "Зоряна")
    anna, pavel = await both(new_context, agents)
    for agent in (anna, pavel):
        await agent.open("Зоряна")
        await agent.sees("Вітаю! 🦊")
    conversation = agents.api().conversation("Зоряна")
    path = f"conversations/{conversation}/take"
    statuses = {agents.api(name).post(path).status_code for name in ("anna", "pavel")}
    assert statuses == {200, 409}
    await expect(anna.field).to_be_visible()
    locked = pavel.page.locator(".composer-locked")
    await expect(locked).to_contain_text("Анна Коваль")
    assert agents.api("pavel").post(
        f"conversations/{conversation}/messages",
        {"client_id": "00000000-0000-4000-8000-000000000001", "kind": "reply", "text": "я!"},
    ).json()["error"]["detail"] == {"agent": "anna", "name": "Анна Коваль"}


async def test_a_press_on_a_row_that_moves_away_under_it_still_opens_that_conversation(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await asks(new_context, desk, "Перша")
    await asks(new_context, desk, "Друга")
    anna = await agents.at_console(await new_context())
    row = anna.list.locator(".row-link", has_text="Друга")
    # What is still coming moves the rows too.
    await expect(anna.list.locator(".row-link", has_text="Перша")).to_be_visible()
    before = await row.bounding_box()
    assert before is not None
    await anna.page.mouse.move(before["x"] + 80, before["y"] + 30)
    await anna.page.mouse.down()
    conversation = agents.api().conversation("Перша")
    assert agents.api("pavel").post(f"conversations/{conversation}/take").status_code == 200
    await anna.page.wait_for_function(
        "({ row, y, height }) => Math.abs(row.getBoundingClientRect().top - y) > height / 2",
        arg={"row": await row.element_handle(), "y": before["y"], "height": before["height"]},
    )
    await anna.page.mouse.up()
    await expect(anna.page.get_by_role("heading", level=1, name="Друга")).to_be_visible()


async def test_j33_d17_reply_to_dialog_takes_it_and_release_gives_it_back_to_all(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await asks(new_context, desk, "Юрій")
    anna, pavel = await both(new_context, agents)
    await pavel.open("Юрій")
    await pavel.page.locator(".composer-locked button").first.click()
    await expect(pavel.field).to_be_focused()
    await anna.open("Юрій")
    await expect(anna.page.locator(".composer-locked")).to_contain_text("Павел")
    conversation = agents.api().conversation("Юрій")
    assert agents.api("pavel").post(f"conversations/{conversation}/release").status_code == 200
    await expect(anna.page.locator(".composer-locked button").first).to_be_visible()
    assert agents.api().find("Юрій", "new")["conversation"]["assignee"] is None


async def test_d45_s08_s09_closing_and_a_new_message_moves_it_between_the_folders(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Ірина")
    anna = await agents.at_console(await new_context())
    await anna.open("Ірина")
    await anna.take()
    await anna.reply("Усе готово.")
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("KeyE")
    await expect(anna.list.locator(".row-link", has_text="Ірина")).to_have_count(0)
    await anna.page.locator("[data-folder=closed]").click()
    await expect(anna.list.locator(".row-link", has_text="Ірина")).to_be_visible()
    await visitor.write("Ще одне питання")
    await anna.page.locator("[data-folder=mine]").click()
    await expect(anna.list.locator(".row-link", has_text="Ірина")).to_contain_text("Ще одне")


async def test_s43_closing_right_after_an_answer_waits_until_the_answer_is_there(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Уласій")
    conversation = agents.api().conversation("Уласій")
    anna = await agents.at_console(await new_context())
    await anna.open("Уласій")
    await anna.take()
    async with held(anna.page, "**/messages"):
        await anna.reply("На все добре!")
        await anna.page.evaluate("document.activeElement?.blur()")
        await anna.page.keyboard.press("KeyE")
        await anna.page.wait_for_timeout(300)
        assert agents.api().find("Уласій")["conversation"]["state"] == "open"
    await visitor.sees("На все добре!")
    await expect(anna.list.locator(".row-link", has_text="Уласій")).to_have_count(0)
    row = agents.api().get(f"conversations/{conversation}")["row"]
    assert row["conversation"]["state"] == "closed"


async def test_s43_an_answer_in_a_closed_conversation_opens_it_again(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Мирон")
    conversation = agents.api().conversation("Мирон")
    agents.api().post(f"conversations/{conversation}/close")
    agents.api().reply(conversation, "Перепрошую, ще не все.")
    await visitor.sees("Перепрошую, ще не все.")
    assert agents.api().find("Мирон")["conversation"]["state"] == "open"


async def test_d49_a_note_is_seen_by_colleagues_and_never_by_the_visitor(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Степан")
    anna, pavel = await both(new_context, agents)
    await anna.open("Степан")
    await anna.take()
    await anna.note("лише для своїх")
    await pavel.open("Степан")
    await pavel.sees("лише для своїх")
    await expect(pavel.thread.locator(".msg.note")).to_contain_text("лише для своїх")
    await anna.reply("для всіх")
    await visitor.sees("для всіх")
    await expect(visitor.log).not_to_contain_text("лише для своїх")


async def test_d18_d19_s40_s42_files_go_with_one_send_and_show_before_they_are_up(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Лев")
    anna = await agents.at_console(await new_context())
    await anna.open("Лев")
    await anna.take()
    files: list[FilePayload] = [
        {"name": "фото.png", "mimeType": "image/png", "buffer": picture()},
        {"name": "договір.txt", "mimeType": "text/plain", "buffer": "умови".encode()},
        {"name": "звіт.csv", "mimeType": "text/csv", "buffer": b"a;b"},
    ]
    await anna.page.locator("input[type=file]").set_input_files(files)
    tray = anna.page.locator(".tray")
    await expect(tray.locator("li")).to_have_count(3)
    await expect(tray.locator("img")).to_have_count(1)
    await anna.reply("Ось усе, що просили")
    for name in ("договір.txt", "звіт.csv"):
        await expect(visitor.log).to_contain_text(name)
    await expect(visitor.log.locator("img")).to_have_count(1)
    await mark_in(anna.thread, "Ось усе, що просили", "read")


async def sends_a_picture(visitor: Visitor, name: str, data: bytes) -> None:
    picked: FilePayload = {"name": name, "mimeType": "image/png", "buffer": data}
    await visitor.frame.locator("input[type=file]").set_input_files([picked])
    await visitor.frame.get_by_role("button", name="Send").click()
    await expect(visitor.log.locator("[data-mark=sent]").last).to_be_visible()


async def test_a_picture_that_cannot_be_drawn_is_a_file_to_save_and_the_thread_stays_at_its_end(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await asks(new_context, desk, "Фрося")
    anna = await agents.at_console(await new_context())
    await anna.open("Фрося")
    for number in range(16):
        await visitor.write(f"рядок {number}")
    await anna.sees("рядок 15")
    await sends_a_picture(visitor, "півкота.png", cut_picture())
    link = anna.thread.get_by_role("link", name="півкота.png")
    await expect(link).to_be_in_viewport(ratio=1)
    await expect(anna.thread.locator(".picture")).to_have_count(0)
    await expect(anna.page.locator(".to-end")).to_have_count(0)
    async with anna.page.expect_download() as saved:
        await link.click()
    assert (await (await saved.value).path()).read_bytes() == cut_picture()
    await page_errors.expect("404")


async def test_a_picture_that_a_lost_connection_kept_back_is_drawn_later(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await asks(new_context, desk, "Мотря")
    anna = await agents.at_console(await new_context())
    await anna.page.route("**/media/*", lambda route: route.abort("connectionreset"))
    await anna.open("Мотря")
    await sends_a_picture(visitor, "кіт.png", picture())
    await expect(anna.thread.locator(".picture .picture-room")).to_be_visible()
    await anna.page.unroute_all(behavior="wait")
    image = anna.thread.locator(".picture img")
    await expect(image).to_be_visible()
    await expect(image).not_to_have_js_property("naturalWidth", 0)
    await page_errors.expect("ERR_CONNECTION_RESET")


async def test_s41_a_file_dropped_on_the_conversation_is_ready_to_send(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await asks(new_context, desk, "Дара")
    anna = await agents.at_console(await new_context())
    await anna.open("Дара")
    await anna.take()
    dropped = await anna.page.evaluate_handle(
        "() => { const d = new DataTransfer();"
        " d.items.add(new File(['x'], 'чек.txt', {type: 'text/plain'})); return d; }"
    )
    for event in ("dragenter", "dragover", "drop"):
        await anna.page.locator(".editor textarea").dispatch_event(event, {"dataTransfer": dropped})
    await expect(anna.page.locator(".tray li")).to_contain_text("чек.txt")


async def test_s17_a_quoted_message_reaches_the_visitor_as_a_quote(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Уляна", "Скільки коштує шапка?")
    anna = await agents.at_console(await new_context())
    await anna.open("Уляна")
    await anna.take()
    message = anna.thread.locator(".msg", has_text="Скільки коштує шапка?")
    await message.hover()
    await message.locator(".msg-actions button").first.click()
    await anna.field.fill("Двадцять євро")
    await anna.field.press("Control+Enter")
    await visitor.sees("Двадцять євро")
    answer = visitor.log.locator(".line", has_text="Двадцять євро")
    await expect(answer).to_contain_text("Скільки коштує шапка?")


async def test_s22_s21_a_draft_survives_a_reload_and_shows_on_another_device(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await asks(new_context, desk, "Роман")
    anna = await agents.at_console(await new_context())
    await anna.open("Роман")
    await anna.take()
    await anna.field.fill("Дякую, зараз перевірю")
    conversation = agents.api().conversation("Роман")
    await _draft_kept(agents, conversation, "Дякую, зараз перевірю")
    await anna.page.reload()
    await expect(anna.field).to_have_value("Дякую, зараз перевірю")
    elsewhere = await agents.at_console(await new_context())
    row = elsewhere.list.locator(".row-link", has_text="Роман")
    await expect(row.locator("[data-draft]")).to_contain_text("Дякую, зараз")
    await elsewhere.open("Роман")
    await expect(elsewhere.field).to_have_value("Дякую, зараз перевірю")


async def _draft_kept(agents: Agents, conversation: int, text: str) -> None:
    async def is_kept() -> bool:
        draft = agents.api().get(f"conversations/{conversation}/drafts").get("reply")
        return bool(draft and draft["text"] == text)

    await eventually(is_kept)


async def test_a_double_click_or_a_lost_answer_sends_once(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await asks(new_context, desk, "Тимур")
    context: BrowserContext = await new_context()
    anna = await agents.at_console(context)
    await anna.open("Тимур")
    await anna.take()
    lost: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append((await route.fetch()).status_text)
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await anna.page.route(re.compile(r"/api/conversations/\d+/messages$"), lose_the_first_answer)
    await anna.field.fill("лише раз")
    await anna.page.locator(".editor ~ * button.go, .composer button.go").last.dblclick()
    await visitor.sees("лише раз")
    await mark_in(anna.thread, "лише раз", "read")
    conversation = agents.api().conversation("Тимур")
    assert agents.api().texts(conversation, "outgoing") == ["лише раз"]
    await page_errors.expect("ERR_CONNECTION_RESET")
    await expect(visitor.log.get_by_text("лише раз", exact=True)).to_have_count(1)


async def test_s49_s50_s52_a_visitor_who_left_is_told_to_the_agent_and_still_finds_it(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    visitor = await arrived(context, desk, "Одарка")
    await visitor.write("Я на хвилинку")
    anna = await agents.at_console(await new_context())
    await anna.open("Одарка")
    await anna.take()
    await visitor.page.goto("about:blank")
    await anna.field.fill("Ви ще тут?")
    await anna.field.press("Control+Enter")
    message = anna.thread.locator(".msg", has_text="Ви ще тут?")
    # A visitor counts as gone half a minute after the last page of theirs.
    await expect(message.locator("[data-mark]").first).to_have_attribute(
        "data-mark", "failed", timeout=60_000
    )
    await expect(message).to_contain_text(re.compile("left", re.IGNORECASE))
    await visitor.page.goto(f"{desk.url}/demo")
    # The panel opens by itself again, as it was left.
    await mark_in(anna.thread, "Ви ще тут?", "read")
