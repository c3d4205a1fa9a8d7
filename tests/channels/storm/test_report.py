"""The line of a storm: every field, and of the faults those alone that a send has met."""

from collections import Counter

import pytest

from bridge.sandbox.faults import ANY, Fault, Faults
from tests.channels.storm.network import Trouble
from tests.channels.storm.networks.troubles import faults, left_of
from tests.channels.storm.report import HEAD, Report, Way, p99

WHOLE = Way(messages=4, lost=0, doubled_marked=1, doubled_unmarked=0, reordered=0, misrouted=0)
KINDS = faults(throttled=Fault(error=6), refused=10)


def test_a_line_has_the_database_the_seed_the_faults_by_kind_and_the_recovery() -> None:
    found = Report(
        network="vk", seed=9, told=7, came_in=WHOLE, went_out=WHOLE, uncertain=0, failed=0,
        stuck=0, unread=0, faults={"throttled": 3, "kills": 2}, recovery=[5.0, 31.0],
        backend="sqlite",
    )  # fmt: skip
    line = str(found)
    assert line.startswith("sqlite, storm over vk, seed 9: in 4, told 7, out 4, ")
    assert "faults (kills 2, throttled 3), lost 0 / 0" in line
    assert line.endswith("stuck 0, recovery p99 s 31")
    assert len(found.row) == len(HEAD)


def test_what_needed_no_time_to_recover_took_none() -> None:
    assert p99([]) == 0.0


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_send_has_met_is_known_by_its_kind(kind: Trouble) -> None:
    planned = Faults()
    for one in ("throttled", kind, kind):
        planned.plan("send", KINDS[one])
    planned.take("send")
    assert Counter(left_of(planned, KINDS)) == {kind: 2}
    planned.take("send")
    planned.take(ANY)
    assert left_of(planned, KINDS) == [kind]
