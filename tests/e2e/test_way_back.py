"""A visitor who has left comes back by a link, in another browser: from a mail, or invited."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser import OpenContext
from tests.e2e.house import logs_of
from tests.e2e.test_console_mailed import GONE_MS, Shop, left, mail_line, shop
from tests.e2e.test_onward import drawn
from tests.people import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser]
__all__ = ["shop"]
LINK = re.compile(r"https?://[^\s(]+#deskbridge=((?:mail|invitation)_[\w-]{43})(?![\w-])")


def link_in(text: str) -> str:
    """Return the link back in a text."""
    found = LINK.search(text)
    assert found, text
    return found[0]


def link_mailed(shop: Shop) -> str:
    """Return the link back of the latest mail, the same in its text and in its page."""
    mail = shop.box.received[-1].mail
    bodies = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
    link = link_in(bodies["text/plain"].get_content())
    html = bodies.get("text/html")
    assert html is None or f'href="{link}"' in html.get_content()
    return link


async def followed(context: BrowserContext, link: str) -> Visitor:
    """Open a link and wait until it has left the address."""
    visitor = Visitor(await context.new_page())
    await visitor.page.goto(link)
    await visitor.log.wait_for()
    await visitor.page.wait_for_function("!location.href.includes('deskbridge=')")
    return visitor


async def test_r56_a_visitor_comes_back_from_a_mail_in_another_browser_and_only_once(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await left(shop, new_context, "Olena", "olena@example.net")
    await anna.take()
    await anna.reply("It came this morning")
    await expect(mail_line(anna, "sent")).to_be_visible(timeout=GONE_MS)
    link = link_mailed(shop)
    assert urlsplit(link).path == "/demo"

    phone = await followed(await new_context(), link)
    await phone.sees("Is it here yet?")
    await phone.sees("It came this morning")
    await phone.write("Then I come today")
    await anna.sees("Then I come today")
    await expect(anna.thread.locator("[data-event=came_back]")).to_be_visible()
    await anna.reply("Until six")
    await phone.sees("Until six")
    await phone.page.reload()
    await phone.sees("Until six")
    await expect(phone.frame.get_by_text("Then I come today", exact=True)).to_have_count(1)

    other = await followed(await new_context(), link)
    await expect(other.frame.locator(".banner")).to_have_text(re.compile("no longer|больше не"))
    await expect(other.frame.get_by_text("It came this morning")).to_have_count(0)
    token = link.partition("=")[2]
    assert token not in logs_of(shop.desk)


async def test_r56_who_comes_back_keeps_what_they_have_written_in_that_browser(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await left(shop, new_context, "Olena", "olena@example.net")
    await anna.take()
    await anna.reply("It came this morning")
    await expect(mail_line(anna, "sent")).to_be_visible(timeout=GONE_MS)

    context = await new_context()
    desktop = await Visitor.arrive(context, shop.desk)
    await desktop.open()
    await desktop.introduce("Bohdan")
    await desktop.write("Do you have peonies?")
    await desktop.page.goto("about:blank")
    await desktop.page.goto(link_mailed(shop))
    await desktop.sees("It came this morning")
    await desktop.frame.locator(".header .back").click()
    await desktop.frame.locator(".list .row", has_text="Do you have peonies?").click()
    await desktop.sees("Do you have peonies?")
    await desktop.write("Pink ones?")
    await anna.open("Bohdan")
    await anna.sees("Pink ones?")


async def test_r56_an_invitation_back_has_a_link_a_code_and_a_text_which_all_open_the_conversation(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await left(shop, new_context, "Olena", "")
    await anna.take()
    await anna.page.locator(".conversation-verbs [aria-haspopup=menu]").click()
    await anna.page.get_by_role("menuitem", name=re.compile("Invite|Пригласить|Запросити")).click()
    dialog = anna.page.locator("dialog.invite")
    await dialog.locator(".invite-inboxes button").first.click()
    link = await dialog.locator("input[readonly]").input_value()
    assert await drawn(dialog.locator(".invite-qr")) == link
    text = await dialog.locator("textarea").input_value()
    assert link_in(text) == link
    assert "Olena" in text
    assert anna.page.url.rpartition("/")[2] in text

    phone = await followed(await new_context(), link)
    await phone.sees("Is it here yet?")
    await expect(anna.thread.locator("[data-event=invited_back]")).to_be_attached()
    await expect(anna.thread.locator("[data-event=came_back]")).to_be_attached()
