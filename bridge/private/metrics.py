"""The program's figures as Prometheus reads them.

Names follow https://prometheus.io/docs/practices/naming/: base units, `_total` on what only
grows. A label is an id of the configuration or a word of a short list, never anybody's.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bridge import __version__
from bridge.channel import StorageUnavailableError
from bridge.health.tally import OUTCOMES, Tally
from bridge.private.figures import Figures, figures
from bridge.private.probes import PATIENCE, Check, networks
from bridge.private.program import Program
from bridge.redis import SharedBudgets
from bridge.reload.anew import Reloading
from bridge.reload.sharing import Sharing

# A commit takes at most 64 transactions.
_BATCHES = (1, 2, 4, 8, 16, 32, 64)
_STATES = ("starting", "up", "degraded", "bad_credentials", "down")


class Metrics:
    """Writes all figures down, each time as they are."""

    def __init__(self, program: Program, reloading: Reloading) -> None:
        """Begin to count what is counted here: how much the writer puts into one commit."""
        self._program = program
        self._reloading = reloading
        # A second series of each for what `process_start_time_seconds` says already.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._batches = Histogram(
            "deskbridge_writer_batch_transactions",
            "How many transactions one commit of the database has held.",
            buckets=_BATCHES,
            registry=None,
        )
        self._process = ProcessCollector(registry=None)
        program.store.on_batch = self._batches.observe

    async def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return the text and its media type, as the one who asks takes it."""
        try:
            encode, kind = choose_encoder(accept)
        except (TypeError, ValueError):
            # It falls over what is no number of a version.
            encode, kind = choose_encoder("")
        now = _Now(self._program, self._reloading, await self._figures())
        registry = CollectorRegistry()
        for one in (self._process, self._batches, now):
            registry.register(one)
        return encode(registry), kind

    async def _figures(self) -> Figures | None:
        """Ask the database; without it there is still much to tell."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._program.store.read(figures, self._program.settings)
        except (StorageUnavailableError, TimeoutError):
            return None


class _Now(Collector):
    """Everything that is looked up when it is asked for."""

    def __init__(self, program: Program, reloading: Reloading, found: Figures | None) -> None:
        self._program = program
        self._reloading = reloading
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        yield from self._of_the_program()
        if self._program.sharing is not None:
            yield from _shared(self._program.sharing)
        if self._program.budgets is not None:
            yield from _counted(self._program.budgets)
        checks, tallies = networks(self._program), self._program.watch.tallies()
        inboxes = {key: tallies[key] for key in self._program.inboxes if key in tallies}
        surfaces = {key: tallies[key] for key in self._program.staff if key in tallies}
        yield _states("channel", [one for one in checks if one.what == "inbox"])
        yield _gauge(
            "channel_lost_from_timestamp_seconds",
            "When the network of a channel that receives nothing drops the first message.",
            ("channel",),
            [((str(one.id),), one.lost_from / 1000) for one in checks if one.lost_from],
        )
        yield _states("surface", [one for one in checks if one.what == "surface"])
        yield from _carried(inboxes)
        yield from _shown(surfaces)
        if self._found is not None:
            yield from self._waiting(self._found)

    def _of_the_program(self) -> Iterator[Metric]:
        yield _gauge("build_info", "The program's version.", ("version",), [((__version__,), 1)])
        yield _gauge(
            "database_up", "Whether the database answers.", (), [((), self._found is not None)]
        )
        yield _gauge(
            "config_last_reload_successful",
            "Whether the configuration was taken when it was read last.",
            (),
            [((), self._reloading.last_went_well)],
        )
        yield _gauge(
            "config_last_reload_success_timestamp_seconds",
            "When a configuration was taken last.",
            (),
            [((), self._reloading.read_at / 1000)],
        )

    def _waiting(self, found: Figures) -> Iterator[Metric]:
        channels, webhooks = self._program.settings.channels, self._program.settings.webhooks
        at = ("channel",)
        queues = {one.place: one for one in found.deliveries}
        yield _gauge(
            "deliveries_waiting",
            "Parts of messages that wait to be sent.",
            at,
            [((key,), queues[key].waiting if key in queues else 0) for key in channels],
        )
        yield _gauge(
            "deliveries_oldest_waiting_seconds",
            "For how long the oldest of them has waited.",
            at,
            [((key,), _age(found, queues[key].oldest) if key in queues else 0) for key in channels],
        )
        uncertain = {one.place: one.number for one in found.amiss if one.state == "uncertain"}
        yield _gauge(
            "deliveries_uncertain",
            "Parts of which nobody knows whether they have arrived, until a person says.",
            at,
            [((key,), uncertain.get(key, 0)) for key in channels],
        )
        set_aside = {one.inbox_id: one.number for one in found.set_aside}
        yield _gauge(
            "events_set_aside",
            "What came in and could not be made sense of.",
            at,
            [((key,), set_aside.get(key, 0)) for key in channels],
        )
        yield _gauge(
            "dead",
            "What did not arrive and waits for a person, as `deskbridge dead list` has it.",
            ("kind",),
            [((kind,), number) for kind, number in found.dead.items()],
        )
        yield _gauge(
            "surface_places_lost",
            "Channels or groups of a staff surface that nothing can be shown in.",
            ("surface",),
            [((key,), number) for key, number in found.lost.items()],
        )
        floods = {one.inbox_id: one for one in found.floods}
        yield _gauge(
            "floods",
            "Conversations whose customer writes more than is let through.",
            at,
            [((key,), floods[key].floods if key in floods else 0) for key in channels],
        )
        yield _gauge(
            "flood_messages_held",
            "Messages of theirs that are stored, and held from agents.",
            at,
            [((key,), floods[key].held if key in floods else 0) for key in channels],
        )
        calls = {one.place: one for one in found.calls}
        yield _gauge(
            "webhook_calls_waiting",
            "Calls to programs outside that wait to be made.",
            ("webhook",),
            [((key,), calls[key].waiting if key in calls else 0) for key in webhooks],
        )
        yield _gauge(
            "webhook_calls_oldest_waiting_seconds",
            "For how long the oldest of them has waited.",
            ("webhook",),
            [((key,), _age(found, calls[key].oldest) if key in calls else 0) for key in webhooks],
        )
        yield from _conversations(found, channels)


def _shared(sharing: Sharing) -> Iterator[Metric]:
    """Return what this process is to the others on the same database."""
    held = sharing.leases.held()
    yield _gauge(
        "processes",
        "Processes on the database that live.",
        (),
        [((), len(sharing.leases.processes))],
    )
    yield _gauge(
        "lease_held",
        "What one process at a time does, and this one does now.",
        ("lease",),
        [((name,), 1) for name in held],
    )
    yield _gauge(
        "neighbours_heard",
        "Whether this process hears of the others at once, or looks every second.",
        (),
        [((), sharing.neighbours.is_listening)],
    )


def _counted(budgets: SharedBudgets) -> Iterator[Metric]:
    """Return what this process counts together with the others."""
    answers = [((), budgets.line.is_up)]
    yield _gauge("redis_up", "Whether Redis answers, and soon enough.", (), answers)
    yield _counter(
        "budget_counts",
        "What was counted by all processes together, and what by this one alone.",
        ("by",),
        [(("all",), budgets.answered), (("this",), budgets.alone)],
    )


def _conversations(found: Figures, channels: Iterable[str]) -> Iterator[Metric]:
    rows = {(one.inbox_id, bool(one.taken)): one for one in found.conversations}
    each = [(key, taken) for key in channels for taken in (False, True)]
    yield _gauge(
        "conversations_open",
        "Open conversations, by whether somebody has taken them.",
        ("channel", "taken"),
        [
            (
                (key, "yes" if taken else "no"),
                rows[key, taken].number if (key, taken) in rows else 0,
            )
            for key, taken in each
        ],
    )
    waiting = {
        key: [rows[key, one] for one in (False, True) if (key, one) in rows] for key, _ in each
    }
    yield _gauge(
        "conversations_waiting",
        "Open conversations whose customer waits for an answer.",
        ("channel",),
        [((key,), sum(one.waiting for one in of)) for key, of in waiting.items()],
    )
    yield _gauge(
        "conversations_longest_wait_seconds",
        "For how long the customer who waits longest has waited.",
        ("channel",),
        [
            ((key,), max((_age(found, one.oldest) for one in of if one.oldest), default=0))
            for key, of in waiting.items()
        ],
    )


def _age(found: Figures, since: int) -> float:
    return max(0, found.at - since) / 1000


def _states(what: str, checks: Iterable[Check]) -> Metric:
    """Return 1 for the state that each is in, and 0 for the others."""
    return _gauge(
        f"{what}_state",
        f"Which state each {what} is in: 1 for that one.",
        (what, "kind", "state"),
        [
            ((str(one.id), str(one.kind), state), one.state == state)
            for one in checks
            for state in _STATES
        ],
    )


def _carried(tallies: Mapping[str, Tally]) -> Iterator[Metric]:
    received = [((key,), one.received) for key, one in tallies.items()]
    sent = [((key,), one.sent) for key, one in tallies.items()]
    yield _counter("messages_received", "Messages that came in.", ("channel",), received)
    yield _counter(
        "messages_sent", "Messages, or parts of one, that a network has taken.", ("channel",), sent
    )
    yield _counter(
        "deliveries",
        "Attempts to send, change or delete at a network, by how they ended.",
        ("channel", "outcome"),
        _outcomes(tallies),
    )
    yield _counter(
        "delivery_refusals",
        "What went wrong at that, by its reason.",
        ("channel", "reason"),
        _reasons(tallies),
    )


def _shown(tallies: Mapping[str, Tally]) -> Iterator[Metric]:
    yield _counter(
        "surface_posts",
        "What was shown, changed or marked on a staff surface, by how it ended.",
        ("surface", "outcome"),
        _outcomes(tallies),
    )
    yield _counter(
        "surface_refusals",
        "What went wrong at that, by its reason.",
        ("surface", "reason"),
        _reasons(tallies),
    )


_Rows = Iterable[tuple[tuple[str, ...], float]]


def _outcomes(tallies: Mapping[str, Tally]) -> _Rows:
    """Return every outcome there is, so that a first failure is seen to be an increase."""
    return [((key, name), one.calls[name]) for key, one in tallies.items() for name in OUTCOMES]


def _reasons(tallies: Mapping[str, Tally]) -> _Rows:
    return [
        ((key, reason), number)
        for key, one in tallies.items()
        for reason, number in sorted(one.refusals.items())
    ]


def _gauge(name: str, help: str, labels: tuple[str, ...], rows: _Rows) -> Metric:
    family = GaugeMetricFamily(f"deskbridge_{name}", help, labels=labels)
    for values, number in rows:
        family.add_metric(values, float(number))
    return family


def _counter(name: str, help: str, labels: tuple[str, ...], rows: _Rows) -> Metric:
    family = CounterMetricFamily(f"deskbridge_{name}", help, labels=labels)
    for values, number in rows:
        family.add_metric(values, float(number))
    return family
