"""What a scenario came to: what threads and letter boxes hold, beside what was written."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from tests.channels.storm import report as storm
from tests.faults.ground import Topic
from tests.faults.words import FOR_CUSTOMERS, FOR_THREADS, Word, found

# Of a thread that was made anew, so many of the last questions must stand in it: it shows ten
# messages, answers and notes among them.
LAST = 2
# So many words may one post carry that nobody knows the end of.
MOST_IN_A_POST = 8
p99 = storm.p99


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(storm.Way):
    """One direction, as a storm's; on the way to customers every double counts as unmarked."""

    warned: int = 0
    """Words whose post says that they may be there twice, whether they are or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All of it. `shown` is the way to agents, `sent` the way to customers."""

    scenario: str
    ground: str
    seed: int
    faults: Mapping[str, int]
    shown: Way
    sent: Way
    leaked: int
    """Notes, strangers' words and words for colleagues that a customer got."""
    early: int
    """Calls made while the platform had asked to wait."""
    stuck: int
    unproven: int
    """Words that are said to be there twice, past what kills and lost answers can explain."""
    uncertain: int = 0
    """Answers about which agents are asked whether they arrived: those are not lost."""
    recovery: Sequence[float] = field(default=())
    """For what came through only after all was well: how long after (s)."""
    orderly: bool = True
    backend: str
    stored_twice: int = 0
    """Messages of customers that stand twice in our own database."""
    missing: Sequence[str] = ()
    """What has not come, and where it was to come to."""
    damaged: bool = False
    """Whether the database finds its own file damaged."""
    given_up: int = 0
    """Messages that a network's model dropped, having told of them as often as it does."""
    by_hand: int = 0
    """Messages that were set aside as poison, and that an agent had tried again."""

    @property
    def broken(self) -> dict[str, int]:
        """Return every count that must be zero and is not."""
        counts = {
            f"{way} {name}": getattr(getattr(self, way), name)
            for way in ("shown", "sent")
            for name in ("lost", "doubled_unmarked", "misrouted")
        }
        counts["sent lost"] = max(0, counts["sent lost"] - self.uncertain)
        counts |= {one: getattr(self, one) for one in ("leaked", "early", "stuck", "unproven")}
        counts |= {"stored twice": self.stored_twice, "damaged": int(self.damaged)}
        counts["shown reordered"] = self.shown.reordered
        counts["sent reordered"] = self.sent.reordered if self.orderly else 0
        return {name: count for name, count in counts.items() if count}

    def __str__(self) -> str:
        """Return it in a line."""
        both = {
            one.name: f"{getattr(self.shown, one.name)}/{getattr(self.sent, one.name)}"
            for one in fields(Way)
        }
        faults = ", ".join(f"{name} {count}" for name, count in self.faults.items()) or "none"
        return (
            f"{self.backend}, {self.ground}, {self.scenario}, seed {self.seed}: "
            f"in {self.shown.messages}, out {self.sent.messages}, faults ({faults}), "
            f"lost {both['lost']}, doubled marked {self.shown.doubled_marked}/—, "
            f"unmarked {both['doubled_unmarked']}, reordered {both['reordered']}, "
            f"misrouted {both['misrouted']}, leaked {self.leaked}, early {self.early}, "
            f"stuck {self.stuck}, given up {self.given_up}, by hand {self.by_hand}, "
            f"recovery p99 {p99(self.recovery):.0f} s"
        )


def in_threads(written: Iterable[Word], topics: Sequence[Topic]) -> Way:
    """Compare what is to be shown to agents with what stands in threads."""
    wanted = {one for one in written if one.kind in FOR_THREADS}
    shown: Counter[Word] = Counter()
    marked = unmarked = misrouted = warned = 0
    for topic in topics:
        here = _posts(topic)
        shown.update(here.keys())
        for word, again in here.items():
            silent = max(0, again.count(False) - 1)
            marked += len(again) - 1 - silent
            unmarked += silent
            warned += sum(again)
            misrouted += word.customer != topic.customer
    # What stands in two threads that are both there is there twice as well.
    living = Counter(one for topic in topics if not topic.gone for one in _posts(topic))
    unmarked += sum(count - 1 for count in living.values())
    return Way(
        messages=len(wanted),
        lost=sum(not shown[one] for one in wanted) + _missing(wanted, topics),
        doubled_marked=marked,
        doubled_unmarked=unmarked,
        reordered=sum(_inversions(_posts(topic)) for topic in topics),
        misrouted=misrouted,
        warned=warned,
    )


def together(ways: Sequence[Way]) -> Way:
    """Add up what stands on several platforms."""
    return Way(**{one.name: sum(getattr(way, one.name) for way in ways) for one in fields(Way)})


def _posts(topic: Topic) -> dict[Word, list[bool]]:
    """Return the words of a topic in the order of their first posts, with which say `again`."""
    here: dict[Word, list[bool]] = defaultdict(list)
    for post in topic.posts:
        for word in found(post.text):
            here[word].append(post.again)
    return here


def _missing(wanted: set[Word], topics: Sequence[Topic]) -> int:
    """Count the last questions of customers that stand in no thread that is there."""
    standing = {word for topic in topics if not topic.gone for word in _posts(topic)}
    missing = 0
    for customer in {one.customer for one in wanted}:
        asked = sorted(w for w in wanted if w.customer == customer and w.kind == "question")
        missing += sum(one not in standing for one in asked[-LAST:])
    return missing


def _inversions(words: Iterable[Word]) -> int:
    numbers: dict[str, list[int]] = defaultdict(list)
    for one in words:
        if one.kind in FOR_THREADS | FOR_CUSTOMERS:
            numbers[one.kind].append(one.number)
    return sum(b < a for some in numbers.values() for a, b in itertools.pairwise(some))


def at_customers(written: Iterable[Word], boxes: Mapping[int, Sequence[str]]) -> Way:
    """Compare what agents answered with what lies in letter boxes."""
    wanted = {one for one in written if one.kind in FOR_CUSTOMERS}
    came = [(box, word) for box, texts in boxes.items() for text in texts for word in found(text)]
    counted = Counter(word for _, word in came)
    ordered = {box: dict.fromkeys(word for at, word in came if at == box) for box in boxes}
    return Way(
        messages=len(wanted),
        lost=sum(not counted[one] for one in wanted),
        doubled_marked=0,
        doubled_unmarked=sum(count - 1 for count in counted.values()),
        reordered=sum(_inversions(words) for words in ordered.values()),
        misrouted=sum(word.customer != box for box, word in came),
    )


def leaked(boxes: Mapping[int, Sequence[str]]) -> int:
    """Count what no customer was ever to get."""
    words = (word for texts in boxes.values() for text in texts for word in found(text))
    return sum(word.kind not in FOR_CUSTOMERS for word in words)
