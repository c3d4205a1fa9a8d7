"""A visitor is led on to another network: asked for, counted, and told in all that is needed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bridge.channel import StartLink, UnavailableError, WayOn
from tests.channels.widget.desk import KEY, THREAD, Desk, Visitor, failure
from tests.qr import decoded

HOUR = 3_600_000
SHOP_TG = WayOn(inbox_id="shop_tg", kind="telegram", name="Shop bot")
SHOP_VK = WayOn(inbox_id="shop_vk", kind="vk", name="Shop")
SECOND_TG = WayOn(inbox_id="second_tg", kind="telegram", name="Another bot")


@dataclass
class Onwards:
    """The other inboxes of a house, which remembers who was led where."""

    known: tuple[WayOn, ...] = (SHOP_TG, SHOP_VK, SECOND_TG)
    away: bool = False
    asked: list[tuple[str, str, str, str, int]] = field(default_factory=list)

    def ways(self, inbox_ids: Sequence[str]) -> Sequence[WayOn]:
        """Leave out what no link leads to, as `help_mail`."""
        ways = {way.inbox_id: way for way in self.known}
        return [ways[one] for one in inbox_ids if one in ways]

    async def link(
        self, customer: str, thread: str, *, to: str, source: str, valid: int
    ) -> StartLink | None:
        """Return a link with a number."""
        if self.away:
            raise UnavailableError("away", reason="unavailable")
        self.asked.append((customer, thread, to, source, valid))
        return StartLink(url=f"https://t.me/shop?start=go_{len(self.asked)}", expires_at=HOUR)


def a_desk(**settings: Any) -> tuple[Desk, Onwards]:
    inboxes = ("help_mail", "shop_vk", "shop_tg", "second_tg")
    given: dict[str, Any] = {"continue_via": inboxes} | settings
    onwards = Onwards()
    desk = Desk(onward=onwards, **given)
    desk.open()
    return desk, onwards


async def test_the_networks_offered_are_told_each_once_and_in_the_order_of_the_yaml() -> None:
    desk, _ = a_desk()
    visitor = await desk.visitor()
    assert visitor.session["config"]["continue_via"] == ["vk", "telegram"]


async def test_nothing_is_offered_where_the_yaml_names_nothing() -> None:
    desk, _ = a_desk(continue_via=())
    visitor = await desk.visitor()
    assert visitor.session["config"]["continue_via"] == []
    answer = await visitor.post("onward", {"thread": THREAD, "network": "telegram"})
    assert (answer.status_code, failure(answer)["code"]) == (404, "not_found")


async def test_a_visitor_is_led_on_with_their_thread_for_as_long_as_the_yaml_says() -> None:
    desk, onwards = a_desk(continue_within="15m")
    visitor = await desk.visitor()
    await visitor.post("onward", {"thread": THREAD, "network": "telegram"})
    assert onwards.asked == [(visitor.customer, THREAD, "shop_tg", KEY, HOUR // 4)]


async def test_the_answer_holds_the_link_and_the_same_as_a_code() -> None:
    desk, _ = a_desk()
    visitor = await desk.visitor()
    answer = await visitor.post("onward", {"thread": THREAD, "network": "vk"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["url"], told["expires_at"]) == ("https://t.me/shop?start=go_1", HOUR)
    assert decoded(told["qr"]) == told["url"]


async def test_no_link_is_made_before_it_is_asked_for() -> None:
    desk, onwards = a_desk()
    visitor = await desk.visitor()
    await visitor.write("Hello")
    await visitor.get("threads")
    assert onwards.asked == []


async def test_links_are_counted_for_each_visitor() -> None:
    desk, onwards = a_desk()
    visitor, other = await desk.visitor(), await desk.visitor()
    wish = {"thread": THREAD, "network": "telegram"}
    codes = [(await visitor.post("onward", wish)).status_code for _ in range(8)]
    assert codes == [200] * 6 + [429] * 2
    assert len(onwards.asked) == 6
    assert (await other.post("onward", wish)).status_code == 200


async def test_a_network_that_is_away_is_said_to_be() -> None:
    desk, onwards = a_desk()
    onwards.away = True
    visitor = await desk.visitor()
    answer = await visitor.post("onward", {"thread": THREAD, "network": "telegram"})
    assert (answer.status_code, failure(answer)["code"]) == (503, "unavailable")


@pytest.mark.parametrize("network", ["email", "help_mail", "shop_tg", "<b>", "x" * 40])
async def test_a_network_that_is_not_offered_is_not_found(network: str) -> None:
    desk, onwards = a_desk()
    visitor = await desk.visitor()
    answer = await visitor.post("onward", {"thread": THREAD, "network": network})
    assert answer.status_code == 404
    assert onwards.asked == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"thread": THREAD},
        {"thread": "t", "network": "vk"},
        {"thread": THREAD, "network": ""},
        {"thread": THREAD, "network": "x" * 41},
        {"thread": THREAD, "network": None},
        {"thread": THREAD, "network": "vk", "inbox": "shop_vk"},
    ],
)
async def test_what_is_no_wish_is_refused(body: dict[str, object]) -> None:
    desk, onwards = a_desk()
    visitor = await desk.visitor()
    answer = await visitor.post("onward", body)
    assert (answer.status_code, failure(answer)["code"]) == (400, "invalid")
    assert onwards.asked == []


async def test_a_stranger_is_led_nowhere() -> None:
    desk, onwards = a_desk()
    stranger = Visitor(desk, desk.client(), token="x.y.z")
    answer = await stranger.post("onward", {"thread": THREAD, "network": "vk"})
    assert answer.status_code == 401
    assert onwards.asked == []
