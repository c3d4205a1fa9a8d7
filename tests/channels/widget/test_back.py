"""Links back into the widget: where they lead, and what following one is answered with."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bridge.channel import CanLeadBack, Sender
from tests.channels.widget.desk import HOME, THREAD, Desk, Visitor, failure

TOKEN = "mail_" + "a" * 43
SITE = "https://shop.example"


@dataclass
class Door:
    """The core's side of the links: one token is good, once for each who tries it first."""

    used: dict[str, str] = field(default_factory=dict)
    owner: str = "anon:owner"
    came: list[Sender] = field(default_factory=list)

    async def enter(self, sender: Sender, token: str) -> str | None:
        """Let the first one in."""
        self.came.append(sender)
        good = token == TOKEN and self.used.setdefault(token, sender.external_id)
        return THREAD if good == sender.external_id else None

    async def hosts(self, customer: str) -> Sequence[str]:
        """Return whose conversation they are in."""
        return [self.owner] if customer in self.used.values() else []


def a_desk(*, home: str | None = None, **settings: Any) -> tuple[Desk, Door]:
    desk, door = Desk(**settings), Door()
    parts = desk.parts
    parts.context = replace(parts.context, way_back=door, home=home)
    desk.open()
    return desk, door


def address(page: str | None, **settings: Any) -> str | None:
    desk, _ = a_desk(**settings)
    assert isinstance(desk.channel, CanLeadBack)
    return desk.channel.back_link(TOKEN, page)


@pytest.mark.parametrize(
    ("page", "stands"),
    [
        (f"{SITE}/lamps/", f"{SITE}/lamps/"),
        (SITE, f"{SITE}/"),
        ("HTTPS://Shop.Example/Lamps", f"{SITE}/Lamps"),
        (f"{SITE}/куртки", f"{SITE}/%D0%BA%D1%83%D1%80%D1%82%D0%BA%D0%B8"),
        (f"{SITE}/a(b) [c]", f"{SITE}/a%28b%29%20%5Bc%5D"),
        ("https://de.shop.example/x", "https://de.shop.example/x"),
        (f"{HOME}/demo", f"{HOME}/demo"),
    ],
)
def test_r56_a_link_leads_to_the_page_with_the_token_in_its_fragment(
    page: str, stands: str
) -> None:
    origins = (SITE, "https://*.shop.example")
    assert address(page, origins=origins) == f"{stands}#deskbridge={TOKEN}"


@pytest.mark.parametrize("more", ["?to=https://evil.example", "#deskbridge=x", "?a=1#b"])
def test_r56_what_a_page_was_asked_for_is_left_out_since_it_might_lead_elsewhere(
    more: str,
) -> None:
    assert address(f"{SITE}/go{more}", origins=(SITE,)) == f"{SITE}/go#deskbridge={TOKEN}"


@pytest.mark.parametrize(
    "page",
    [
        None,
        "",
        "https://evil.example/",
        "https://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "https://shop.example:8443/",
        "http://shop.example/",
        "javascript:alert(1)//https://shop.example/",
        "//shop.example/",
        "https://[shop.example/",
        "https:///shop.example",
        "https://shop.example\\@evil.example/",
    ],
)
def test_r56_a_foreign_page_is_never_led_to(page: str | None) -> None:
    assert address(page, origins=(SITE,)) is None
    at_home = address(page, origins=(SITE,), home=f"{HOME}/demo")
    assert at_home == f"{HOME}/demo#deskbridge={TOKEN}"


async def follows(visitor: Visitor, token: str = TOKEN) -> Any:
    return await visitor.post("resume", {"token": token})


async def test_r56_whoever_follows_a_link_is_told_its_thread() -> None:
    desk, door = a_desk()
    visitor = await desk.visitor()
    answer = await follows(visitor)
    assert (answer.status_code, answer.json()) == (200, {"thread": THREAD})
    assert door.came == [Sender(external_id=visitor.customer)]


async def test_r56_used_expired_and_made_up_are_answered_alike() -> None:
    desk, _ = a_desk()
    await follows(await desk.visitor())
    stranger = await desk.visitor()
    answers = [await follows(stranger, one) for one in (TOKEN, "mail_" + "b" * 43, "x")]
    assert {(one.status_code, one.text) for one in answers} == {(200, '{"thread":null}')}


async def test_r56_nothing_but_a_post_with_a_session_uses_a_link_up() -> None:
    desk, door = a_desk()
    visitor = await desk.visitor()
    assert (await visitor.get("resume")).status_code == 405
    stranger = Visitor(desk, desk.client(), token="x.y.z")
    assert (await follows(stranger)).status_code == 401
    foreign = await visitor.http.post(
        "/widget/site_main/api/resume",
        json={"token": TOKEN},
        headers=visitor.headers | {"origin": "https://evil.example"},
    )
    assert foreign.status_code == 403
    assert door.came == []


async def test_r56_attempts_are_counted() -> None:
    desk, door = a_desk()
    visitor = await desk.visitor()
    codes = [(await follows(visitor, f"mail_{n}")).status_code for n in range(8)]
    assert codes == [200] * 6 + [429] * 2
    assert len(door.came) == 6


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": "x" * 101}, {"token": None}])
async def test_r56_what_is_no_token_is_refused(body: dict[str, object]) -> None:
    desk, door = a_desk()
    answer = await (await desk.visitor()).post("resume", body)
    assert (answer.status_code, failure(answer)["code"]) == (400, "invalid")
    assert door.came == []


async def test_r56_while_they_are_here_the_one_whose_conversation_it_is_can_be_reached() -> None:
    desk, door = a_desk()
    visitor = await desk.visitor()
    await follows(visitor)
    presence = desk.parts.presence
    async with visitor.live():
        assert presence.connected(door.owner)
        assert presence.connected(visitor.customer)
    assert not presence.connected(door.owner)
