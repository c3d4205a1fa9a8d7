"""`deskbridge dead`: beside a program that runs, and where none does."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bridge.cli import app
from bridge.clock import Clock
from bridge.store import dead as d
from bridge.store import quarantine as q
from bridge.store.audit import FOUND
from tests.databases import fresh_database, opened

CONFIG = """\
version: 1
storage: {{database: 'sqlite:///{database}'}}
channels:
  site: {{type: widget, key: site_main}}
"""
WORDS = "заказ на улицу Садовую"
RAW = json.dumps({"event": "message", "text": WORDS}, ensure_ascii=False).encode()


class Installation:
    """A configuration and a database."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_database(folder)
        self.config = folder / "deskbridge.yaml"
        self.config.write_text(CONFIG.format(database=self.database))

    def runs(self, *arguments: str, says: str = "") -> Result:
        """Run a command of `deskbridge dead`."""
        given = ["dead", *arguments, "--config", str(self.config)]
        return CliRunner().invoke(app, given, input=says)

    def set_aside(self, *raws: bytes, inbox: str = "site", why: str = "no sender") -> None:
        """Have these been set aside."""
        asyncio.run(self._set_aside(raws, inbox, why))

    async def _set_aside(self, raws: tuple[bytes, ...], inbox: str, why: str) -> None:
        async with opened(self.database, clock=Clock()) as store:
            for raw in raws:
                await store.write(q.put, inbox, raw, why)

    def ids(self) -> list[str]:
        """Return what the list has, by id."""
        return [json.loads(line)["id"] for line in self.runs("list", "--json").output.splitlines()]

    def asked(self) -> list[tuple[d.Kind, int]]:
        """Return what is to be tried by the next program."""

        async def read() -> list[d.Asked]:
            async with opened(self.database, clock=Clock()) as store:
                return await store.read(lambda tx: tx.all(d.ASKED, limit=100))

        return [(one.kind, one.number) for one in asyncio.run(read())]

    def trail(self) -> list[tuple[str, str]]:
        """Return the acts in the audit trail and where they came from."""
        given = {"agent": None, "action": None, "conversation": None, "since": 0, "limit": 50}

        async def read() -> list[tuple[str, str]]:
            async with opened(self.database, clock=Clock()) as store:
                rows = await store.read(
                    lambda tx: tx.all(FOUND, before=2**53, until=2**53, **given)
                )
                return [(one.action, one.surface) for one in rows]

        return asyncio.run(read())


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_where_everything_has_arrived_the_list_says_so(here: Installation) -> None:
    said = here.runs("list")
    assert (said.exit_code, said.output) == (0, "Nothing of the kind: everything has arrived.\n")
    assert here.ids() == []


def test_the_list_says_what_where_how_often_and_why_and_no_word_of_it(here: Installation) -> None:
    here.set_aside(RAW, RAW)
    said = here.runs("list").output
    assert "event-1  site   set_aside  update  2" in said
    assert said.rstrip().endswith("no sender")
    assert WORDS not in said


def test_the_list_is_narrowed_by_inbox_kind_and_age(here: Installation) -> None:
    here.set_aside(b"1")
    here.set_aside(b"2", inbox="shop")
    assert len(here.ids()) == 2
    assert "shop" not in here.runs("list", "--inbox", "site").output
    assert here.runs("list", "--kind", "delivery").output.startswith("Nothing of the kind")
    assert here.runs("list", "--before", "1d").output.startswith("Nothing of the kind")
    assert "event-1" in here.runs("list", "--since", "1d").output
    wrong = here.runs("list", "--before", "soon")
    assert wrong.exit_code == 1
    assert "--before soon: write how long ago" in wrong.stderr


def test_one_is_shown_by_its_shape_and_on_demand_as_it_came(here: Installation) -> None:
    here.set_aside(RAW)
    said = here.runs("show", "event-1").output
    assert '"event": "message"' in said
    assert WORDS not in said
    assert json.loads(here.runs("show", "event-1", "--json").output)["item"]["size"] == len(RAW)
    assert here.runs("show", "event-1", "--raw").stdout_bytes == RAW


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("show", "event-7"), "event-7 is not in the list"),
        (("show", "seven"), "seven is no id: they are written event-1, delivery-1"),
        (("show", "call-1", "--raw"), "call-1 went out"),
        (("retry",), "name ids, or --all"),
        (("retry", "event-1", "--all"), "name ids, or --all"),
        (("retry", "event-1", "--inbox", "site"), "options go with --all"),
        (("retry", "--all", "--yes"), "there is nothing to try again"),
        (("drop", "--all", "--yes"), "there is nothing to drop"),
    ],
)
def test_what_makes_no_sense_is_said_and_exits_with_1(
    here: Installation, command: tuple[str, ...], said: str
) -> None:
    result = here.runs(*command)
    assert result.exit_code == 1
    assert said in result.stderr


def test_without_a_program_a_retry_waits_for_its_start_and_is_written_down(
    here: Installation,
) -> None:
    here.set_aside(RAW)
    said = here.runs("retry", "event-1")
    assert (said.exit_code, here.asked()) == (0, [("event", 1)])
    assert "when the program starts" in said.output
    assert here.trail() == [("dead_retried", "command")]


def test_all_of_an_inbox_are_tried_again_once_somebody_says_yes(here: Installation) -> None:
    here.set_aside(b"1", b"2")
    here.set_aside(b"3", inbox="shop")
    no = here.runs("retry", "--all", "--inbox", "site", says="n\n")
    assert (no.exit_code, here.asked()) == (1, [])
    assert "Try 2 again?" in no.output
    assert here.runs("retry", "--all", "--inbox", "site", says="y\n").exit_code == 0
    assert here.asked() == [("event", 1), ("event", 2)]


def test_what_nothing_can_be_made_of_is_named_and_left(here: Installation) -> None:
    here.set_aside(b"x" * (q.LARGEST + 1))
    said = here.runs("retry", "event-1")
    assert said.exit_code == 1
    assert "only its beginning was kept" in said.output
    assert here.asked() == []


def test_what_is_dropped_is_gone_for_good_once_somebody_says_yes(here: Installation) -> None:
    here.set_aside(RAW, b"2")
    assert here.runs("drop", "event-1", says="n\n").exit_code == 1
    assert len(here.ids()) == 2
    assert here.runs("drop", "event-1", "--yes").output == "Dropped 1.\n"
    assert here.ids() == ["event-2"]
    assert here.trail() == [("dead_dropped", "command")]
