"""Where a conversation goes that begins, or that its customer opens again."""

from dataclasses import replace

import pytest

from bridge import channel as ch
from bridge.models import Presence
from bridge.store.statement import Statement
from bridge.store.transactions import Tx
from routing.hours import Hours
from routing.teams import Counter, Crew, Teams, Worker
from tests.routing.teams import (
    BEGUN,
    CREWS,
    INBOXES,
    WORKERS,
    assignee,
    is_now,
    offline,
    online,
    rule,
    staffed,
)
from tests.routing.teams import told as told_in
from tests.routing.test_hours import KYIV, OFFICE, at, office
from tests.routing.world import World

SPANISH = ch.Sender(external_id="lucia", language="es-MX")


def by_hand(world: World, **teams: object) -> World:
    """Give the world teams, in which people take what they like."""
    return staffed(world, strategy="manual", **teams)


# --- without teams ---


async def test_d43_without_any_teams_everybody_sees_it_and_nobody_is_given_it(
    world: World,
) -> None:
    await online(world, "anna")
    here = await world.begun()
    now = await world.conversation(here)
    assert (now.assignee_id, now.team_id, now.queued_at) == (None, None, None)
    assert await world.verbs(here) == ["opened"]


async def test_a_message_costs_no_more_statements_than_before_where_nobody_is_given_anything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def counted(self: Tx, statement: Statement[object], **given: object) -> int:
        ran.append(statement.sql)
        return run(self, statement, **given)

    run = Tx.run
    here = await world.begun()
    monkeypatch.setattr(Tx, "run", counted)
    await world.says("olena")
    plain, ran[:] = list(ran), []
    staffed(world, strategy="round_robin")
    await world.says("olena")
    assert ran == plain
    assert await assignee(world, here) is None


# --- by a strategy ---


async def test_j05_it_is_given_to_the_member_who_has_the_fewest(world: World) -> None:
    staffed(world)
    await online(world, "anna", "boris", "sofia")
    agents = [await assignee(world, await world.begun(f"c{n}")) for n in range(4)]
    assert agents == ["anna", "boris", "anna", "boris"]


async def test_j05_in_turn_however_many_they_have_closed_meanwhile(world: World) -> None:
    staffed(world, strategy="round_robin")
    await online(world, "anna", "boris")
    found = []
    for number in range(4):
        world.clock.tick(1)
        here = await world.begun(f"c{number}")
        agent = await assignee(world, here)
        found.append(agent)
        if agent == "anna":
            await world.closes("anna", here)
    assert found == ["anna", "boris", "anna", "boris"]


async def test_j05_who_answered_the_customer_before_is_given_their_next_one(world: World) -> None:
    staffed(world, strategy="sticky")
    world.under(reopen_new_after=1000)
    await online(world, "boris")
    here = await world.begun("olena")
    await world.closes("boris", here)
    await online(world, "anna")
    world.clock.tick(3600)
    again = await world.begun("olena")
    assert again != here
    assert await assignee(world, again) == "boris"
    assert (await world.activities(again))[-1]["how"] == "sticky"


async def test_the_thread_tells_who_it_went_to_and_how(world: World) -> None:
    staffed(world)
    await online(world, "anna")
    here = await world.begun()
    assert (await world.activities(here))[-1] == {
        "verb": "assigned",
        "to": "anna",
        "how": "least_loaded",
        "team": "sales",
    }
    assert (await world.conversation(here)).team_id == "sales"


async def test_r14_what_one_was_given_is_new_to_them_until_they_open_it(world: World) -> None:
    staffed(world)
    await online(world, "anna")
    assert (await world.conversation(await world.begun())).opened_at is None


@pytest.mark.parametrize("presence", ["away", "break", "offline"])
async def test_only_who_is_online_is_given_anything(world: World, presence: Presence) -> None:
    staffed(world)
    await is_now(world, presence, "anna")
    await online(world, "boris")
    assert await assignee(world, await world.begun()) == "boris"


async def test_j06_whoever_is_off_their_shift_is_given_nothing(world: World) -> None:
    night = Hours(KYIV, [()] * 7)
    hours = {"office": office(), "night": night}
    workers = WORKERS | {"anna": Worker(8, hours="night"), "boris": Worker(8, hours="office")}
    staffed(world, hours=hours, workers=workers)
    world.clock.jump((at("2026-11-27T10:00") - world.clock.now()) / 1000)
    await online(world, "anna", "boris")
    assert await assignee(world, await world.begun()) == "boris"


