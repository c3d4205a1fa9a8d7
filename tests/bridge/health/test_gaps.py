"""When people are warned that messages will be lost."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import Capabilities
from bridge.health.gaps import Gap, Past, looked_at

HOUR = 3_600_000
T0 = 1_793_448_000_000
# As Telegram: kept for a day, told after one hour and after twenty.
TELEGRAM = Capabilities(kept_for=24 * 3600, alarms_after=(3600, 20 * 3600))
MAIL = Capabilities()


def after(hours: float, gap: Gap | None = None, network: Capabilities = TELEGRAM) -> Gap:
    return looked_at(gap or Gap(), network, T0, T0 + round(hours * HOUR))


def test_there_is_a_warning_after_an_hour_and_one_after_twenty_and_no_other() -> None:
    gap, warned = Gap(), []
    for minutes in range(0, 30 * 60, 7):
        gap = after(minutes / 60, gap)
        warned.append(gap.warned)
    assert [warned.count(n) for n in (0, 1, 2)] == [9, 163, 86]
    assert warned == sorted(warned)


def test_a_look_that_comes_late_gives_the_later_warning_at_once() -> None:
    assert after(21).warned == 2


def test_what_was_warned_of_stays_so_although_the_clock_is_set_back() -> None:
    assert after(0.5, after(2)).warned == 1


def test_after_a_short_gap_there_is_nothing_to_say() -> None:
    assert looked_at(after(0.9), TELEGRAM, None, T0 + round(0.95 * HOUR)) == Gap()


def test_after_a_warning_people_are_told_that_it_is_over_and_what_became_of_messages() -> None:
    kept = looked_at(after(2), TELEGRAM, None, T0 + 3 * HOUR)
    assert kept == Gap(last=Past(T0, T0 + 3 * HOUR, lost=False))
    lost = looked_at(after(25), TELEGRAM, None, T0 + 25 * HOUR)
    assert lost.last == Past(T0, T0 + 25 * HOUR, lost=True)


def test_a_gap_in_which_the_program_was_off_is_told_although_nobody_could_warn() -> None:
    gap = looked_at(Gap(since=T0), TELEGRAM, None, T0 + 2 * HOUR)
    assert gap.last == Past(T0, T0 + 2 * HOUR, lost=False)


def test_mail_waits_in_the_mailbox_so_nobody_is_warned() -> None:
    gap = after(1000, network=MAIL)
    assert gap.warned == 0
    assert looked_at(gap, MAIL, None, T0 + 1001 * HOUR) == Gap()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3 * 24 * 60)), max_size=40))
def test_warnings_never_come_back_within_one_gap(steps: list[tuple[bool, int]]) -> None:
    gap, now, since = Gap(), T0, None
    for down, minutes in steps:
        now += minutes * 60_000
        before = gap
        since = (since if since is not None else now) if down else None
        gap = looked_at(gap, TELEGRAM, since, now)
        if down:
            assert gap.since == since
            assert gap.warned >= (before.warned if before.since == since else 0)
        else:
            assert (gap.since, gap.warned) == (None, 0)
