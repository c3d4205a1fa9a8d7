"""`python -m tests.bench [--print] [part ...]`: measure, and put it into the page of figures.

What is named goes into its place in docs/reference/performance.md, if it has one, with its
pictures; `--print` only prints.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from tests.bench import (
    assigning,
    beside,
    charts,
    consoles,
    drain,
    footprint,
    growth,
    ingest,
    latency,
    networks,
    page,
    postgresql,
    processes,
    relay,
    staff,
    view,
)
from tests.bench.both import both_desks
from tests.bench.desks import desk
from tests.bench.figures import machine, table
from tests.bench.page import PAGE, Section
from tests.desk import ROOT


async def durable_ingest() -> str:
    """Messages a second, beside the floor."""
    async with desk() as running:
        found = await ingest.beside_the_floor(running.url)
    rows = [
        _beside(ours.at_once, ours, floor) + _share(ours, framework) + _share(ours, read)
        for ours, floor, framework, read in found
    ]
    head = (
        "at once", "stored/s", "p50 ms", "p99 ms", "floor/s", "floor p99 ms", "ratio",
        "framework's handler/s", "ratio to it", "the same, nothing stored/s", "ratio to it",
    )  # fmt: skip
    return "## Durable messages a second\n\n" + table(head, rows) + f"\n\n{ingest.__doc__}"


async def on_postgresql() -> str:
    """Messages a second on PostgreSQL, beside ours on SQLite."""
    found = await postgresql.beside_sqlite()
    rows = [
        (b.at_once, b.per_second, b.p50, b.p99, a.per_second, b.per_second / a.per_second)
        for a, b in found
    ]
    head = ("at once", "stored/s", "p50 ms", "p99 ms", "on SQLite", "ratio")
    text = table(head, rows)
    return f"## Durable messages a second, on PostgreSQL\n\n{text}\n\n{postgresql.__doc__}"


async def visitor_to_console() -> Section:
    """Latency from the visitor's request to the console's frame."""
    async with both_desks() as running:
        return beside.of_latency(await latency.in_turns(running))


async def opening_the_console() -> str:
    """From the navigation to a console that one can work in."""
    async with desk() as running:
        seen = await view.first_view(running)
    text = table(("what", "p50 ms", "p90 ms"), [(one.what, one.p50, one.p90) for one in seen])
    return f"## Opening the console\n\n{text}\n\n{view.__doc__}"


async def many_consoles() -> Section:
    """Ten messages a second on ever more consoles."""
    consoles.have_files_for(max(consoles.MANY))
    async with both_desks() as running:
        return charts.of_consoles(await consoles.reach(running))


async def memory_and_start() -> Section:
    """Memory and cold start."""
    return beside.of_footprint(await footprint.beside_sqlite())


async def growing() -> Section:
    """Growth with the number of messages."""
    return charts.of_growth(await growth.growing())


async def several_processes() -> Section:
    """One to four processes."""
    return charts.of_processes(await processes.compared())


async def webhooks_and_mail() -> str:
    """Messages a second of each network, beside its floor."""
    with ingest.floor_server() as bare:
        floor = await ingest.floor(bare, networks.AT_ONCE)
    rows = [_beside(name, ours, floor) for name, ours in await networks.called()]
    rows.append(_beside("email", *await networks.mailed()))
    head = ("network", "stored/s", "p50 ms", "p99 ms", "floor/s", "floor p99 ms", "ratio")
    return "## From a network's call to the acknowledgement\n\n" + "\n\n".join(
        (table(head, rows), networks.__doc__ or "")
    )


async def telegram_to_telegram() -> Section:
    """Messages a second from customers in Telegram to the staff in Telegram."""
    return beside.of_relay(await relay.beside_a_bare_one())


def _beside(what: object, ours: ingest.Rate, floor: ingest.Rate) -> tuple[object, ...]:
    share = ours.per_second / floor.per_second
    return what, ours.per_second, ours.p50, ours.p99, floor.per_second, floor.p99, share


def _share(ours: ingest.Rate, other: ingest.Rate) -> tuple[object, ...]:
    return other.per_second, ours.per_second / other.per_second


async def drains() -> Section:
    """Drain a backlog over each network."""
    return beside.of_drained(await drain.rows())


async def who_is_given_it() -> Section:
    """Decisions about who is given a conversation."""
    return beside.of_decisions(await assigning.decisions())


async def into_a_staff_group() -> Section:
    """A burst into a Telegram staff group, and one message at a time."""
    return beside.of_staff(await staff.bursts(), await staff.light())


PARTS: dict[str, Callable[[], Awaitable[str | Section]]] = {
    "ingest": durable_ingest,
    "postgresql": on_postgresql,
    "latency": visitor_to_console,
    "view": opening_the_console,
    "consoles": many_consoles,
    "processes": several_processes,
    "footprint": memory_and_start,
    "growth": growing,
    "networks": webhooks_and_mail,
    "drain": drains,
    "assigning": who_is_given_it,
    "relay": telegram_to_telegram,
    "staff": into_a_staff_group,
}


async def measure(names: list[str]) -> None:
    """Measure the parts named, or all."""
    only_print = "--print" in names
    names = [name for name in names if name != "--print"]
    print(f"On {machine()}; server and client share the cores.")
    for name in names or PARTS:
        begun = time.monotonic()
        found = await PARTS[name]()
        section = found if isinstance(found, Section) else Section(found)
        print(f"\n{section.text}\n\n({name}: {time.monotonic() - begun:.0f} s)", flush=True)
        if not only_print and page.has_place_for(name):
            page.put(name, section)
            print(f"It is in {PAGE.relative_to(ROOT)}.", flush=True)


if __name__ == "__main__":
    asyncio.run(measure(sys.argv[1:]))
