"""Bots Long Poll."""

import asyncio
import time
from typing import Any

import pytest

from bridge.sandbox.vk import VkPlatform
from tests.bridge.sandbox.vk.caller import Caller


class Poller:
    """Somebody who asks for events."""

    def __init__(self, vk: Caller) -> None:
        self._vk = vk
        self.session: dict[str, Any] = {}

    async def begin(self) -> None:
        """Get a key and a number to begin with."""
        group_id = self._vk.platform.world.group_id
        self.session = await self._vk("groups.getLongPollServer", group_id=group_id)

    async def ask(self, **given: Any) -> Any:
        """Ask once."""
        asked = {"act": "a_check", "wait": "1", **self.session, **given}
        server = asked.pop("server")
        async with self._vk.http.get(server, params=asked) as response:
            return await response.json()


@pytest.fixture
async def poller(vk: Caller) -> Poller:
    poller = Poller(vk)
    await poller.begin()
    return poller


async def test_events_after_the_number_are_told_at_once(
    poller: Poller, platform: VkPlatform
) -> None:
    platform.customer().write("one")
    platform.customer().write("two")
    answer = await poller.ask()
    texts = [one["object"]["message"]["text"] for one in answer["updates"]]
    assert (texts, answer["ts"]) == (["one", "two"], "2")
    again = await poller.ask(ts="1")
    assert len(again["updates"]) == 1
    assert "secret" not in answer["updates"][0]


async def test_an_event_ends_the_waiting(poller: Poller, platform: VkPlatform) -> None:
    asking = asyncio.create_task(poller.ask(wait="20"))
    await asyncio.sleep(0.05)
    platform.customer().write("now")
    assert len((await asyncio.wait_for(asking, 30))["updates"]) == 1


async def test_without_events_the_answer_is_empty_after_the_wait(poller: Poller) -> None:
    begun = time.monotonic()
    answer = await poller.ask(wait="0.2")
    assert answer == {"ts": "0", "updates": []}
    assert time.monotonic() - begun >= 0.2


async def test_a_key_that_has_expired_is_failed_2(poller: Poller, platform: VkPlatform) -> None:
    platform.longpoll.expire_key()
    assert await poller.ask() == {"failed": 2}
    await poller.begin()
    assert "failed" not in await poller.ask(wait="0")


async def test_events_that_are_forgotten_are_failed_1_with_the_number_to_go_on_from(
    vk: Caller, poller: Poller, platform: VkPlatform
) -> None:
    platform.customer().write("one")
    platform.longpoll.forget()
    assert await poller.ask(ts="0") == {"failed": 1, "ts": "1"}
    assert "failed" not in await poller.ask(ts="1", wait="0")
    assert (await poller.ask(ts="77"))["failed"] == 1


async def test_only_so_many_events_are_kept(platform: VkPlatform) -> None:
    async with VkPlatform(history=2) as small, Caller(small) as vk:
        poller = Poller(vk)
        await poller.begin()
        for n in range(3):
            small.customer().write(str(n))
        assert (await poller.ask(ts="0"))["failed"] == 1
        assert len((await poller.ask(ts="1"))["updates"]) == 2


async def test_everything_lost_is_failed_3_until_one_begins_anew(
    poller: Poller, platform: VkPlatform
) -> None:
    platform.customer().write("one")
    platform.longpoll.lose()
    assert await poller.ask() == {"failed": 3}
    await poller.begin()
    assert poller.session["ts"] == "1"
    assert "failed" not in await poller.ask(wait="0")


async def test_another_communitys_events_are_not_for_this_token(vk: Caller) -> None:
    assert await vk.refused("groups.getLongPollServer", group_id=5) == 15
    assert await vk.refused("groups.getLongPollServer") == 100
