"""Teams, hours and rules as the YAML has them, and what is said of mistakes in them."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from bridge.cli import app
from bridge.settings import Span
from tests.bridge.settings.files import Desk
from tests.bridge.settings.test_errors import shown

WHOLE = """\
version: 1
locale: {timezone: Europe/Kyiv}
agents:
  anna: {name: Анна, languages: [uk, RU], limit: 6, hours: office}
  lucia: {name: Lucía}
  eva: {name: Eva, role: viewer}
teams:
  sales: {label: {en: Sales, uk: Продажі}, members: [anna], overflow: {to: support, after: 5m}}
  support: {members: [anna], hours: office}
hours:
  office:
    weekly: {mon-fri: ["09:00-13:00", "14:00-18:00"], sat: ["10:00-14:00"]}
    holidays: [2027-01-01, {date: 2026-12-24, hours: ["09:00-12:00"]}]
  night: {timezone: UTC, weekly: {fri-mon: ["22:00-06:00"], wed: ["00:00-24:00"]}}
channels:
  site: {type: widget, key: k, team: sales, hours: office}
routing:
  rules:
    - {when: {language: es, text: [precio, coste]}, to: {agent: lucia}}
    - {when: {channel: site, outside: office}, to: {queue: support}}
    - {when: {utm: {campaign: spring}}, to: {team: support}}
  default: {team: support, strategy: least_loaded}
  capacity: 8
