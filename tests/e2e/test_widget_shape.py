"""How the widget stands on a page: its size, a phone, the keyboard, what is read aloud, colours."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import arrived, desk_of_module, eventually, mark_in
from tests.people import Visitor

desk = desk_of_module()
PHONE = {"width": 390, "height": 844}
TABS = 40


async def box(place: Locator) -> tuple[int, int, int, int]:
    """Return where something stands: left, top, width, height."""
    found = await place.bounding_box()
    assert found is not None
    return tuple(round(found[side]) for side in ("x", "y", "width", "height"))  # type: ignore[return-value]  # Four sides.


async def becomes(place: Locator, width: int, height: int) -> None:
    """Wait until something has this size."""

    async def has_it() -> bool:
        return (await box(place))[2:] == (width, height)

    await eventually(has_it)


def frame_of(visitor: Visitor) -> Locator:
    """Return the frame itself."""
    return visitor.page.locator("#deskbridge iframe")


async def test_o07_the_larger_window_is_remembered_and_the_smaller_one_comes_back(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(), desk)
    await visitor.open()
    await becomes(frame_of(visitor), 400, 680)
    await visitor.frame.get_by_role("button", name="Larger window").click()
    await becomes(frame_of(visitor), 750, 680)
    await visitor.page.reload()
    await becomes(frame_of(visitor), 750, 680)
    await visitor.frame.get_by_role("button", name="Smaller window").click()
    await becomes(frame_of(visitor), 400, 680)


async def test_o07_the_window_can_be_dragged_to_a_size_that_is_remembered(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(), desk)
    await visitor.open()
    await becomes(frame_of(visitor), 400, 680)
    left, top, _, _ = await box(visitor.frame.locator(".grip"))
    mouse = visitor.page.mouse
    await mouse.move(left + 4, top + 4)
    await mouse.down()
    await mouse.move(left - 46, top + 64, steps=5)
    await mouse.move(left - 96, top + 84, steps=5)
    await mouse.up()
    await becomes(frame_of(visitor), 500, 600)
    await visitor.page.reload()
    await becomes(frame_of(visitor), 500, 600)


async def test_o08_on_a_phone_the_open_panel_is_the_whole_screen(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    context = await new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    visitor = await Visitor.arrive(context, desk)
    await visitor.launcher.tap()
    await visitor.log.wait_for()

    async def is_whole() -> bool:
        return await box(frame_of(visitor)) == (0, 0, 390, 844)

    await eventually(is_whole)
    await expect(visitor.launcher).to_be_hidden()
    overflow = "getComputedStyle(document.documentElement).overflow"
    await visitor.page.wait_for_function(f"{overflow} === 'hidden'")
    await visitor.frame.get_by_role("button", name="Close chat").tap()
    await expect(visitor.launcher).to_be_visible()
    await visitor.page.wait_for_function(f"{overflow} === 'visible'")


async def test_by_keyboard_alone_one_opens_writes_closes_and_is_back_where_one_was(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(), desk)
    keyboard = visitor.page.keyboard
    for _ in range(TABS):
        await keyboard.press("Tab")
        if await visitor.launcher.evaluate("button => button.matches(':focus')"):
            break
    await expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    await keyboard.press("Enter")
    await expect(visitor.field).to_be_focused()
    await expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    await keyboard.type("Без миші")
    await keyboard.press("Enter")
    await visitor.sees("Без миші")
    await expect(visitor.field).to_be_focused()
    await keyboard.press("Escape")
    await expect(visitor.log).to_be_hidden()
    await expect(visitor.launcher).to_be_focused()
    await expect(visitor.launcher).to_have_attribute("aria-expanded", "false")


async def test_escape_closes_the_emoji_before_it_closes_the_panel(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(), desk)
    await visitor.open()
    emoji = visitor.frame.get_by_role("dialog", name="Emoji")
    await visitor.frame.get_by_role("button", name="Emoji").press("Enter")
    await expect(emoji.locator(":focus")).to_be_attached()
    await visitor.page.keyboard.press("ArrowRight")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.field).to_have_value("😃")
    await visitor.field.focus()
    await visitor.page.keyboard.press("Escape")
    await expect(emoji).to_have_count(0)
    await expect(visitor.log).to_be_visible()
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.log).to_be_hidden()


async def test_everything_in_the_panel_is_reached_by_tab_and_has_a_name(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Мирослава")
    await visitor.write("Привіт")
    await mark_in(visitor.log, "Привіт", "sent")
    await expect(visitor.frame.get_by_role("button", name="All conversations")).to_be_visible()
    await visitor.field.focus()
    names = []
    describe = (
        "() => { const it = document.activeElement; return it === document.body ? '' :"
        " (it.getAttribute('aria-label') || it.textContent.trim() || it.tagName) }"
    )
    frame = visitor.page.frames[1]
    for _ in range(TABS):
        await visitor.page.keyboard.press("Shift+Tab")
        name = await frame.evaluate(describe)
        if not name:
            break
        names.append(name)
    assert names[::-1] == [
        "All conversations",
        "Larger window",
        "Close chat",
        "Messages",
        "Reply",
        "Attach files",
    ]


async def test_a_screen_reader_is_told_what_everything_is(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Гордій")
    await visitor.write("Чи є знижки?")
    await mark_in(visitor.log, "знижки", "sent")
    await expect(visitor.log).to_have_attribute("aria-relevant", "additions")
    await expect(visitor.frame.get_by_role("dialog", name="Website")).to_match_aria_snapshot("""
        - dialog "Website":
          - banner:
            - button "All conversations"
            - heading "Website" [level=1]
            - paragraph: How can we help?
            - button "Larger window"
            - button "Close chat"
          - status
          - main:
            - log "Messages":
              - text: Website Hello! How can we help?
              - paragraph: Today
              - text: "You: Чи є знижки?"
              - button "Reply"
              - text: Sent
              - time
            - alert
            - button "Attach files"
            - textbox "Write a message…"
            - button "Emoji"
            - button "Send" [disabled]
    """)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_light_or_dark_as_the_visitor_s_system_is(
    desk: RunningDesk, new_context: OpenContext, scheme: str
) -> None:
    visitor = await Visitor.arrive(await new_context(color_scheme=scheme), desk)
    await visitor.open()
    look = """element => {
        const { color, backgroundColor } = getComputedStyle(element);
        const parts = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const light = (text) => parts(text).reduce((sum, one) => sum + one / 765, 0);
        return [light(color), light(backgroundColor)];
    }"""
    ink, paper = await visitor.frame.locator(".app").evaluate(look)
    assert (ink < 0.4 and paper > 0.9) if scheme == "light" else (ink > 0.8 and paper < 0.2)


@pytest.mark.parametrize(
    ("browser_s", "page", "greeting", "placeholder"),
    [
        ("en-GB", "en", "Hello! How can we help?", "Write a message…"),
        ("ru-RU", "ru", "Здравствуйте! Чем помочь?", "Напишите сообщение…"),
        ("uk-UA", "uk", "Вітаємо! Чим допомогти?", "Напишіть повідомлення…"),
        ("es-MX", "es", "¡Hola! ¿En qué podemos ayudarle?", "Escribe un mensaje…"),
        ("fr-FR", "en", "Hello! How can we help?", "Write a message…"),
    ],
)
async def test_it_speaks_the_browser_s_language_or_the_site_s_own(
    desk: RunningDesk,
    new_context: OpenContext,
    browser_s: str,
    page: str,
    greeting: str,
    placeholder: str,
) -> None:
    visitor = await Visitor.arrive(await new_context(locale=browser_s), desk)
    await visitor.open()
    await expect(visitor.frame.get_by_text(greeting)).to_be_visible()
    await expect(visitor.field).to_have_accessible_name(placeholder)
    await expect(visitor.frame.locator("html")).to_have_attribute("lang", page)
