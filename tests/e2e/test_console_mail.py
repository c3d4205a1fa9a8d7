"""A mail in the console, from a real mailbox: its words, its page, and nothing that acts."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, FrameLocator, Locator, Page, Request, Route, expect

from tests.bridge.markup.strangers import XSS
from tests.bridge.sandbox.telegram.conftest import picture
from tests.browser import OpenContext
from tests.channels.email import dovecot as imap
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import leaf, letter, mail, multipart
from tests.desk import RunningDesk
from tests.e2e.house import Agents, eventually, running
from tests.people import AgentAtConsole

pytestmark = pytest.mark.slow
BOX = "help"
PIXEL = "https://tracker.example/pixel.png"
HISTORY = "On Mon, Nov 2, 2026 at 10:15 AM Shop <help@example.com> wrote:\n> Your order is packed"
PAGE = f"""<table width="100%" bgcolor="#f3ead8"><tr><td style="padding:20px">
<h2>Autumn at Birch &amp; Co.</h2><p>Hello! <b>Two jackets</b>, please.</p>
<img src="cid:jacket@1" alt="A jacket" width="120"><img src="{PIXEL}" alt="">
<img src="http://tracker.example/plain.png" alt="">
<p><a href="https://birch.example/orders/5">Order 5</a></p></td></tr></table>"""


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Dovecot]:
    """A real IMAP server."""
    with imap.running() as server:
        yield server


@pytest.fixture(scope="module")
def desk(mailbox: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """The shipped program with an inbox on that server."""
    place = {"host": "127.0.0.1", "tls": "none", "password": "${MAIL_PASSWORD}"}
    inbox = {
        "type": "email",
        "name": "Mail",
        "address": "help@example.com",
        "imap": place | {"port": mailbox.port, "user": BOX},
        "smtp": place | {"port": 1},
        "authserv_id": "mx.example.com",
        "poll": "1s",
    }
    secrets = {"MAIL_PASSWORD": imap.PASSWORD}
    with running(tmp_path_factory.mktemp("desk"), {"channels.mail": inbox}, secrets) as one:
        yield one


@dataclass
class Watch:
    """Every request of a profile, and what ran that should not have run."""

    asked: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def elsewhere(self, desk: RunningDesk) -> list[str]:
        """Return what was asked of anybody but us."""
        return [one for one in self.asked if not one.startswith((desk.url, "data:", "blob:"))]

    async def over(self, context: BrowserContext) -> None:
        """Watch a profile. Whatever it asks of others is answered with a picture."""

        def note(request: Request) -> None:
            self.asked.append(request.url)

        async def answer(route: Route) -> None:
            await route.fulfill(body=picture(4, 4), content_type="image/png")

        context.on("request", note)
        context.on("dialog", lambda dialog: self.ran.append(dialog.message))
        await context.expose_binding("hit", lambda _, what: self.ran.append(str(what)))
        await context.route(lambda url: ".example" in url, answer)


@pytest.fixture
def watch() -> Watch:
    """Return the watch over what is asked and run."""
    return Watch()


@pytest_asyncio.fixture(loop_scope="session")
async def anna(
    agents: Agents, new_context: OpenContext, watch: Watch
) -> AsyncIterator[AgentAtConsole]:
    """An agent at the console, whose browser is watched."""
    context = await new_context()
    await watch.over(context)
    yield await agents.at_console(context)
    assert watch.ran == []


def decent(sender: str, text: str = "Two jackets, please.") -> bytes:
    """Return a mail with a page, a picture of its own, remote ones, and a folded history."""
    head = 'Content-Disposition: inline; filename="jacket.png"\nContent-ID: <jacket@1>\n'
    words = multipart("alternative", leaf(f"{text}\n\n{HISTORY}"), leaf(PAGE, "text/html"))
    body = multipart("related", words, leaf(picture(60, 40), "image/png", head=head))
    return mail(body, From=sender, Subject="Order 5")


async def opened(anna: AgentAtConsole) -> FrameLocator:
    """Open the page of the mail in the thread that is open."""
    await anna.thread.get_by_role("button", name="Show the mail as it was sent").last.click()
    await anna.page.locator("dialog.original iframe").wait_for()
    return anna.page.frame_locator("dialog.original iframe")


async def has_loaded(image: Locator) -> bool:
    """Say whether a picture of a page is there."""
    loaded: bool = await image.evaluate("(one) => one.complete && one.naturalWidth > 0")
    return loaded


async def test_a_mail_is_read_unfolded_and_seen_as_it_was_sent(
    desk: RunningDesk, mailbox: Dovecot, anna: AgentAtConsole, watch: Watch
) -> None:
    mailbox.deliver(BOX, decent("Lena <lena@example.net>"))
    await anna.open("Lena")
    await expect(anna.thread.locator(".msg.in")).to_contain_text("Order 5")
    await expect(anna.thread).not_to_contain_text("is packed")
    await expect(anna.thread).not_to_contain_text("original.html")
    await anna.thread.get_by_role("button", name="Show the whole text").click()
    await expect(anna.thread.locator(".whole")).to_contain_text("> Your order is packed")
    await anna.thread.get_by_role("button", name="Show only what is new").click()
    await expect(anna.thread).not_to_contain_text("is packed")
    frame = await opened(anna)
    await expect(frame.get_by_role("heading", name="Autumn at Birch & Co.")).to_be_visible()
    await eventually(lambda: has_loaded(frame.get_by_alt_text("A jacket")))
    assert watch.elsewhere(desk) == []


async def test_remote_pictures_come_only_when_asked_for_and_for_this_view_only(
    desk: RunningDesk, mailbox: Dovecot, anna: AgentAtConsole, watch: Watch
) -> None:
    mailbox.deliver(BOX, decent("Mira <mira@example.net>"))
    await anna.open("Mira")
    frame = await opened(anna)
    await expect(frame.get_by_text("Two jackets")).to_be_visible()
    dialog = anna.page.locator("dialog.original")
    await expect(dialog).to_contain_text("will learn that it was opened")
    assert watch.elsewhere(desk) == []
    await dialog.get_by_role("button", name="Load 1 remote picture").click()
    await eventually(lambda: has_loaded(frame.locator("img").nth(1)))
    assert watch.elsewhere(desk) == [PIXEL]
    await anna.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    frame = await opened(anna)
    await eventually(lambda: has_loaded(frame.get_by_alt_text("A jacket")))
    assert watch.elsewhere(desk) == [PIXEL]


async def test_a_link_opens_a_window_that_knows_nothing_of_us(
    mailbox: Dovecot, anna: AgentAtConsole
) -> None:
    mailbox.deliver(BOX, decent("Nora <nora@example.net>"))
    await anna.open("Nora")
    frame = await opened(anna)
    link = frame.get_by_role("link", name="Order 5")
    await expect(link).to_have_attribute("title", "https://birch.example/orders/5")
    async with anna.page.context.expect_page() as coming:
        await link.click()
    page: Page = await coming.value
    await page.wait_for_load_state()
    assert page.url == "https://birch.example/orders/5"
    assert await page.evaluate("[window.opener, document.referrer]") == [None, ""]


async def test_nothing_in_a_hostile_mail_runs_or_reaches_anybody(
    desk: RunningDesk, mailbox: Dovecot, anna: AgentAtConsole, watch: Watch
) -> None:
    evil = "".join(f"<div>{one}</div>" for one in XSS).replace("alert(1)", "hit(1)")
    page = f"<table><tr><td>The beginning</td></tr></table>{evil}<p>The end of it</p>"
    mailbox.deliver(BOX, letter("See below", sender="evil@example.net", name="Evil", html=page))
    # Each attack in a mail of its own would be a mail too many: those that swallow what
    # follows stand alone here.
    await anna.open("Evil")
    frame = await opened(anna)
    await expect(frame.get_by_text("The beginning")).to_be_visible()
    assert watch.elsewhere(desk) == []
    assert (
        await frame.locator("script, iframe, form, object, svg, style:not(head style)").count() == 0
    )


async def test_a_sender_whom_our_server_does_not_vouch_for_is_said_to_be_unproven(
    mailbox: Dovecot, anna: AgentAtConsole
) -> None:
    proof = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.net\r\n"
    mailbox.deliver(BOX, letter("Pay here", sender="boss@example.net", name="Boss"))
    mailbox.deliver(BOX, proof + letter("Hello", sender="olha@example.net", name="Olha"))
    await anna.open("Boss")
    await expect(anna.thread).to_contain_text("Sender not proven")
    await anna.open("Olha")
    await anna.sees("Hello")
    await expect(anna.thread).not_to_contain_text("Sender not proven")