"""


def test_teams_hours_and_rules_are_read(desk: Desk) -> None:
    found = desk.load(WHOLE)
    assert found.agents["anna"].languages == ("uk", "ru")
    assert found.agents["anna"].limit == 6
    assert found.teams["support"].members == ("anna",)
    office = found.hours["office"]
    assert office.week[4] == (Span(540, 780), Span(840, 1080))
    assert office.week[5:] == [(Span(600, 840),), ()]
    assert [one.date for one in office.holidays] == [date(2027, 1, 1), date(2026, 12, 24)]
    assert found.hours["night"].week == [
        (Span(1320, 1800),),
        (),
        (Span(0, 1440),),
        (),
        *[(Span(1320, 1800),)] * 3,
    ]
    assert [one.to.target for one in found.routing.rules] == [
        ("agent", "lucia"),
        ("queue", "support"),
        ("team", "support"),
    ]
    assert found.routing.rules[0].when.language == ("es",)


def test_without_any_of_it_everything_is_as_it_was(desk: Desk) -> None:
    routing = desk.load("version: 1\n").routing
    assert (routing.rules, routing.default.strategy, routing.capacity) == ((), "manual", None)


@pytest.mark.parametrize(
    ("right", "wrong", "code", "place", "nearest"),
    [
        ("members: [anna]", "members: [ana]", "unknown_id", "teams.sales.members.0", "anna"),
        ("{to: support", "{to: suport", "unknown_id", "teams.sales.overflow.to", "support"),
        ("agent: lucia}", "agent: lucya}", "unknown_id", "routing.rules.0.to.agent", "lucia"),
        ("team: support, st", "team: suport, st", "unknown_id", "routing.default.team", "support"),
        (
            "outside: office", "outside: ofice",
            "unknown_id", "routing.rules.1.when.outside", "office",
        ),
        ("limit: 6, hours: office", "hours: nihgt", "unknown_id", "agents.anna.hours", "night"),
        ("channel: site", "channel: sit", "unknown_inbox", "routing.rules.1.when.channel", "site"),
        ("members: [anna]", "members: [eva]", "cannot_answer", "teams.sales.members.0", None),
        ("mon-fri:", "monday:", "bad_days", "hours.office.weekly.monday", "mon"),
        ('"09:00-13:00"', '"9-13"', "bad_hours", "hours.office.weekly.mon-fri.0", None),
        ('"09:00-13:00"', '"24:00-13:00"', "bad_hours", "hours.office.weekly.mon-fri.0", None),
        ('"09:00-13:00"', '"09:00-09:00"', "bad_hours", "hours.office.weekly.mon-fri.0", None),
        ('"14:00-', '"12:59-', "overlapping_hours", "hours.office.weekly.mon-fri.1", None),
        ("sat: [", "fri: [", "overlapping_hours", "hours.office.weekly.fri", None),
        ("2027-01-01,", "2027-02-30,", "bad_date", "hours.office.holidays.0.date", None),
        ("2027-01-01,", "2026-12-24,", "duplicate_value", "hours.office.holidays.1", None),
        ("{queue: support}", "{}", "missing_key", "routing.rules.1.to", None),
        (
            "{queue: support}", "{queue: support, team: sales}",
            "not_a_choice", "routing.rules.1.to.queue", None,
        ),
        ("language: es", "language: spanish", "bad_text", "routing.rules.0.when.language.0", None),
        ("least_loaded", "least_load", "not_a_choice", "routing.default.strategy", "least_loaded"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_the_nearest_right_name(
    desk: Desk, right: str, wrong: str, code: str, place: str, nearest: str | None
) -> None:
    assert right in WHOLE
    problem = desk.problem(WHOLE.replace(right, wrong, 1))
    assert (problem.code, problem.path, problem.nearest) == (code, place, nearest)


def test_an_unknown_team_is_told_with_those_there_are(desk: Desk) -> None:
    problem = desk.problem("version: 1\nteams: {sales: {}}\nrouting: {default: {team: slaes}}\n")
    assert shown(problem) == [
        'deskbridge.yaml:3:27: error[unknown_id] routing.default.team: there is no team "slaes"',
        "    3 | routing: {default: {team: slaes}}",
        '      |                           ^^^^^ did you mean "sales"?',
        "   help: teams has sales",
    ]


def test_j06_a_shift_over_midnight_may_not_run_into_the_next_ones(desk: Desk) -> None:
    problem = desk.problem(
        "version: 1\nhours: {x: {weekly: {sun: ['20:00-08:00'], mon: ['07:00-09:00']}}}\n"
    )
    assert (problem.code, problem.path) == ("overlapping_hours", "hours.x.weekly.mon.0")


def test_a_queue_may_not_run_over_into_itself_by_any_way(desk: Desk) -> None:
    error = desk.error(
        "version: 1\nteams:\n"
        "  a: {overflow: {to: b, after: 1m}}\n"
        "  b: {overflow: {to: c, after: 1m}}\n"
        "  c: {overflow: {to: b, after: 1m}}\n"
        "  d: {overflow: {to: d, after: 1m}}\n"
    )
    assert [one.path for one in error.problems] == [
        "teams.b.overflow.to",
        "teams.c.overflow.to",
        "teams.d.overflow.to",
    ]
    assert error.problems[0].message == "the queue comes back to where it began: b > c > b"


# --- rules that never fit ---

SHADOWED = WHOLE.replace(
    "    - {when: {channel: site, o", "    - {to: {team: sales}}\n    - {when: {channel: site, o"
)


def test_a_rule_that_can_never_fit_is_a_warning_and_the_file_is_taken(desk: Desk) -> None:
    settings, warnings = desk.examined(SHADOWED)
    assert len(settings.routing.rules) == 4
    assert [(one.severity, one.code, one.path) for one in warnings] == [
        ("warning", "rule_never_fits", "routing.rules.2"),
        ("warning", "rule_never_fits", "routing.rules.3"),
    ]
    assert shown(warnings[0])[0] == (
        "deskbridge.yaml:21:7: warning[rule_never_fits] routing.rules.2: "
        "this rule never fits: rule 2 takes all that it would"
    )


def test_a_rule_after_one_by_day_and_one_by_night_is_warned_of_with_both(desk: Desk) -> None:
    day_and_night = WHOLE.replace(
        "    - {when: {channel: site, o",
        "    - {when: {inside: office}, to: {team: sales}}\n"
        "    - {when: {outside: office}, to: {team: sales}}\n    - {when: {channel: site, o",
    )
    _, warnings = desk.examined(day_and_night)
    assert "this rule never fits: rules 2 and 3 take all that it would" in shown(warnings[-1])[0]


def test_check_shows_warnings_and_ends_well(desk: Desk) -> None:
    desk.write(SHADOWED)
    result = CliRunner().invoke(app, ["check", "-c", str(desk.path)])
    assert result.exit_code == 0
    assert "warning[rule_never_fits] routing.rules.2" in result.stderr
    assert result.stdout.endswith("is fine: 1 inbox, 3 agents, 2 warnings.\n")
    machine = CliRunner().invoke(app, ["check", "-c", str(desk.path), "--format", "json"])
    told = json.loads(machine.stdout)
    assert (told["errors"], [one["severity"] for one in told["problems"]]) == (0, ["warning"] * 2)


# --- examples ---


def with_examples(*examples: str) -> str:
    """Return the file with these examples."""
    return WHOLE + "  expect:\n" + "".join(f"    - {one}\n" for one in examples)


def test_examples_that_hold_are_taken(desk: Desk) -> None:
    desk.load(
        with_examples(
            "{message: {channel: site, language: es, text: Qué PRECIO, at: 2027-01-04T10:00}, "
            "gets: {agent: lucia}}",
            "{message: {channel: site, at: 2027-01-01T10:00}, gets: {queue: support}}",
            "{message: {channel: site, at: 2027-01-04T08:59:59+02:00}, gets: {queue: support}}",
            "{message: {channel: site, utm: {campaign: spring}, at: 2027-01-04T10:00}, "
            "gets: {team: support}}",
            "{message: {channel: site, at: 2027-01-04T10:00}, gets: {team: sales}}",
        )
    )


def test_an_example_that_does_not_hold_is_told_with_what_happens_instead(desk: Desk) -> None:
    problem = desk.problem(
        with_examples("{message: {channel: site, at: 2027-01-04T20:00}, gets: {team: sales}}")
    )
    assert (problem.code, problem.path) == ("expectation_failed", "routing.expect.0.gets")
    assert problem.message == "it goes to the queue of support, by rule 2"


def test_an_example_that_no_rule_takes_goes_to_the_inboxs_team(desk: Desk) -> None:
    problem = desk.problem(
        with_examples("{message: {channel: site, at: 2027-01-04T10:00}, gets: {team: support}}")
    )
    assert problem.message == "it goes to the team sales, since no rule takes it"


def test_where_rules_go_by_hours_an_example_needs_a_time(desk: Desk) -> None:
    problem = desk.problem(with_examples("{message: {channel: site}, gets: {team: sales}}"))
    assert (problem.code, problem.path) == ("expectation_failed", "routing.expect.0.message")


def test_an_examples_time_must_be_one(desk: Desk) -> None:
    problem = desk.problem(
        with_examples("{message: {channel: site, at: tomorrow}, gets: {team: sales}}")
    )
    assert (problem.code, problem.path) == ("bad_date", "routing.expect.0.message.at")


# --- what is said while nobody is here ---


def test_the_opening_may_be_named_in_what_is_said_while_nobody_is_here(desk: Desk) -> None:
    text = desk.load(
        'version: 1\nsystem_messages: {offline: {text: {en: "Back {{next_open|soon}}."}}}\n'
    ).system_messages.offline.text
    assert text.by_locale == {"en": "Back {{next_open|soon}}."}


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [
        ("Back {{next_opne}}.", "unknown_variable", "next_open"),
        ("Back {{contact.name}}.", "unknown_variable", None),
        ("Back {{next_open.", "unknown_variable", None),
        ("  ", "bad_text", None),
    ],
)
def test_no_other_variable_may_be(desk: Desk, text: str, code: str, nearest: str | None) -> None:
    problem = desk.problem(f'version: 1\nsystem_messages: {{offline: {{text: "{text}"}}}}\n')
    assert (problem.code, problem.nearest) == (code, nearest)


def test_a_team_answers_topics_that_there_are(desk: Desk) -> None:
    text = """\
version: 1
topics: {prices: {label: Prices}}
teams: {sales: {topics: [price]}}
"""
    problem = desk.problem(text)
    assert (problem.code, problem.path) == ("unknown_id", "teams.sales.topics.0")
    assert desk.load(text.replace("[price]", "[prices]")).teams["sales"].topics == ("prices",)
