"""The counts themselves: what stands in threads and letter boxes, against what was written."""

from tests.faults.ground import Shown, Topic
from tests.faults.report import Way, at_customers, in_threads, leaked
from tests.faults.words import Word

ASKED = [Word("question", 0, number) for number in range(3)]


def thread(*posts: str, customer: int = 0, gone: bool = False) -> Topic:
    """Return a thread; a post that begins with ⟳ says that it may be there twice."""
    shown = [Shown(one, again=one.startswith("⟳")) for one in posts]
    return Topic("1", customer, shown, gone=gone)


def test_what_stands_there_once_and_in_order_is_whole() -> None:
    whole = in_threads(ASKED, [thread("q0x0z q0x1z", "q0x2z")])
    assert whole == Way(
        messages=3, lost=0, doubled_marked=0, doubled_unmarked=0, reordered=0, misrouted=0
    )


def test_what_stands_nowhere_is_lost_and_what_changed_places_is_reordered() -> None:
    found = in_threads(ASKED, [thread("q0x2z", "q0x0z")])
    assert (found.reordered, found.lost > 0) == (1, True)


def test_a_double_counts_by_whether_it_says_so() -> None:
    found = in_threads(ASKED, [thread("q0x0z", "⟳ q0x0z", "q0x1z", "q0x1z", "q0x2z")])
    assert (found.doubled_marked, found.doubled_unmarked, found.warned) == (1, 1, 1)


def test_a_word_in_two_threads_is_there_twice_unless_people_deleted_one() -> None:
    old, new = thread("q0x0z", gone=True), thread("q0x0z", "q0x1z", "q0x2z")
    assert in_threads(ASKED, [old, new]).doubled_unmarked == 0
    old.gone = False
    assert in_threads(ASKED, [old, new]).doubled_unmarked == 1


def test_somebody_elses_words_are_misrouted_on_both_ways() -> None:
    assert in_threads([], [thread("q1x0z")]).misrouted == 1
    assert at_customers([], {0: ["a1x0z"], 1: []}).misrouted == 1


def test_what_no_customer_was_to_get_has_leaked() -> None:
    assert leaked({0: ["a0x0z k0x0z", "n0x0z", "s0x1z", "m0x0z"]}) == 3
