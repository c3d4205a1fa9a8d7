"""What an agent learns and keeps beside the conversation, and how the lists tell."""

import asyncio
import sqlite3

from playwright.async_api import Route, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually

desk = desk_of_module(
    {
        "contact_fields": {
            "customer_no": {"label": {"en": "Customer number", "uk": "Номер"}},
            "tier": {"label": {"en": "Tier", "uk": "Рівень"}, "show_in_panel": False},
        },
        "channels.shop": {
            "type": "widget",
            "key": "shop_two",
            "name": "Second shop",
            "panel": {"responsible": False},
        },
    }
)
MANY = 5_000


async def test_d31_d33_d34_d35_s03_the_panel_shows_what_the_site_knows(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(locale="uk-UA"), desk, "Марія")
    await visitor.write("Вітаю")
    anna = await agents.at_console(await new_context())
    await anna.open("Марія")
    facts = anna.page.locator("[data-block=visit]")
    await expect(facts).to_contain_text("Chrome")
    await expect(facts).to_contain_text("1280×800")
    await expect(facts).to_contain_text("Ukrainian")
    await expect(facts).to_contain_text("/demo")


async def test_o04_the_item_of_a_conversation_is_set_shown_to_others_and_cleared(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Явдоха")
    await visitor.write("Де замовлення?")
    anna = await agents.at_console(await new_context(), "anna")
    pavel = await agents.at_console(await new_context(), "pavel")
    await anna.open("Явдоха")
    await pavel.open("Явдоха")
    item = anna.page.locator("[data-item]")
    await item.locator("button").click()
    await item.locator("input").first.fill("№ 4821")
    await item.locator("input").last.fill("javascript:alert(1)")
    await item.locator("[type=submit]").click()
    await expect(item.locator("[role=alert]")).to_be_visible()
    await page_errors.expect("422")
    await item.locator("input").last.fill("https://crm.example/4821")
    await item.locator("[type=submit]").click()
    shown = pavel.page.locator("[data-item] a", has_text="№ 4821")
    await expect(shown).to_have_attribute("href", "https://crm.example/4821")
    await item.locator("button").last.click()
    await expect(shown).to_have_count(0)


async def test_j15_r44_j11_an_additional_field_and_a_name_are_edited_in_the_panel(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Ювеналій")
    await visitor.write("Вітаю")
    anna = await agents.at_console(await new_context())
    await anna.open("Ювеналій")
    await anna.page.locator("[data-field=customer_no]").click()
    await anna.page.get_by_role("textbox", name="Customer number").fill("К-77")
    await anna.page.keyboard.press("Enter")
    await expect(anna.page.locator("[data-field=customer_no]")).to_contain_text("К-77")
    await anna.page.locator("[data-field=name]").click()
    await anna.page.get_by_role("textbox", name="Name").fill("Ювеналій Мельник")
    await anna.page.keyboard.press("Enter")
    await expect(anna.list.locator(".row-link", has_text="Ювеналій Мельник")).to_be_visible()


async def test_r37_a_field_that_is_not_for_the_panel_is_unfolded_by_keyboard_and_stays_so(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Северин")
    await visitor.write("Вітаю")
    anna = await agents.at_console(await new_context())
    await anna.open("Северин")
    hidden = anna.page.locator("[data-field=tier]")
    unfold = anna.page.locator("[data-whole-panel]")
    await expect(anna.page.locator("[data-field=customer_no]")).to_be_visible()
    await expect(hidden).to_have_count(0)
    await unfold.press("Enter")
    await expect(hidden).to_be_visible()
    await expect(unfold).to_have_attribute("aria-expanded", "true")
    await anna.page.reload()
    await expect(hidden).to_be_visible()
    await unfold.press("Enter")
    await expect(hidden).to_have_count(0)


async def test_r38_who_is_responsible_stands_in_the_panel_where_the_channel_has_it(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Устина")
    await visitor.write("Вітаю")
    page = await (await new_context()).new_page()
    await page.route("**/demo", lambda route: _with_key(route, "site_main", "shop_two"))
    await page.goto(f"{desk.url}/demo")
    await page.locator("#deskbridge button").click()
    frame = page.frame_locator("#deskbridge iframe")
    await frame.locator("textarea").fill("без відповідального")
    await frame.locator("textarea").press("Enter")
    anna = await agents.at_console(await new_context())
    responsible = anna.page.locator("[data-responsible]")
    await anna.open("Устина")
    await expect(responsible).to_have_text("—")
    await anna.take()
    await expect(responsible).to_have_text("You")
    await anna.page.locator("[data-folder=all]").click()
    await anna.open("без відповідального")
    await expect(anna.page.locator("[data-block=contact]")).to_be_visible()
    await anna.sees("без відповідального")
    await expect(responsible).to_have_count(0)


async def test_d50_j18_notes_of_the_conversation_and_of_the_person_stand_on_their_own_tab(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Оксана")
    await visitor.write("Вітаю")
    conversation = agents.api().conversation("Оксана")
    contact = agents.api().find("Оксана")["conversation"]["contact"]["id"]
    agents.api().post(
        f"conversations/{conversation}/messages",
        {
            "client_id": "00000000-0000-4000-8000-00000000aaaa",
            "kind": "note",
            "text": "про розмову",
        },
    )
    agents.api("pavel").post(f"contacts/{contact}/notes", {"text": "любить чай 🍵"})
    anna = await agents.at_console(await new_context())
    await anna.open("Оксана")
    await anna.page.locator("[data-panel-tab=notes]").click()
    notes = anna.page.locator("[data-block=notes]")
    await expect(notes).to_contain_text("про розмову")
    about = anna.page.locator("[data-block=contact-notes]")
    await expect(about).to_contain_text("любить чай 🍵")
    await expect(about).to_contain_text("Павел")


async def test_r01_s15_r16_conversations_of_two_channels_stand_in_one_list_told_apart_by_name(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Перша")
    await visitor.write("з першого сайту")
    other = await new_context()
    page = await other.new_page()
    await page.route("**/demo", lambda route: _with_key(route, "site_main", "shop_two"))
    await page.goto(f"{desk.url}/demo")
    await page.locator("#deskbridge button").click()
    frame = page.frame_locator("#deskbridge iframe")
    await frame.locator("textarea").fill("з другого сайту")
    await frame.locator("textarea").press("Enter")
    anna = await agents.at_console(await new_context())
    first = anna.list.locator(".row-link", has_text="з першого сайту")
    second = anna.list.locator(".row-link", has_text="з другого сайту")
    await expect(first.locator(".chip.channel")).to_have_text("Website")
    await expect(second.locator(".chip.channel")).to_have_text("Second shop")


async def _with_key(route: Route, old: str, new: str) -> None:
    answer = await route.fetch()
    await route.fulfill(response=answer, body=(await answer.text()).replace(old, new))


async def test_r05_r10_r11_the_counters_follow_and_a_folder_opens_without_loading_the_page(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    new = anna.page.locator("[data-folder=new]")
    before = agents.api().get("folders")["new"]
    visitor = await arrived(await new_context(), desk, "Дзвінка")
    await visitor.write("раз")
    await visitor.write("два")
    await expect(new.locator("[data-unread]")).to_have_text(str(before["unread"] + 1))
    await expect(new.locator("[data-total]")).to_have_text(str(before["total"] + 1))
    await anna.page.evaluate("window.stayed = true")
    for folder in ("mine", "closed", "new"):
        await anna.page.locator(f"[data-folder={folder}]").click()
        await expect(anna.page.locator(f"[data-folder={folder}]")).to_have_attribute(
            "aria-current", "true"
        )
    await expect(anna.list.locator(".row-link", has_text="Дзвінка")).to_be_visible()
    assert await anna.page.evaluate("window.stayed")


async def test_s10_marked_unread_it_is_unread_for_me_and_for_nobody_else(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Гнат")
    await visitor.write("Вітаю")
    anna = await agents.at_console(await new_context(), "anna")
    pavel = await agents.at_console(await new_context(), "pavel")
    for agent in (anna, pavel):
        await agent.open("Гнат")
        await expect(agent.list.locator(".row", has_text="Гнат").locator(".badge")).to_have_count(0)
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("Shift+U")
    await expect(anna.list.locator(".row", has_text="Гнат").locator(".badge")).to_be_visible()
    await expect(pavel.list.locator(".row", has_text="Гнат").locator(".badge")).to_have_count(0)


async def test_d48_r12_a_found_message_opens_where_it_stands_and_nothing_found_says_so(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Пріська")
    await visitor.write("чи є гарбуз великий")
    await visitor.write("і ще один гарбуз малий")
    anna = await agents.at_console(await new_context())
    # The visitor's page shows a message before the server has it.
    await expect(anna.list).to_contain_text("малий")
    search = anna.page.get_by_role("searchbox")
    await anna.page.keyboard.press("/")
    await expect(search).to_be_focused()
    await anna.page.keyboard.type("гарбу")
    # Letters that no Latin keyboard has and Enter go to the page by ways of their own.
    await expect(search).to_have_value("гарбу")
    await search.press("Enter")
    await expect(anna.list.get_by_role("status")).to_contain_text("гарбу")
    hits = anna.list.locator("[data-hit]")
    await expect(hits).to_have_count(2)
    await hits.last.click()
    await expect(anna.thread.locator(".lit")).to_contain_text("великий")
    await anna.page.keyboard.press("Escape")
    await search.fill("такого слова немає")
    await search.press("Enter")
    await expect(anna.list.locator(".empty")).to_be_visible()


async def test_s18_d23_a_quick_reply_is_made_from_a_message_and_inserted_by_a_slash(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Хома")
    await visitor.write("Доставка триває два дні")
    anna = await agents.at_console(await new_context())
    await anna.open("Хома")
    await anna.take()
    message = anna.thread.locator(".msg", has_text="Доставка триває")
    await message.hover()
    await message.get_by_role("button", name="quick reply").click()
    form = anna.page.get_by_role("dialog")
    await expect(form.locator("textarea")).to_have_value("Доставка триває два дні")
    await form.locator("input").fill("twodays")
    await form.locator("[type=submit]").click()
    await expect(form).to_be_hidden()
    await anna.field.press_sequentially("/twod")
    await expect(anna.page.get_by_role("option")).to_contain_text("twodays")
    await anna.page.keyboard.press("Enter")
    await expect(anna.field).to_have_value("Доставка триває два дні")


async def test_a_thread_of_five_thousand_messages_opens_and_scrolls_with_few_in_the_page(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Балакуча")
    await visitor.write("перше")
    conversation = agents.api().conversation("Балакуча")
    _fill(desk, conversation)
    newest = agents.api().messages(conversation)[-1]["id"]
    agents.api().post(f"conversations/{conversation}/read", {"message_id": newest})
    anna = await agents.at_console(await new_context())
    await anna.open("Балакуча")
    await anna.sees(f"повідомлення {MANY - 1}")

    async def older_ones_are_shown() -> bool:
        await anna.thread.hover()
        await anna.page.mouse.wheel(0, -6000)
        shown = await anna.thread.locator(".msg .text, .msg .bubble").all_inner_texts()
        numbers = [int(word) for text in shown for word in text.split() if word.isdigit()]
        return any(number < MANY - 60 for number in numbers)

    await eventually(older_ones_are_shown)
    assert await anna.thread.locator(".msg").count() < 200


def _fill(desk: RunningDesk, conversation: int) -> None:
    """Put the messages there as a year of talk would have."""
    with sqlite3.connect(desk.database, timeout=30) as database:
        database.executemany(
            "INSERT INTO messages (conversation_id, kind, inbox_id, agent_id, text, format, "
            "created_at) VALUES (?, 'outgoing', 'site', 'anna', ?, 'plain', ?)",
            [
                (conversation, f"повідомлення {number}", 1_700_000_000_000 + number * 60_000)
                for number in range(MANY)
            ],
        )
        database.execute(
            "UPDATE conversations SET last_message_id = (SELECT MAX(id) FROM messages "
            "WHERE conversation_id = conversations.id) WHERE id = ?",
            (conversation,),
        )
    database.close()


async def test_d48_an_address_with_a_message_opens_the_conversation_there(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Настка")
    await visitor.write("чи є кавун")
    await visitor.write("чи є диня")
    anna = await agents.at_console(await new_context())
    conversation = await asyncio.to_thread(agents.api().conversation, "Настка")
    with sqlite3.connect(desk.database) as database:
        query = "SELECT id FROM messages WHERE text = 'чи є кавун'"
        (message,) = database.execute(query).fetchone()
    await anna.page.goto(f"{desk.url}/console/c/{conversation}?m={message}")
    await expect(anna.thread.locator(".lit")).to_contain_text("кавун")
