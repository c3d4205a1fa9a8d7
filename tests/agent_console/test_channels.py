"""How the channels are, as the console is told."""

from typing import Any

from agent_console.fanout import outages
from bridge.models import InboxHealth
from bridge.store import health, log, people
from bridge.store.transactions import Tx
from tests.agent_console.office import Agent, Office


def _is(tx: Tx, row: InboxHealth) -> None:
    health.put(tx, row)
    log.append(tx, "inbox.changed")


def down(office: Office) -> InboxHealth:
    now = office.clock.now()
    return InboxHealth(
        inbox_id="blog",
        state="down",
        reason="webhook_failing",
        sentence="The network cannot reach us.",
        since=now,
        down_since=now - 5,
        warned=1,
        received_at=now - 9,
        gap_from=1,
        gap_until=2,
        gap_lost=1,
    )


async def channels(agent: Agent) -> dict[str, Any]:
    answer = await agent.http.get("/api/channels")
    assert answer.status_code == 200
    return {one["inbox"]: one for one in answer.json()}


async def test_a_channel_nothing_is_known_of_is_starting(office: Office, pavel: Agent) -> None:
    found = await channels(pavel)
    assert set(found) == {"site", "blog"}
    assert found["site"]["state"] == "starting"
    assert found["site"]["received_at"] is None


async def test_the_session_and_the_sheet_say_the_same(office: Office, anna: Agent) -> None:
    await office.store.write(_is, down(office))
    found = await channels(anna)
    assert found["blog"] == {
        "inbox": "blog",
        "state": "down",
        "reason": "webhook_failing",
        "sentence": "The network cannot reach us.",
        "since": office.clock.now(),
        "down_since": office.clock.now() - 5,
        "warned": 1,
        "received_at": office.clock.now() - 9,
        "sent_at": None,
        "gap": {"begun": 1, "ended": 2, "lost": True},
    }
    session = (await anna.http.get("/api/session")).json()
    assert {one["inbox"]: one for one in session["channels"]} == found


async def test_a_change_comes_over_the_websocket_to_everybody(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    async with (
        office.listening() as address,
        anna.live(address) as first,
        pavel.live(address) as second,
    ):
        await office.store.write(_is, down(office))
        for view in (first, second):
            frame = await view.until("channels")
            assert [one["state"] for one in frame["channels"]] == ["down", "starting"]


async def test_an_inbox_that_left_the_yaml_is_not_told_of(office: Office, anna: Agent) -> None:
    await office.store.write(lambda tx: health.put(tx, InboxHealth(inbox_id="blog", state="down")))
    await office.store.write(_retire)
    assert set(await channels(anna)) == {"site"}


def _retire(tx: Tx) -> None:
    tx.run(people.RETIRE_INBOX, of="blog", at=tx.now)


async def test_a_staff_surface_that_has_lost_a_place_is_told_of_once(
    office: Office, anna: Agent
) -> None:
    amiss = InboxHealth(inbox_id="slack", state="degraded", reason="unreachable", sentence="Lost.")
    await office.store.write(_is, amiss)
    await office.store.write(outages.lose, "slack", "C1", "It was archived.")
    assert set(await channels(anna)) == {"site", "blog"}
    await office.store.write(outages.find, "slack", "C1")
    assert set(await channels(anna)) == {"site", "blog", "slack"}


async def test_a_staff_surface_is_told_of_while_it_has_trouble(office: Office, anna: Agent) -> None:
    lost = InboxHealth(inbox_id="slack", state="degraded", reason="unreachable", sentence="Lost.")
    await office.store.write(_is, lost)
    found = await channels(anna)
    assert (found["slack"]["state"], found["slack"]["sentence"]) == ("degraded", "Lost.")
    await office.store.write(_is, InboxHealth(inbox_id="slack", state="up"))
    assert set(await channels(anna)) == {"site", "blog"}
