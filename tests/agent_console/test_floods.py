"""A flood in the console: one line, unfolded by whoever wants to, and nobody called."""

from collections.abc import AsyncIterator

import pytest

from bridge.store import deliveries as d
from routing.timers import fire
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

LIMITS = {"flood.sender": {"per_minute": 20, "per_hour": 200}}


@pytest.fixture
async def office(an_office: OpenOffice) -> AsyncIterator[Office]:
    """Return an office with the limits of the shipped configuration."""
    async with an_office(LIMITS) as opened:
        yield opened


async def pours(office: Office, number: int) -> int:
    who = {"name": "Олена"}
    places = [(await office.customer_writes(f"{n}", after=0, sender=who))[0] for n in range(number)]
    return places[-1]


async def is_over(office: Office) -> None:
    office.clock.tick(15)
    for timer in await office.store.read(lambda tx: tx.all(d.DUE_TIMERS, now=tx.now)):
        await office.store.write(fire, office.desk, timer)


async def test_a_flood_is_one_line_of_the_thread(office: Office, pavel: Agent) -> None:
    here = await pours(office, 50)
    *said, line = await pavel.thread(here)
    assert [one["text"] for one in said if one["kind"] == "incoming"] == [f"{n}" for n in range(20)]
    assert line["activity"] == {"verb": "flood", "data": {"why": "sender"}}
    assert line["flood"] == {"why": "sender", "held": 30}


async def test_an_agent_unfolds_it_page_by_page(office: Office, pavel: Agent) -> None:
    here = await pours(office, 50)
    line = (await pavel.thread(here))[-1]["id"]
    path = f"/api/conversations/{here}/held"
    first = await pavel.get(path, flood=line, limit=20)
    assert [one["text"] for one in first["messages"]] == [f"{n}" for n in range(20, 40)]
    assert first["has_after"]
    rest = await pavel.get(path, flood=line, after=first["messages"][-1]["id"], limit=20)
    assert [one["text"] for one in rest["messages"]] == [f"{n}" for n in range(40, 50)]
    assert not rest["has_after"]


async def test_nothing_is_held_where_no_flood_is(office: Office, pavel: Agent) -> None:
    here = await pours(office, 2)
    found = await pavel.get(f"/api/conversations/{here}/held", flood=1)
    assert found == {"messages": [], "has_after": False}


async def test_what_is_held_counts_as_unread_nowhere(office: Office, pavel: Agent) -> None:
    here = await pours(office, 20)
    last = (await pavel.thread(here))[-1]["id"]
    await pavel.ask("POST", f"/api/conversations/{here}/read", {"message_id": last}, expect=None)
    await pours(office, 30)
    row = await pavel.row(here)
    assert row["conversation"]["incoming_count"] == row["mark"]["seen"] == 20
    assert row["conversation"]["last"]["text"] == "19"
    assert (await pavel.get("/api/folders"))["unread_total"] == 0


async def test_a_console_is_told_of_the_line_and_of_no_message_in_it(
    office: Office, pavel: Agent
) -> None:
    here = await pours(office, 20)
    async with office.listening() as address, pavel.live(address) as live:
        await live.until("hello")
        await live.quiet()
        before = len(live.frames)
        await pours(office, 30)
        await live.quiet()
        messages = [
            one
            for frame in live.frames[before:]
            if frame["type"] == "changes"
            for one in frame["messages"]
        ]
    assert {one["kind"] for one in messages} == {"activity"}
    assert {one["flood"]["why"] for one in messages} == {"sender"}
    assert here == messages[0]["conversation_id"]


async def test_its_last_message_comes_to_everybody_when_it_is_over(
    office: Office, pavel: Agent
) -> None:
    here = await pours(office, 50)
    async with office.listening() as address, pavel.live(address) as live:
        await live.until("hello")
        await live.quiet()
        await is_over(office)
        frame = await live.until("changes")
    texts = {one["text"] for one in frame["messages"] if one["kind"] == "incoming"}
    assert texts == {"49"}
    thread = await pavel.thread(here)
    [line] = [one for one in thread if "flood" in one]
    assert line["flood"]["held"] == 29
    assert line["flood"]["ended_at"] == office.clock.now()
    assert (await pavel.row(here))["conversation"]["incoming_count"] == 21


async def test_what_is_found_among_the_held_leads_to_their_line(
    office: Office, pavel: Agent
) -> None:
    here = await pours(office, 50)
    line = (await pavel.thread(here))[-1]["id"]
    path = f"/api/conversations/{here}"
    held = (await pavel.get(f"{path}/held", flood=line))["messages"][7]["id"]
    around = await pavel.get(f"{path}/messages", around=held, limit=10)
    assert around["messages"][-1]["id"] == line
    assert not around["has_after"]


async def test_whoever_may_not_see_a_conversation_unfolds_nothing_of_it(
    an_office: OpenOffice,
) -> None:
    async with an_office(LIMITS | {"permissions.agent.see": "own"}) as office:
        here = await pours(office, 50)
        anna, pavel, ivan = [await office.sign_in(one) for one in ("anna", "pavel", "ivan")]
        await pavel.act("take", here)
        line = next(one["id"] for one in await pavel.thread(here) if "flood" in one)
        path = f"/api/conversations/{here}/held"
        assert len((await anna.get(path, flood=line))["messages"]) == 30
        status, _ = await ivan.refused("GET", f"{path}?flood={line}")
        assert status == 404
