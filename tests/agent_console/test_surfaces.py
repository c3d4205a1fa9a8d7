"""How the staff surfaces are, as those are told who can have them mended."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from agent_console.fanout import outages, records
from bridge.models import InboxHealth
from bridge.store import health
from bridge.store import surfaces as s
from bridge.store.transactions import Tx
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

STAFF: dict[str, Any] = {
    "console": {"type": "web"},
    "team_slack": {
        "type": "slack",
        "bot_token": "${SLACK_BOT}",
        "app_token": "${SLACK_APP}",
        "channels": {"sales": "C0SALES0001", "default": "C0DESK00001"},
    },
    "team_tg": {
        "type": "telegram_forum",
        "token": "${STAFF_BOT}",
        "groups": {"sales": [-1001], "default": [-1002, -1001]},
    },
    "by_mail": {"type": "email", "via": "help_mail"},
}
MAIL = {
    "type": "email",
    "name": "Mail",
    "address": "help@example.com",
    "imap": {"host": "i.example.com", "password": "${MAIL}"},
    "smtp": {"host": "s.example.com", "password": "${MAIL}"},
    "authserv_id": "mx.example.com",
}


@pytest.fixture
async def office(an_office: OpenOffice) -> AsyncIterator[Office]:
    """Return an office whose staff answer in Slack, in Telegram and by mail too."""
    changes = {
        "staff": STAFF,
        "channels.help_mail": MAIL,
        "teams.sales": {"members": ["pavel"]},
    }
    async with an_office(changes) as one:
        yield one


async def surfaces(agent: Agent) -> dict[str, Any]:
    answer = await agent.http.get("/api/surfaces")
    assert answer.status_code == 200
    return {one["id"]: one for one in answer.json()}


def places(surface: dict[str, Any]) -> dict[str, Any]:
    return {one["id"]: one for one in surface["places"]}


def thread(tx: Tx, surface_id: str, conversation_id: int, place: str) -> None:
    row = tx.the(
        s.ADD_THREAD,
        surface_id=surface_id,
        conversation_id=conversation_id,
        place=place,
        message_id=0,
        created_at=tx.now,
    )
    made = f"{place}/{conversation_id}"
    tx.run(s.THREAD_MADE, of=row, made=made, made_card=made, digest=None)


async def test_each_is_told_of_with_its_places_and_the_console_is_none(
    office: Office, anna: Agent
) -> None:
    found = await surfaces(anna)
    assert {key: (one["kind"], one["state"], one["via"]) for key, one in found.items()} == {
        "team_slack": ("slack", "starting", None),
        "team_tg": ("telegram_forum", "starting", None),
        "by_mail": ("email", "starting", "help_mail"),
    }
    assert {key: one["teams"] for key, one in places(found["team_tg"]).items()} == {
        "-1001": ["sales", "default"],
        "-1002": ["default"],
    }
    assert found["by_mail"]["places"] == []


async def test_a_surface_is_as_its_platform_lets_it_be_and_mail_as_its_inbox(
    office: Office, anna: Agent
) -> None:
    now = office.clock.now()
    bad = InboxHealth(
        inbox_id="team_slack",
        state="bad_credentials",
        reason="credentials_refused",
        sentence="Slack does not know this token.",
        since=now,
        sent_at=now - 5,
    )
    await office.store.write(health.put, bad)
    await office.store.write(health.put, InboxHealth(inbox_id="help_mail", state="up", since=7))
    found = await surfaces(anna)
    told = ("state", "reason", "sentence", "since", "sent_at")
    assert [found["team_slack"][one] for one in told] == [
        "bad_credentials",
        "credentials_refused",
        "Slack does not know this token.",
        now,
        now - 5,
    ]
    assert (found["by_mail"]["state"], found["by_mail"]["since"]) == ("up", 7)


async def test_a_lost_place_says_why_and_where_its_conversations_are_now(
    office: Office, anna: Agent
) -> None:
    begun = office.clock.now()
    for number in range(3):
        here, _ = await office.customer_writes(customer=f"visitor-{number:011}")
        await office.store.write(thread, "team_slack", here, "C0SALES0001")
        if number:
            await office.store.write(thread, "team_tg", here, "-1001")
    lost = ("team_slack", "C0SALES0001")
    await office.store.write(outages.lose, *lost, "The app was removed.")
    place = places((await surfaces(anna))["team_slack"])["C0SALES0001"]
    assert (place["lost_since"] > begun, place["sentence"]) == (True, "The app was removed.")
    assert place["shown_at"] == [{"surface": "team_tg", "place": "-1001", "conversations": 2}]
    assert (place["shown_nowhere"], place["back"]) == (1, None)
    office.clock.tick(60)
    await office.store.write(outages.find, *lost)
    back = places((await surfaces(anna))["team_slack"])["C0SALES0001"]
    assert (back["lost_since"], back["sentence"], back["shown_at"]) == (None, None, [])
    gap = {"begun": place["lost_since"], "ended": office.clock.now(), "lost": False}
    assert back["back"] == gap


async def test_a_group_that_has_moved_is_told_of_under_its_new_number(
    office: Office, anna: Agent
) -> None:
    await office.store.write(records.move, "team_tg", "-1002", "-100200", carries=False)
    await office.store.write(outages.lose, "team_tg", "-100200", "The bot was removed.")
    found = places((await surfaces(anna))["team_tg"])
    assert set(found) == {"-1001", "-100200"}
    assert found["-100200"]["lost_since"] is not None


async def test_a_place_that_the_yaml_has_no_more_is_nobodys_trouble(
    office: Office, anna: Agent
) -> None:
    await office.store.write(outages.lose, "team_slack", "C0OLD000001", "archived")
    assert set(places((await surfaces(anna))["team_slack"])) == {"C0SALES0001", "C0DESK00001"}


async def test_the_session_says_the_same_to_supervisors_and_nothing_to_agents(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    session = (await anna.http.get("/api/session")).json()
    assert {one["id"]: one for one in session["surfaces"]} == await surfaces(anna)
    assert (await pavel.http.get("/api/session")).json()["surfaces"] == []
    assert (await pavel.http.get("/api/surfaces")).status_code == 403


async def test_supervisors_are_told_over_the_websocket_that_one_was_lost_and_agents_are_not(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    async with (
        office.listening() as address,
        anna.live(address) as first,
        pavel.live(address) as second,
    ):
        await office.store.write(outages.lose, "team_slack", "C0SALES0001", "removed")
        await first.until("surfaces")
        await office.customer_writes()
        await second.until("changes")
        assert "surfaces" not in [frame["type"] for frame in second.frames]
