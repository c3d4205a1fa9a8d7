"""Colleagues talk to each other in the console, and meet customers by video."""

import re
from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually
from tests.people import AgentAtConsole

desk = desk_of_module(
    {
        "agents.ivan": {"name": "Іван Їжак", "role": "agent"},
        "agents.vera": {"name": "Вера Ёлкина", "role": "viewer"},
        "meetings": {"url": "https://meet.example.com/{{token}}"},
    }
)

LINK = re.compile(r"https://meet\.example\.com/[0-9a-f]{32}")
MEETING = 'a[href^="https://meet.example.com/"]'


async def at_colleagues(agents: Agents, new_context: OpenContext, agent: str = "anna") -> Page:
    """Open the chats with colleagues."""
    page = (await agents.at_console(await new_context(), agent)).page
    await page.locator("[data-colleagues]").click()
    await page.locator("[data-new-chat]").wait_for()
    return page


async def choose(page: Page, *names: str) -> Locator:
    """Choose colleagues for a new chat by what is typed of their names; return the dialog."""
    await page.locator("[data-new-chat]").click()
    dialog = page.locator("dialog")
    field = dialog.get_by_role("combobox")
    for name in names:
        await field.fill(name)
        await expect(dialog.get_by_role("option")).to_have_count(1)
        await field.press("Enter")
    return dialog


async def write(page: Page, text: str) -> None:
    """Say something in the chat that is open."""
    field = page.locator("[data-chat-composer] textarea")
    await field.fill(text)
    await field.press("Control+Enter")
    await expect(said(page, text.replace("*", ""))).to_be_visible()


def said(page: Page, text: str) -> Locator:
    return page.locator("[data-chat-message]", has_text=text)


async def test_r27_r28_r30_two_colleagues_find_each_other_and_talk(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await at_colleagues(agents, new_context)
    ivan = (await agents.at_console(await new_context(), "ivan")).page
    dialog = await choose(anna, "їжА")
    await dialog.get_by_role("button", name="Create").click()
    await expect(anna).to_have_url(re.compile(r"/console/colleagues/\d+$"))
    await write(anna, "Хто **на складі**? 📦")

    # Whoever is elsewhere is told, and led there.
    await expect(ivan.locator("[data-colleagues] [data-unread]")).to_have_text("1")
    toast = ivan.locator("[data-toast=message]", has_text="на складі")
    await toast.locator("button.toast-body").click()
    await expect(said(ivan, "на складі").locator("strong")).to_have_text("на складі")
    await expect(ivan.locator("[data-colleagues] [data-unread]")).to_have_count(0)
    await write(ivan, "Я тут")
    await expect(said(anna, "Я тут")).to_be_visible()

    # They have this chat already, and only one.
    dialog = await choose(anna, "ІВАН")
    await expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    await dialog.locator("[data-known]").click()
    await expect(said(anna, "Я тут")).to_be_visible()
    await expect(anna.locator("[data-chat]")).to_have_count(1)


async def test_r29_r30_a_group_has_a_topic_and_the_one_there_is_comes_first(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await at_colleagues(agents, new_context)
    dialog = await choose(anna, "ёлк", "їжак")
    create = dialog.get_by_role("button", name="Create")
    await expect(create).to_be_disabled()
    await dialog.get_by_label("Topic of the group").fill("Склад і доставка")
    await create.click()
    await expect(anna.get_by_role("heading", name="Склад і доставка")).to_be_visible()
    await write(anna, "Усім привіт")

    vera = await at_colleagues(agents, new_context, "vera")
    await vera.locator("[data-chat]", has_text="Склад і доставка").click()
    await expect(said(vera, "Усім привіт")).to_be_visible()
    await write(vera, "Вижу, хоть и только смотрю")
    await expect(said(anna, "только смотрю")).to_be_visible()

    dialog = await choose(vera, "анна", "їжак")
    await expect(dialog.locator("[data-known]")).to_have_text("Склад і доставка")
    await dialog.get_by_label("Topic of the group").fill("Інше")
    await expect(dialog.get_by_role("button", name="Create")).to_be_enabled()


async def test_what_was_said_while_the_line_was_down_is_there_when_it_is_back(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    anna = (await agents.at_console(context, "anna")).page
    ivan = agents.api("ivan")
    chat = ivan.post("chats", {"members": ["anna"]}).json()["id"]
    await anna.goto(f"{desk.url}/console/colleagues/{chat}")
    await anna.locator("[data-chat-composer]").wait_for()

    for number in range(60):
        body = {"client_id": str(uuid4()), "text": f"слово-{number}."}
        assert ivan.post(f"chats/{chat}/messages", body).status_code == 201

    await expect(said(anna, "слово-59.")).to_be_visible()

    async def without_gaps() -> bool:
        shown = await anna.locator("[data-chat-message]").all_inner_texts()
        numbers = [int(found[1]) for one in shown if (found := re.search(r"слово-(\d+)\.", one))]
        return numbers == [*range(numbers[0], 60)]

    await eventually(without_gaps)
    await anna.reload()
    await expect(said(anna, "слово-59.")).to_be_visible()
    await anna.get_by_role("button", name="Show earlier messages").click()
    await expect(said(anna, "слово-0.")).to_be_attached()


async def test_r24_the_buttons_above_a_list_are_those_of_its_kind(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    console = await agents.at_console(await new_context())
    of_customers = console.page.locator(".list .list-bar")
    await expect(of_customers.get_by_role("button", name="Filter")).to_be_visible()
    await expect(of_customers.locator("[data-new-chat]")).to_have_count(0)

    await console.page.keyboard.press("g")
    await console.page.keyboard.press("t")

    await expect(of_customers.locator("[data-new-chat]")).to_be_visible()
    await expect(of_customers.get_by_role("button", name="Filter")).to_have_count(0)


async def test_r31_r40_a_customer_and_a_colleague_are_sent_links_to_a_meeting(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    olena = await arrived(await new_context(), desk, "Олена")
    await olena.write("Можна побачити товар?")
    anna: AgentAtConsole = await agents.at_console(await new_context())
    await anna.open("Олена")
    await anna.take()
    await anna.field.fill("Так, звісно.")
    await anna.page.locator(".conversation-bar").get_by_role("button", name="More").click()
    await anna.page.get_by_role("menuitem", name="Meeting link").click()
    await expect(anna.field).to_have_value(re.compile(rf"Так, звісно\.\n.*{LINK.pattern}$"))
    # It is the agent who sends it.
    assert await olena.frame.get_by_role("link").count() == 0
    await anna.field.press("Control+Enter")
    await expect(olena.frame.locator(MEETING)).to_be_visible()

    page = await at_colleagues(agents, new_context)
    dialog = await choose(page, "їжак")
    known = dialog.locator("[data-known]")
    create = dialog.get_by_role("button", name="Create")
    await expect(known.or_(create.and_(page.locator(":enabled")))).to_be_visible()
    await (known if await known.count() else create).click()
    await page.locator("[data-chat-composer]").get_by_role("button", name="Meeting link").click()
    field = page.locator("[data-chat-composer] textarea")
    await expect(field).to_have_value(re.compile(rf"^Video call: {LINK.pattern}$"))
    await field.press("Control+Enter")
    await expect(page.locator(f"[data-chat-message] {MEETING}")).to_be_visible()
