"""`python -m tests.channels.storm_report [seed ...]`: storms over every network, as a page."""

import itertools
import logging
import sys
from collections.abc import Sequence

from tests.bench.figures import table
from tests.channels.storm import contract, storm
from tests.channels.storm.every import NETWORKS
from tests.channels.storm.report import HEAD, Report
from tests.databases import DATABASES
from tests.desk import ROOT

PAGE = ROOT / "docs" / "reference" / "reliability.md"
# What follows is of `tests.faults`.
STAFF = "## Between the program and agents"


def reports(seeds: Sequence[int]) -> list[Report]:
    """Run a storm for every network, seed and database, telling of each."""
    found = []
    for network, seed, backend in itertools.product(NETWORKS, seeds, DATABASES):
        found.append(storm.report(network, seed, backend=backend))
        print(found[-1], flush=True)
    return found


def page(found: Sequence[Report]) -> str:
    """Return the part of the page that shows them."""
    return f"""# What is kept when things go wrong

## Between customers and the program

Made by `make faults`: for each network the whole program runs on each database beside the network's
model platform (email: Dovecot and an SMTP server), while {len(storm.CUSTOMERS)} customers write
{storm.MESSAGES} messages each and agents answer them. What customers do is told up to
{storm.TELLINGS} times, for every second customer in any order, so that edits come before their
messages. Sends are throttled in showers, refused, broken off before and after they had their
effect, and answered so late that a customer has read them first. The program is killed twice
between a send and its record; the network is away for an hour. Time is that of a clock moved
by hand. Afterwards everything heals, and the network's own ledger is compared with the
database.

Two figures are in and out. "Told" is how often the network told of something; "doubled,
marked" are answers that agents see marked as perhaps arrived twice (odd seeds run with
`uncertain: resend`, even ones with `ask`); "uncertain" are those about which agents are asked.
"Reordered" counts neighbours that changed places: on the way in among customers whose messages
were told in order (a network that repeats what it could not hand over lets later ones pass),
on the way out among answers that met no uncertainty. "Faults" are those that sends have met,
kills and the outage; at a site there is one kind, a line that breaks under everybody, counted as
often as it was to break, during the outage too. "Recovery" is how long after all was well (s, to
{round(storm.LOOKS)}) what had not come by then came. Lost, doubled unmarked, misrouted, failed and
stuck must be zero; `STORM_SEED` repeats one storm in the tests.

{table(HEAD, [one.row for one in found])}
"""


def main(seeds: Sequence[str]) -> None:
    """Write the page, or fail without it when a promise was broken."""
    logging.disable(logging.CRITICAL)
    found = reports([int(one) for one in seeds] or contract.SEEDS)
    broken = [f"{one}: {one.broken}" for one in found if one.broken]
    if broken:
        sys.exit("\n".join(["The promise was broken:", *broken]))
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(STAFF)
    PAGE.write_text(page(found) + (f"\n{STAFF}{rest}" if rest else ""), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
