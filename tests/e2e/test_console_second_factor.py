"""The second factor in a browser: set up by scanning, asked for at the door, lost, demanded."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk, StartDesk
from tests.e2e.house import desk_of_module
from tests.e2e.test_console_profile import profile_of
from tests.people import AgentAtConsole
from tests.qr import matrix_of, text_of

PASSWORD = "a long password of pavel"

desk = desk_of_module({"agents.anna.role": "owner"})


class App:
    """The authenticator app of an agent, which never shows one code twice."""

    def __init__(self, secret: str) -> None:
        """Learn a secret."""
        self._totp = pyotp.TOTP(secret)
        self._step = 0

    @classmethod
    async def scan(cls, place: Page | Locator) -> "App":
        """Read the QR code on a page."""
        drawing = place.locator(".invite-qr")
        box = await drawing.get_attribute("viewBox")
        path = await drawing.locator("path").get_attribute("d")
        assert box is not None
        assert path is not None
        said = text_of(matrix_of(int(box.split()[2]) - 8, path))
        letters = await place.locator(".secret").inner_text()
        (secret,) = parse_qs(urlsplit(said).query)["secret"]
        assert letters.replace(" ", "") == secret
        return cls(secret)

    def code(self) -> str:
        """Return a code that was not shown yet: that of now, or of the next half minute."""
        self._step = max(self._step + 1, int(time.time()) // 30)
        return self._totp.generate_otp(self._step)


async def codes_on(place: Page | Locator) -> list[str]:
    """Return the recovery codes that are shown, and go on."""
    shown = place.locator(".recovery-codes code")
    await expect(shown).to_have_count(10)
    codes = await shown.all_inner_texts()
    await place.locator("[data-factor=codes] .btn.go").click()
    return codes


async def with_new_password(page: Page, desk: RunningDesk, agent: str) -> None:
    """Have a new link made on the command line, and choose a password with it."""
    made = desk.run("agent", "password", agent, "--config", str(desk.folder / "deskbridge.yaml"))
    (link,) = re.findall(r"/console#link=\S+", made.stdout)
    await page.goto(desk.url + link)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("[name=repeat]").fill(PASSWORD)
    await page.keyboard.press("Enter")


async def at_the_door(page: Page, desk: RunningDesk, login: str) -> None:
    """Come to the sign-in page, and give name and password."""
    await page.goto(f"{desk.url}/console")
    await page.locator("[name=username]").fill(login)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("[name=code]").wait_for()


async def test_an_agent_scans_signs_in_with_a_code_loses_the_phone_and_is_helped(
    desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    pavel = await AgentAtConsole.sign_in(await new_context(), desk, "pavel")
    sheet = await profile_of(pavel)
    await sheet.locator("[data-factor=off] .btn").click()
    app = await App.scan(sheet)
    field = sheet.locator("[name=code]")
    await field.fill("000000")
    await field.press("Enter")
    await expect(sheet.get_by_role("alert")).not_to_be_empty()
    await field.fill(app.code())
    await field.press("Enter")
    codes = await codes_on(sheet)
    await expect(sheet.locator("[data-factor=on]")).to_contain_text("10")
    # The session goes on under another cookie, and with it the page: what is changed is kept.
    await pavel.page.keyboard.press("Escape")
    await pavel.page.reload()
    await pavel.list.wait_for()

    other = await (await new_context()).new_page()
    await with_new_password(other, desk, "pavel")
    await other.locator("[name=code]").fill(app.code())
    await other.keyboard.press("Enter")
    await other.locator("section.list").wait_for()

    third = await (await new_context()).new_page()
    await at_the_door(third, desk, "pavel")
    await expect(third.locator("[name=code]")).to_be_focused()
    await third.locator("main.door .btn.quiet").click()
    await expect(third.locator("[name=code]")).to_have_attribute("inputmode", "text")
    await third.locator("[name=code]").fill(codes[0].upper())
    await third.keyboard.press("Enter")
    await third.locator("section.list").wait_for()

    anna = await AgentAtConsole.sign_in(await new_context(), desk, "anna")
    await anna.page.goto(f"{desk.url}/console/desk")
    theirs = anna.page.locator("[data-factor-of='Павел']")
    await expect(theirs).to_contain_text("9")
    await theirs.locator(".btn").click()
    await theirs.locator(".btn.danger").click()
    await expect(theirs).to_have_count(0)
    await expect(third.locator("main.door")).to_be_visible()
    await third.locator("[name=username]").fill("pavel")
    await third.locator("[name=password]").fill(PASSWORD)
    await third.keyboard.press("Enter")
    await third.locator("section.list").wait_for()
    # A wrong first code, and doors that wanted one.
    await page_errors.expect("422")
    await page_errors.expect("401")


async def test_an_agent_renews_the_recovery_codes_and_switches_it_off(
    desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    anna = AgentAtConsole(await (await new_context()).new_page())
    await with_new_password(anna.page, desk, "anna")
    await anna.list.wait_for()
    sheet = await profile_of(anna)
    await sheet.locator("[data-factor=off] .btn").click()
    app = await App.scan(sheet)
    await sheet.locator("[name=code]").fill(app.code())
    await sheet.locator("[name=code]").press("Enter")
    # They are shown this once: no key that closes a sheet takes them away.
    await sheet.locator("[data-factor=codes]").wait_for()
    for _ in range(2):
        await anna.page.keyboard.press("Escape")
    old = await codes_on(sheet)

    standing = sheet.locator("[data-factor=on] .form-buttons .btn")
    await standing.first.click()
    await sheet.locator("[name=code]").fill(app.code())
    await sheet.locator("[name=code]").press("Enter")
    new = await codes_on(sheet)
    assert not set(old) & set(new)
    await standing.last.click()
    await sheet.locator("[data-factor] .btn.quiet").click()
    await sheet.locator("[name=code]").fill(new[0])
    await sheet.locator("[name=code]").press("Enter")

    await expect(sheet.locator("[data-factor=off]")).to_be_visible()
    await anna.page.reload()
    await anna.list.wait_for()


@pytest.fixture
def strict_desk(start_desk: StartDesk) -> RunningDesk:
    """Return a desk that demands a second factor of everybody."""
    return start_desk({"staff.console.second_factor": "required"})


async def test_where_it_is_demanded_the_keyboard_alone_leads_through_it(
    strict_desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    page = await (await new_context(viewport={"width": 400, "height": 780})).new_page()
    await page.goto(strict_desk.links["pavel"])
    await page.locator("main.door .btn.block").press("Enter")
    app = await App.scan(page)
    await expect(page.locator("[name=code]")).to_be_focused()

    await page.keyboard.type(app.code())
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-factor=codes] h3")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await page.locator("section.list").wait_for()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 400
