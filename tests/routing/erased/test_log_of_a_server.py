"""What a server's write-ahead log keeps of a person goes as the page says, and not before."""

import re
from collections.abc import Iterator

import pytest

from bridge.channel import Sender
from bridge.db import Server, postgresql
from tests import postgres
from tests.databases import clock
from tests.desk import ROOT
from tests.faults.nursery import until
from tests.postgres import Cluster
from tests.routing.erased.planted import Planted
from tests.routing.erased.test_erasing import House, house

__all__ = ["clock", "house"]

PAGE = ROOT / "docs" / "how-to" / "use-postgresql.md"
SECTION = "## A person who was erased"


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Return a server of the test's own, for what is said to the server is said to all."""
    with postgres.running() as one:
        yield one


@pytest.fixture
def database(server: Cluster) -> Server:
    """Return a database there."""
    server.execute("CREATE DATABASE desk")
    made = Server(server.url("desk"))
    postgresql.migrate(made)
    return made


def said(server: Cluster) -> tuple[list[str], list[str]]:
    """Return what the page has an administrator say: once, and after each erasure."""
    section = PAGE.read_text(encoding="utf-8").partition(SECTION)[2].partition("\n## ")[0]
    once, each = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    return once.splitlines(), each.splitlines()


@pytest.mark.slow
async def test_the_log_keeps_who_was_erased_until_what_the_page_says_is_done(
    house: House, server: Cluster
) -> None:
    planted = Planted()
    sender = Sender(external_id=planted.word("account"), name=planted.word("name"))
    await house.world.begun(sender.external_id, sender=sender, text=planted.word("text"))
    once, each = said(server)
    for statement in once:
        server.execute(statement)
    assert until(lambda: server.execute("SHOW wal_recycle") == [("off",)])

    await house.erases((await house.world.contact(sender.external_id)).id)

    log = server.data / "pg_wal"
    assert planted.found(log).keys() == planted.words.keys()
    for statement in each:
        server.execute(statement)
    assert planted.found(log, server.data / "base") == {}
