"""The shipped program with one inbox of every kind at once, each network served beside it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.sandbox.telegram import Customer as TelegramCustomer
from bridge.settings.sections.system_messages import SystemMessages
from channels.registry import CHANNELS
from tests import passing
from tests.channels.email.mails import letter
from tests.channels.rig import eventually
from tests.channels.storm.network import Network, Said
from tests.channels.storm.networks.email import EmailNetwork
from tests.channels.storm.networks.telegram import TelegramByPolling
from tests.channels.storm.networks.viber import ViberNetwork
from tests.channels.storm.networks.vk import VkByLongPoll
from tests.channels.storm.networks.widget import WidgetNetwork
from tests.channels.viber.house import picture
from tests.desk import RunningDesk
from tests.e2e.house import AgentApi, faults_of, logs_of
from tests.ports import free_port

NETWORKS: Mapping[str, type[Network]] = {
    "telegram": TelegramByPolling,
    "vk": VkByLongPoll,
    "viber": ViberNetwork,
    "email": EmailNetwork,
    "widget": WidgetNetwork,
}
# Of a name each, so that a message that goes astray is seen.
SAID = {
    kind: Said(customer, 1)
    for kind, customer in zip(NETWORKS, ("Оленка", "Марійка", "Tom", "Bohdan", "Anna"), strict=True)
}
# These tell a name with every message; VK is asked for it, and the others here have told none.
NAMED = ("telegram", "viber")
MESSENGERS = ("telegram", "vk", "viber", "email")
# Some networks tell which language their customers speak, and some letters do.
BLOCKED = {words for _, words in SystemMessages().blocked.text.each()}
PAPER = "Рахунок № 7, 120 грн\n".encode()
# A mailbox is looked into every five seconds.
WITHIN = 30.0


@dataclass
class Town:
    """The program, its agent, and every network."""

    desk: RunningDesk
    agent: AgentApi
    networks: Mapping[str, Network]

    async def rows(self) -> dict[str, Any]:
        """Return the list of conversations by their inboxes."""
        found = await asyncio.to_thread(self.agent.get, "conversations", folder="all", limit=100)
        return {one["conversation"]["inbox"]: one["conversation"] for one in found["rows"]}

    async def wait_for_everybody(self) -> dict[str, Any]:
        """Return the list once everybody who wrote is in it."""
        async with asyncio.timeout(WITHIN):
            while len(rows := await self.rows()) < len(self.networks):  # noqa: ASYNC110  # A list tells nobody.
                await asyncio.sleep(0.1)
        return rows

    async def files(self) -> dict[str, tuple[str, int]]:
        """Return the kind and the size of the files that are there, by their inboxes."""
        found = {}
        for inbox, conversation in (await self.rows()).items():
            for message in await asyncio.to_thread(self.agent.messages, conversation["id"]):
                for one in message.get("attachments") or []:
                    if one["state"] == "ready":
                        found[inbox] = one["kind"], one["size"]
        return found

    async def incoming(self, conversation: int) -> list[str]:
        """Return what the customer of a conversation has said."""
        messages = await asyncio.to_thread(self.agent.messages, conversation)
        return [one["text"] for one in messages if one["kind"] == "incoming"]

    async def refused(self, conversation: int) -> int:
        """Return how many messages of a blocked customer were not taken."""
        detail = await asyncio.to_thread(self.agent.get, f"conversations/{conversation}")
        return sum(one["refused"] for one in detail["contact"]["blocks"])


@contextlib.asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Town]:
    """Open the networks, start the program, and sign in."""
    networks = {kind: network(passing.clock(), folder) for kind, network in NETWORKS.items()}
    async with contextlib.AsyncExitStack() as life:
        for one in networks.values():
            await life.enter_async_context(one.open())
        inboxes = {f"channels.{kind}": one.inbox() for kind, one in networks.items()}
        named = {f"{path}.name": f"Shop, {path}" for path in inboxes}
        port = free_port()
        address = {"server.public_url": f"http://127.0.0.1:{port}"}
        secrets = {name: value for one in networks.values() for name, value in one.environ.items()}
        desk = RunningDesk(folder, inboxes | named | address, secrets, port=port)
        life.push_async_callback(asyncio.to_thread, desk.close)
        await asyncio.to_thread(desk.start)
        agent = await asyncio.to_thread(AgentApi.sign_in, desk, "anna")
        life.callback(agent.http.close)
        yield Town(desk, agent, networks)


async def _everybody_writes(town: Town) -> None:
    for kind, one in town.networks.items():
        await one.compose([SAID[kind]])
        await one.connect(town.desk.url)
        await one.tell(SAID[kind], in_order=False)


async def _a_customer_of_every_kind_and_an_agent_talk(folder: Path) -> None:
    async with town(folder) as the:
        await _everybody_writes(the)
        rows = await the.wait_for_everybody()
        for kind in NAMED:
            assert rows[kind]["contact"]["name"] == SAID[kind].customer
        for kind, network in the.networks.items():
            number, customer = rows[kind]["id"], SAID[kind].customer
            (said,) = await the.incoming(number)
            assert said.strip() == SAID[kind].text
            answer = f"{customer}, відповідь 1 🙂"
            await asyncio.to_thread(the.agent.reply, number, answer)
            await eventually(network.carried, within=WITHIN)
        # Looked at last of all, so that nothing has come to anybody else or twice.
        for kind, network in the.networks.items():
            customer = SAID[kind].customer
            carried = [(one.customer, one.text) for one in network.carried()]
            assert carried == [(customer, f"{customer}, відповідь 1 🙂")]
        inboxes = (await asyncio.to_thread(the.agent.get, "session"))["inboxes"]
        told = {one["id"]: (one["kind"], one["name"]) for one in inboxes}
        assert {kind: told[kind] for kind in NETWORKS} == {
            kind: (kind, f"Shop, channels.{kind}") for kind in NETWORKS
        }
        assert faults_of(logs_of(the.desk)) == []


@pytest.mark.slow
def test_d55_d41_o29_j39_on_every_network_a_customer_and_an_agent_talk(tmp_path: Path) -> None:
    passing.run(_a_customer_of_every_kind_and_an_agent_talk(tmp_path))


async def _the_blocked_are_told_once_and_heard_no_more(folder: Path) -> None:
    async with town(folder) as the:
        again = {kind: Said(said.customer, 2) for kind, said in SAID.items()}
        messengers = {kind: the.networks[kind] for kind in MESSENGERS}
        for kind, one in the.networks.items():
            await one.compose([SAID[kind], again[kind]])
            await one.connect(the.desk.url)
            await one.tell(SAID[kind], in_order=False)
        rows = await the.wait_for_everybody()
        for number in (rows[kind]["id"] for kind in MESSENGERS):
            await asyncio.to_thread(_block, the.agent, number)
        for network in messengers.values():
            await eventually(network.carried, within=WITHIN)
        for kind, network in messengers.items():
            await network.tell(again[kind], in_order=False)
        async with asyncio.timeout(WITHIN):
            while not all([await the.refused(rows[kind]["id"]) for kind in MESSENGERS]):  # noqa: ASYNC110  # Nobody tells.
                await asyncio.sleep(0.2)
        for kind, network in messengers.items():
            assert len(await the.incoming(rows[kind]["id"])) == 1
            [told] = network.carried()
            assert told.customer == SAID[kind].customer
            # The postman reads of a letter only what the storm has written.
            assert told.text in BLOCKED or kind == "email"
        assert faults_of(logs_of(the.desk)) == []


def _block(agent: AgentApi, number: int) -> None:
    order = {"scope": "identity", "until": None, "reason": "Погрожує"}
    answer = agent.post(f"conversations/{number}/block", order)
    assert answer.status_code == 200, answer.text


@pytest.mark.slow
def test_d26_d27_on_every_messenger_the_blocked_are_told_once_and_heard_no_more(
    tmp_path: Path,
) -> None:
    passing.run(_the_blocked_are_told_once_and_heard_no_more(tmp_path))


async def _a_file_comes_from_every_messenger(folder: Path) -> None:
    async with town(folder) as the:
        for one in the.networks.values():
            await one.compose([])
            await one.connect(the.desk.url)
        sent = await _everybody_sends_a_file(the)
        async with asyncio.timeout(WITHIN):
            while await the.files() != sent:  # noqa: ASYNC110  # Fetched when they are.
                await asyncio.sleep(0.1)


async def _everybody_sends_a_file(the: Town) -> dict[str, tuple[str, int]]:
    """Have a file sent on every network; return what kind and how large each is to be."""
    telegram, vk, viber, email = (the.networks[kind] for kind in MESSENGERS)
    assert isinstance(telegram, TelegramByPolling)
    assert isinstance(vk, VkByLongPoll)
    assert isinstance(viber, ViberNetwork)
    assert isinstance(email, EmailNetwork)
    drawn = picture("JPEG")
    world = telegram.telegram.world
    TelegramCustomer(world, world.add_user("Оленка"), telegram.bot).send_file("photo", drawn)
    vk.vk.customer(1001, first_name="Марійка").send_document("Рахунок.txt", PAPER)
    tom = viber.viber.customer("Tom")
    tom.person.subscribed = True
    await tom.sends_picture(drawn)
    email.imap.deliver("storm", letter("The bill", files={"bill.txt": PAPER}))
    image, paper = ("image", len(drawn)), ("file", len(PAPER))
    return {"telegram": image, "vk": paper, "viber": image, "email": paper}


@pytest.mark.slow
def test_d21_a_file_from_every_messenger_is_in_its_conversation(tmp_path: Path) -> None:
    passing.run(_a_file_comes_from_every_messenger(tmp_path))


def test_d55_there_is_no_kind_of_channel_that_is_left_out() -> None:
    assert set(NETWORKS) == set(CHANNELS)
