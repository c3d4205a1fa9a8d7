"""What runs in the town came to, as docs/reference/faults.md."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tests.bench.figures import table
from tests.desk import ROOT
from tests.faults.town.failed import FAILED
from tests.faults.town.reached import HOUSES, Reached
from tests.faults.town.row import NEEDS, NOT_MEASURED, Row

PAGE = ROOT / "docs" / "reference" / "faults.md"
HEAD = (
    "database", "run", "runs", "seeds", "in", "out", "faults", "lost", "doubled, marked",
    "doubled, unmarked", "reordered", "misrouted", "stuck", "uncertain", "given up", "by hand",
    "recovery p99, s",
)  # fmt: skip
SMALL = tuple(name for name in HEAD if name not in ("seeds", "uncertain", "given up", "by hand"))
README = ROOT / "README.md"
# Each fault that the promise is to survive, where it is made, and how far.
WHERE: Sequence[tuple[str, str, str]] = (
    (
        "kill -9 at every named place",
        "tests/faults/town: killed at named places",
        "both",
    ),
    (
        "kill -9 at any moment under load",
        (
            "tests/faults/town: disasters, kill -9; tests/faults/processes.py; "
            "tests/bridge/store/test_kill.py"
        ),
        "both",
    ),
    (
        "kill -9 in an erasure, a backup, a migration",
        "tests/faults/test_commands.py",
        "both",
    ),
    (
        "kill at each write and sync",
        "tests/faults/power.py: killed at a call (strace)",
        "SQLite",
    ),
    (
        "loss of power",
        "tests/faults/power.py: loss of power (strace)",
        "SQLite",
    ),
    (
        "database locked",
        (
            "tests/faults/town: disasters, database locked; tests/faults/test_locked.py, "
            "for thirty seconds"
        ),
        "both",
    ),
    (
        "PostgreSQL killed and restarted",
        "tests/faults/town: disasters, PostgreSQL killed",
        "PostgreSQL",
    ),
    (
        "connection lost in a commit",
        "tests/faults/town: disasters, connections cut",
        "PostgreSQL",
    ),
    (
        "5xx, 429, resets before and after, late answers",
        "tests/channels/storm, tests/faults/scenarios.py",
        "both",
    ),
    (
        "a network away for an hour",
        (
            "tests/channels/storm and tests/faults/scenarios.py, in time moved by hand; "
            "tests/faults/town: disasters, network away, for seconds"
        ),
        "both",
    ),
    (
        "UIDVALIDITY, a hanging IDLE, Message-IDs twice or missing",
        (
            "tests/channels/email/test_cursor.py, test_odd_servers.py, test_message_ids.py, "
            "test_contract.py"
        ),
        "SQLite",
    ),
    (
        "told twice to five times, out of order, edits before messages",
        "tests/channels/storm, an hour and thirty days later too",
        "both",
    ),
    (
        "clocks that are set, by an hour to thirty days",
        (
            "tests/routing/test_timers.py, tests/bridge/store/test_clock_set.py, "
            "tests/bridge/reload/test_clock.py"
        ),
        "both",
    ),
    (
        "disk full, then freed",
        ("tests/faults/town: disasters, disk full (a small file system: root alone may make one)"),
        "SQLite",
    ),
    (
        "poison",
        "tests/faults/test_poison.py, tests/faults/scenarios.py",
        "both",
    ),
    (
        "a message that never ends, or takes all the memory",
        "tests/faults/test_hanging.py: ended by a keeper, by the program itself, for its memory",
        "both",
    ),
    (
        "a broken configuration read anew",
        ("tests/faults/town: disasters, configuration broken; tests/bridge/settings/test_fuzz.py"),
        "both",
    ),
    (
        "a websocket that is not read",
        (
            "tests/faults/test_slow_readers.py, tests/agent_console/test_live_slow.py, "
            "tests/channels/widget/test_slow.py"
        ),
        "both",
    ),
    (
        "a process that stands still and goes on",
        "tests/faults/town: disasters, stopped and continued",
        "both",
    ),
    (
        "SIGTERM in the middle of everything",
        "tests/faults/town: disasters, SIGTERM; ended in 10 s or the run fails",
        "both",
    ),
    (
        "groups deleted, bots thrown out, topics closed or moved",
        "tests/faults/scenarios.py",
        "both",
    ),
    (
        "Redis gone or flushed",
        (
            "tests/faults/town: disasters, several processes; "
            "tests/bridge/redis, tests/e2e/test_redis.py: killed, flushed, stopped, a minute away"
        ),
        "both",
    ),
    (
        "two workers and one conversation, stale leases",
        (
            "tests/faults/town: disasters, several processes, stopped and continued; "
            "tests/e2e/test_many_processes.py, tests/bridge/processes"
        ),
        "PostgreSQL",
    ),
    (
        "rolling restart, two versions at once",
        "tests/e2e/test_rolling_restart.py, with browsers; tests/bridge/migrations/test_beside.py",
        "PostgreSQL",
    ),
)


def _grouped(found: Sequence[Row]) -> Mapping[tuple[str, str], Sequence[Row]]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for one in found:
        if one.was_run:
            groups[one.scenario, one.backend].append(one)
    return dict(sorted(groups.items()))


def _shown(some: Sequence[Row]) -> tuple[object, ...]:
    faults: Counter[str] = Counter()
    for one in some:
        faults.update(one.faults)

    def whole(name: str) -> object:
        return _sum(one.counts.get(name) for one in some)

    seeds = [one.seed for one in some]
    return (
        some[0].backend, some[0].scenario, len(some),
        f"{min(seeds)} to {max(seeds)}" if len(set(seeds)) > 1 else seeds[0],
        sum(one.messages_in for one in some), _sum(one.messages_out for one in some),
        ", ".join(f"{name} {count}" for name, count in sorted(faults.items())),
        whole("lost"), whole("doubled_marked"), whole("doubled_unmarked"), whole("reordered"),
        whole("misrouted"), whole("stuck"), whole("uncertain"), whole("given_up"),
        whole("by_hand"),
        max((one.counts["p99"] for one in some if "p99" in one.counts), default=NOT_MEASURED),
    )  # fmt: skip


def _sum(counts: Iterable[int | None]) -> object:
    """Add up what was measured; where nothing was, that is no zero."""
    measured = [one for one in counts if one is not None]
    return sum(measured) if measured else NOT_MEASURED


def _not_zero(found: Sequence[Row]) -> str:
    """Return what is to be said about runs that broke the promise."""
    lines = [
        f"- {one.backend}, {one.scenario}, seed {one.seed}: "
        + ", ".join(f"{name} {count}" for name, count in one.broken.items())
        + (f"; {one.counts['by_hand']} by hand" if one.counts.get("by_hand") else "")
        + "."
        for one in found
        if one.broken
    ]
    return "\n".join(["What is not zero above:", "", *lines, ""]) if lines else ""


def measured(text: str) -> str:
    """Return the figures of a page as the small table that stands beside the promise."""
    head = "| " + " | ".join(HEAD) + " |"
    body = text[text.index(head) :].splitlines()[2:]
    rows = []
    for line in body:
        if not line.startswith("|"):
            break
        cells = dict(zip(HEAD, (one.strip() for one in line.strip("| ").split(" | ")), strict=True))
        count = sum(int(one.rsplit(" ", 1)[1]) for one in cells["faults"].split(", "))
        rows.append([str(count) if name == "faults" else cells[name] for name in SMALL])
    return table(SMALL, rows)


def _places(found: Sequence[Row]) -> str:
    return "\n".join(f"- {Reached.of(house, found)}" for house in HOUSES)


def _not_run(found: Sequence[Row]) -> str:
    """Return what no run has of what a machine must be fit for."""
    done = {(one.house, name) for one in found for name in one.faults}
    done |= {(one.house, one.scenario) for one in found if one.was_run}
    left = {(one.house, name) for one in found for name in one.cannot if name in NEEDS} - done
    if not left:
        return "Nothing was left out for want of root, of strace or of anything else."
    lines = [f"- {house}: {name}, which needs {NEEDS[name]}." for house, name in sorted(left)]
    return "\n".join(["**Not run** on the machine where this was made:", "", *lines])


def _failed() -> Sequence[tuple[object, ...]]:
    return [(one.house, one.run, one.seed, one.found) for one in FAILED]


def page(found: Sequence[Row]) -> str:
    """Return the page."""
    return f"""# Faults, and what they cost

