"""Alarms and the dashboard: what they ask for is told, and alarms ring when they should."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from channels.telegram.channel import TelegramChannel
from tests.deploy.tools import DEPLOY, run
from tests.desk import ROOT

RULES = DEPLOY / "prometheus" / "deskbridge.rules.yml"
BOARD = DEPLOY / "grafana" / "deskbridge.json"
DOCUMENTED = ROOT / "docs" / "reference" / "private-listener.md"

LOST_FROM = 'deskbridge_channel_lost_from_timestamp_seconds{channel="tg"}'
# What is asked for each alarm, in minutes: a series, its values, when it rings, when it does not.
RINGS: dict[str, tuple[str, str, int, int]] = {
    "DeskbridgeGone": ('up{job="deskbridge"}', "1x9 0x30", 13, 11),
    "DeskbridgeDatabaseDown": ("deskbridge_database_up", "1x9 0x30", 12, 9),
    "DeskbridgeRedisDown": ("deskbridge_redis_up", "1x9 0x30", 26, 23),
    "DeskbridgeFlooded": ('deskbridge_floods{channel="site"}', "3x9 25x30", 21, 18),
    "DeskbridgeChannelDown": (
        'deskbridge_channel_state{channel="tg",kind="telegram",state="bad_credentials"}',
        "0x9 1x30",
        16,
        13,
    ),
    # The network drops the first message after 5 hours, and after 2.
    "DeskbridgeMessagesWillBeLost": (LOST_FROM, "18000x400", 66, 65),
    "DeskbridgeMessagesAboutToBeLost": (LOST_FROM, "7200x400", 66, 65),
    "DeskbridgeSurfaceDown": (
        'deskbridge_surface_state{surface="slack",kind="slack",state="down"}',
        "0x9 1x30",
        16,
        13,
    ),
    "DeskbridgePlaceLost": (
        'deskbridge_surface_places_lost{surface="slack"}',
        "0x9 2x30",
        16,
        13,
    ),
    "DeskbridgeNothingGoesOut": (
        'deskbridge_deliveries_oldest_waiting_seconds{channel="tg"}',
        "0+60x40",
        13,
        10,
    ),
    "DeskbridgeUncertain": ('deskbridge_deliveries_uncertain{channel="tg"}', "3x60", 31, 28),
    "DeskbridgeSetAside": ('deskbridge_events_set_aside{channel="tg"}', "1x60", 16, 13),
    "DeskbridgeDidNotArrive": ('deskbridge_dead{kind="call"}', "1x60", 16, 13),
    "DeskbridgeWebhookBehind": (
        'deskbridge_webhook_calls_oldest_waiting_seconds{webhook="crm"}',
        "0+60x40",
        17,
        14,
    ),
    "DeskbridgeNobodyAnswers": (
        'deskbridge_conversations_longest_wait_seconds{channel="site"}',
        "0+60x60",
        37,
        34,
    ),
    "DeskbridgeBadConfiguration": (
        "deskbridge_config_last_reload_successful",
        "1x9 0x30",
        11,
        9,
    ),
}
# What Grafana puts in by itself.
CHOSEN = {"$__rate_interval": "5m", "$job": "deskbridge", "$channel": ".*"}


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def rules() -> list[dict[str, Any]]:
    (group,) = read(RULES)["groups"]
    return list(group["rules"])


def queries() -> list[str]:
    panels = json.loads(BOARD.read_text(encoding="utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def test_prometheus_takes_the_rules_and_the_sample_configuration() -> None:
    run("promtool", "check", "rules", str(RULES))
    run("promtool", "check", "config", str(RULES.parent / "prometheus.yml"))


def test_each_alarm_says_what_to_do_and_has_a_test() -> None:
    assert {one["alert"] for one in rules()} == set(RINGS)
    for one in rules():
        assert one["labels"]["severity"] in ("page", "ticket")
        assert set(one["annotations"]) == {"summary", "what_to_do"}


@pytest.mark.parametrize("alarm", RINGS)
def test_an_alarm_rings_when_it_should_and_not_before(alarm: str, tmp_path: Path) -> None:
    series, values, rings, silent = RINGS[alarm]
    at = [ringing(alarm, silent, count=0), ringing(alarm, rings, count=1)]
    prove(tmp_path, series, values, promql_expr_test=at)


def ringing(alarm: str, minute: int, *, count: int) -> dict[str, Any]:
    """Return the question how many of an alarm ring at a minute, with its answer."""
    return {
        "expr": f'count(ALERTS{{alertname="{alarm}",alertstate="firing"}})',
        "eval_time": f"{minute}m",
        "exp_samples": [{"labels": "{}", "value": count}] if count else [],
    }


def prove(folder: Path, series: str, values: str, **asked: list[dict[str, Any]]) -> None:
    """Have `promtool` feed the rules one series, a value a minute, and compare what is asked."""
    one = {"interval": "1m", "input_series": [{"series": series, "values": values}], **asked}
    written = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [one]}
    # JSON is YAML, too.
    (path := folder / "rings.yml").write_text(json.dumps(written), encoding="utf-8")
    run("promtool", "test", "rules", str(path))


# Of a channel that stops at once: its network keeps for so many seconds, and when what rings.
STOPPED = {
    "telegram": (86400, [("WillBeLost", 1206), ("AboutToBeLost", 1386)]),
    "viber": (3600, [("WillBeLost", 5), ("AboutToBeLost", 6)]),
}


@pytest.mark.parametrize("kind", STOPPED)
def test_before_a_network_drops_messages_there_is_a_ticket_and_then_a_call(
    kind: str, tmp_path: Path
) -> None:
    kept_for, rings = STOPPED[kind]
    named = [(f"DeskbridgeMessages{name}", at) for name, at in rings]
    at = [ringing(name, minute - late, count=1 - late) for name, minute in named for late in (0, 1)]
    prove(tmp_path, LOST_FROM, f"{kept_for}x1500", promql_expr_test=at)


def test_the_ticket_comes_with_the_last_warning_of_the_console() -> None:
    telegram = TelegramChannel.capabilities
    assert telegram.kept_for == STOPPED["telegram"][0]
    # Five minutes later: an alarm does not ring for a moment's trouble.
    (_, minute), _ = STOPPED["telegram"][1]
    assert 0 <= minute - telegram.alarms_after[-1] / 60 <= 6


def test_a_channel_mended_in_time_rings_for_no_message(tmp_path: Path) -> None:
    names = ("DeskbridgeMessagesWillBeLost", "DeskbridgeMessagesAboutToBeLost")
    at = [ringing(name, minute, count=0) for name in names for minute in (1199, 1210, 1500)]
    # A channel that receives has no such series.
    prove(tmp_path, LOST_FROM, "86400x1195 stale _x400", promql_expr_test=at)


def test_the_call_says_how_long_is_left_and_then_that_messages_are_dropped(
    tmp_path: Path,
) -> None:
    alarm = "DeskbridgeMessagesAboutToBeLost"
    (rule,) = [one for one in rules() if one["alert"] == alarm]
    what_to_do = rule["annotations"]["what_to_do"]
    said = {
        30: "its network drops the first messages in 30m 0s",
        90: "its network drops what it has kept",
    }
    at = [
        {
            "eval_time": f"{minute}m",
            "alertname": alarm,
            "exp_alerts": [
                {
                    "exp_labels": {"severity": "page", "channel": "tg"},
                    "exp_annotations": {
                        "summary": f"tg receives nothing, and {words}",
                        "what_to_do": what_to_do,
                    },
                }
            ],
        }
        for minute, words in said.items()
    ]
    prove(tmp_path, LOST_FROM, "3600x400", alert_rule_test=at)


def test_what_alarms_and_dashboard_ask_for_is_told_by_the_program() -> None:
    told = set(re.findall(r"^\| `(deskbridge_\w+)`", DOCUMENTED.read_text("utf-8"), re.MULTILINE))
    told |= {"deskbridge_writer_batch_transactions_bucket"}
    asked = {
        name
        for query in [*queries(), *(one["expr"] for one in rules())]
        for name in re.findall(r"deskbridge_\w+", query.replace('job="deskbridge"', ""))
    }
    assert asked <= told
    assert len(asked) > 15


def test_what_is_about_to_be_lost_stands_on_the_dashboard() -> None:
    name = LOST_FROM.partition("{")[0]
    assert [query for query in queries() if name in query and query.endswith("- time()")]


def test_prometheus_can_read_every_query_of_the_dashboard(tmp_path: Path) -> None:
    asked = queries()
    for name, value in CHOSEN.items():
        asked = [query.replace(name, value) for query in asked]
    records = [{"record": f"panel:{n}", "expr": query} for n, query in enumerate(asked)]
    written = {"groups": [{"name": "dashboard", "rules": records}]}
    (path := tmp_path / "panels.yml").write_text(json.dumps(written), encoding="utf-8")
    assert f"{len(asked)} rules found" in run("promtool", "check", "rules", str(path))


def test_no_panel_of_the_dashboard_lies_on_another() -> None:
    panels = json.loads(BOARD.read_text(encoding="utf-8"))["panels"]
    taken = [
        (at["x"] + dx, at["y"] + dy)
        for at in (panel["gridPos"] for panel in panels)
        for dx in range(at["w"])
        for dy in range(at["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
