"""Where visitors are and with what: told in time, not too often, no more than collected."""

from typing import Any

import pytest

from bridge.channel import Visit
from tests.channels.widget.desk import Visitor
from tests.channels.widget.watched import VISIT, Watched


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
