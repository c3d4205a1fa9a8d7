"""The whole program between a VK community and a Slack workspace: both sides talk."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, Agent, Channel, Message, SlackPlatform
from bridge.sandbox.vk import Customer, VkPlatform
from tests.agent_console.slack.test_showing import texts
from tests.channels.rig import eventually
from tests.desk import RunningDesk
from tests.e2e.house import faults_of, logs_of


@dataclass
class Shop:
    """A program, its customer and its agents in Slack."""

    desk: RunningDesk
    slack: SlackPlatform
    support: Channel
    anna: Agent
    stranger: Agent
    olena: Customer

    async def card(self) -> Message:
        """Return the only card once it is there."""
        await eventually(lambda: [one for one in self.support.history() if one.bot_id], within=20)
        (card,) = [one for one in self.support.history() if one.bot_id]
        return card

    def said(self, card: Message) -> list[str]:
        """Return what was said in the thread, who said it before it."""
        return [f"{one.username}: {one.text}" for one in self.support.thread(card.ts)[1:]]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A program that asks VK and hears Slack over a socket."""
    slack, vk = SlackPlatform(), VkPlatform()
    anna, stranger = slack.agent("anna.k"), slack.agent("guest")
    support = slack.channel("support", anna, stranger)
    secrets = {"VK_TOKEN": vk.world.token, "BOT": BOT_TOKEN, "APP": APP_TOKEN}
    async with slack.running(), vk:
        settings: dict[str, Any] = {
            "channels.shop_vk": {
                "type": "vk",
                "group_id": vk.world.group_id,
                "token": "${VK_TOKEN}",
                "mode": "longpoll",
                "api_base": vk.url,
            },
            "staff.slack_main": {
                "type": "slack",
                "bot_token": "${BOT}",
                "app_token": "${APP}",
                "channels": {"default": support.id},
                "api_base": slack.team.home,
            },
            "agents.anna.slack": anna.id,
        }
        desk = RunningDesk(tmp_path, settings, secrets)
        await asyncio.to_thread(desk.start)
        await eventually(lambda: vk.longpoll.requests and slack.sockets.open, within=20)
        olena = vk.customer(1001, first_name="Олена", last_name="Петренко")
        yield Shop(desk, slack, support, anna, stranger, olena)
        await asyncio.to_thread(desk.close)
    logs = logs_of(desk)
    assert faults_of(logs) == []
    assert not [one for one in (BOT_TOKEN, APP_TOKEN, "піони") if one in logs]
    assert [one.error for one in slack.ledger.calls if one.error == "ratelimited"] == []


@pytest.mark.slow
async def test_a_customer_and_an_agent_talk_through_a_thread(shop: Shop) -> None:
    shop.olena.write("Добрий день, є піони? 🌷")
    card = await shop.card()
    await eventually(lambda: len(shop.said(card)) == 1, within=20)
    # VK tells their name a moment after what they said.
    await eventually(lambda: "Олена Петренко" in texts(card.blocks), within=20)
    assert [one.partition(": ")[2] for one in shop.said(card)] == ["Добрий день, є піони? 🌷"]

    written = await shop.anna.writes(shop.support.id, "Так, привезли піони", thread_ts=card.ts)
    await eventually(lambda: shop.olena.received, within=20)
    assert [one.text for one in shop.olena.received] == ["Так, привезли піони"]
    message = shop.support.message(written.ts)
    await eventually(lambda: list(message.reactions) == ["white_check_mark"], within=20)
    await eventually(lambda: "Анна" in texts(card.blocks), within=20)


@pytest.mark.slow
async def test_notes_and_strangers_words_stay_in_slack(shop: Shop) -> None:
    shop.olena.write("Добрий день, є піони?")
    card, place = await shop.card(), shop.support.id
    note = await shop.anna.writes(place, ";; обережно, вона сердита", thread_ts=card.ts)
    await shop.anna.writes(place, f"<@{shop.stranger.id}> а ти що скажеш?", thread_ts=card.ts)
    await shop.stranger.writes(place, "Я б відповів так", thread_ts=card.ts)
    await eventually(lambda: len(shop.support.whispers) >= 2, within=20)
    await eventually(lambda: "lock" in shop.support.message(note.ts).reactions, within=20)
    assert shop.olena.received == []
    told = {user for user, _ in shop.support.whispers.values()}
    assert told == {shop.anna.id, shop.stranger.id}


@pytest.mark.slow
async def test_a_conversation_is_taken_and_closed_by_buttons_and_opens_again(shop: Shop) -> None:
    shop.olena.write("Добрий день, є піони?")
    card, place = await shop.card(), shop.support.id
    assert (await shop.anna.presses(place, card.ts, "do:take:0")).ok
    await eventually(lambda: "Анна" in texts(card.blocks), within=20)
    await shop.anna.reacts(place, card.ts, "white_check_mark")
    await eventually(lambda: len(card.blocks) <= 2, within=20)
    shop.olena.write("А лілії?")
    await eventually(lambda: len(card.blocks) > 2, within=20)
    await eventually(lambda: any("лілії" in one for one in shop.said(card)), within=20)
    assert len([one for one in shop.support.history() if one.bot_id]) == 1


@pytest.mark.slow
async def test_nothing_is_lost_or_shown_twice_by_a_kill(shop: Shop) -> None:
    shop.olena.write("піони 1")
    card, place = await shop.card(), shop.support.id
    await eventually(lambda: len(shop.said(card)) == 1, within=20)
    shop.desk.kill()
    missed = await shop.anna.writes(place, "Є піони", thread_ts=card.ts)
    assert not missed.answered
    shop.olena.write("піони 2")
    await asyncio.to_thread(shop.desk.start)
    await eventually(lambda: shop.olena.received, within=30)
    await eventually(lambda: any("піони 2" in one for one in shop.said(card)), within=30)
    await asyncio.sleep(1.0)
    assert [one.text for one in shop.olena.received] == ["Є піони"]
    said = "\n".join(shop.said(card))
    assert (said.count("піони 1"), said.count("піони 2")) == (1, 1)
