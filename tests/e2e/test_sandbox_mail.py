"""`deskbridge sandbox`: a person at their mailbox, and an agent who answers in the console."""

import re

import pytest
from playwright.async_api import FilePayload, Locator, expect

from tests.bridge.sandbox.telegram.conftest import picture
from tests.browser import Errors
from tests.e2e.house import mark_in
from tests.e2e.playground import Sandbox

pytestmark = pytest.mark.slow
IRA = "Ірина Бойко"


async def write(sandbox: Sandbox, text: str, subject: str = "") -> None:
    """Write a letter, or the answer that was begun, and wait until it stands there."""
    mailbox = sandbox.phone("Mail")
    if subject:
        await mailbox.get_by_label("Subject", exact=True).fill(subject)
    await mailbox.get_by_label("Message", exact=True).fill(text)
    await mailbox.get_by_label("Send", exact=True).click()
    await expect(sandbox.bubble("Mail", text)).to_be_visible()


def subject_of(bubble: Locator) -> Locator:
    """Return where a letter has its subject."""
    return bubble.locator(".subject")


async def test_a_letter_is_answered_and_the_answer_to_that_stays_in_the_conversation(
    sandbox: Sandbox,
) -> None:
    await write(sandbox, "Добрий день, є дві куртки?", "Дві куртки")
    await sandbox.take(IRA)
    await sandbox.anna.reply("Так, **дві** є. Які саме?", seen_as="дві")
    answer = sandbox.bubble("Mail", "Так, дві є. Які саме?")
    await expect(subject_of(answer)).to_have_text("Re: Дві куртки")
    await expect(answer.locator(".answered")).to_contain_text("є дві куртки?")
    await sandbox.at_phone("Mail", "Які саме?", "Reply")
    await expect(sandbox.phone("Mail")).to_contain_text("Answering: Re: Дві куртки")
    await write(sandbox, "Червоні, будь ласка")
    await sandbox.anna.sees("Червоні, будь ласка")
    # What the program quotes below an answer is folded away, and no second conversation began.
    said = sandbox.anna.thread.locator(".msg", has_text="Червоні, будь ласка")
    await expect(said).not_to_contain_text("wrote:")
    await expect(sandbox.anna.list.locator(".row")).to_have_count(1)


async def test_a_letter_with_another_subject_is_another_conversation(sandbox: Sandbox) -> None:
    await write(sandbox, "Де моє замовлення?", "Замовлення 5")
    await write(sandbox, "А ще: чи є шарфи?", "Шарфи")
    await expect(sandbox.anna.list.locator(".row", has_text=IRA)).to_have_count(2)


async def test_files_go_both_ways_in_one_letter_with_the_words(sandbox: Sandbox) -> None:
    mailbox = sandbox.phone("Mail")
    photo: FilePayload = {"name": "лампа.png", "mimeType": "image/png", "buffer": picture(80, 60)}
    page: FilePayload = {
        "name": "чек.html",
        "mimeType": "text/html",
        "buffer": b"<script>1</script>",
    }
    await mailbox.locator("input[type=file]").set_input_files([photo, page])
    await mailbox.get_by_label("Remove чек.html").click()
    await expect(mailbox.locator(".enclosed")).to_have_text(["лампа.png"])
    await write(sandbox, "Ось вона", "Лампа")
    await sandbox.take(IRA)
    await expect(sandbox.anna.thread.locator(".msg img")).to_have_count(1)
    chooser = sandbox.anna.page.locator(".editor input[type=file]")
    await chooser.set_input_files([photo, page])
    await sandbox.anna.reply("І ось рахунок")
    arrived = sandbox.bubble("Mail", "І ось рахунок")
    await expect(arrived.locator("img")).to_have_js_property("naturalWidth", 80)
    link = arrived.get_by_role("link", name="чек.html")
    async with sandbox.page.expect_download() as coming:
        await link.click()
    assert (await coming.value).suggested_filename == "чек.html"


async def add(sandbox: Sandbox, name: str, address: str) -> None:
    """Give somebody a mailbox at this address."""
    mailbox = sandbox.phone("Mail")
    await mailbox.get_by_label("Name of the customer").fill(name)
    await mailbox.get_by_label("Address of the customer").fill(address)
    await mailbox.get_by_role("button", name="Add", exact=True).click()


