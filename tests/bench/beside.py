"""Tables of what is measured on both databases, PostgreSQL by what SQLite had in the same run."""

from collections.abc import Mapping, Sequence

from tests.bench import assigning, drain, footprint, latency, relay, staff
from tests.bench.assigning import Decisions
from tests.bench.both import POSTGRESQL, SQLITE
from tests.bench.figures import table
from tests.bench.footprint import Compared, Footprint
from tests.bench.ingest import Rate
from tests.bench.latency import Delay
from tests.bench.page import Section
from tests.bench.relay import Relayed
from tests.bench.staff import BARE, Burst
from tests.bench.staff import Delay as Shown


def of_latency(found: Sequence[Mapping[str, Delay]]) -> Section:
    """Return a line of each number of visitors and each database."""
    head = (
        "visitors, one message a second each", "database", "messages", "missed", "p50 ms", "p99 ms",
        "p50 by SQLite", "p99 by SQLite",
    )  # fmt: skip
    rows = [
        (one.at_once, kind, one.messages, one.missed, one.p50, one.p99, *_times(one, by[SQLITE]))
        for by in found
        for kind, one in by.items()
    ]
    return _section(latency.__doc__, table(head, rows))


def of_footprint(found: Compared) -> Section:
    """Return a line of each thing that was measured, and what is none of the program's."""
    file, server = found.desks[SQLITE], found.desks[POSTGRESQL]
    head = ("what", SQLITE, POSTGRESQL, "by SQLite")
    rows = [
        (what, mine, theirs, theirs / mine)
        for what, mine, theirs in zip(
            (
                "memory idle, a widget and a console connected (PSS, MiB)",
                f"the same after {footprint.MESSAGES:,} messages",
                "cold start to the first stored message, migrated database (s)",
            ),
            _columns(file),
            _columns(server),
            strict=True,
        )
    ]
    beside = (
        ("the server itself after those messages (PSS, MiB)", found.server),
        ("cold start of the bare webhook (s)", found.bare_start),
    )
    both = table(head, rows), table(("beside it", "figure"), beside)
    return _section(footprint.__doc__, *both)


def _columns(one: Footprint) -> tuple[float, float, float]:
    return one.idle, one.after, one.start


def of_decisions(found: Sequence[Mapping[str, Decisions]]) -> Section:
    """Return a line of each kind of decision and each database."""
    head = ("strategy", "database", "p50 ms", "p99 ms", "p50 by SQLite", "p99 by SQLite")
    rows = [
        (one.what, kind, one.p50, one.p99, *_times(one, by[SQLITE]))
        for by in found
        for kind, one in by.items()
    ]
    return _section(assigning.__doc__, table(head, rows))


def of_relay(found: Relayed) -> Section:
    """Return a line of each database, beside the bare relays."""
    head = (
        "database", "at once", "relayed/s", "p50 ms", "p99 ms", "by SQLite", "floor/s",
        "floor p99 ms", "ratio", "floor/s to a bare server", "ratio to it",
    )  # fmt: skip
    rows = [
        (
            kind,
            *_relayed(one, found),
        )
        for kind, one in found.desks.items()
    ]
    return _section(relay.__doc__, table(head, rows))


def _relayed(one: Rate, found: Relayed) -> tuple[object, ...]:
    many, floor, barest = one.per_second, found.floor, found.barest
    return (
        one.at_once, many, one.p50, one.p99, many / found.desks[SQLITE].per_second,
        floor.per_second, floor.p99, many / floor.per_second,
        barest.per_second, many / barest.per_second,
    )  # fmt: skip


def of_drained(found: Sequence[drain.Row]) -> Section:
    """Return a line of each network and database."""
    head = (
        "network", "database", "limit", "messages", "seconds at the limit", "taken",
        "% of the rate", "refused", "processor, ms a message",
    )  # fmt: skip
    return _section(drain.__doc__, table(head, found))


def of_staff(bursts: Mapping[str, Burst], shown: Sequence[Shown]) -> Section:
    """Return a line of each burst, and of each message alone beside the bare call."""
    head = (
        "database", "messages", "seconds", "bound", "ratio", "calls", "messages a call",
        "messages a post", "refused", "lost", "out of order",
    )  # fmt: skip
    rows = [
        (kind, one.messages, one.taken, one.bound, one.taken / one.bound, one.calls,
         one.messages / one.calls, one.messages / one.posts, one.refused, one.lost, one.disordered)
        for kind, one in bursts.items()
    ]  # fmt: skip
    bare = next(one for one in shown if one.what == BARE)
    alone = (
        "from the message to the post", "p50 ms", "p99 ms", "p50 by the bare call", "p99 by it",
    )  # fmt: skip
    delays = [(one.what, one.p50, one.p99, *_times(one, bare)) for one in shown]
    return _section(staff.__doc__, table(head, rows), table(alone, delays))


_Timed = Delay | Decisions | Shown


def _times(one: _Timed, other: _Timed) -> tuple[float, float]:
    return one.p50 / other.p50, one.p99 / other.p99


def _section(method: str | None, *tables: str) -> Section:
    return Section("\n\n".join((*tables, (method or "").rstrip())))
