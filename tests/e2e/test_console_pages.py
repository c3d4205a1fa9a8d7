"""The pages beside the conversations: reports, the audit trail, the state of the desk."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module

desk = desk_of_module({"conversation.rating": {"scale": 5}})


async def test_j19_a_supervisor_reads_what_happened_and_takes_it_away(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, tmp_path: Path
) -> None:
    visitor = await arrived(await new_context(), desk, "Мирослава")
    await visitor.write("Вітаю!")
    api = agents.api()
    here = api.find("Мирослава")["conversation"]["id"]
    for topic in ("prices", "orders"):
        api.post(f"conversations/{here}/topics", {"topic": topic})
    anna = await agents.at_console(await new_context())
    await anna.open("Мирослава")
    await anna.take()
    await anna.reply("Добрий день!")

    await anna.page.get_by_role("button", name="settings and sign-out").click()
    await anna.page.get_by_role("menuitem", name="Reports").click()
    page = anna.page.locator("main.page")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert anna.page.url.endswith("/console/reports")
    await expect(page.locator(".tile[data-figure=opened] dd")).to_have_text("1")
    await expect(page.locator(".tile[data-figure=first_answers] dd")).to_contain_text("100%")
    row = page.locator(".figures [data-line=anna]")
    await expect(row.locator("[data-figure=outgoing]").first).to_have_text("1")

    await page.locator("select[name=table]").select_option("topics")
    counted = page.locator("tr[data-line=prices] [data-figure=opened]")
    await expect(counted).to_have_text("1")
    await expect(page.locator("tr[data-line=orders] [data-figure=opened]")).to_have_text("1")
    await expect(page.get_by_text("counts in each")).to_be_visible()

    await page.locator("select[name=topic]").select_option("delivery")
    await expect(page.locator(".tile[data-figure=opened] dd")).to_have_text("0")
    await page.locator("select[name=topic]").select_option("")
    await expect(page.locator(".tile[data-figure=opened] dd")).to_have_text("1")

    async with anna.page.expect_download() as started:
        await page.get_by_role("link", name="Topics: Save as CSV").click()
    download = await started.value
    await download.save_as(tmp_path / "topics.csv")
    text = (tmp_path / "topics.csv").read_text(encoding="utf-8-sig")
    assert "prices,Prices,1," in text

    await anna.page.go_back()
    await anna.thread.wait_for()
    await anna.page.reload()
    await anna.thread.wait_for()


async def test_a_folder_leads_from_a_page_back_to_the_conversations(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    await anna.page.get_by_role("button", name="settings and sign-out").click()
    menu = anna.page.get_by_role("menu")
    await expect(menu.get_by_role("menuitem", name="Audit trail")).to_have_count(0)
    await menu.get_by_role("menuitem", name="The desk").click()
    await expect(anna.page.locator("[data-channel=site]")).to_contain_text("Works")
    await expect(anna.page.locator("tr[data-key]")).to_have_count(0)
    await anna.page.locator("[data-folder=all]").click()
    await anna.list.wait_for()
    await anna.page.keyboard.press("Control+KeyK")
    await anna.page.get_by_role("combobox").fill("отчёты")
    await anna.page.keyboard.press("Enter")
    await expect(anna.page.locator(".tiles")).to_be_visible()
    await anna.page.keyboard.press("Escape")
    await anna.list.wait_for()