async def test_somebody_else_gets_a_mailbox_and_is_vouched_for(sandbox: Sandbox) -> None:
    mailbox = sandbox.phone("Mail")
    await mailbox.get_by_label("Add a customer").click()
    await add(sandbox, "Zoë O'Hara", "zoe@example.org")
    await expect(mailbox.get_by_label("Mailbox of")).to_have_value("zoe@example.org")
    await write(sandbox, "Hello there", "A question")
    await sandbox.anna.open("Zoë O'Hara")
    await expect(sandbox.anna.thread).to_contain_text("Hello there")
    await expect(sandbox.anna.thread).not_to_contain_text("Sender not proven")


async def test_an_address_is_had_once(sandbox: Sandbox, page_errors: Errors) -> None:
    mailbox = sandbox.phone("Mail")
    await mailbox.get_by_label("Add a customer").click()
    await add(sandbox, "Somebody", "IRYNA@example.net")
    await expect(mailbox.get_by_role("alert")).to_contain_text("has the address")
    await page_errors.expect("409")


async def test_what_is_sent_to_a_closed_address_fails_until_it_is_open_again(
    sandbox: Sandbox,
) -> None:
    mailbox = sandbox.phone("Mail")
    await write(sandbox, "Добрий день", "Питання")
    await sandbox.take(IRA)
    await mailbox.get_by_role("button", name="Close the address").click()
    await expect(mailbox).to_contain_text("what is sent to it is refused")
    await sandbox.anna.reply("Ще тут?")
    await mark_in(sandbox.anna.thread, "Ще тут?", "failed")
    await mailbox.get_by_role("button", name="Open the address").click()
    await sandbox.anna.reply("А тепер?")
    await expect(sandbox.bubble("Mail", "А тепер?")).to_be_visible()
    await expect(sandbox.bubble("Mail", "Ще тут?")).to_have_count(0)


async def test_a_letter_that_comes_back_fails_after_it_was_sent(sandbox: Sandbox) -> None:
    await write(sandbox, "Добрий день", "Питання")
    await sandbox.answer(IRA, "Вітаємо")
    await mark_in(sandbox.anna.thread, "Вітаємо", "sent")
    await sandbox.at_phone("Mail", "Вітаємо", "Return as undeliverable")
    await expect(sandbox.bubble("Mail", "Вітаємо")).to_have_count(0)
    await mark_in(sandbox.anna.thread, "Вітаємо", "failed")


async def test_a_letter_that_the_server_has_no_time_for_arrives_later_and_once(
    sandbox: Sandbox,
) -> None:
    mailbox = sandbox.phone("Mail")
    await write(sandbox, "Добрий день", "Питання")
    await sandbox.take(IRA)
    await mailbox.locator("summary").click()
    await expect(mailbox.get_by_label("What goes wrong")).to_contain_text("451 Too many messages")
    await mailbox.get_by_role("button", name="Let it go wrong").click()
    await expect(mailbox).to_contain_text("1 to come")
    await sandbox.anna.reply("Вітаємо")
    await expect(sandbox.bubble("Mail", "Вітаємо")).to_have_count(1)
    await expect(mailbox).not_to_contain_text("to come")
    await mark_in(sandbox.anna.thread, "Вітаємо", "sent")


async def test_letters_are_recorded_without_a_password(sandbox: Sandbox) -> None:
    await write(sandbox, "Good day", "A question")
    await sandbox.answer(IRA, "Welcome")
    await expect(sandbox.bubble("Mail", "Welcome")).to_be_visible()
    (letter,) = sandbox.wire.glob("email/*_mail.json")
    assert re.search(r"From: .*<iryna@example.net>", letter.read_text("utf-8"))
    (answer,) = sandbox.wire.glob("email/*_DATA.json")
    assert "Welcome" in answer.read_text("utf-8")
    texts = [one.read_text("utf-8") for one in sandbox.wire.glob("email/*.json")]
    assert not [one for one in texts if "opensnothing" in one]
