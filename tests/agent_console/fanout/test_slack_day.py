"""An agent's day in Slack: each thing they do, by what Slack offers for it, on a real desk."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bridge.sandbox.slack import Message
from tests.agent_console.fanout.houses import TwoHouses
from tests.agent_console.office import Agent
from tests.agent_console.slack.test_showing import texts
from tests.channels.rig import eventually

NEEDS_TOPIC = {"conversation.topic_required_to_close": True}


@dataclass
class Day:
    """Anna in Slack, and her console to see what came of it."""

    houses: TwoHouses
    console: Agent
    conversation: int

    @property
    def card(self) -> Message:
        """Return the conversation's card."""
        found: Message = self.houses.cards()[0]
        return found

    async def presses(self, verb: str) -> None:
        """Press a button of the card, or choose it in its menu, once it is there."""
        place, anna = self.houses.channel.id, self.houses.anna
        await eventually(lambda: f"|{verb}|" in str(self.card.blocks))
        elements = [one for block in self.card.blocks for one in block.get("elements", ())]
        ids = [str(one.get("action_id", "")) for one in elements]
        button = next((one for one in ids if one.startswith(f"do:{verb}:")), None)
        if button is not None:
            assert (await anna.presses(place, self.card.ts, button)).ok
            return
        value = f"{self.conversation}|{verb}|"
        assert (await anna.presses(place, self.card.ts, "do:menu", option=value)).ok

    async def presses_below(self, message: Message) -> None:
        """Press the first button of something that was told to Anna alone."""
        (press,) = [one for one in message.blocks if one["type"] == "actions"]
        button = press["elements"][0]["action_id"]
        anna, place = self.houses.anna, self.houses.channel.id
        # Slack need not say in which thread a whisper stands.
        message.thread_ts = None
        assert (await anna.presses(place, message.ts, button)).ok

    def windows(self) -> list[dict[str, Any]]:
        """Return the windows that are open."""
        views = self.houses.slack.team.views.values()
        return [one for one in views if one["type"] == "modal"]

    async def window(self) -> dict[str, Any]:
        """Return the window that is open."""
        await eventually(self.windows)
        return self.windows()[0]

    async def fills(self, **fields: Any) -> Any:
        """Fill the window in and send it; what is not named stays empty."""
        view = await self.window()
        values = {
            one["block_id"]: {"filled": filled(one["element"], fields.get(one["block_id"]))}
            for one in view["blocks"]
            if one["type"] == "input"
        }
        return (await self.houses.anna.submits(view["id"], values)).body

    def whispers(self) -> list[Message]:
        """Return what Anna was told alone, the oldest first."""
        told = self.houses.channel.whispers.values()
        return [message for whom, message in told if whom == self.houses.anna.id]

    async def told(self, words: str) -> Message:
        """Wait until Anna is told something; return it."""
        await eventually(lambda: [one for one in self.whispers() if words in texts(one.blocks)])
        return next(one for one in reversed(self.whispers()) if words in texts(one.blocks))

    async def is_so(self, holds: Callable[[Any], bool]) -> None:
        """Wait until the conversation is so."""
        async with asyncio.timeout(20):
            while not holds((await self.console.row(self.conversation))["conversation"]):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


def filled(element: dict[str, Any], value: Any) -> dict[str, Any]:
    """Return an element as Slack sends it back."""
    kind = element["type"]
    if kind == "static_select":
        return {"type": kind, "selected_option": None if value is None else {"value": value}}
    if kind == "multi_static_select":
        return {"type": kind, "selected_options": [{"value": one} for one in value or ()]}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": value}
    return {"type": kind, "value": value}


def options(view: dict[str, Any], block: str) -> list[str]:
    """Return what a window offers in a field, in its order."""
    (element,) = [one["element"] for one in view["blocks"] if one.get("block_id") == block]
    return [one["value"] for one in element["options"]]


async def begun(houses: TwoHouses) -> Day:
    """Let a customer write."""
    conversation, _ = await houses.office.customer_writes(
        "Где заказ?", inbox="blog", sender={"name": "Олена"}
    )
    console = await houses.office.sign_in("anna")
    await console.ask("PUT", "/api/me/presence", {"presence": "online"})
    await eventually(lambda: houses.cards() and houses.in_channel() == ["Где заказ?"])
    return Day(houses, console, conversation)


