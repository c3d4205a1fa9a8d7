"""Several processes with a Slack channel, a Telegram group and a network that calls either web.

What one process does for a surface is killed in the middle; what staff and customers have said
is then shown everywhere once.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent_console.slack.words import WORDS
from bridge.sandbox.slack import BOT_TOKEN, SIGNING_SECRET, SlackPlatform
from bridge.sandbox.slack import Agent as SlackAgent
from bridge.sandbox.slack import Channel as SlackChannel
from bridge.sandbox.telegram import Member, TelegramServer
from bridge.sandbox.telegram.world import Chat
from bridge.sandbox.vk import VkPlatform
from tests.channels.vk.office import SECRET
from tests.desk import RunningDesk
from tests.e2e.house import AgentApi, faults_of, logs_of
from tests.e2e.staff_house import RIGHTS, STAFF_TOKEN
from tests.e2e.strangers import Anybody
from tests.e2e.town import until
from tests.faults.town.whereabouts import known_of
from tests.fleet import Fleet, fleet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SURFACES = ("surface:group", "surface:slack_main")


@dataclass
class House:
    """The processes between three model platforms, and who is on each."""

    desks: Fleet
    group: Chat
    pavel: Member
    slack: SlackPlatform
    channel: SlackChannel
    anna: SlackAgent
    vk: VkPlatform

    def topic(self, word: str) -> int:
        """Return the topic in which somebody has said the word."""
        (found,) = {
            one["message_thread_id"]
            for one in self.group.messages.values()
            if word in (one.get("text") or "") and one.get("message_thread_id")
        }
        return int(found)

    def in_topic(self, topic: int) -> list[str]:
        """Return what is said in it, each by itself: what comes together goes as one post."""
        said = self.group.messages.values()
        found = [one.get("text") or "" for one in said if one.get("message_thread_id") == topic]
        return [part for text in found for part in text.split("\n\n")]

    def root(self, word: str) -> str:
        """Return the card below which somebody has said the word."""
        said = self.channel.messages.values()
        (found,) = {one.thread_ts for one in said if word in one.text and one.thread_ts}
        return str(found)

    def in_thread(self, root: str) -> list[str]:
        """Return what is said below a card, each by itself as well."""
        below = self.channel.thread(root)[1:]
        return [part for one in below for part in one.text.split("\n\n")]

    def home(self) -> str:
        """Return what Anna's Home tab shows."""
        return json.dumps(self.slack.team.homes.get(self.anna.id))

    def owning(self, name: str) -> RunningDesk:
        """Return the process that does something, as its own log has it."""
        fence = dict(self.desks.ask("SELECT name, fence FROM leases"))[name]
        said = f"this process does {name} from now on ({fence})"
        (desk,) = [one for one in self.desks.desks if said in logs_of(one)]
        return desk

    async def slack_calls(self, web: RunningDesk) -> None:
        """Have Slack call this web from now on."""
        address = f"{web.url}/hooks/slack_main"
        assert await self.slack.verify_url(address)
        self.slack.webhooks.interactions = address


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[House]:
    """Have the platforms there, and the processes to be."""
    telegram, slack = TelegramServer(limits=True), SlackPlatform()
    bot = telegram.world.add_bot(STAFF_TOKEN, username="staff_bot")
    group = telegram.world.add_group("Staff")
    group.rights[bot.id] = set(RIGHTS)
    pavel = telegram.world.add_user("Павел")
    async with telegram, slack.running(), VkPlatform() as vk:
        anna = slack.agent("anna", email="anna@example.com")
        channel = slack.channel("support", anna)
        changes: dict[str, Any] = {
            "agents.pavel.telegram": pavel.id,
            "agents.anna.slack": anna.id,
            "agents.anna.role": "owner",
            "channels.shop_vk": {
                "type": "vk",
                "group_id": vk.world.group_id,
                "token": "${VK_TOKEN}",
                "mode": "callback",
                "confirmation": vk.callback.code,
                "secret": "${VK_SECRET}",
                "api_base": vk.url,
            },
            "staff": {
                "console": {"type": "web"},
                "slack_main": {
                    "type": "slack",
                    "bot_token": "${SLACK_BOT}",
                    "signing_secret": "${SLACK_SECRET}",
                    "channels": {"default": channel.id},
                    "api_base": slack.team.home,
                },
                "group": {
                    "type": "telegram_forum",
                    "token": "${STAFF_BOT}",
                    "groups": [group.id],
                    "api_base": telegram.url,
                },
            },
        }
        environ = {
            "SLACK_BOT": BOT_TOKEN,
            "SLACK_SECRET": SIGNING_SECRET,
            "STAFF_BOT": STAFF_TOKEN,
            "VK_TOKEN": vk.world.token,
            "VK_SECRET": SECRET,
        }
        with fleet(folder, changes=changes, environ=environ) as desks:
            member = Member(telegram.world, pavel, group)
            yield House(desks, group, member, slack, channel, anna, vk)
            faults = [line for one in desks.desks for line in faults_of(logs_of(one))]
    assert not [line for line in faults if "wait" not in line], "\n".join(faults)


