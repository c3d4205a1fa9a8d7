"""A file that one customer was sent goes to another, without being uploaded again."""

from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module

desk = desk_of_module()


async def test_s13_a_file_in_the_gallery_is_forwarded_to_another_customer(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    asks = await arrived(await new_context(), desk, "Горпина")
    await asks.write("Надішліть прайс")
    waits = await arrived(await new_context(), desk, "Мотря")
    await waits.write("І мені прайс")
    anna = await agents.at_console(await new_context())
    await anna.open("Горпина")
    await anna.take()
    await anna.page.locator(".editor input[type=file]").set_input_files(
        {"name": "прайс 😀.txt", "mimeType": "text/plain", "buffer": b"1 000 UAH"}
    )
    await anna.page.locator(".editor").get_by_role("button", name="Send").click()
    gallery = anna.page.locator("[data-block=attachments]")
    await gallery.get_by_role("tab", name="Files").click()
    await gallery.locator(".forward").click()
    dialog = anna.page.locator("dialog")
    await dialog.get_by_role("searchbox").fill("Мотря")
    await dialog.locator(".person", has_text="Мотря").click()
    await dialog.locator("textarea").fill("Ось прайс")
    await dialog.get_by_role("button", name="Send").click()

    await expect(dialog).to_have_count(0)
    await waits.sees("Ось прайс")
    await expect(waits.log.get_by_text("прайс 😀.txt").first).to_be_visible()
    stored = agents.api().messages(agents.api().conversation("Мотря"))
    assert [one["name"] for one in stored[-1]["attachments"]] == ["прайс 😀.txt"]
