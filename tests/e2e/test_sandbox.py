"""`deskbridge sandbox`: a person plays customers on the page, an agent answers in the console."""

import json

import pytest
from playwright.async_api import FilePayload, expect

from tests.bridge.sandbox.telegram.conftest import picture
from tests.e2e.house import mark_in
from tests.e2e.playground import Sandbox

pytestmark = pytest.mark.slow
PEOPLE = {"Telegram": "Олена", "VK": "Богдан", "Viber": "Ганна"}


async def test_a_person_writes_on_three_phones_and_an_agent_answers_each(sandbox: Sandbox) -> None:
    for network, name in PEOPLE.items():
        await sandbox.write(network, f"Я {name}")
        await sandbox.answer(name, f"Вітаю, {name}")
        await expect(sandbox.bubble(network, f"Вітаю, {name}")).to_be_visible()
    # The networks differ: two tell of reading, and Telegram tells bots of nothing.
    await mark_in(sandbox.anna.thread, "Вітаю, Ганна", "read")
    for network, mark in (("Telegram", "read"), ("Viber", "delivered")):
        tick = sandbox.bubble(network, "Я ").locator("[data-mark]")
        await expect(tick).to_have_attribute("data-mark", mark)


async def test_a_picture_goes_from_the_phone_and_an_edit_is_seen(sandbox: Sandbox) -> None:
    phone = sandbox.phone("Telegram")
    await sandbox.write("Telegram", "Є тюльпани?")
    photo: FilePayload = {"name": "me.png", "mimeType": "image/png", "buffer": picture(80, 60)}
    await phone.locator("input[type=file]").set_input_files(photo)
    await sandbox.anna.open("Олена")
    await expect(sandbox.anna.thread.locator(".msg img")).to_have_count(1)
    await sandbox.at_phone("Telegram", "Є тюльпани?", "Edit")
    field = phone.get_by_label("Message", exact=True)
    await expect(field).to_have_value("Є тюльпани?")
    await field.fill("Є жовті тюльпани?")
    await field.press("Enter")
    await sandbox.anna.sees("Є жовті тюльпани?")


async def test_a_picture_of_the_agent_appears_on_each_phone(sandbox: Sandbox) -> None:
    for network, name in PEOPLE.items():
        await sandbox.write(network, "Який він?")
        await sandbox.take(name)
        photo: FilePayload = {
            "name": "лампа.png",
            "mimeType": "image/png",
            "buffer": picture(80, 60),
        }
        chooser = sandbox.anna.page.locator(".editor input[type=file]")
        await chooser.set_input_files([photo])
        await sandbox.anna.reply("Ось він")
        image = sandbox.phone(network).locator(".line:not(.mine) img")
        await expect(image).to_be_visible()
        await expect(image).to_have_js_property("naturalWidth", 80)
        await expect(sandbox.bubble(network, "Ось він")).to_be_visible()


async def test_what_an_agent_edits_and_takes_back_is_so_on_the_phone(sandbox: Sandbox) -> None:
    for network in ("Telegram", "VK"):
        await sandbox.write(network, "Коли?")
        await sandbox.answer(PEOPLE[network], "У вівторок")
        await mark_in(sandbox.anna.thread, "У вівторок", "sent|delivered|read")
        await sandbox.at_desk("У вівторок", "Edit")
        await sandbox.anna.field.fill("У середу")
        await sandbox.anna.field.press("Control+Enter")
        await expect(sandbox.bubble(network, "У середу")).to_contain_text("edited")
        await expect(sandbox.bubble(network, "У вівторок")).to_have_count(0)
        await mark_in(sandbox.anna.thread, "У середу", "sent|delivered|read")
        await sandbox.at_desk("У середу", "Delete")
        await sandbox.anna.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(sandbox.bubble(network, "У середу")).to_have_count(0)
        await expect(sandbox.bubble(network, "Коли?")).to_be_visible()


async def test_what_a_customer_deletes_stays_with_the_shop_since_no_network_tells_of_it(
    sandbox: Sandbox,
) -> None:
    for network in ("Telegram", "VK"):
        await sandbox.write(network, "Це зайве")
        await sandbox.write(network, "А це ні")
        await sandbox.anna.open(PEOPLE[network])
        await sandbox.anna.sees("А це ні")
        await sandbox.at_phone(network, "Це зайве", "Delete")
        await expect(sandbox.bubble(network, "Це зайве")).to_have_count(0)
        # What the customer writes next has passed whatever the deletion might have told.
        await sandbox.write(network, "І ще")
        await sandbox.anna.sees("І ще")
        await sandbox.anna.sees("Це зайве")


async def test_a_customer_who_blocks_the_shop_is_said_to_have_done_so_until_they_let_it_write(
    sandbox: Sandbox,
) -> None:
    words = {
        "Telegram": ("Block the bot", "Restart the bot"),
        "VK": ("Forbid messages", "Allow messages"),
        "Viber": ("Leave the bot", "Subscribe again"),
    }
    for network, (block, unblock) in words.items():
        phone = sandbox.phone(network)
        await sandbox.write(network, "Добрий день")
        await sandbox.take(PEOPLE[network])
        await phone.get_by_role("button", name=block).click()
        await expect(phone.get_by_text("can write no more")).to_be_visible()
        await sandbox.anna.reply("Ще тут?")
        await mark_in(sandbox.anna.thread, "Ще тут?", "failed")
        await expect(sandbox.anna.thread).to_contain_text("the customer has blocked us")
        await expect(sandbox.bubble(network, "Ще тут?")).to_have_count(0)
        await phone.get_by_role("button", name=unblock).click()
        await sandbox.write(network, "Я знову тут")
        await sandbox.anna.reply("Вітаю знову")
        await expect(sandbox.bubble(network, "Вітаю знову")).to_be_visible()


async def test_a_tick_is_a_second_one_only_when_the_other_side_has_looked(
    sandbox: Sandbox,
) -> None:
    for network in ("VK", "Viber"):
        await sandbox.write(network, "Чекаю")
        opened = sandbox.phone(network).get_by_label("Dialog is open")
        await opened.click()
        await expect(opened).not_to_be_checked()
        await sandbox.answer(PEOPLE[network], "Вже йдемо")
        await expect(sandbox.bubble(network, "Вже йдемо")).to_be_visible()
        await mark_in(sandbox.anna.thread, "Вже йдемо", "delivered")
        await opened.click()
        await mark_in(sandbox.anna.thread, "Вже йдемо", "read")
    # VK tells a customer that the shop has read; Viber knows of delivering alone.
    for network, mark in (("VK", "read"), ("Viber", "delivered")):
        tick = sandbox.bubble(network, "Чекаю").locator("[data-mark]")
        await expect(tick).to_have_attribute("data-mark", mark)


async def test_what_went_over_the_wire_is_recorded_without_a_token(sandbox: Sandbox) -> None:
    for network in ("Telegram", "VK", "Viber"):
        await sandbox.write(network, "Добрий день")
    for name in ("Олена", "Богдан", "Ганна"):
        await expect(sandbox.anna.list.locator(".row", has_text=name)).to_be_visible()
    for event in ("telegram/*_message.json", "vk/*_message_new.json", "viber/*_message.json"):
        (file,) = sandbox.wire.glob(event)
        assert "Добрий день" in file.read_text("utf-8")
    texts = [one.read_text("utf-8") for one in sandbox.wire.rglob("*.json")]
    assert not [one for one in texts if "opensnothing" in one or "opens-nothing" in one]
    assert all(isinstance(json.loads(one), dict) for one in texts)
