"""`deskbridge explain message`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bridge.cli import app

CONFIG = """\
version: 1
locale: {timezone: Europe/Kyiv}
agents: {anna: {name: Anna}, lucia: {name: Lucía}}
teams: {sales: {members: [anna]}, support: {members: [anna, lucia], hours: office}}
hours: {office: {weekly: {mon-fri: ["09:00-18:00"]}}}
channels:
  site: {type: widget, key: k, team: support}
  shop: {type: widget, key: s}
routing:
  rules:
    - {when: {language: es, channel: site}, to: {agent: lucia}}
    - {when: {text: [price], page: /pricing}, to: {team: sales}}
    - {when: {utm: {campaign: spring}}, to: {queue: sales}}
    - {when: {channel: shop}, to: {team: sales}}
  default: {strategy: least_loaded}
"""


def explain(folder: Path, *arguments: str) -> Result:
    """Run the command over the configuration."""
    path = folder / "deskbridge.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return CliRunner().invoke(app, ["explain", "message", "-c", str(path), *arguments])


def lines(folder: Path, *arguments: str) -> list[str]:
    """Return what it says."""
    result = explain(folder, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_it_says_which_rule_takes_a_message_and_why(tmp_path: Path) -> None:
    asked = ("--channel", "site", "--text", "The PRICE?", "--page", "https://x.example/pricing")
    assert lines(tmp_path, *asked) == [
        "rule 1: passed over, since language does not fit",
        "rule 2: takes it, since text and page fit",
        "it goes to the team sales",
        "it is for the one of those online who has the fewest",
    ]


def test_a_rule_for_an_agent_is_told_with_where_it_goes_else(tmp_path: Path) -> None:
    asked = ("--channel", "site", "--language", "es", "--at", "2027-01-04T22:00")
    assert lines(tmp_path, *asked) == [
        "rule 1: takes it, since channel and language fit",
        "it goes to lucia, if they are online, on their shift and have room",
        "else it goes to the team support",
        "nobody is there at this time: it waits, and the customer is told when it goes on",
    ]


def test_a_rule_into_a_queue_gives_it_to_nobody(tmp_path: Path) -> None:
    last = lines(tmp_path, "--channel", "shop", "--utm", "campaign=spring")[-2:]
    assert last == [
        "rule 3: takes it, since utm fits",
        "it waits in the queue of sales until somebody takes it",
    ]


def test_what_no_rule_takes_goes_to_the_team_of_its_inbox(tmp_path: Path) -> None:
    assert lines(tmp_path, "--channel", "site", "--at", "2027-01-04T10:00")[-3:] == [
        "no rule takes it",
        "it goes to the team support",
        "it is for the one of those online who has the fewest",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--channel", "sait"), "there is no inbox sait: site, shop"),
        (("--channel", "site", "--utm", "spring"), "as campaign=spring, not spring"),
        (("--channel", "site", "--at", "soon"), '--at: "soon" is no date and time'),
        (("--channel", "site", "--language", "spanish"), '--language: "spanish" is no language'),
    ],
)
def test_what_cannot_be_asked_is_said(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = explain(tmp_path, *arguments)
    assert result.exit_code == 1
    assert said in result.stderr


AUTOMATED = """\
conversation: {statuses: {active: {kind: open}, gone: {kind: closed}}}
automations:
  refund: {when: {event: message_received, text: refund, status: active}, do: [{note: a}, close]}
  night: {when: {event: opened, outside: office, by: customer}, do: [{send: Hello}]}
  end: {when: {event: closed}, do: [{note: b}]}
"""


def test_it_says_which_automations_a_message_would_set_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.CONFIG", CONFIG + AUTOMATED)
    asked = ("--channel", "site", "--text", "A REFUND, please", "--at", "2027-01-04T12:00")
    assert lines(tmp_path, *asked)[-2:] == [
        "automation refund: runs on message_received: note, close",
        "automation night: does not run, since outside does not fit",
    ]