async def test_taken_handed_over_released_snoozed_and_back(houses: TwoHouses) -> None:
    day = await begun(houses)
    await day.presses("take")
    await day.is_so(lambda row: row["assignee"] == "anna")
    pavel = await houses.office.sign_in("pavel")
    await pavel.ask("PUT", "/api/me/presence", {"presence": "online"})

    await day.presses("assign")
    offered = options(await day.window(), "to")
    assert offered[0] == "agent:pavel", "who is online comes first"
    assert "team:sales" in offered
    await day.fills(to="agent:pavel", note="Чекає з понеділка")
    await day.is_so(lambda row: row["assignee"] == "pavel")
    await eventually(lambda: any("Чекає з понеділка" in one for one in houses.in_channel()))
    await day.presses("release")
    await day.is_so(lambda row: row["assignee"] is None)
    await houses.anna.reacts(houses.channel.id, day.card.ts, "eyes")
    await day.is_so(lambda row: row["assignee"] == "anna")

    await day.presses("snooze")
    assert options(await day.window(), "until") == ["1h", "3h", "tomorrow", "next_week"]
    until = houses.office.clock.now() // 1000 + 5 * 3600
    await day.fills(**{"until:own": until})
    await day.is_so(lambda row: row.get("snoozed_until") == until * 1000)
    await day.presses("unsnooze")
    await day.is_so(lambda row: "snoozed_until" not in row)


@pytest.mark.parametrize("houses", [NEEDS_TOPIC], indirect=True)
async def test_sorted_closed_with_the_mandatory_topic_and_reopened(houses: TwoHouses) -> None:
    day = await begun(houses)
    await day.presses("take")
    await day.presses("tag")
    await day.fills(tags=["vip", "gross"])
    await day.is_so(lambda row: sorted(row["contact"]["tags"]) == ["gross", "vip"])

    await houses.anna.reacts(houses.channel.id, day.card.ts, "white_check_mark")
    await day.presses_below(await day.told("needs a topic"))
    refused = await day.fills()
    assert refused["response_action"] == "errors", "without a topic the window stays"
    await day.fills(topics=["orders"])
    await day.is_so(lambda row: row["state"] == "closed" and row["topics"] == ["orders"])

    await day.presses("reopen")
    await day.is_so(lambda row: row["state"] == "open")
    await day.presses("topic")
    await day.fills(topics=["orders", "prices"])
    await day.is_so(lambda row: sorted(row["topics"]) == ["orders", "prices"])


async def test_a_note_a_template_with_its_preview_history_search_and_block(
    houses: TwoHouses,
) -> None:
    day = await begun(houses)
    houses.anna.user.locale = "uk-UA"
    await day.presses("take")
    await day.told("Розмова ваша.")

    await houses.anna.shortcuts(houses.channel.id, day.card.ts, "note")
    await day.fills(text="лише для своїх")
    await eventually(lambda: "🔒 лише для своїх" in houses.in_channel())

    await day.presses("template")
    await day.fills(which="hello", then="show")
    await day.presses_below(await day.told("Hello Олена!"))
    await eventually(lambda: "Hello Олена" in str(houses.in_channel()))

    await day.presses("history")
    await day.told("перший")
    answer = await houses.anna.commands(houses.channel.id, "find заказ")
    assert "Олена" in texts(answer.body["blocks"])

    await houses.office.customer_writes("Це знову я", sender={"name": "Олена П."}, customer="o-2")
    await day.presses("merge")
    found = await day.fills(words="Олена П")
    assert found["response_action"] == "update"
    (window,) = day.windows()
    window["blocks"] = found["view"]["blocks"]
    other, *_ = options(window, "other")
    await day.fills(other=other)
    await day.told("одна людина")

    await day.presses("block")
    view = await day.window()
    assert options(view, "scope") == ["identity", "contact"]
    until = options(view, "until")[0]
    refused = await day.fills(scope="contact", until=until)
    assert refused["response_action"] == "errors", "a reason is mandatory"
    await day.fills(scope="contact", until=until, reason="спам")
    await day.is_so(lambda row: row["blocked"])
    assert not [one.error for one in houses.slack.ledger.calls if one.error]