async def test_whoever_has_as_many_as_they_may_is_given_no_more(world: World) -> None:
    staffed(world, workers=WORKERS | {"anna": Worker(1), "boris": Worker(1)})
    await online(world, "anna", "boris")
    agents = [await assignee(world, await world.begun(f"c{n}")) for n in range(3)]
    assert agents == ["anna", "boris", None]


async def test_an_agent_who_has_left_the_house_is_given_nothing(world: World) -> None:
    staffed(world, crews=CREWS | {"sales": Crew(("gone", "viktor"))})
    await online(world, "viktor", "anna")
    assert await assignee(world, await world.begun()) is None


async def test_without_a_team_it_is_given_to_any_of_the_agents(world: World) -> None:
    staffed(world, crews={}, inboxes={"pager": Counter()})
    await online(world, "sofia")
    assert await assignee(world, await world.begun()) == "sofia"


async def test_who_speaks_the_customers_language_goes_first(world: World) -> None:
    languages = frozenset({"es"})
    workers = WORKERS | {"anna": Worker(8, languages=frozenset({"uk"}))}
    staffed(world, workers=workers | {"boris": Worker(8, languages=languages)})
    await online(world, "anna", "boris")
    assert await assignee(world, await world.begun("lucia", sender=SPANISH)) == "boris"


# --- by a rule ---


async def test_a_rule_sends_it_to_another_team_and_is_named_in_the_thread(world: World) -> None:
    rules = [rule({"team": "sales"}, text="price"), rule({"team": "support"}, language="es")]
    staffed(world, rules=rules)
    await online(world, "anna", "sofia")
    here = await world.begun("lucia", sender=SPANISH)
    last = (await world.activities(here))[-1]
    assert (last["to"], last["team"], last["rule"]) == ("sofia", "support", 2)


async def test_a_rule_gives_it_to_an_agent_also_where_people_take_the_others(world: World) -> None:
    by_hand(world, rules=[rule({"agent": "sofia"}, language="es")])
    await online(world, "anna", "sofia")
    assert await assignee(world, await world.begun("lucia", sender=SPANISH)) == "sofia"
    assert await assignee(world, await world.begun("olena")) is None


async def test_an_agent_who_is_not_here_is_passed_over_and_the_inboxs_team_has_it(
    world: World,
) -> None:
    staffed(world, rules=[rule({"agent": "sofia"}, language="es")])
    await online(world, "anna")
    here = await world.begun("lucia", sender=SPANISH)
    now = await world.conversation(here)
    assert (now.assignee_id, now.team_id) == ("anna", "sales")
    assert "rule" not in (await world.activities(here))[-1]


async def test_a_rule_into_a_queue_gives_it_to_nobody(world: World) -> None:
    staffed(world, rules=[rule({"queue": "support"}, channel="pager")])
    await online(world, "sofia")
    now = await world.conversation(here := await world.begun())
    assert (now.assignee_id, now.team_id, now.queued_at) == (None, "support", None)
    assert (await world.activities(here))[-1] == {
        "verb": "queued",
        "team": "support",
        "rule": 1,
    }


async def test_a_rule_by_the_campaign_knows_what_was_told_before_the_first_message(
    world: World,
) -> None:
    staffed(world, rules=[rule({"team": "support"}, source="spring", utm={"campaign": "a*"})])
    await online(world, "anna", "sofia")
    visit = ch.Visit(source="spring", utm={"campaign": "abc"}, url="https://shop.example/")
    here = await world.begun("olena", inbox="site", visit=visit)
    assert await assignee(world, here) == "sofia"


# --- opened again ---


async def test_s09_it_stays_with_its_agent_while_they_are_here_however_much_they_have(
    world: World,
) -> None:
    staffed(world, workers=WORKERS | {"anna": Worker(1)})
    await online(world, "anna", "boris")
    here = await world.begun()
    await world.closes("anna", here)
    assert await world.begun() == here
    assert await assignee(world, here) == "anna"


async def test_s09_it_goes_to_another_while_its_agent_is_away(world: World) -> None:
    staffed(world)
    await online(world, "anna")
    here = await world.begun()
    await world.closes("anna", here)
    await offline(world, "anna")
    await online(world, "boris")
    assert await world.begun() == here
    assert await assignee(world, here) == "boris"
    last = (await world.activities(here))[-1]
    assert (last["verb"], last["from"], last["to"]) == ("assigned", "anna", "boris")


