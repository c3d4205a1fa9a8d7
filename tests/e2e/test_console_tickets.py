"""Agents pick messages, copy them, and make tasks of them that arrive where they should."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from playwright.async_api import Locator, expect

from tests.bridge.webhooks.receiver import SECRET, Receiver, Reply, listening_apart, verified
from tests.browser import OpenContext
from tests.databases import until
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, running
from tests.people import AgentAtConsole
from tests.ports import free_port

TASK = "https://crm.example.com/tasks/77"
CHOICES = {"low": "Low", "high": {"en": "High", "ru": "Высокая"}}


@dataclass
class TaskInbox:
    """A mail server that takes everything, and keeps it."""

    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  # aiosmtpd looks for this name.
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        """Keep a mail."""
        raw = envelope.content
        assert isinstance(raw, bytes)
        self.mails.append(message_from_bytes(raw, policy=policy.default))
        self.to += envelope.rcpt_tos
        return "250 taken"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """A program of the house that is told of tasks."""
    with listening_apart() as one:
        one.usual = Reply(201, f'{{"url": "{TASK}"}}')
        yield one


@pytest.fixture(scope="module")
def inbox() -> Iterator[tuple[TaskInbox, int]]:
    """A mail server for tasks, and its port."""
    inbox, port = TaskInbox(), free_port()
    server = Controller(
        inbox,
        hostname="127.0.0.1",
        port=port,
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=True),
    )
    server.start()
    yield inbox, port
    server.stop()


@pytest.fixture(scope="module")
def desk(
    receiver: Receiver, inbox: tuple[TaskInbox, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDesk]:
    """The shipped program with two places for tasks."""
    place = {"host": "127.0.0.1", "tls": "none", "password": "${MAIL_PASSWORD}"}
    mailbox = {
        "type": "email",
        "name": "Shop",
        "address": "help@example.com",
        "imap": place | {"port": 1},
        "smtp": place | {"port": inbox[1]},
    }
    fields: dict[str, Any] = {
        "order": {"label": {"en": "Order", "ru": "Заказ"}, "required": True},
        "how": {"label": "Urgency", "type": "choice", "choices": CHOICES},
    }
    changes = {
        "channels.mail": mailbox,
        "webhooks": {"crm": {"url": receiver.url, "secret": "${HOOK}", "allow_private": True}},
        "tickets": {
            "depot": {"name": "Depot", "to": {"inbox": "mail", "address": "tasks@example.com"}},
            "crm": {"name": "CRM", "to": {"webhook": "crm"}, "fields": fields},
        },
    }
    secrets = {"MAIL_PASSWORD": "mail-password", "HOOK": SECRET}
    with running(tmp_path_factory.mktemp("desk"), changes, secrets) as one:
        yield one


async def talking(
    new_context: OpenContext, desk: RunningDesk, agents: Agents, name: str, **context: Any
) -> AgentAtConsole:
    """Have a customer say five things, and an agent look at them."""
    visitor = await arrived(await new_context(), desk, name)
    for number in range(1, 6):
        await visitor.write(f"Слово {number} 📦")
    anna = await agents.at_console(await new_context(**context))
    await anna.open(name)
    await expect(said(anna, 5)).to_be_visible()
    return anna


def said(agent: AgentAtConsole, number: int) -> Locator:
    return agent.thread.locator(".msg.in", has_text=f"Слово {number} 📦")


async def select(agent: AgentAtConsole, *numbers: int) -> Locator:
    """Pick messages, the first by its menu; return the bar."""
    first, *others = numbers
    await said(agent, first).hover()
    await said(agent, first).get_by_role("button", name="Select").click()
    for number in others:
        await said(agent, number).click()
    bar = agent.page.locator(".picking-bar")
    await expect(bar.locator(".picking-count")).to_have_text(f"{len(numbers)} messages")
    return bar


async def test_d51_d52_d53_two_of_five_messages_become_a_task_in_the_mail(
    desk: RunningDesk,
    agents: Agents,
    new_context: OpenContext,
    inbox: tuple[TaskInbox, int],
) -> None:
    anna = await talking(new_context, desk, agents, "Марта")
    bar = await select(anna, 2, 4)
    await bar.get_by_role("button", name="Create ticket").click()
    dialog = anna.page.locator("dialog.ticket")
    await expect(dialog.get_by_label("Text")).to_have_value(
        re.compile(r"Марта, .*:\nСлово 2 📦\n\nМарта, .*:\nСлово 4 📦")
    )
    await dialog.get_by_label("Title").fill("Перевірити склад")
    await dialog.get_by_role("button", name="Send ticket").click()
    event = anna.thread.locator("[data-event=ticket]")
    await expect(event).to_contain_text("You created a ticket “Перевірити склад” · Depot")
    await expect(event.locator("[data-ticket=sent]")).to_have_text("Delivered. ")
    await expect(bar).to_have_count(0)
    box, _ = inbox
    [mail] = box.mails
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert (mail["subject"], box.to) == ("Перевірити склад", ["tasks@example.com"])
    assert all((f"Слово {one} " in text) == (one in (2, 4)) for one in range(1, 6))
    assert f"{desk.url}/console/c/" in text


async def test_d53_a_task_with_fields_goes_to_a_webhook_and_links_to_where_it_is(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, receiver: Receiver
) -> None:
    anna = await talking(new_context, desk, agents, "Назар")
    bar = await select(anna, 1, 5)
    await bar.get_by_role("button", name="Create ticket").click()
    dialog = anna.page.locator("dialog.ticket")
    await dialog.get_by_label("Where to").select_option("crm")
    await dialog.get_by_label("Order (required)").fill("4711")
    await dialog.get_by_label("Urgency").select_option("high")
    await dialog.get_by_role("button", name="Send ticket").click()
    event = anna.thread.locator("[data-event=ticket]")
    link = event.get_by_role("link", name="Open ticket")
    await expect(link).to_have_attribute("href", TASK)
    [request] = receiver.requests
    sent_at = float(request.headers["webhook-timestamp"])
    assert verified(request.headers, request.body, SECRET, sent_at)
    told = request.json["data"]
    assert [one["text"] for one in told["messages"]] == ["Слово 1 📦", "Слово 5 📦"]
    assert {one["id"]: one["shown"] for one in told["ticket"]["fields"]} == {
        "order": "4711",
        "how": "High",
    }
    assert told["conversation"]["url"].startswith(f"{desk.url}/console/c/")


async def test_a_task_that_nobody_takes_says_so_and_is_sent_again(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, receiver: Receiver
) -> None:
    before = len(receiver.requests)
    receiver.replies.append(Reply(410))
    anna = await talking(new_context, desk, agents, "Орест")
    bar = await select(anna, 3, 4)
    await bar.get_by_role("button", name="Create ticket").click()
    dialog = anna.page.locator("dialog.ticket")
    await dialog.get_by_label("Where to").select_option("crm")
    await dialog.get_by_label("Order (required)").fill("1")
    await dialog.get_by_role("button", name="Send ticket").click()
    event = anna.thread.locator("[data-event=ticket]")
    await expect(event.locator("[data-ticket=failed]")).to_contain_text("its receiver is gone")
    await event.get_by_role("button", name="Retry").click()
    await expect(event.locator("[data-ticket=sent]")).to_be_visible()
    await until(lambda: len(receiver.requests) == before + 2)
    first, second = receiver.requests[before:]
    assert first.id == second.id


async def test_d54_a_selection_is_copied_with_who_said_it_and_when(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    anna = await talking(new_context, desk, agents, "Соломія", permissions=allowed)
    bar = await select(anna, 4, 2)
    await bar.get_by_role("button", name="Copy selection").click()
    await expect(bar).to_have_count(0)
    copied = await anna.page.evaluate("navigator.clipboard.readText()")
    first, second = copied.split("\n\n")
    for part, number in ((first, 2), (second, 4)):
        head, text = part.split("\n")
        assert head.startswith("Соломія, ")
        assert ":" in head.removeprefix("Соломія, ")
        assert text == f"Слово {number} 📦"


async def test_d52_holding_a_message_begins_a_selection_and_escape_leaves_it(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await talking(new_context, desk, agents, "Юрко")
    bar = anna.page.locator(".picking-bar")
    await said(anna, 3).locator(".bubble").hover(position={"x": 8, "y": 8})
    await anna.page.mouse.down()
    await expect(bar.locator(".picking-count")).to_have_text("1 message")
    await anna.page.mouse.up()
    await expect(bar).to_be_visible()
    await anna.page.keyboard.press("Escape")
    await expect(bar).to_have_count(0)
    await said(anna, 1).focus()
    await anna.page.keyboard.press("Shift+X")
    await expect(said(anna, 1).get_by_role("checkbox")).to_be_checked()
