"""What a storm came to: the network's ledger beside the program's database."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from tests.bench.figures import percentile
from tests.channels.storm.network import Carried, Said

ENDS = frozenset({"sent", "delivered", "read", "failed", "uncertain"})
HEAD = (
    "database",
    "network",
    "seed",
    "in",
    "told",
    "out",
    "faults",
    "lost",
    "doubled, marked",
    "doubled, unmarked",
    "reordered",
    "misrouted",
    "uncertain",
    "failed",
    "stuck",
    "recovery p99, s",
)
_WHOSE = ("database", "network", "seed")


@dataclass(frozen=True, slots=True)
class Kept:
    """A customer's message as the program has it."""

    customer: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as the program has it; `marked`: it may have arrived twice, and that is said."""

    customer: str
    text: str
    state: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One direction. `reordered` counts neighbours in a conversation that changed places."""

    messages: int
    lost: int
    doubled_marked: int
    doubled_unmarked: int
    reordered: int
    misrouted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All of it. `told` counts how often the network told of something a customer did."""

    network: str
    seed: int
    told: int
    came_in: Way
    went_out: Way
    uncertain: int
    failed: int
    stuck: int
    unread: int
    """Answers reported as read, whose ids the program was told, and that it does not call so."""
    faults: Mapping[str, int]
    """What went wrong, by its kind: what sends have met, kills, the outage."""
    recovery: Sequence[float]
    """For what came through only after all was well: how long after (s)."""
    backend: str

    @property
    def broken(self) -> dict[str, int]:
        """Return every count that must be zero and is not."""
        found = {
            f"{way} {name}": getattr(getattr(self, way), name)
            for way in ("came_in", "went_out")
            for name in ("lost", "doubled_unmarked", "misrouted")
        }
        # Nothing in a storm is final, so whatever failed was given up too early.
        found |= {"failed": self.failed, "stuck": self.stuck, "unread": self.unread}
        found["went_out reordered"] = self.went_out.reordered
        return {name: count for name, count in found.items() if count}

    @property
    def row(self) -> tuple[object, ...]:
        """Return the line of the table, in the order of `HEAD`."""
        both = {
            one.name: f"{getattr(self.came_in, one.name)} / {getattr(self.went_out, one.name)}"
            for one in fields(Way)
        }
        return (
            self.backend,
            self.network,
            self.seed,
            self.came_in.messages,
            self.told,
            self.went_out.messages,
            ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items())),
            both["lost"],
            self.went_out.doubled_marked,
            both["doubled_unmarked"],
            both["reordered"],
            both["misrouted"],
            self.uncertain,
            self.failed,
            self.stuck,
            round(p99(self.recovery)),
        )

    def __str__(self) -> str:
        """Return it in a line."""
        named = dict(zip(HEAD, self.row, strict=True))
        whose = f"{self.backend}, storm over {self.network}, seed {self.seed}: "
        rest = {name: value for name, value in named.items() if name not in _WHOSE}
        rest["faults"] = f"({rest['faults'] or 'none'})"
        return whose + ", ".join(f"{name.replace(', ', ' ')} {n}" for name, n in rest.items())


def p99(seconds: Sequence[float]) -> float:
    """Return the 99th percentile, 0 of nothing."""
    return percentile(seconds, 99) if seconds else 0.0


def way_in(said: Iterable[Said], kept: Sequence[Kept], *, orderly: frozenset[str]) -> Way:
    """Compare what customers did with what is kept; `orderly` ones were told of in order."""
    last: dict[tuple[str, int], Said] = {}
    for one in said:
        if one.edited or (one.customer, one.number) not in last:
            last[one.customer, one.number] = one
    owners = {one.text: one.customer for one in last.values()}
    found = Counter(one.text for one in kept)
    numbers = {one.text: one.number for one in last.values()}
    order: dict[str, list[int]] = defaultdict(list)
    for message in kept:
        if message.customer in orderly and message.text in numbers:
            order[message.customer].append(numbers[message.text])
    return Way(
        messages=len(last),
        lost=sum(not found[text] for text in owners),
        doubled_marked=0,
        # A text that nobody has written last is an edit that did not come through.
        doubled_unmarked=sum(found.values()) - len(found.keys() & owners.keys()),
        reordered=sum(_inversions(one) for one in order.values()),
        misrouted=sum(owners.get(one.text, one.customer) != one.customer for one in kept),
    )


def way_out(sent: Sequence[Sent], carried: Sequence[Carried]) -> Way:
    """Compare the answers of agents with what has reached customers."""
    arrived = Counter(one.text for one in carried)
    answers = {one.text: one for one in sent}
    doubles = [answers[text] for text in arrived if arrived[text] > 1 and text in answers]
    return Way(
        messages=len(answers),
        lost=sum(not arrived[one.text] and _is_claimed(one) for one in sent),
        doubled_marked=sum(one.marked for one in doubles),
        doubled_unmarked=sum(not one.marked for one in doubles),
        reordered=_reordered(sent, carried),
        misrouted=sum(
            one.text not in answers or answers[one.text].customer != one.customer for one in carried
        ),
    )


def _is_claimed(one: Sent) -> bool:
    return one.state in {"sent", "delivered", "read"}


def _reordered(sent: Sequence[Sent], carried: Sequence[Carried]) -> int:
    """Count what changed places among the answers that went smoothly (DESIGN.md, Lanes)."""
    smooth = {one.text: n for n, one in enumerate(sent) if _is_claimed(one) and not one.marked}
    order: dict[str, dict[int, None]] = defaultdict(dict)
    for one in carried:
        if one.text in smooth:
            order[one.customer].setdefault(smooth[one.text])
    return sum(_inversions(list(one)) for one in order.values())


def _inversions(numbers: Sequence[int]) -> int:
    return sum(later < earlier for earlier, later in itertools.pairwise(numbers))


def counts(sent: Sequence[Sent]) -> Mapping[str, int]:
    """Return how many answers ended so, or did not end."""
    states = Counter(one.state for one in sent)
    return states | {"stuck": sum(count for state, count in states.items() if state not in ENDS)}