async def test_s09_it_waits_in_the_queue_while_nobody_is_here(world: World) -> None:
    staffed(world)
    await online(world, "anna")
    here = await world.begun()
    await world.closes("anna", here)
    await offline(world, "anna")
    await world.begun()
    now = await world.conversation(here)
    assert (now.assignee_id, now.queued_at is not None) == (None, True)
    assert (await world.verbs(here))[-2:] == ["reopened", "queued"]


async def test_s09_where_people_take_it_themselves_it_stays_with_an_agent_who_is_away(
    world: World,
) -> None:
    by_hand(world)
    here = await world.begun()
    await world.takes("anna", here)
    await world.closes("anna", here)
    await world.begun()
    assert await assignee(world, here) == "anna"


# --- what the customer is told ---


async def test_o32_a_customer_is_told_once_that_nobody_is_here_instead_of_that_it_has_come(
    world: World,
) -> None:
    staffed(world)
    here = await world.begun()
    assert await told_in(world, here) == ["Back as soon as we can."]
    await world.says("olena", "Hello?")
    assert len(await told_in(world, here)) == 1
    assert (await world.conversation(here)).answered_by == "program"


async def test_o32_outside_of_the_hours_they_are_told_when_it_goes_on_in_their_language(
    world: World,
) -> None:
    staffed(world, inboxes=INBOXES | {"pager": Counter("sales", "office")})
    world.clock.jump((at("2026-11-27T22:00") - world.clock.now()) / 1000)
    await online(world, "anna")
    speaker = ch.Sender(external_id="olena", language="uk")
    here = await world.begun("olena", sender=speaker)
    assert await told_in(world, here) == ["Будемо у понеділок о 09:00."]
    now = await world.conversation(here)
    assert (now.assignee_id, now.queued_at is not None) == (None, True)


async def test_o32_the_hours_of_the_team_count_before_those_of_the_inbox(world: World) -> None:
    always = Hours(KYIV, [OFFICE] * 7)
    crews = CREWS | {"sales": Crew(("anna", "boris"), hours="always")}
    inboxes = INBOXES | {"pager": Counter("sales", "office")}
    staffed(world, hours={"office": office(), "always": always}, crews=crews, inboxes=inboxes)
    world.clock.jump((at("2026-11-28T10:00") - world.clock.now()) / 1000)
    await online(world, "anna")
    assert await assignee(world, await world.begun()) == "anna"


async def test_o32_whoever_waits_since_all_have_enough_is_told_that_it_has_come(
    world: World,
) -> None:
    staffed(world, workers=WORKERS | {"anna": Worker(0)})
    await online(world, "anna")
    assert await told_in(world, await world.begun()) == ["We have it."]


async def test_o32_where_somebody_is_given_it_they_are_told_that_it_has_come(
    world: World,
) -> None:
    staffed(world)
    await online(world, "anna")
    assert await told_in(world, await world.begun()) == ["We have it."]


async def test_o32_where_people_take_it_themselves_nobody_online_is_told_as_well(
    world: World,
) -> None:
    by_hand(world)
    assert await told_in(world, await world.begun()) == ["Back as soon as we can."]
    await online(world, "anna")
    assert await told_in(world, await world.begun("other")) == ["We have it."]


async def test_o32_one_that_is_opened_again_is_told_too_if_it_was_not_before(
    world: World,
) -> None:
    staffed(world)
    await online(world, "anna")
    here = await world.begun()
    for _ in range(2):
        await offline(world, "anna")
        await world.closes("anna", here)
        world.clock.tick(60)
        assert await world.begun() == here
    assert await told_in(world, here) == ["We have it.", "Back as soon as we can."]


async def test_o32_switched_off_the_other_is_said(world: World) -> None:
    staffed(world)
    world.desk = replace(world.desk, says={"begun": BEGUN})
    world.sinks = world._sinks()
    assert await told_in(world, await world.begun()) == ["We have it."]


async def test_o32_whoever_writes_in_anothers_name_causes_no_answer(world: World) -> None:
    staffed(world)
    assert await told_in(world, await world.begun("olena", verified=False)) == []


def test_an_installation_that_names_nobody_decides_nothing() -> None:
    assert not Teams(workers=WORKERS, crews=CREWS, inboxes={"pager": Counter()}).decides
    assert Teams(inboxes={"pager": Counter(hours="office")}).decides
    assert Teams(strategy="sticky").decides
