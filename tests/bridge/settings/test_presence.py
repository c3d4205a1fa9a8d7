"""What the YAML says of who is here, and of conversations whose agent is silent."""

import pytest

from routing.configured import policy_of
from routing.policy import Policy
from tests.bridge.settings.files import Desk

TIMES = ["auto_offline", "away_after", "release_idle", "release_offline"]


def policy(desk: Desk, routing: str) -> Policy:
    """Return what a file with these keys under `routing` means."""
    return policy_of(desk.load(f"version: 1\nrouting: {routing}\n"))


def test_without_a_word_it_is_what_routing_takes_for_granted(desk: Desk) -> None:
    said, own = policy(desk, "{}"), Policy()
    for name in (*TIMES, "transfer_online_only"):
        assert getattr(said, name) == getattr(own, name), name


@pytest.mark.parametrize("key", TIMES)
def test_d04_d16_every_time_is_a_setting_and_can_be_off(desk: Desk, key: str) -> None:
    assert getattr(policy(desk, f"{{{key}: 3m}}"), key) == 180_000
    assert getattr(policy(desk, f"{{{key}: off}}"), key) is None


@pytest.mark.parametrize("key", TIMES)
def test_d04_zero_is_refused_with_the_word_to_write_instead(desk: Desk, key: str) -> None:
    problem = desk.problem(f"version: 1\nrouting: {{{key}: 0}}\n")
    assert (problem.code, problem.path) == ("bad_duration", f"routing.{key}")
    assert "off" in problem.help


def test_d12_only_those_online_can_be_made_the_rule(desk: Desk) -> None:
    assert policy(desk, "{transfer: {online_only: true}}").transfer_online_only