def _shared_out(house: House, workers: int) -> Callable[[], bool]:
    def is_so() -> bool:
        owners = house.desks.owners()
        return owners.keys() >= set(SURFACES) and len(set(owners.values())) == workers

    return is_so


def _unmarked(texts: list[str], said: str) -> int:
    # A card says what the customer said last, and a link after it.
    return sum(one.endswith(said) and WORDS["en"]["again"] not in one for one in texts)


async def test_what_is_said_on_each_surface_is_on_all_though_its_process_is_killed(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as house:
        webs = await asyncio.to_thread(house.desks.start, "web", "web", "worker", "worker")
        left, right = webs[:2]
        await until(_shared_out(house, 2), why=house.desks.owners)
        assert await house.vk.callback.connect(f"{right.url}/hooks/shop_vk", SECRET)
        await house.slack_calls(left)
        ivan = house.vk.customer(1001, first_name="Иван", last_name="Коваль")
        said = ["vk-0"]
        written = ivan.write("vk-0")
        with ExitStack() as left_behind, Anybody.arrive(left) as visitor:
            assert visitor.write("site-0").status_code == 201
            await until(lambda: all(any(w in t for t in _all(house)) for w in ("vk-0", "site-0")))
            await until(lambda: all(_on_both(house, w) for w in ("vk-0", "site-0")))
            topic, root = house.topic("vk-0"), house.root("vk-0")
            assert {house.topic("site-0"), topic} == set(house.group.topics)

            for number, surface in enumerate(SURFACES):
                dying = house.owning(surface)
                house.pavel.say(one := f"topic-{number}", topic=topic)
                await asyncio.to_thread(dying.kill)
                # Slack, VK and the site find a web, whichever it is.
                await house.slack_calls(webs[1 - number])
                await house.anna.writes(
                    house.channel.id, f"// {(two := f'thread-{number}')}", thread_ts=root
                )
                ivan.write(three := f"vk-{number + 1}")
                said += [one, two, three]
                assert visitor.write(f"site-{number + 1}").status_code == 201
                await asyncio.to_thread(house.desks.start, "worker")
                await until(_shared_out(house, 2), why=house.desks.owners)
            ivan.edit(written.message, "vk-0 исправлено")

            pavel = AgentApi.sign_in(right, "pavel")
            left_behind.callback(pavel.http.close)
            number = pavel.conversation("Иван Коваль")
            pavel.reply(number, "console-0")
            said.append("console-0")

            def missing() -> list[str]:
                topics, thread = house.in_topic(topic), house.in_thread(root)
                page = [one["text"] for one in pavel.messages(number)]
                places = {"topic": topics, "thread": thread, "page": page}
                return [
                    f"{one} in {where}"
                    for where, texts in places.items()
                    for one in said[1:]
                    if not any(text.endswith(one) for text in texts)
                ] + [
                    # Slack marks what was edited behind it.
                    f"the edit in {where}"
                    for where, texts in places.items()
                    if not any("vk-0 исправлено" in text for text in texts)
                ]

            def why() -> list[str]:
                words = (one.split()[0] for one in missing())
                return [f"{one}: {known_of(house.desks.ask, one)}" for one in words]

            await until(lambda: not missing(), seconds=90, why=lambda: (missing(), why()))
            # What is said in the thread are notes, for colleagues alone.
            answers = [one for one in said if one.startswith(("topic-", "console-"))]
            notes = [one for one in said if one.startswith("thread-")]
            await until(lambda: {*answers} <= {one.text for one in ivan.received})
            got = [one.text for one in ivan.received]
            # Nobody's answer goes to somebody else, and none goes twice.
            assert sorted(one for one in got if one in answers) == sorted(answers)
            assert not [one for one in got if any(note in one for note in notes)]
            heard = visitor.get(f"threads/{visitor.thread}/messages").json()["messages"]
            assert [one["text"] for one in heard] == ["site-0", "site-1", "site-2"]
            for one in said[1:]:
                assert _unmarked(house.in_topic(topic), one) == 1, one
                assert _unmarked(house.in_thread(root), one) == 1, one
            other = house.in_topic(house.topic("site-0"))
            assert not [text for text in other if any(one in text for one in said)]


async def test_a_home_tab_that_a_web_was_told_of_is_followed_by_the_worker(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as house:
        web, _ = await asyncio.to_thread(house.desks.start, "web", "worker")
        await until(_shared_out(house, 1), why=house.desks.owners)
        await house.slack_calls(web)
        with Anybody.arrive(web) as visitor:
            assert visitor.write("site-0").status_code == 201
            await house.anna.opens_home()
            await until(lambda: "site-0" in house.home(), why=house.home)
            assert visitor.write("site-1").status_code == 201
            await until(lambda: "site-1" in house.home(), why=house.home)


def _all(house: House) -> list[str]:
    return [one.get("text") or "" for one in house.group.messages.values()]


def _on_both(house: House, word: str) -> bool:
    in_slack = [
        one for one in house.channel.messages.values() if one.thread_ts and word in one.text
    ]
    in_group = [one for one in _all(house) if word in one]
    return bool(in_slack) and bool(in_group)
