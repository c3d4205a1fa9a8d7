"""The console without a mouse, in another alphabet, on a phone, in four languages."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually

desk = desk_of_module()
# What the keys T and N write on a Ukrainian keyboard.
CYRILLIC = {"KeyT": "е", "KeyN": "т", "KeyR": "к", "KeyJ": "о"}
# A key, and whether the next one is written in a field, however soon it comes.
NEXT_KEY_GOES = """async ([code, key, field]) => {
  document.activeElement?.blur();
  document.body.dispatchEvent(
    new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}));
  await null;
  return document.activeElement.matches(field);
}"""
CYRILLIC_LETTER = re.compile("[а-яіїєґё]", re.IGNORECASE)


async def press(page: Page, code: str) -> None:
    """Press a key of a Cyrillic layout: its place is known, its letter is another."""
    await page.evaluate(
        """([code, key]) => {
          document.activeElement?.blur();
          document.body.dispatchEvent(
            new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}));
        }""",
        [code, CYRILLIC[code]],
    )


async def width(element: Locator) -> float:
    """Return how wide the element is on the screen."""
    box = await element.bounding_box()
    assert box is not None
    return box["width"]


async def test_single_keys_work_on_a_cyrillic_layout(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Фросина")
    await visitor.write("Вітаю")
    anna = await agents.at_console(await new_context())
    await anna.open("Фросина")
    await press(anna.page, "KeyT")
    await expect(anna.page.locator(".composer-locked")).to_have_count(0)
    await press(anna.page, "KeyN")
    await expect(anna.field).to_be_focused()
    await anna.field.fill("нотатка з клавіатури")
    await anna.field.press("Control+Enter")
    await expect(anna.thread.locator(".msg.note")).to_contain_text("нотатка з клавіатури")


async def test_the_very_next_key_is_written_where_the_one_before_it_led(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Ганна")
    await visitor.write("Вітаю")
    anna = await agents.at_console(await new_context())
    await anna.open("Ганна")
    await anna.take()
    reply, note = "[data-composer=reply] textarea", "[data-composer=note] textarea"
    for code, key, field in (
        ("KeyR", "r", reply),
        ("KeyN", "n", note),
        ("KeyR", "r", reply),
        ("Slash", "/", "[data-search] input"),
    ):
        assert await anna.page.evaluate(NEXT_KEY_GOES, [code, key, field])


async def test_the_sheet_lists_the_keys_and_the_palette_finds_a_command_in_any_language(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    await anna.page.keyboard.press("Shift+Slash")
    sheet = anna.page.get_by_role("dialog")
    await expect(sheet).to_contain_text("Ctrl")
    await anna.page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    for word in ("closed", "закрыт", "закрит", "cerrad"):
        await anna.page.keyboard.press("Control+k")
        await anna.page.get_by_role("dialog").get_by_role("combobox").fill(word)
        await anna.page.keyboard.press("Enter")
        await expect(anna.page.locator("[data-folder=closed]")).to_have_attribute(
            "aria-current", "true"
        )
        await anna.page.locator("[data-folder=all]").click()


async def test_r02_signing_in_opens_the_conversations_on_a_desktop_and_on_a_phone(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    for viewport in ({"width": 1440, "height": 900}, {"width": 400, "height": 800}):
        anna = await agents.at_console(await new_context(viewport=viewport))
        await expect(anna.list).to_be_visible()
        await expect(anna.page.locator("[data-folder][aria-current]")).to_have_count(1)


async def test_at_400_pixels_one_pane_shows_at_a_time_and_nothing_runs_over_the_edge(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Цвітана")
    await visitor.write("https://example.com/" + "дуже-довга-адреса/" * 20)
    anna = await agents.at_console(
        await new_context(viewport={"width": 400, "height": 800}, has_touch=True)
    )
    await anna.open("Цвітана")
    await expect(anna.list).to_be_hidden()
    await expect(anna.thread.locator(".msg")).to_be_visible()
    wide = await anna.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 400
    await anna.page.locator(".back").click()
    await expect(anna.list).to_be_visible()


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU", "uk-UA", "es-ES"])
async def test_at_400_pixels_who_it_is_has_room_while_a_colleague_looks_on(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, locale: str
) -> None:
    name = f"Christine {locale}"
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write("Hello")
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.open(name)
    anna = await agents.at_console(
        await new_context(viewport={"width": 400, "height": 800}, locale=locale)
    )
    await anna.open(name)
    bar = anna.page.locator(".conversation-bar")
    await expect(bar.locator(".viewers")).to_contain_text("Павел")
    await expect(bar.locator(".btn.go")).to_be_visible()
    wide = await anna.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 400
    who = await bar.locator("h1").bounding_box()
    assert who is not None
    assert who["width"] >= 90


@pytest.mark.parametrize("locale", ["ru-RU", "uk-UA", "es-ES"])
async def test_the_console_speaks_the_browser_s_language(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, locale: str
) -> None:
    anna = await agents.at_console(await new_context(locale=locale))
    await expect(anna.page.locator("html")).to_have_attribute("lang", re.compile(locale[:2]))
    told = re.compile("Cerrad") if locale == "es-ES" else CYRILLIC_LETTER
    await expect(anna.page.locator("nav")).to_contain_text(told)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_light_or_dark_as_the_system_is(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, scheme: str
) -> None:
    anna = await agents.at_console(await new_context(color_scheme=scheme))
    colour = await anna.page.evaluate("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3
    assert (bright > 128) == (scheme == "light"), colour


async def test_r36_opening_a_chat_folds_the_first_two_columns_and_both_stay_highlighted(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Аделаїда")
    await visitor.write("Вітаю")
    anna = await agents.at_console(await new_context(viewport={"width": 1440, "height": 900}))
    rail, listing = anna.page.locator(".rail"), anna.list
    before = [await width(one) for one in (rail, listing)]
    await anna.open("Аделаїда")
    await expect(anna.page.locator(".row.on")).to_contain_text("Аделаїда")

    async def both_are_narrower() -> bool:
        after = [await width(one) for one in (rail, listing)]
        return all(late < early for late, early in zip(after, before, strict=True))

    await eventually(both_are_narrower)
    await expect(anna.page.locator("[data-folder][aria-current=true]")).to_be_visible()
