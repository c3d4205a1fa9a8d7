"""The whole program with a VK inbox: from the customer to the agent and back, and `kill -9`."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import Customer, VkPlatform
from tests.bridge.sandbox.vk.caller import PNG
from tests.channels.rig import eventually
from tests.channels.vk.office import SECRET
from tests.desk import RunningDesk
from tests.e2e.house import AgentApi, faults_of, logs_of

NAME = "Анна Коваль"


@dataclass
class Shop:
    """A program with a community, an agent and a customer."""

    desk: RunningDesk
    agent: AgentApi
    anna: Customer

    async def find(self, name: str = NAME) -> Any:
        """Return the row of a customer once the agents see it."""
        return await asyncio.to_thread(self.agent.find, name)

    async def reply(self, text: str) -> Any:
        """Answer the customer."""
        number = (await self.find())["conversation"]["id"]
        return await asyncio.to_thread(self.agent.reply, number, text)

    async def marked(self, message_id: int, mark: str) -> None:
        """Wait until a message of ours is marked so."""
        number = (await self.find())["conversation"]["id"]
        states: list[Any] = []
        for _ in range(200):
            messages = await asyncio.to_thread(self.agent.messages, number)
            states = [one for one in messages if one["id"] == message_id]
            if states and states[0]["mark"]["state"] == mark:
                return
            await asyncio.sleep(0.05)
        pytest.fail(f"it was never {mark}: {states}")


BOTH_WAYS = pytest.mark.parametrize("shop", ["callback", "longpoll"], indirect=True)


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest, platform: VkPlatform, tmp_path: Path
) -> AsyncIterator[Shop]:
    """A program that VK calls, or that asks VK."""
    mode = getattr(request, "param", "callback")
    inbox = {
        "type": "vk",
        "name": "Квіти у VK",
        "group_id": platform.world.group_id,
        "token": "${VK_TOKEN}",
        "mode": mode,
        "confirmation": platform.callback.code,
        "secret": "${VK_SECRET}",
        "api_base": platform.url,
    }
    secrets = {"VK_TOKEN": platform.world.token, "VK_SECRET": SECRET}
    desk = RunningDesk(tmp_path, {"channels.shop_vk": inbox}, secrets)
    await asyncio.to_thread(desk.start)
    if mode == "callback":
        assert await platform.callback.connect(f"{desk.url}/hooks/shop_vk", SECRET)
    else:
        await eventually(lambda: platform.longpoll.requests)
    anna = platform.customer(1001, first_name="Анна", last_name="Коваль")
    agent = await asyncio.to_thread(AgentApi.sign_in, desk, "anna")
    yield Shop(desk, agent, anna)
    agent.http.close()
    await asyncio.to_thread(desk.close)
    assert faults_of(logs_of(desk)) == []
    assert platform.world.token not in logs_of(desk)
    assert SECRET not in logs_of(desk)


@pytest.mark.slow
@BOTH_WAYS
async def test_d39_an_agent_sees_the_name_and_the_page_and_the_two_talk(shop: Shop) -> None:
    shop.anna.write("Добрий день, є піони? 🌷")
    row = await shop.find()
    identity = row["conversation"]["contact"]
    assert identity["name"] == NAME
    contact = await asyncio.to_thread(shop.agent.get, f"contacts/{identity['id']}")
    assert "https://vk.com/id1001" in str(contact)
    answer = await shop.reply("Так, **сьогодні** привезли")
    await eventually(lambda: shop.anna.received)
    assert shop.anna.received[0].text == "Так, сьогодні привезли"
    await shop.marked(answer["id"], "delivered")
    shop.anna.read()
    await shop.marked(answer["id"], "read")


@pytest.mark.slow
async def test_the_customer_sees_the_agent_read_and_write(shop: Shop, platform: VkPlatform) -> None:
    written = shop.anna.write("hello").message
    number = (await shop.find())["conversation"]["id"]
    theirs = (await asyncio.to_thread(shop.agent.messages, number))[-1]
    await asyncio.to_thread(
        shop.agent.post, f"conversations/{number}/read", {"message_id": theirs["id"]}
    )
    await asyncio.to_thread(shop.agent.post, f"conversations/{number}/typing")
    await eventually(lambda: platform.messages.activity)
    assert platform.messages.activity == [(1001, "typing")]
    # Whoever supervises only looks, until they have taken it.
    assert platform.messages.read_up_to == {}
    await asyncio.to_thread(shop.agent.post, f"conversations/{number}/take")
    await eventually(lambda: platform.messages.read_up_to)
    assert platform.messages.read_up_to == {1001: written.cmid}


@pytest.mark.slow
async def test_s15_r16_a_row_has_the_networks_kind_and_the_inboxs_name(shop: Shop) -> None:
    shop.anna.write("hello")
    row = await shop.find()
    inboxes = await asyncio.to_thread(shop.agent.get, "session")
    assert "shop_vk" in str(row)
    assert "Квіти у VK" in str(inboxes)


@pytest.mark.slow
async def test_d21_photos_of_an_album_are_in_the_dialog_as_one_message(shop: Shop) -> None:
    shop.anna.send_photos(PNG + b"1", PNG + b"2", text="ось")
    number = (await shop.find())["conversation"]["id"]
    messages = await asyncio.to_thread(shop.agent.messages, number)
    (album,) = [one for one in messages if one["kind"] == "incoming"]
    assert (album["text"], len(album["attachments"])) == ("ось", 2)


@pytest.mark.slow
@BOTH_WAYS
async def test_an_answer_that_was_on_the_wire_at_a_kill_arrives_exactly_once(
    shop: Shop, platform: VkPlatform
) -> None:
    shop.anna.write("hello")
    await shop.find()
    platform.faults.plan("messages.send", Fault(reset=True, after_effect=True))
    platform.faults.plan("messages.send", Fault(delay=5.0))
    await shop.reply("once")
    await eventually(lambda: shop.anna.received)
    await asyncio.sleep(0.2)
    shop.desk.kill()
    platform.faults.clear()
    await asyncio.to_thread(shop.desk.start)
    await eventually(lambda: len(platform.ledger.of("messages.send")) >= 2)
    await asyncio.sleep(0.5)
    assert [one.text for one in shop.anna.received] == ["once"]
    assert len({one.given["random_id"] for one in platform.ledger.of("messages.send")}) == 1
