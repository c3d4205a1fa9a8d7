"""What an agent sees of a visitor who has left: the mail that waits, that went, its answer."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.channels.email import dovecot as imap
from tests.channels.email import postbox
from tests.channels.email.dovecot import Dovecot, running
from tests.channels.email.mails import letter
from tests.channels.email.postbox import PostBox, post_box
from tests.channels.rig import eventually
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of
from tests.people import AgentAtConsole, Visitor

pytestmark = pytest.mark.slow
USER = "mailed"
# A visitor counts as gone half a minute after their last page closed.
GONE_MS = 60_000


@dataclass
class Shop:
    """The shipped program with a mailbox, and the servers of that."""

    desk: RunningDesk
    agents: Agents
    dovecot: Dovecot
    box: PostBox


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Run the program, the widget of its demo going on by mail after some seconds."""
    with running() as server:
        async with post_box() as box:
            place = {"host": "127.0.0.1", "tls": "none"}
            changes = {
                "channels.help_mail": {
                    "type": "email",
                    "name": "Help",
                    "address": "help@example.com",
                    "imap": place | {"port": server.port, "user": USER, "password": "${IMAP}"},
                    "smtp": place | {"port": box.port, "password": "${SMTP}"},
                    "poll": "1s",
                },
                "channels.site.continue_via": ["help_mail"],
                "notify.customer": {"email_if_unseen": "40s"},
            }
            secrets = {"IMAP": imap.PASSWORD, "SMTP": postbox.PASSWORD}
            desk = RunningDesk(tmp_path, changes, secrets)
            await asyncio.to_thread(desk.start)
            agents = Agents(desk)
            try:
                yield Shop(desk, agents, server, box)
            finally:
                agents.leave()
                await asyncio.to_thread(desk.close)
            assert faults_of(logs_of(desk)) == []


async def left(shop: Shop, new_context: OpenContext, name: str, email: str) -> AgentAtConsole:
    """Have a visitor write and close the page; return an agent who has their conversation open."""
    visitor = await Visitor.arrive(await new_context(), shop.desk)
    await visitor.open()
    await visitor.introduce(name, email)
    await visitor.write("Is it here yet?")
    anna = await shop.agents.at_console(await new_context())
    await anna.open(name)
    await anna.sees("Is it here yet?")
    await visitor.page.close()
    return anna


def mail_line(anna: AgentAtConsole, state: str) -> Locator:
    """Return what stands under a message about its mail."""
    return anna.thread.locator(f"[data-mail={state}]")


async def test_s52_o33_an_agent_sees_that_it_goes_by_mail_went_and_was_answered_by_mail(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await left(shop, new_context, "Olena", "olena@example.net")
    await anna.take()
    await anna.reply("It came this morning")
    planned = mail_line(anna, "planned")
    await expect(planned).to_have_text(re.compile(r"Goes by mail to o…@example\.net at \d"))
    await expect(planned).to_contain_text("has left the site", timeout=GONE_MS)
    await expect(anna.thread.locator(".trouble")).to_have_count(0)

    gone = mail_line(anna, "sent")
    await expect(gone).to_contain_text("Went by mail to o…@example.net", timeout=GONE_MS)
    ours = str(shop.box.received[0].mail["message-id"]).strip("<>")
    shop.dovecot.deliver(USER, letter("Thank you!", sender="olena@example.net", answers=ours))
    await anna.sees("Thank you!")
    await expect(anna.thread.locator("[data-came-by]")).to_have_text(re.compile("by mail · Help"))


async def test_s52_s49_a_mail_that_was_refused_says_so_and_is_sent_again_by_the_agent(
    shop: Shop, new_context: OpenContext
) -> None:
    # Each connection meets one, and the program may look whether the server is well.
    shop.box.failures.extend(["rcpt 550 5.7.1 not from you"] * 9)
    anna = await left(shop, new_context, "Olena", "olena@example.net")
    await anna.take()
    await anna.reply("It came this morning")
    failed = mail_line(anna, "failed")
    await expect(failed).to_contain_text("The mail to o…@example.net has failed", timeout=GONE_MS)
    shop.box.failures.clear()
    await failed.get_by_role("button", name="Retry").click()
    await expect(mail_line(anna, "sent")).to_contain_text("Went by mail to o…@example.net")
    assert len(shop.box.received) == 1


async def test_s52_an_agent_sees_that_there_is_no_address_to_mail_to(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await left(shop, new_context, "Ivan", "")
    await anna.take()
    await anna.reply("It came this morning")
    nowhere = mail_line(anna, "nowhere")
    await expect(nowhere).to_contain_text("given no address", timeout=GONE_MS)
    await expect(anna.thread.locator(".trouble")).to_contain_text("has left the site")
    await eventually(lambda: shop.box.received == [], within=1)
