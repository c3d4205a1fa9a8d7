"""Agents in a Telegram group, customers on Telegram, and the program between them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.sandbox.telegram import Chat, Customer, Member, TelegramServer
from tests.channels.rig import eventually
from tests.channels.telegram.files import picture
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of
from tests.e2e.house import eventually as comes

pytestmark = pytest.mark.slow
SHOP = "7000000001:AAtoken-of-the-shop-0123456789abc"
STAFF = "7000000002:AAtoken-of-the-staff-0123456789ab"


@dataclass
class Team:
    """The program, a customer, and agents in a group."""

    desk: RunningDesk
    agents: Agents
    telegram: TelegramServer
    group: Chat
    anna: Member
    stranger: Member

    def customer(self, name: str = "Олена") -> Customer:
        """Return somebody who writes to the shop's bot."""
        world = self.telegram.world
        return Customer(world, world.add_user(name), world.bots[SHOP])

    async def topic(self, name: str = "Олена") -> int:
        """Return the topic of a customer, once it is there with what they said."""
        await eventually(lambda: self._topic(name))
        return self._topic(name)

    def _topic(self, name: str) -> int:
        return next((one.id for one in self.group.topics.values() if name in one.name), 0)

    def texts(self, topic: int) -> list[str]:
        """Return what the bot shows in a topic."""
        return [
            one.get("text") or one.get("caption") or ""
            for one in self.group.messages.values()
            if one.get("message_thread_id") == topic and one["from"]["is_bot"]
        ]

    async def shows(self, topic: int, words: str) -> None:
        """Wait until words are to be read in a topic."""
        await eventually(lambda: any(words in one for one in self.texts(topic)))

    def card(self, topic: int) -> int:
        """Return the number of a topic's card."""
        found = (k for k, m in self.group.messages.items() if m.get("message_thread_id") == topic)
        return next(k for k in found if "reply_markup" in self.group.messages[k])

    async def marked(self, message: dict[str, Any], emoji: str) -> None:
        """Wait until an agent's message bears a mark."""
        number = message["message_id"]
        await eventually(lambda: self.group.messages[number].get("reactions") == [emoji])


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    """The shipped program between customers and a staff group."""
    telegram = TelegramServer(limits=True)
    world = telegram.world
    world.add_bot(SHOP)
    staff = world.add_bot(STAFF, username="desk_bot")
    group = world.add_group("Support")
    group.rights[staff.id] = {"can_manage_topics", "can_delete_messages", "can_pin_messages"}
    anna = Member(world, world.add_user("Anna", username="anna_s"), group)
    stranger = Member(world, world.add_user("Eve"), group)
    async with telegram:
        changes = {
            "channels.shop_tg": {
                "type": "telegram",
                "name": "Квіти",
                "token": "${SHOP}",
                "api_base": telegram.url,
            },
            "staff": {
                "console": {"type": "web"},
                "team_tg": {
                    "type": "telegram_forum",
                    "token": "${STAFF}",
                    "groups": [group.id],
                    "api_base": telegram.url,
                },
            },
            "agents.anna.telegram": anna.user.id,
        }
        desk = RunningDesk(tmp_path, changes, {"SHOP": SHOP, "STAFF": STAFF})
        await asyncio.to_thread(desk.start)
        agents = Agents(desk)
        try:
            yield Team(desk, agents, telegram, group, anna, stranger)
        finally:
            agents.leave()
            await asyncio.to_thread(desk.close)
        assert faults_of(logs_of(desk)) == []
        assert not [one for one in (SHOP, STAFF) if one in logs_of(desk)]


def refusals(team: Team) -> list[str]:
    calls = team.telegram.ledger.calls
    return [f"{one.method}: {one.description}" for one in calls if not one.ok]


async def test_d21_j33_a_conversation_is_led_in_its_topic_from_the_first_word_to_the_last(
    team: Team,
) -> None:
    olena = team.customer()
    olena.write("Де моє замовлення?")
    topic = await team.topic()
    await team.shows(topic, "👤 Олена\nДе моє замовлення?")

    answer = team.anna.say("Вже **їде** 🚚", topic=topic)
    await eventually(lambda: "Вже **їде** 🚚" in olena.texts)
    await team.marked(answer, "👌")
    note = team.anna.say("// вона постійна клієнтка", topic=topic)
    await team.marked(note, "✍")
    olena.send_file("photo", picture())
    await eventually(
        lambda: any(
            "photo" in one and one.get("message_thread_id") == topic
            for one in team.group.messages.values()
        ),
        within=15,
    )
    team.anna.show("photo", picture(), topic=topic, caption="Ось")
    await eventually(lambda: any("photo" in one for one in olena.received))

    team.anna.edit(answer["message_id"], "Буде завтра")
    await eventually(lambda: "Буде завтра" in olena.texts)
    team.anna.say("/close", topic=topic)
    await eventually(lambda: team.group.topics[topic].closed)
    await eventually(lambda: team.group.topics[topic].name.startswith("✅"))
    assert not [one for one in olena.texts if "постійна" in one or "close" in one]
    assert "Too Many" not in str(refusals(team))


async def test_d11_buttons_and_eyes_take_it_and_the_card_says_who_has_it(team: Team) -> None:
    olena = team.customer()
    olena.write("Добрий день")
    topic = await team.topic()
    await team.shows(topic, "Добрий день")
    card = team.card(topic)
    query = team.anna.press(card, "Take")
    staff = team.telegram.world.bots[STAFF]
    await eventually(lambda: staff.queries[query] is not None)
    await eventually(lambda: "Анна Коваль" in team.group.messages[card]["text"])

    bohdan = team.customer("Богдан")
    bohdan.write("Є питання")
    other = await team.topic("Богдан")
    await team.shows(other, "👤 Богдан\nЄ питання")
    said = next(
        number
        for number, one in team.group.messages.items()
        if one.get("message_thread_id") == other
        and "Є питання" in one.get("text", "")
        and "reply_markup" not in one
    )
    team.anna.react(said, "👀")
    api = await asyncio.to_thread(team.agents.api)

    async def anna_has_it() -> bool:
        row = await asyncio.to_thread(api.find, "Богдан")
        return bool(row["conversation"].get("assignee") == "anna")

    await comes(anna_has_it)


async def test_what_somebody_writes_who_is_no_agent_goes_to_nobody(team: Team) -> None:
    olena = team.customer()
    olena.write("Добрий день")
    topic = await team.topic()
    team.stranger.say("Я вам допоможу", topic=topic)
    team.anna.say_as_the_group("І я", topic=topic)
    await team.shows(topic, str(team.stranger.user.id))
    await team.shows(topic, "anonymous")
    assert olena.texts == []


async def test_a_deleted_topic_comes_back_and_a_kill_loses_nothing(team: Team) -> None:
    olena = team.customer()
    olena.write("перше")
    topic = await team.topic()
    await team.shows(topic, "перше")
    team.anna.delete_topic(topic)
    olena.write("друге")
    again = await team.topic()
    assert again != topic
    await team.shows(again, "перше")
    await team.shows(again, "друге")

    await asyncio.to_thread(team.desk.kill)
    olena.write("третє")
    answer = team.anna.say("чую вас", topic=again)
    await asyncio.to_thread(team.desk.start)
    await team.shows(again, "третє")
    await eventually(lambda: olena.texts == ["чую вас"])
    await team.marked(answer, "👌")
    assert "".join(team.texts(again)).count("третє") == 1
