"""A Viber inbox in the whole program: the store, the outbox, files, and the model of Viber."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.app import Program
from bridge.sandbox.faults import Fault
from bridge.sandbox.viber import Customer, ViberPlatform
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import conversations
from tests.channels.rig import eventually
from tests.channels.viber.house import INBOX, House, picture, settings, standing, until


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing(tmp_path) as house:
        yield house


@pytest.fixture
async def anna(house: House) -> Customer:
    anna = house.viber.customer(avatar="https://example.com/anna.jpg")
    assert (await anna.writes("Добрий день")).answered
    return anna


async def test_d41_j10_j11_a_message_is_stored_under_the_customers_name_and_the_inbox(
    house: House, anna: Customer
) -> None:
    message = await house.message(0)
    assert (message.text, message.inbox_id) == ("Добрий день", INBOX)
    contact = await house.program.store.read(_contact_name)
    assert contact == "Анна Коваль"


def _contact_name(tx: Tx) -> str | None:
    conversation = conversations.get(tx, 1)
    return tx.the(p.CONTACT_BY_ID, id=conversation.contact_id).name


async def test_an_answer_goes_out_is_delivered_and_is_read(house: House, anna: Customer) -> None:
    message_id = await house.reply("**Вітаю!**")
    await house.becomes(message_id, "sent")
    assert anna.texts == ["Вітаю!"]
    assert anna.inbox[0].message["sender"]["name"] == "Анна"
    await anna.gets(anna.inbox[0].token)
    await house.becomes(message_id, "delivered")
    await anna.sees(anna.inbox[0].token)
    await house.becomes(message_id, "read")


async def test_d21_a_customers_picture_is_fetched_and_kept(house: House, anna: Customer) -> None:
    await anna.sends_picture(picture("JPEG"), text="Ось чек")
    message = await house.message(1)

    async def fetched() -> bool:
        rows = await house.program.store.read(
            lambda tx: tx.all(m.ATTACHMENTS_OF, message_id=message.id)
        )
        return [(one.state, one.kind, one.mime) for one in rows] == [
            ("ready", "image", "image/jpeg")
        ]

    await until(fetched)


async def test_an_agents_files_are_fetched_by_viber_from_a_signed_link(
    house: House, anna: Customer
) -> None:
    drawn, paper = picture("PNG"), b"%PDF-1.7 " + b"0" * 1000
    media = (await house.uploads("чек.png", drawn), await house.uploads("Рахунок.pdf", paper))
    message_id = await house.reply("Дивіться", media=media)
    await house.becomes(message_id, "sent", "sent", "sent")
    await house.viber.world.settled()
    assert [one.message["type"] for one in anna.inbox] == ["text", "picture", "file"]
    assert [one.file for one in anna.inbox] == [None, drawn, paper]
    assert anna.inbox[2].message["file_name"] == "Рахунок.pdf"


async def test_an_answer_says_in_words_what_it_answers(house: House, anna: Customer) -> None:
    question = await house.message(0)
    message_id = await house.reply("Вітаю!", reply_to=question.id)
    await house.becomes(message_id, "sent")
    assert anna.texts == ["> Добрий день\nВітаю!"]


async def test_who_left_the_bot_is_not_written_to_and_the_agent_is_told_why(
    house: House, anna: Customer
) -> None:
    await anna.unsubscribes()
    message_id = await house.reply("Вітаю!")
    await house.becomes(message_id, "failed")
    rows = await house.program.store.read(lambda tx: tx.all(d.DELIVERIES_OF, message_id=message_id))
    assert rows[0].reason == "blocked"


async def test_a_lost_answer_is_uncertain_and_nothing_goes_twice(
    house: House, anna: Customer
) -> None:
    house.viber.faults.plan("send_message", Fault(reset=True, after_effect=True))
    message_id = await house.reply("perhaps")
    await house.becomes(message_id, "uncertain")
    await house.viber.world.settled()
    assert anna.texts == ["perhaps"]


async def test_what_the_phone_reports_settles_an_uncertain_message(
    house: House, anna: Customer
) -> None:
    house.viber.faults.plan("send_message", Fault(reset=True, after_effect=True))
    message_id = await house.reply("perhaps")
    await house.becomes(message_id, "uncertain")
    await anna.gets(anna.inbox[0].token)
    await house.becomes(message_id, "delivered")
    await anna.sees(anna.inbox[0].token)
    await house.becomes(message_id, "read")


async def test_after_a_greeting_a_report_settles_nothing(tmp_path: Path) -> None:
    async with standing(tmp_path, welcome="Вітаємо!") as house:
        anna = house.viber.customer()
        await anna.writes("Добрий день")
        house.viber.faults.plan("send_message", Fault(reset=True, after_effect=True))
        message_id = await house.reply("perhaps")
        await house.becomes(message_id, "uncertain")
        await anna.opens_chat()
        await anna.gets(anna.inbox[0].token)
        assert await house.states(message_id) == ["uncertain"]


async def test_a_token_that_viber_does_not_know_is_the_inboxs_health(tmp_path: Path) -> None:
    viber = ViberPlatform()
    async with viber.running():
        program = Program(settings(tmp_path, 9, viber))
        viber.account.token = "another"
        async with program.running():
            health = program.supervisor.health[f"channel:{INBOX}"]
            await eventually(lambda: health.state == "misconfigured")
            assert health.why == "Viber does not know the token."
