"""What the YAML declares is there; what has vanished from it is retired, not deleted."""

from typing import Any

import pytest

from bridge.db import Place
from bridge.settings.sections import Team
from bridge.store import people as p
from bridge.store.desk import AGENTS
from routing.declared import declare
from routing.teams import teams_of
from tests.databases import by_hand, watching
from tests.routing.settings import Box, Person, settings_of
from tests.routing.teams import staffed
from tests.routing.test_open_time import goes_on
from tests.routing.world import World

WITHOUT_ANNA = {"boris": Person("Борис"), "sofia": Person("Sofia", "supervisor")}


async def test_agents_and_inboxes_are_made_and_follow_the_yaml(world: World) -> None:
    people = {"anna": Person("Ганна", "owner", "anna@example.com")}
    await world.store.write(declare, settings_of(people, {"site": Box("site", "Крамниця")}))
    found = {one.id: one for one in await world.store.read(lambda tx: tx.all(AGENTS))}
    anna = found["anna"]
    assert (anna.name, anna.role, anna.email) == ("Ганна", "owner", "anna@example.com")
    assert anna.retired_at is None
    assert found["boris"].retired_at == world.clock.now()
    assert await world.store.read(lambda tx: tx.all(p.INBOX_IDS)) == ["site"]


async def test_the_same_yaml_again_changes_nothing_of_the_rows(
    world: World, database: Place
) -> None:
    await world.store.write(declare, settings_of())
    with watching(database) as connection:
        before = _declared(connection)
        world.clock.tick(60)
        await world.store.write(declare, settings_of())
        assert _declared(connection) == before


def _declared(connection: Any) -> list[list[Any]]:
    return [
        connection.execute(rows).fetchall()
        for rows in ("SELECT * FROM agents ORDER BY id", "SELECT * FROM inboxes ORDER BY id")
    ]


async def test_a_retired_agents_conversations_are_released_for_everybody_to_see(
    world: World,
) -> None:
    theirs, mine = await world.begun("olena"), await world.begun("tom")
    await world.takes("anna", theirs)
    await world.takes("boris", mine)
    await world.store.write(declare, settings_of(WITHOUT_ANNA))
    assert (await world.conversation(theirs)).assignee_id is None
    assert (await world.conversation(mine)).assignee_id == "boris"
    assert (await world.activities(theirs))[-1]["verb"] == "released"


async def test_what_a_retired_agent_had_goes_on_to_another_team_if_nobody_takes_it(
    world: World,
) -> None:
    teams = {
        "sales": Team.model_validate(
            {"members": ["boris"], "overflow": {"to": "support", "after": "5m"}}
        ),
        "support": Team.model_validate({"members": ["sofia"]}),
    }
    told = settings_of(WITHOUT_ANNA, teams=teams)
    staffed(world, crews=teams_of(told).crews, strategy="manual")
    world.under(release_idle=None)
    here = await world.begun()
    await world.takes("anna", here)
    world.clock.tick(3600)
    await goes_on(world)

    await world.store.write(declare, told)
    world.clock.tick(299)
    await goes_on(world)
    assert (await world.conversation(here)).team_id == "sales"
    world.clock.tick(1)
    await goes_on(world)
    assert (await world.conversation(here)).team_id == "support"


async def test_a_retired_agents_sessions_and_links_end(world: World) -> None:
    def signed_in(agent: str) -> None:
        by_hand(
            world.store,
            "INSERT INTO sessions (token_hash, agent_id, csrf, created_at, used_at, expires_at)"
            " VALUES (?, ?, 'c', 1, 1, 9)",
            [agent, agent],
        )
        by_hand(
            world.store,
            "INSERT INTO sign_in_links (token_hash, agent_id, kind, expires_at)"
            " VALUES (?, ?, 'sign_in', 9)",
            [agent, agent],
        )

    signed_in("anna")
    signed_in("boris")
    await world.store.write(declare, settings_of(WITHOUT_ANNA))
    for table in ("sessions", "sign_in_links"):
        assert await world.count(f"{table} WHERE agent_id = 'anna'") == 0
        assert await world.count(f"{table} WHERE agent_id = 'boris'") == 1


async def test_one_who_comes_back_is_themselves_again(world: World) -> None:
    here = await world.begun()
    await world.replies("anna", here)
    await world.store.write(declare, settings_of(WITHOUT_ANNA))
    await world.store.write(declare, settings_of())
    found = {one.id: one for one in await world.store.read(lambda tx: tx.all(AGENTS))}
    assert found["anna"].retired_at is None
    # What was taken from them stays taken.
    assert (await world.conversation(here)).assignee_id is None


async def test_what_a_retired_agent_wrote_keeps_their_name(world: World) -> None:
    here = await world.begun()
    await world.replies("anna", here, "до зустрічі")
    await world.store.write(declare, settings_of(WITHOUT_ANNA))
    said = [one for one in await world.messages(here) if one.text == "до зустрічі"]
    assert [one.agent_id for one in said] == ["anna"]


async def test_a_retired_inbox_keeps_its_outbox(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    only_site = settings_of(channels={"site": Box("site", "site")})
    await world.store.write(declare, only_site)
    assert await world.states(ours) == ["queued"]
    assert await world.count("inboxes WHERE id = 'pager' AND retired_at IS NOT NULL") == 1
    await world.store.write(declare, settings_of())
    assert await world.count("inboxes WHERE retired_at IS NOT NULL") == 0


@pytest.mark.parametrize("people", [{}, WITHOUT_ANNA])
async def test_retiring_twice_releases_once(world: World, people: dict[str, Person]) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    for _ in range(2):
        await world.store.write(declare, settings_of(people))
    assert (await world.verbs(here)).count("released") == 1