Made by `make faults` (`ARGS="--minutes N"` says for how long). The program runs as a process of
its own, with every network at once (Telegram asked and calling, VK asked and calling, Viber, mail
by Dovecot and a real SMTP server, the widget) and two staff surfaces (Slack, a Telegram group).
Customers write, an agent answers in threads and at the console, notes and strangers' words are
among it, files come, automations and timers fire, a webhook is told. Time is the machine's; the
networks' pauses before they tell of something again are shortened twentyfold, none is spent while
nothing listens (or their hour would be over in a minute), and a group of Telegram's takes as much
in a second as it does in a minute.

"Several processes" are two webs behind one address and two workers, on one PostgreSQL and one
Redis; Slack calls a web there. Whichever comes to a place first is killed, the others go on, and
another one begins in its stead; a disaster befalls one of them, and lasts so long that what it
did is another's by then.

The books are the platforms' own: what stands in their threads and letter boxes is compared with
what people have written, after everything was left to settle. "In" is what customers wrote, and
each of it has to stand on both surfaces; "out" is what agents answered. Lost, doubled unmarked,
reordered, misrouted and stuck must be zero, or the run fails. Order is counted where the network
gives one: mail has none, VK and Viber, calling, let later messages pass what they could not hand
over, and Slack tells of nothing in its order. "Uncertain" are answers about which agents are
asked. "Recovery" is how long (s) after all was well what had not come by then came; for most of
it that is the network's own pause. What a run does not measure is "—".

