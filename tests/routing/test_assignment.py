"""Who is given a conversation, from what is known of the agents."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.settings import Strategy
from routing.assignment import Candidate, Choice, choose, named

ANNA = Candidate(id="anna", here=True, load=2, limit=8, given_at=100)
BORIS = Candidate(id="boris", here=True, load=1, limit=8, given_at=300)
SOFIA = Candidate(id="sofia", here=True, load=3, limit=8, given_at=None)
TEAM = (ANNA, BORIS, SOFIA)


def test_j05_in_turn_whoever_has_waited_longest_for_one_is_next() -> None:
    assert choose("round_robin", TEAM) == Choice("sofia", "round_robin")
    assert choose("round_robin", (ANNA, BORIS)) == Choice("anna", "round_robin")


def test_j05_whoever_has_the_fewest_is_given_the_next() -> None:
    assert choose("least_loaded", TEAM) == Choice("boris", "least_loaded")


def test_j05_of_those_who_have_as_few_it_is_the_ones_turn() -> None:
    assert choose("least_loaded", (ANNA, replace(BORIS, load=2))).agent == "anna"


def test_j05_the_one_who_answered_before_goes_on_however_many_they_have() -> None:
    assert choose("sticky", TEAM, last="sofia") == Choice("sofia", "sticky")


@pytest.mark.parametrize("last", [None, "nobody", "viktor"])
def test_j05_where_nobody_answered_before_it_goes_to_who_has_the_fewest(last: str | None) -> None:
    assert choose("sticky", TEAM, last=last) == Choice("boris", "least_loaded")


def test_j05_the_one_who_answered_before_is_passed_over_while_they_are_away() -> None:
    away = replace(SOFIA, here=False)
    assert choose("sticky", (ANNA, BORIS, away), last="sofia").agent == "boris"


def test_nobody_is_given_anything_where_people_take_it_themselves() -> None:
    assert choose("manual", TEAM) == Choice()
    assert choose("manual", [replace(ANNA, here=False)]).nobody == "absent"


def test_whoever_has_enough_is_given_no_more() -> None:
    full = [replace(one, limit=one.load) for one in TEAM]
    assert choose("round_robin", full) == Choice(nobody="full")
    assert choose("round_robin", [*full[1:], ANNA]).agent == "anna"


def test_without_a_limit_there_is_always_room() -> None:
    assert replace(ANNA, load=10_000, limit=None).has_room


def test_with_a_limit_of_none_at_all_they_are_given_nothing() -> None:
    assert choose("least_loaded", [replace(ANNA, load=0, limit=0)]) == Choice(nobody="full")


def test_what_one_has_given_back_is_not_handed_to_them_again() -> None:
    assert choose("least_loaded", TEAM, given_back_by="boris").agent == "anna"
    assert choose("least_loaded", [BORIS], given_back_by="boris") == Choice(nobody="full")


def test_whoever_speaks_the_customers_language_goes_before_the_others() -> None:
    spanish = replace(SOFIA, languages=frozenset({"es"}))
    others = [replace(one, languages=frozenset({"uk"})) for one in (ANNA, BORIS)]
    assert choose("least_loaded", [*others, spanish], language="es").agent == "sofia"
    assert choose("least_loaded", others, language="es").agent == "boris"
    assert choose("least_loaded", [*others, spanish], language=None).agent == "boris"


def test_the_one_whom_a_rule_names_is_given_it_if_they_are_here_and_have_room() -> None:
    assert named(ANNA) == Choice("anna", "rule")
    assert named(replace(ANNA, here=False)).nobody == "absent"
    assert named(replace(ANNA, limit=2)).nobody == "full"
    assert named(None).nobody == "absent"


AGENTS = st.builds(
    Candidate,
    id=st.text("abcdef", min_size=1, max_size=2),
    here=st.booleans(),
    load=st.integers(0, 4),
    limit=st.none() | st.integers(0, 4),
    given_at=st.none() | st.integers(0, 5),
    languages=st.frozensets(st.sampled_from(["en", "es"])),
)
GIVING: list[Strategy] = ["round_robin", "least_loaded", "sticky"]


@given(
    team=st.lists(AGENTS, max_size=6, unique_by=lambda one: one.id),
    strategy=st.sampled_from(GIVING),
    language=st.sampled_from([None, "en", "es"]),
    data=st.data(),
)
def test_the_choice_is_one_who_may_be_given_it_and_there_is_one_whenever_anybody_may(
    team: list[Candidate], strategy: Strategy, language: str | None, data: st.DataObject
) -> None:
    known = st.none() | st.sampled_from([*(one.id for one in team), "somebody else"])
    last, back = data.draw(known), data.draw(known)
    choice = choose(strategy, team, language=language, last=last, given_back_by=back)
    able = {one.id for one in team if one.here and one.has_room and one.id != back}
    assert choice.agent in able if able else choice.agent is None
    assert (choice.nobody is None) is bool(able)
    assert (choice.nobody == "absent") is (not any(one.here for one in team))
    shuffled = data.draw(st.permutations(team))
    assert choose(strategy, shuffled, language=language, last=last, given_back_by=back) == choice


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.integers(1, 30))
def test_j05_in_turn_nobody_is_ever_two_ahead_of_another(loads: list[int], count: int) -> None:
    team = [replace(ANNA, id=str(n), limit=None, load=one) for n, one in enumerate(loads)]
    given: dict[str, int] = {one.id: 0 for one in team}
    for now in range(1000, 1000 + count):
        agent = choose("round_robin", team).agent
        assert agent is not None
        given[agent] += 1
        team = [replace(one, given_at=now) if one.id == agent else one for one in team]
    assert max(given.values()) - min(given.values()) <= 1
