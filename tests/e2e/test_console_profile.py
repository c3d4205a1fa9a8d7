"""An agent's own profile: read by everybody, and a photo of whoever may put one up."""

from playwright.async_api import Locator, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, cut_picture, desk_of_module, picture
from tests.people import AgentAtConsole

desk = desk_of_module({"permissions": {"agent": {"edit_profile": False}}})


async def profile_of(console: AgentAtConsole) -> Locator:
    """Open one's own profile by the menu beside one's name."""
    await console.page.locator(".me button").click()
    await console.page.locator(".menu [data-entry=profile]").click()
    sheet = console.page.locator("dialog.profile")
    await sheet.locator(".facts").wait_for()
    return sheet


async def chosen(sheet: Locator, content: bytes) -> None:
    """Pick a file as one's photo."""
    file = {"name": "я.png", "mimeType": "image/png", "buffer": content}
    await sheet.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


async def is_drawn(image: Locator) -> None:
    """Wait until the picture is there and the browser has drawn it."""
    await image.scroll_into_view_if_needed()
    await expect(image).to_be_visible()
    # A picture that loads lazily counts as complete before it has begun.
    await expect(image).to_have_js_property("naturalWidth", 64)


async def test_r13_an_agents_photo_is_put_up_seen_by_everybody_at_once_and_taken_away(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Марія")
    await visitor.write("Вітаю")
    anna = await agents.at_console(await new_context(), "anna")
    pavel = await agents.at_console(await new_context(), "pavel")
    await anna.open("Марія")
    await anna.take()
    await pavel.open("Марія")
    sheet = await profile_of(anna)
    await expect(sheet.locator("[data-profile=name]")).to_contain_text("Анна Коваль")
    await expect(sheet.locator(".avatar")).to_have_text("АК")

    await chosen(sheet, picture())

    await is_drawn(sheet.locator(".avatar img"))
    await anna.page.keyboard.press("Escape")
    await is_drawn(anna.page.locator(".me img"))
    await anna.reply("Добрий день")
    # The colleague's console learns of it without being loaded anew.
    for place in (".row .assignee img", ".conversation-bar [data-face=anna]", ".by img"):
        await is_drawn(pavel.page.locator(place).first)
    await visitor.sees("Добрий день")
    await is_drawn(visitor.frame.locator(".header .portrait"))
    await is_drawn(visitor.frame.locator(".author .portrait"))

    sheet = await profile_of(anna)
    await chosen(sheet, cut_picture())
    await expect(anna.page.locator(".toasts")).to_contain_text("not accepted")
    await page_errors.expect("415")
    await is_drawn(sheet.locator(".avatar img"))
    await sheet.get_by_role("button", name="Remove the photo").click()
    await expect(sheet.locator(".avatar")).to_have_text("АК")
    await expect(pavel.page.locator("img[src*=media]")).to_have_count(0)


async def test_r13_without_the_right_the_sheet_offers_no_photo(
    agents: Agents, new_context: OpenContext
) -> None:
    pavel = await agents.at_console(await new_context(), "pavel")
    sheet = await profile_of(pavel)
    await expect(sheet.locator("[data-profile=name]")).to_contain_text("Павел")
    await expect(sheet.locator("[data-profile=photo]")).to_contain_text("switched off")
    await expect(sheet.locator("input")).to_have_count(0)
    refused = agents.api("pavel").http.put(
        "/api/me/photo",
        files={"file": ("a.png", picture())},
        headers={"x-csrf-token": agents.api("pavel").csrf},
    )
    assert refused.json()["error"]["code"] == "forbidden"