{table(HEAD, [_shown(some) for some in _grouped(found).values()])}

{_not_run(found)}

{_not_zero(found)}
Runs before these, in a town that has been mended since, counted messages as lost. In one the
program had set three things aside as poison (below), and nobody had them tried again: the town's
console was refused, because it did not prove that it was its own page. In one (seed 11) customers
had run out of words, and Viber's model lets nobody write to who does not write. In two (seeds 111
and 121, 154 kills, in no table here) 46 answers to one visitor of the site never came: on each
connection the model of their page acknowledged all that it had ever shown, more than the 200
messages that one frame holds, was refused, and read nothing more. The page itself acknowledges
fifty anew. In two short runs a conversation stood on neither surface: it had begun and been
answered at the console before its threads were made, and the program was killed just then; at
its start only whoever waited was looked at. What began since a surface is shown, and has no
thread, is looked at too now. What is missing is told with what the program knows of it.

Seeds that failed once are run first, each in its house, in every `make faults`:

{table(("database", "run", "seed", "what it had found"), _failed())}

"Given up" are messages that a network's model has told of as often as it does and then dropped,
because the program was down each time: nobody can be blamed for them but the pauses, which are
shortened here. "By hand" are messages with which in hand the program was killed three times: it
takes them for poison ([0026](../decisions/0026-poison-is-marked-in-a-mapped-file.md)), lists
them, and an agent at the console has them tried again. They count as lost unless that brings
them; behind which others it does so is not counted.

For losses of power "in" counts, over all images, the keys that the store had answered for at
that moment; each image is all that was synced, and any part of the rest in sectors of 512 bytes.
A store that syncs less (`synchronous=NORMAL`, or `OFF`) loses in the same images, as it must.

## Places

The program ends itself by `kill -9` at a place with a name: before, inside and after each
transaction, before and after each call, each answer, each file. They stand around the program,
patched in as it starts (`tests/faults/places.py`), so that they cost it nothing. Of what is
around every call the names are made from the inbox or surface. Each house takes them in turn, as
many as there is time for. One at which the program was to end and did not within a minute was
tried in vain, and is named; one of these to which no life of any run in that house came, at any
time, fails `make faults`. In the tests, which try few, each one in vain fails.

{_places(found)}

Runs before any that kept what each life had passed tried some in vain for reasons of their own:
what a life does once, as it begins, was waited for twice or three times; nobody mistyped a
password on the way to `begin`, which counts that; no thread was left to open once every customer
had one; and of several processes none began anew, so that nothing at a beginning was come to.
Tried since, in two runs a house at most, none of those named here was in vain.

## Where each fault is made

{table(("fault", "where", "databases"), WHERE)}

Storms over single networks, and faults of staff surfaces by name, in time moved by hand, are in
[their own page](reliability.md), with the guards that were broken on purpose.
"""
