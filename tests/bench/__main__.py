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
from tests.bench.desks import desk
from tests.bench.figures import machine, table
from tests.bench.page import PAGE, Section
from tests.desk import ROOT


async def durable_ingest() -> str:
    """Messages a second, beside the floor."""
    async with desk() as running:
        found = await ingest.beside_the_floor(running.url)
    rows = [
        (
            a.at_once, a.per_second, a.p50, a.p99, b.per_second, b.p99,
            a.per_second / b.per_second, c.per_second, a.per_second / c.per_second,
        )
        for a, b, c in found
    ]  # fmt: skip
    head = (
        "at once", "stored/s", "p50 ms", "p99 ms", "floor/s", "floor p99 ms", "ratio",
        "framework's handler/s", "ratio to it",
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


async def visitor_to_console() -> str:
    """Latency from the visitor's request to the console's frame."""
    async with desk() as running:
        delays = await latency.visitor_to_console([running.url], running.links["anna"])
    rows = [(d.at_once, d.messages, d.missed, d.p50, d.p99) for d in delays]
    head = ("visitors, one message a second each", "messages", "missed", "p50 ms", "p99 ms")
    return "## From the visitor to the console\n\n" + table(head, rows)


async def opening_the_console() -> str:
    """From the navigation to a console that one can work in."""
    async with desk() as running:
        seen = await view.first_view(running)
    text = table(("what", "p50 ms", "p90 ms"), [(one.what, one.p50, one.p90) for one in seen])
    return f"## Opening the console\n\n{text}\n\n{view.__doc__}"


async def many_consoles() -> Section:
    """Ten messages a second on ever more consoles."""
    async with desk() as running:
        return charts.of_consoles(await consoles.reach(running))


async def memory_and_start() -> str:
    """Memory and cold start."""
    async with desk() as running:
        used = await footprint.memory(running)
        start = await footprint.cold_start(running)
    rows = [
        ("memory idle, a widget and a console connected (PSS, MiB)", used.idle),
        (f"the same after {footprint.MESSAGES:,} messages", used.after),
        ("cold start to the first stored message, migrated database (s)", start),
        ("the same of the bare webhook (s)", await footprint.bare_start()),
    ]
    return "## Memory and start\n\n" + table(("what", "figure"), rows)


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


async def telegram_to_telegram() -> str:
    """Messages a second from customers in Telegram to the staff in Telegram."""
    ours, floor, barest = await relay.beside_a_bare_one()
    head = (
        "at once", "relayed/s", "p50 ms", "p99 ms", "floor/s", "floor p99 ms", "ratio",
        "floor/s to a bare server", "ratio to it",
    )  # fmt: skip
    bare = barest.per_second, ours.per_second / barest.per_second
    text = table(head, [(ours.at_once, *_beside("", ours, floor)[1:], *bare)])
    return f"## From Telegram to a staff group in Telegram\n\n{text}\n\n{relay.__doc__}"


def _beside(name: str, ours: ingest.Rate, floor: ingest.Rate) -> tuple[object, ...]:
    ratio = ours.per_second / floor.per_second
    return name, ours.per_second, ours.p50, ours.p99, floor.per_second, floor.p99, ratio


async def drains() -> str:
    """Drain a backlog over each network."""
    head = (
        "network", "limit", "messages", "seconds at the limit", "taken", "% of the rate",
        "refused", "processor, ms a message",
    )  # fmt: skip
    text = table(head, await drain.rows())
    return f"## A backlog at the networks' limits\n\n{text}\n\n{drain.__doc__}"


async def who_is_given_it() -> str:
    """Decisions about who is given a conversation."""
    rows = [(one.what, one.p50, one.p99) for one in await assigning.decisions()]
    text = table(("strategy", "p50 ms", "p99 ms"), rows)
    return f"## Who is given a conversation\n\n{text}\n\n{assigning.__doc__}"


async def into_a_staff_group() -> str:
    """A burst into a Telegram staff group, and one message at a time."""
    found = await staff.burst()
    head = (
        "messages", "seconds", "bound", "ratio", "calls", "messages a call", "refused", "lost",
        "out of order",
    )  # fmt: skip
    row = (
        found.messages, found.taken, found.bound, found.taken / found.bound, found.calls,
        found.messages / found.calls, found.refused, found.lost, found.disordered,
    )  # fmt: skip
    delays = [(one.what, one.p50, one.p99) for one in await staff.light()]
    text = "\n\n".join((table(head, [row]), table(("what", "p50 ms", "p99 ms"), delays)))
    return f"## Into a Telegram staff group\n\n{text}\n\n{staff.__doc__}"


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


asyncio.run(measure(sys.argv[1:]))
