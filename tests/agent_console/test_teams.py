"""A conversation's team, and handing it to another."""

from collections.abc import AsyncIterator

import pytest

from bridge.store.deliveries import DUE_TIMERS
from routing.policy import OVERFLOW
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

TEAMS = {
    "teams": {
        "sales": {"label": {"en": "Sales", "uk": "Продажі"}, "members": ["anna"]},
        "support": {"members": ["pavel"]},
    },
    "channels.site.team": "sales",
}


@pytest.fixture
async def teamed(an_office: OpenOffice) -> AsyncIterator[Office]:
    """An office with two teams, whose people take what they like."""
    async with an_office(TEAMS) as office:
        yield office


async def test_the_row_tells_whose_it_is_to_answer(teamed: Office) -> None:
    pavel = await teamed.sign_in("pavel")
    conversation, _ = await teamed.customer_writes()
    assert (await pavel.row(conversation))["conversation"]["team"] == "sales"


async def test_without_teams_the_row_tells_of_none(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    assert "team" not in (await pavel.row(conversation))["conversation"]


async def test_the_console_is_told_of_the_teams(teamed: Office) -> None:
    pavel = await teamed.sign_in("pavel")
    assert (await pavel.get("/api/session"))["settings"]["teams"] == [
        {"id": "sales", "label": {"en": "Sales", "uk": "Продажі"}},
        {"id": "support", "label": "support"},
    ]


async def test_s04_whoever_has_it_hands_it_to_a_team_and_it_is_new_again(teamed: Office) -> None:
    pavel = await teamed.sign_in("pavel")
    conversation, _ = await teamed.customer_writes()
    await pavel.act("take", conversation)
    row = await pavel.act("team", conversation, {"team": "support"})
    assert (row["conversation"]["team"], row["conversation"]["assignee"]) == ("support", None)
    assert await pavel.listed("new") == [conversation]
    told = (await pavel.thread(conversation))[-1]["activity"]
    assert told == {
        "verb": "queued",
        "data": {"by": "pavel", "from": "pavel", "team": "support", "from_team": "sales"},
    }


async def test_what_one_releases_goes_on_to_another_team_if_nobody_takes_it(
    an_office: OpenOffice,
) -> None:
    overflow = {"to": "support", "after": "5m"}
    async with an_office(TEAMS | {"teams.sales.overflow": overflow}) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        await pavel.act("take", conversation)
        office.clock.tick(60)
        await pavel.act("release", conversation)
        [timer] = [
            one
            for one in await office.store.read(lambda tx: tx.all(DUE_TIMERS, now=2**62))
            if one.kind == OVERFLOW
        ]
        assert timer.due_at == office.clock.now() + 300_000


async def test_a_team_there_is_not_is_refused(teamed: Office) -> None:
    pavel = await teamed.sign_in("pavel")
    conversation, _ = await teamed.customer_writes()
    path = f"/api/conversations/{conversation}/team"
    status, error = await pavel.refused("POST", path, {"team": "night"})
    assert (status, error["code"]) == (422, "invalid")
    assert error["fields"] == {"team": "There is no such team."}


async def test_s05_what_a_colleague_has_is_handed_on_by_a_supervisor_only(teamed: Office) -> None:
    anna, pavel, ivan = [await teamed.sign_in(one) for one in ("anna", "pavel", "ivan")]
    conversation, _ = await teamed.customer_writes()
    await pavel.act("take", conversation)
    path = f"/api/conversations/{conversation}/team"
    assert (await ivan.refused("POST", path, {"team": "support"}))[0] == 403
    await anna.act("team", conversation, {"team": "support"})


async def test_j17_whoever_takes_it_is_responsible_until_a_supervisor_names_another(
    teamed: Office,
) -> None:
    anna, pavel = [await teamed.sign_in(one) for one in ("anna", "pavel")]
    conversation, _ = await teamed.customer_writes()
    row = await pavel.act("take", conversation)
    assert row["conversation"]["assignee"] == "pavel"
    row = await anna.act("assign", conversation, {"agent": "ivan"})
    assert row["conversation"]["assignee"] == "ivan"
