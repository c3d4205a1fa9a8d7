"""An agent changes what was said and takes it back, and the visitor sees both."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, mark_in, running
from tests.people import AgentAtConsole, Visitor

desk = desk_of_module({"conversation.allow_delete": True})

EDITED = re.compile("edited", re.IGNORECASE)
DELETED = re.compile("deleted", re.IGNORECASE)


@pytest.fixture(scope="module")
def strict_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Run the program where nothing that was said is changed."""
    with running(tmp_path_factory.mktemp("strict"), {"conversation.allow_edit": False}) as one:
        yield one


async def both(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, name: str
) -> tuple[Visitor, AgentAtConsole]:
    """Return a visitor who has written, and the agent who has taken it."""
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write("Коли привезуть? 🦊")
    anna = await agents.at_console(await new_context())
    await anna.open(name)
    await anna.take()
    return visitor, anna


async def actions_of(anna: AgentAtConsole, text: str) -> Locator:
    """Point at a message and return its buttons."""
    message = anna.thread.locator(".msg", has_text=text)
    await message.locator(".bubble").hover()
    toolbar = message.get_by_role("toolbar")
    await expect(toolbar).to_be_visible()
    return toolbar


async def test_j34_what_is_edited_and_taken_back_is_so_for_the_visitor_too(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, anna = await both(desk, agents, new_context, "Соломія")
    await anna.reply("Привезуть у вівторок")
    await visitor.sees("Привезуть у вівторок")
    await mark_in(anna.thread, "Привезуть у вівторок", "read")

    await anna.field.fill("чернетка лишається")
    await (await actions_of(anna, "Привезуть у вівторок")).get_by_label("Edit").click()
    await expect(anna.page.locator(".editor-quote")).to_contain_text("Editing")
    await expect(anna.field).to_be_focused()
    await expect(anna.field).to_have_value("Привезуть у вівторок")
    await anna.field.fill("Привезуть у середу")
    await anna.field.press("Control+Enter")

    await visitor.sees("Привезуть у середу")
    await expect(visitor.log).not_to_contain_text("вівторок")
    await expect(visitor.log.locator(".line", has_text="Привезуть у середу")).to_contain_text(
        EDITED
    )
    changed = anna.thread.locator(".msg", has_text="Привезуть у середу")
    await expect(changed).to_contain_text(EDITED)
    await mark_in(anna.thread, "Привезуть у середу", "read")
    await expect(anna.field).to_have_value("чернетка лишається")
    await expect(anna.field).to_be_focused()

    await (await actions_of(anna, "Привезуть у середу")).get_by_label("Delete").click()
    asked = anna.page.get_by_role("dialog")
    await expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    await asked.get_by_role("button", name="Delete").click()

    await expect(visitor.log).not_to_contain_text("Привезуть у середу")
    await expect(visitor.log).to_contain_text(DELETED)
    gone = anna.thread.locator(".msg.out")
    await expect(gone).to_contain_text(DELETED)
    await expect(gone).to_be_focused()
    await expect(gone.locator("[data-mark]")).to_have_count(0)
    # What came live and what is loaded afresh are the same.
    await visitor.page.reload()
    await expect(visitor.log).to_contain_text(DELETED)
    await expect(visitor.log).not_to_contain_text("Привезуть")


async def test_j34_up_in_an_empty_composer_edits_the_last_message_and_escape_leaves_it(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, anna = await both(desk, agents, new_context, "Данило")
    await anna.reply("перше")
    await anna.reply("остане")
    await mark_in(anna.thread, "остане", "read")

    await anna.field.press("ArrowUp")
    await expect(anna.field).to_have_value("остане")
    await anna.field.press("Escape")
    await expect(anna.page.locator("[data-editing]")).to_have_count(0)
    await expect(anna.field).to_be_focused()
    await expect(anna.field).to_have_value("")

    await anna.field.press("ArrowUp")
    await expect(anna.field).to_have_value("остане")
    await anna.page.keyboard.press("Backspace")
    await anna.page.keyboard.type("нє")
    await anna.field.press("Control+Enter")
    await visitor.sees("останнє")
    await anna.field.fill("пишу")
    await anna.field.press("ArrowUp")
    await expect(anna.field).to_have_value("пишу")


async def test_the_sheet_and_the_palette_know_how_to_edit_the_last_message(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    _, anna = await both(desk, agents, new_context, "Климент")
    await anna.reply("скажу інакше")
    await mark_in(anna.thread, "скажу інакше", "read")
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("Shift+Slash")
    sheet = anna.page.get_by_role("dialog")
    await expect(sheet).to_contain_text("Edit your last message")
    await anna.page.keyboard.press("Escape")

    await anna.page.keyboard.press("Control+k")
    await sheet.get_by_role("combobox").fill("Edit your last")
    await expect(sheet.locator("[data-command='edit.last']")).to_contain_text("↑")
    await anna.page.keyboard.press("Enter")
    await expect(anna.field).to_have_value("скажу інакше")
    await expect(anna.field).to_be_focused()


async def test_a_note_is_edited_and_taken_back_among_colleagues(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, anna = await both(desk, agents, new_context, "Мотря")
    await anna.note("нотатка перша")
    await (await actions_of(anna, "нотатка перша")).get_by_label("Edit").click()
    await anna.field.fill("нотатка друга")
    await anna.field.press("Control+Enter")
    await expect(anna.thread.locator(".msg.note")).to_contain_text("нотатка друга")
    await (await actions_of(anna, "нотатка друга")).get_by_label("Delete").click()
    await anna.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(anna.thread.locator(".msg.note")).to_contain_text(DELETED)
    await expect(visitor.log).not_to_contain_text("нотатка")
    await expect(visitor.log).not_to_contain_text(DELETED)


async def test_j28_j29_what_the_yaml_forbids_is_hidden_and_refused(
    strict_desk: RunningDesk, new_context: OpenContext
) -> None:
    agents = Agents(strict_desk)
    visitor, anna = await both(strict_desk, agents, new_context, "Устим")
    await anna.reply("як сказано, так і буде")
    await mark_in(anna.thread, "як сказано, так і буде", "read")

    toolbar = await actions_of(anna, "як сказано, так і буде")
    await expect(toolbar.get_by_label("Copy")).to_be_visible()
    await expect(toolbar.get_by_label("Edit")).to_have_count(0)
    await expect(toolbar.get_by_label("Delete")).to_have_count(0)
    await anna.field.press("ArrowUp")
    await expect(anna.field).to_have_value("")

    api = agents.api()
    message = api.messages(api.conversation("Устим"))[-1]["id"]
    headers = {"x-csrf-token": api.csrf}
    edit = api.http.patch(f"/api/messages/{message}", json={"text": "інакше"}, headers=headers)
    delete = api.http.delete(f"/api/messages/{message}", headers=headers)
    for answer in (edit, delete):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    await visitor.sees("як сказано, так і буде")
    agents.leave()
