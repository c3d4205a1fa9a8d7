"""Who is here, where they look, and who has left: told to agents in time and not too often."""

from typing import Any

import pytest

from bridge.channel import (
    ContactUnreachable,
    OutboundPart,
    PageVisited,
    Receipt,
    UnreachableError,
    Visit,
)
from channels.widget.channel import _Watch
from channels.widget.presence import GRACE, SETTLING
from tests.channels.widget.desk import THREAD, Desk, Visitor

VISIT = {
    "tab": "tab-1",
    "url": "https://shop.example.com/чай?utm_source=news",
    "title": "Чай 🍵",
    "first_url": "https://shop.example.com/",
    "first_title": "Крамниця",
    "referrer": "https://search.example.org/?q=tea",
    "screen": "1440x900",
    "language": "uk-UA",
    "utm": {"source": "news", "campaign": "осінь"},
}


class Watched(Desk):
    """An inbox whose loop turns when the test says so."""

    def __init__(self, **settings: Any) -> None:
        """Wire it and begin."""
        super().__init__(**settings)
        self.open()
        self.watch = _Watch(self.parts)
        self.parts.presence.start()

    async def passes(self, seconds: float, *, step: float = 0.5) -> None:
        """Let time pass, with the loop turning as it does."""
        left = seconds
        while left > 0:
            self.clock.tick(min(step, left))
            left -= step
            await self.watch.tick()

    async def grown(self) -> "Watched":
        """Be past the first grace, in which anybody may come back."""
        await self.passes(GRACE + SETTLING + 1, step=5)
        return self

    @property
    def visits(self) -> list[Visit]:
        """Return what agents were told of visits."""
        return [one.visit for one in self.core.events if isinstance(one, PageVisited)]

    @property
    def given_up(self) -> list[str]:
        """Return whom agents were told to be gone."""
        return [
            one.sender.external_id
            for one in self.core.events
            if isinstance(one, ContactUnreachable) and one.reason == "visitor_left"
        ]

    async def answer(self, visitor: Visitor, text: str = "Вітаю") -> Receipt:
        """Have the core send an agent's message through the channel."""
        kept = await self.core.says(visitor.customer, THREAD, text)
        part = OutboundPart(
            recipient=visitor.customer, thread=THREAD, message_id=kept.id, text=text
        )
        return await self.channel.send(part, key=str(kept.id))


@pytest.fixture
async def desk() -> Watched:
    return await Watched().grown()


@pytest.fixture
async def visitor(desk: Watched) -> Visitor:
    visitor = await desk.visitor()
    await visitor.write("Hello")
    await visitor.open_session(token=visitor.token)
    desk.core.events.clear()
    return visitor


# --- pages ---


async def test_d31_all_the_site_knows_of_a_visitor_is_told(desk: Watched, visitor: Visitor) -> None:
    started = desk.clock.now() - 60_000
    async with visitor.live(visit=VISIT | {"started_at": started}):
        await desk.passes(1)
    assert desk.visits[0] == Visit(
        url="https://shop.example.com/чай?utm_source=news",
        title="Чай 🍵",
        first_url="https://shop.example.com/",
        first_title="Крамниця",
        referrer="https://search.example.org/?q=tea",
        browser="Chrome 130",
        os="Windows 10",
        device="Desktop",
        screen="1440x900",
        language="uk-UA",
        ip="203.0.113.7",
        utm={"source": "news", "campaign": "осінь"},
        source="news",
        started_at=started,
        open_pages=1,
        online=True,
    )


