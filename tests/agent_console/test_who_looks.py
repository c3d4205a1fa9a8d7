"""Who looks at what, where several processes have consoles."""

from collections.abc import Iterable

import msgspec

from agent_console.web.live.viewers import AGAIN, FORGOTTEN, Viewers
from bridge.events import Whisper


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _tell(one: Viewers, other: Viewers, changed: Iterable[int] = ()) -> set[int]:
    news: set[int] = set()
    for whisper in one.to_tell(set(changed)):
        news |= other.hear(whisper)
    return news


def _two() -> tuple[_Clock, Viewers, Viewers]:
    clock = _Clock()
    return clock, Viewers(1, clock), Viewers(2, clock)


def test_who_looks_at_another_process_is_known_here_and_who_looks_away_too() -> None:
    _, left, right = _two()
    left.came(7, "anna")
    right.came(7, "pavel")
    assert _tell(left, right, {7}) == {7}
    assert right.of(7) == ["anna", "pavel"]
    left.left(7, "anna")
    assert _tell(left, right, {7}) == {7}
    assert right.of(7) == ["pavel"]
    # The same again is no news.
    assert _tell(left, right, {7}) == set()


def test_an_agent_with_two_consoles_at_two_processes_is_there_until_both_look_away() -> None:
    _, left, right = _two()
    left.came(7, "anna")
    right.came(7, "anna")
    assert _tell(left, right, {7}) == set()
    right.left(7, "anna")
    assert right.of(7) == ["anna"]
    left.left(7, "anna")
    assert _tell(left, right, {7}) == {7}
    assert right.of(7) == []


def test_a_process_that_says_nothing_more_is_forgotten_and_one_that_says_it_again_is_not() -> None:
    clock, left, right = _two()
    dead = Viewers(3, clock)
    left.came(7, "anna")
    dead.came(7, "ivan")
    _tell(left, right, {7})
    _tell(dead, right, {7})
    for _ in range(4):
        clock.now += AGAIN
        _tell(left, right)
    assert 4 * AGAIN > FORGOTTEN
    assert right.forget_the_silent() == {7}
    assert right.of(7) == ["anna"]


def test_a_whisper_that_was_lost_is_made_good_by_the_next_round() -> None:
    clock, left, right = _two()
    left.came(7, "anna")
    list(left.to_tell({7}))
    assert right.of(7) == []
    clock.now += AGAIN
    assert _tell(left, right) == {7}


def test_whoever_has_just_come_asks_and_is_told_at_once() -> None:
    _, left, right = _two()
    left.came(7, "anna")
    list(left.to_tell({7}))
    assert list(left.to_tell(())) == []
    question = right.question()
    assert question is not None
    left.hear(question)
    assert _tell(left, right) == {7}


def test_what_is_told_fits_what_postgresql_carries_however_many_look() -> None:
    _, left, right = _two()
    agents = [f"agent_{n:02}".ljust(64, "x") for n in range(80)]
    for conversation in range(10**9, 10**9 + 200):
        left.came(conversation, agents[conversation % 80])
    for one in agents:
        left.came(5, one)
    whispers = list(left.to_tell(left.looked_at()))
    assert max(len(msgspec.json.encode(one)) for one in whispers) < 7000
    for whisper in whispers:
        right.hear(msgspec.json.decode(msgspec.json.encode(whisper), type=Whisper))
    assert right.looked_at() == left.looked_at()


def test_a_process_that_is_alone_tells_nobody() -> None:
    alone = Viewers(None)
    alone.came(7, "anna")
    assert list(alone.to_tell({7})) == []
    assert alone.question() is None
