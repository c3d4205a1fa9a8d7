"""Tables and pictures of how cost grows: with messages, consoles, and processes."""

from collections.abc import Iterable, Mapping, Sequence

from tests.bench import consoles, growth, processes
from tests.bench.both import SQLITE
from tests.bench.consoles import Reach
from tests.bench.figures import table
from tests.bench.growth import Look
from tests.bench.page import Section, picture
from tests.bench.plots import lines
from tests.bench.processes import Measured


def of_growth(looks: Sequence[Look], named: str = "growth") -> Section:
    """Return a table and a picture of each database, the pictures named after `named`."""
    parts, pictures = [], {}
    for database in dict.fromkeys(look.database for look in looks):
        ours = [look for look in looks if look.database == database]
        name = f"{named}-{database.lower()}.svg"
        pictures[name] = _drawn(database, ours)
        parts += [f"On {database}:", _table(ours), picture(name, f"Growth on {database}")]
    return Section("\n\n".join((*parts, growth.__doc__ or "")).rstrip(), pictures)


def _sizes(looks: Iterable[Look]) -> list[int]:
    return sorted({look.messages for look in looks})


def _by_what(looks: Iterable[Look]) -> dict[str, list[Look]]:
    found: dict[str, list[Look]] = {}
    for look in sorted(looks, key=lambda look: look.messages):
        found.setdefault(look.what, []).append(look)
    return found


def _table(looks: Sequence[Look]) -> str:
    sizes = _sizes(looks)
    head = (
        "what",
        *(f"p50 ms at {size:,}" for size in sizes),
        *(f"p99 ms at {size:,}" for size in (sizes[0], sizes[-1])),
        "growth of p50",
    )
    rows = [
        (what, *(one.p50 for one in by), by[0].p99, by[-1].p99, by[-1].p50 / by[0].p50)
        for what, by in _by_what(looks).items()
    ]
    return table(head, rows)


def _drawn(database: str, looks: Sequence[Look]) -> str:
    series = {what: [one.p50 for one in by] for what, by in _by_what(looks).items()}
    across = [f"{size:,}" for size in _sizes(looks)]
    title = f"Growth on {database}"
    return lines(title, across, series, up="p50, ms", along="messages", logarithmic=True)


def of_consoles(found: Sequence[Mapping[str, Reach]]) -> Section:
    """Return a table of what was measured on each database, and a picture of the times."""
    head = (
        "consoles", "database", "shown", "missed", "p50 ms", "p99 ms", "p50 by SQLite",
        "p99 by SQLite", "processor, ms a message", "processor, µs each showing", "MiB with them",
        "MiB afterwards",
    )  # fmt: skip
    rows = [
        (f"{one.consoles:,}", kind, f"{one.shown:,}", one.missed, one.p50, one.p99,
         one.p50 / by[SQLITE].p50, one.p99 / by[SQLITE].p99, one.a_message, one.a_showing,
         one.with_them, one.afterwards)
        for by in found
        for kind, one in by.items()
    ]  # fmt: skip
    shown = picture("consoles.svg", "A message to many consoles")
    text = "\n\n".join((table(head, rows), shown, consoles.__doc__ or ""))
    return Section(text.rstrip(), {"consoles.svg": _of_reach(found)})


def _of_reach(found: Sequence[Mapping[str, Reach]]) -> str:
    series = {}
    for kind in found[0]:
        series[f"p50 on {kind}"] = [by[kind].p50 for by in found]
        series[f"p99 on {kind}"] = [by[kind].p99 for by in found]
    across = [f"{by[SQLITE].consoles:,}" for by in found]
    title = "A message to many consoles"
    return lines(title, across, series, up="ms", along="consoles", logarithmic=True)


def of_processes(found: Sequence[Measured]) -> Section:
    """Return a table of what several came to, and a picture of that by what one has."""
    alone = found[0]
    head = (
        "processes", "stored/s", "by one process", "visitor to console, p50 ms", "p99 ms",
        "p50 by one process", "missed", "processor, ms a message", "by one process",
        "the same of PostgreSQL",
    )  # fmt: skip
    rows = [
        (one.name, one.stored.per_second, one.stored.per_second / alone.stored.per_second,
         one.delay.p50, one.delay.p99, one.delay.p50 / alone.delay.p50, one.delay.missed,
         one.program, one.program / alone.program, one.server)
        for one in found
    ]  # fmt: skip
    shown = picture("processes.svg", "Several processes beside one")
    text = "\n\n".join((table(head, rows), shown, processes.__doc__ or ""))
    return Section(text.rstrip(), {"processes.svg": _of_alike(found, alone)})


def _of_alike(found: Sequence[Measured], alone: Measured) -> str:
    alike = [one for one in found if set(one.layout) == {"all"}]
    series = {
        "stored a second": [one.stored.per_second / alone.stored.per_second for one in alike],
        "visitor to console, p50": [one.delay.p50 / alone.delay.p50 for one in alike],
        "processor a message": [one.program / alone.program for one in alike],
        "PostgreSQL's processor a message": [one.server / alone.server for one in alike],
    }
    across = [str(len(one.layout)) for one in alike]
    title = "Several processes beside one, on two cores"
    return lines(title, across, series, up="times one process", along="processes")