async def test_d36_the_current_page_is_told_within_two_seconds(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live(visit=VISIT) as socket:
        await desk.passes(1)
        socket.send({"type": "page", "url": "https://shop.example.com/кошик", "title": "Кошик"})
        socket.send({"type": "ping"})
        await socket.receive_type("pong")
        await desk.passes(1.5)
    assert desk.visits[-1].url == "https://shop.example.com/кошик"
    assert desk.visits[-1].title == "Кошик"
    assert desk.visits[-1].first_url == "https://shop.example.com/"


async def test_a_hundred_pages_in_a_moment_are_told_as_one(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live(visit=VISIT) as socket:
        await desk.passes(2)
        told = len(desk.visits)
        for n in range(90):
            socket.send({"type": "page", "url": f"https://shop.example.com/{n}", "title": ""})
        socket.send({"type": "ping"})
        await socket.receive_type("pong")
        await desk.passes(1)
        assert len(desk.visits) - told == 1
        assert desk.visits[-1].url == "https://shop.example.com/89"


async def test_d37_two_tabs_are_two_pages_and_the_same_tab_again_is_not(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live(tab="a"):
        async with visitor.live(tab="b"), visitor.live(tab="b"):
            await desk.passes(2)
            assert desk.visits[-1].open_pages == 2
        await desk.passes(4)
        assert desk.visits[-1].open_pages == 1
        assert desk.visits[-1].online


async def test_the_page_in_front_is_the_current_one(desk: Watched, visitor: Visitor) -> None:
    one, two = "https://shop.example.com/1", "https://shop.example.com/2"
    async with (
        visitor.live(tab="a", visit={"tab": "a", "url": one}) as first,
        visitor.live(tab="b", visit={"tab": "b", "url": two}) as second,
    ):
        await desk.passes(2)
        assert desk.visits[-1].url == two
        second.send({"type": "visible", "visible": False})
        first.send({"type": "visible", "visible": True})
        for socket in (first, second):
            socket.send({"type": "ping"})
            await socket.receive_type("pong")
        await desk.passes(2)
        assert desk.visits[-1].url == one


async def test_d38_whoever_closes_the_last_page_is_offline(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live(visit=VISIT):
        await desk.passes(1)
    await desk.passes(4)
    assert [one.online for one in desk.visits] == [True, False]
    assert desk.visits[-1].open_pages == 0


async def test_a_page_that_is_reloaded_is_not_told_as_going_and_coming(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live(visit=VISIT):
        await desk.passes(2)
    await desk.passes(0.5)
    async with visitor.live(visit=VISIT):
        await desk.passes(3)
    assert all(one.online for one in desk.visits)


async def test_nothing_is_told_of_those_who_never_write(desk: Watched) -> None:
    stranger = await desk.visitor()
    async with stranger.live(visit=VISIT) as socket:
        await desk.passes(5)
        # The core was asked once, and did not know them.
        assert len(desk.visits) == 1
        for n in range(5):
            socket.send({"type": "page", "url": f"https://shop.example.com/{n}", "title": ""})
            await desk.passes(2)
        assert len(desk.visits) == 1
        await stranger.write("now I do", visit=VISIT)
        await desk.passes(2)
        assert desk.visits[-1].online
        assert desk.core.visits[stranger.customer].open_pages == 1
    await desk.passes(40)
    assert stranger.customer in desk.given_up


async def test_a_first_message_brings_its_visit_along(desk: Watched) -> None:
    stranger = await desk.visitor()
    await stranger.write("first words", visit=VISIT)
    visit = desk.core.messages[-1].visit
    assert visit is not None
    assert (visit.url, visit.source, visit.ip) == (VISIT["url"], "news", "203.0.113.7")
    assert desk.core.messages[-1].sender.language == "uk"


# --- what is not collected ---


async def test_d32_an_anonymised_address_has_lost_its_end() -> None:
    desk = await Watched(collect={"ip": "anonymised"}).grown()
    visitor = await desk.visitor()
    await visitor.write(visit=VISIT)
    visit = desk.core.messages[-1].visit
    assert visit is not None
    assert visit.ip == "203.0.113.0"


@pytest.mark.parametrize(
    ("off", "empty"),
    [
        ("page", {"url", "title", "first_url", "first_title", "open_pages"}),
        ("utm", {"utm", "referrer", "source"}),
        ("screen", {"screen", "browser", "os", "device"}),
        ("ip", {"ip"}),
    ],
)
async def test_what_is_switched_off_is_neither_told_nor_kept(off: str, empty: set[str]) -> None:
    desk = await Watched(collect={off: False}).grown()
    visitor = await desk.visitor()
    async with visitor.live(visit=VISIT) as socket:
        await visitor.write(visit=VISIT)
        socket.send({"type": "page", "url": "https://shop.example.com/secret", "title": "s"})
        socket.send({"type": "ping"})
        await socket.receive_type("pong")
        await desk.passes(3)
        kept = repr(desk.parts.presence.guest(visitor.customer))
    written = desk.core.messages[-1].visit
    assert written is not None
    for visit in (written, *desk.visits):
        for name in Visit.__slots__:
            if name in empty:
                assert not getattr(visit, name)
            elif name not in ("started_at", "online", "open_pages"):
                assert getattr(visit, name) or visit is desk.visits[0]
    if off == "page":
        assert "secret" not in kept
    if off == "ip":
        assert "203.0.113" not in kept


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd",
     "//evil.example", "/relative", "http://", "https://[bad", "java\nscript:alert(1)", ""],
)  # fmt: skip
async def test_an_address_that_may_not_become_a_link_is_dropped(desk: Watched, url: str) -> None:
    visitor = await desk.visitor()
    told = VISIT | {"url": url, "first_url": url, "referrer": url}
    assert (await visitor.write(visit=told)).status_code == 201
    visit = desk.core.messages[-1].visit
    assert visit is not None
    assert (visit.url, visit.first_url, visit.referrer) == (None, None, None)


async def test_a_password_in_an_address_is_not_told(desk: Watched) -> None:
    visitor = await desk.visitor()
    await visitor.write(visit=VISIT | {"url": "https://me:secret@shop.example.com/a"})
    visit = desk.core.messages[-1].visit
    assert visit is not None
    assert visit.url == "https://shop.example.com/a"


async def test_what_is_too_long_or_odd_is_cut_or_dropped_and_keeps_nobody_from_writing(
    desk: Watched,
) -> None:
    visitor = await desk.visitor()
    odd = {
        "tab": "t",
        "url": "https://shop.example.com/" + "a" * 9000,
        "title": "т" * 5000,
        "screen": "huge",
        "language": "<script>",
        "started_at": desk.clock.now() + 10**9,
        "utm": {f"k{n}": "v" * 999 for n in range(30)},
    }
    assert (await visitor.write(visit=odd)).status_code == 201
    visit = desk.core.messages[-1].visit
    assert visit is not None
    assert len(visit.url or "") == 2000
    assert len(visit.title or "") == 300
    assert (visit.screen, visit.language) == (None, None)
    assert visit.started_at == desk.clock.now()
    assert len(visit.utm) == 10
    assert max(map(len, visit.utm.values())) == 200


@pytest.mark.parametrize(
    ("told", "source"),
    [
        ({"utm": {"utm_source": "letter"}}, "letter"),
        ({"utm": {}, "referrer": "https://www.search.example.org/x"}, "search.example.org"),
        ({"utm": {}, "referrer": "https://shop.example.com/before"}, "direct"),
        ({"utm": {}, "referrer": None}, "direct"),
    ],
)
async def test_s03_the_source_of_a_visit_is_named(
    desk: Watched, told: dict[str, Any], source: str
) -> None:
    visitor = await desk.visitor()
    await visitor.write(visit=VISIT | told)
    visit = desk.core.messages[-1].visit
    assert visit is not None
    assert visit.source == source


# --- sending to those who are here, and those who are not ---


async def test_whoever_is_here_can_be_sent_to(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live():
        receipt = await desk.answer(visitor)
    assert list(receipt.external_ids) == ["2"]


async def test_s52_whoever_has_left_cannot_and_the_id_of_a_later_proof_is_told(
    desk: Watched, visitor: Visitor
) -> None:
    await desk.passes(31)
    with pytest.raises(UnreachableError) as caught:
        await desk.answer(visitor)
    assert caught.value.reason == "visitor_left"
    assert list(caught.value.external_ids) == ["2"]


async def test_a_page_on_its_way_to_the_next_still_counts_as_here(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live():
        await desk.passes(60)
    await desk.passes(29)
    await desk.answer(visitor)
    await desk.passes(1.5)
    with pytest.raises(UnreachableError):
        await desk.answer(visitor)


async def test_one_tab_of_two_is_enough_to_be_here(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live(tab="a"):
        async with visitor.live(tab="b"):
            pass
        await desk.passes(60)
        await desk.answer(visitor)
    assert desk.given_up == []


async def test_whoever_writes_is_here_even_without_a_socket(desk: Watched) -> None:
    visitor = await desk.visitor()
    await visitor.write("over HTTP alone")
    await desk.answer(visitor)
    await desk.passes(40)
    assert desk.given_up == [visitor.customer]


async def test_s50_who_stays_away_is_given_up_once_with_the_reason(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live():
        await desk.answer(visitor)
        await desk.passes(60)
    await desk.passes(29)
    assert desk.given_up == []
    await desk.passes(120)
    assert desk.given_up == [visitor.customer]


async def test_who_comes_back_in_time_is_not_given_up(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live():
        await desk.passes(60)
    await desk.passes(25)
    async with visitor.live():
        await desk.passes(120)
    assert desk.given_up == []


async def test_a_part_taken_at_the_last_moment_is_on_record_before_its_visitor_is_given_up(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live():
        await desk.passes(60)
    await desk.passes(29.5)
    await desk.answer(visitor)
    await desk.passes(3)
    assert desk.given_up == []
    await desk.passes(3)
    assert desk.given_up == [visitor.customer]


async def test_giving_up_waits_until_it_can_be_stored(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live():
        await desk.passes(60)
    desk.core.down = True
    await desk.passes(60)
    assert desk.given_up == []
    desk.core.down = False
    await desk.passes(1)
    assert desk.given_up == [visitor.customer]


async def test_a_visit_that_could_not_be_stored_is_told_later(
    desk: Watched, visitor: Visitor
) -> None:
    desk.core.down = True
    async with visitor.live(visit=VISIT):
        await desk.passes(5)
        assert desk.visits == []
        desk.core.down = False
        await desk.passes(2)
    assert desk.visits[-1].url == VISIT["url"]


async def test_nobody_who_has_left_is_remembered(desk: Watched) -> None:
    for _ in range(20):
        stranger = await desk.visitor()
        async with stranger.live(visit=VISIT):
            await desk.passes(1)
    await desk.passes(60, step=5)
    assert len(desk.parts.presence) == 0
    assert desk.given_up == []


async def test_a_jump_of_the_wall_clock_gives_nobody_up(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live():
        await desk.passes(1)
    desk.clock.jump(86_400)
    await desk.passes(10)
    assert desk.given_up == []


# --- after a start ---


async def test_just_after_a_start_those_who_were_here_are_taken_to_be_coming_back() -> None:
    desk = Watched()
    visitor = Visitor(desk, desk.client(), customer="anon:was-here-before")
    await desk.answer(visitor)
    desk.core.unconfirmed_for = {visitor.customer}
    await desk.passes(GRACE - 1)
    assert desk.given_up == []
    await desk.passes(SETTLING + 2)
    assert desk.given_up == [visitor.customer]
    with pytest.raises(UnreachableError):
        await desk.answer(visitor)


async def test_after_a_start_whoever_came_back_is_not_given_up() -> None:
    desk = Watched()
    visitor = await desk.visitor()
    await visitor.write()
    await visitor.open_session(token=visitor.token)
    desk.core.unconfirmed_for = {visitor.customer, "anon:away"}
    async with visitor.live():
        await desk.passes(GRACE + SETTLING + 5)
    assert desk.given_up == ["anon:away"]


async def test_looking_back_is_done_once_and_again_if_it_failed() -> None:
    desk = Watched()
    desk.core.unconfirmed_for = {"anon:away"}
    desk.core.down = True
    await desk.passes(GRACE + SETTLING + 5)
    desk.core.down = False
    await desk.passes(20)
    assert desk.given_up == ["anon:away"]


async def test_an_edit_and_a_delete_come_to_the_visitor_by_the_event_log(
    desk: Watched, visitor: Visitor
) -> None:
    part = OutboundPart(
        recipient=visitor.customer, thread=THREAD, message_id=2, text="new", external_ids=["2"]
    )
    for change in (desk.channel.edit, desk.channel.delete):
        assert list((await change(part, key="k")).external_ids) == ["2"]


async def test_there_is_nothing_to_download(desk: Watched) -> None:
    with pytest.raises(LookupError):
        desk.channel.download("anything")
