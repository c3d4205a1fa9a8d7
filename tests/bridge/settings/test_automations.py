"""What may stand under `automations` and `conversation.statuses`, and what is said if not."""

import pytest

from bridge.settings import ConfigError
from routing.review import review
from tests.bridge.settings.files import Desk

HOUSE = """\
version: 1
agents: {anna: {name: Anna}}
teams: {sales: {members: [anna]}}
hours: {office: {weekly: {mon-fri: ["09:00-18:00"]}}}
channels: {site: {type: widget, key: k}}
topics: {prices: {label: Prices}}
tags: {vip: {label: VIP}}
conversation:
  rating: {}
  statuses: {active: {kind: open}, solved: {kind: closed, actions: [ask_rating]}}
"""


def automation(when: str, *do: str) -> str:
    return f"automations: {{it: {{when: {when}, do: [{', '.join(do)}]}}}}\n"


def test_what_needs_nothing_is_written_as_a_word_or_as_a_key(desk: Desk) -> None:
    settings = desk.load(HOUSE + automation("{event: opened}", "close", "{close: }", "{close: {}}"))
    assert [one.deed[0] for one in settings.automations["it"].do] == ["close"] * 3


def codes(desk: Desk, text: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        desk.load(text)
    return [f"{one.code} {one.path}" for one in raised.value.problems]


@pytest.mark.parametrize(
    ("when", "do", "told"),
    [
        ("{event: waiting}", "close", "missing_key automations.it.when"),
        ("{event: closed, for: 5m}", "close", "unknown_key automations.it.when.for"),
        ("{event: clsed}", "close", "not_a_choice automations.it.when.event"),
        ("{event: closed}", "shut", "not_a_choice automations.it.do.0"),
        ("{event: closed}", "{tag: vip, note: x}", "not_a_choice automations.it.do.0.note"),
        ("{event: closed}", "{}", "missing_key automations.it.do.0"),
        ("{event: closed}", "{suppress: begun}", "cannot_suppress automations.it.do.0.suppress"),
        ("{event: closed}", "{tag: vpi}", "unknown_id automations.it.do.0.tag"),
        ("{event: closed}", "{topic: price}", "unknown_id automations.it.do.0.topic"),
        ("{event: closed}", "{status: solve}", "unknown_id automations.it.do.0.status"),
        ("{event: closed}", "{webhook: crm}", "unknown_id automations.it.do.0.webhook"),
        ("{event: closed}", "{assign: {team: sale}}", "unknown_id automations.it.do.0.assign.team"),
        ("{event: closed, status: don}", "close", "unknown_id automations.it.when.status"),
        ("{event: closed, tag: vpi}", "close", "unknown_id automations.it.when.tag"),
        (
            "{event: closed}",
            "{notify: {agents: [ana], text: Hi}}",
            "unknown_id automations.it.do.0.notify.agents.0",
        ),
        ("{event: closed}", "{notify: {text: Hi}}", "missing_key automations.it.do.0.notify"),
    ],
)
def test_a_mistake_is_told_where_it_stands(desk: Desk, when: str, do: str, told: str) -> None:
    assert codes(desk, HOUSE + automation(when, do)) == [told]


def test_what_is_nearly_right_is_told_as_that(desk: Desk) -> None:
    with pytest.raises(ConfigError) as raised:
        desk.load(HOUSE + automation("{event: closed}", "{status: solve}"))
    [problem] = raised.value.problems
    assert (problem.nearest, problem.message) == ("solved", 'there is no status "solve"')


def test_a_status_neither_closes_nor_changes_itself(desk: Desk) -> None:
    text = HOUSE.replace("actions: [ask_rating]", "actions: [close]")
    assert codes(desk, text) == ["not_a_choice conversation.statuses.solved.actions.0.close"]


def test_a_rating_can_be_asked_for_only_where_there_is_one(desk: Desk) -> None:
    text = HOUSE.replace("  rating: {}\n", "")
    assert codes(desk, text) == ["cannot_do conversation.statuses.solved.actions.0"]


def test_a_block_has_an_end_where_it_must_have_one(desk: Desk) -> None:
    text = (
        HOUSE
        + "block: {require_end: true}\n"
        + automation("{event: opened}", "{block: {reason: x}}")
    )
    assert codes(desk, text) == ["cannot_do automations.it.do.0.block"]


@pytest.mark.parametrize(
    "when",
    [
        "{event: message_received, by: agent}",
        "{event: opened, inside: office, outside: office}",
        "{event: closed, status: active}",
        "{event: waiting, for: 5m, status: [solved]}",
        "{event: assigned, taken: false}",
        "{event: idle, for: 5m, by: customer}",
    ],
)
def test_what_can_never_run_is_warned_of(desk: Desk, when: str) -> None:
    settings = desk.load(HOUSE + automation(when, "{note: x}"))
    [found] = review(settings)
    assert (found.code, found.is_warning) == ("automation_never_runs", True)


def test_what_can_run_is_not_warned_of(desk: Desk) -> None:
    when = "{event: closed, status: [active, solved], by: [agent, customer], inside: office}"
    assert list(review(desk.load(HOUSE + automation(when, "{note: x}")))) == []
