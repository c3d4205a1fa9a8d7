"""What a bot could not read, in the whole program: set aside, and taken in after an upgrade."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agent_console import dead
from agent_console.audit import By
from bridge.poison import guard
from bridge.sandbox.faults import Fault
from bridge.store import quarantine as q
from bridge.store.audit import FOUND
from bridge.store.deliveries import DELIVERIES_OF
from channels.viber import hooks
from channels.viber.translate import UntranslatableError
from tests.channels.viber.house import INBOX, House, standing, until


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing(tmp_path) as house:
        yield house


async def listed(house: House) -> list[dead.Item]:
    return await house.program.store.read(dead.found, limit=50)


async def test_what_an_older_translator_refused_is_stored_once_by_the_present_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = house.viber.customer()

    def too_old(_: Any) -> Any:
        raise UntranslatableError("a kind that is not known")

    with monkeypatch.context() as old:
        old.setattr(hooks, "translate", too_old)
        assert (await anna.writes("Добрий день")).answered
    (item,) = await listed(house)
    assert (item.where, item.why) == (INBOX, "a kind that is not known")

    await house.program.store.write(dead.ask, By(surface="command"), "event", 1)

    async def arrived() -> bool:
        return [one.text for one in await house.messages()] == ["Добрий день"]

    await until(arrived)

    async def gone() -> bool:
        return await listed(house) == []

    await until(gone)
    assert await house.program.store.read(_acts) == ["dead_retried"]


def _acts(tx: Any) -> list[str]:
    given = {"agent": None, "action": "dead_retried", "conversation": None, "limit": 9}
    return [one.action for one in tx.all(FOUND, since=0, before=2**53, until=2**53, **given)]


async def test_a_callback_that_breaks_its_handler_is_answered_and_its_neighbours_arrive(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handler breaks past the translation, where nothing is caught."""
    monkeypatch.setattr(guard, "PAUSE", 0.0)
    anna, heard = house.viber.customer(), hooks.Hook._heard

    def breaks(self: hooks.Hook, events: Any) -> None:
        if any(getattr(one, "text", "") == "🧨" for one in events):
            raise RuntimeError("🧨 адреса клієнта")
        heard(self, events)

    monkeypatch.setattr(hooks.Hook, "_heard", breaks)
    said = [await anna.writes(text) for text in ("перше", "🧨", "друге")]
    assert all(one.answered for one in said)
    await house.message(2)
    (item,) = await listed(house)
    assert (item.kind, item.why) == ("event", "RuntimeError")
    counted = await house.program.store.read(lambda tx: tx.all(q.POISON_TRIES))
    assert [tries for _, tries in counted] == [3]


async def test_a_refused_answer_leaves_its_trace_without_a_word_of_it(house: House) -> None:
    anna = house.viber.customer()
    await anna.writes("Добрий день")
    await house.message(0)
    house.viber.faults.plan("send_message", Fault(error=7))
    text = "Ваше замовлення на вулиці Садовій"
    message = await house.reply(text)
    await house.becomes(message, "failed")
    (item,) = await listed(house)
    (row,) = await house.program.store.read(lambda tx: tx.all(DELIVERIES_OF, message_id=message))
    whole = await house.program.store.read(dead.one, "delivery", row.id)
    assert whole is not None
    (call,) = whole.wire["calls"]
    assert (call["asked"], call["answered"]) == ("send_message", "7")
    assert call["with"]["text"] == f"‹{len(text)}›"
    assert text not in str(whole)
    assert house.viber.account.token not in str(whole)
    assert item.id == f"delivery-{row.id}"
