"""Random pieces of work, attempts inside attempts: on a server as in a file, where each goes alone.

What is put off is told of later on a server, so only such work fails here as fails before anything
is sent, by itself or by what it is given.
"""

import asyncio
import contextlib
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import Clock
from bridge.store import log
from bridge.store.statement import Statement, nothing
from bridge.store.transactions import Store, Tx
from tests import postgres
from tests.databases import DATABASES, fresh_database, opened

pytestmark = pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL is left out")
LIVES = int(os.environ.get("ATTEMPTS", "60"))
KEYS = "abc"
FORGET = Statement(nothing, "DELETE FROM meta WHERE key = :key")
# Half of a pair, which no encoding has: neither database can be sent it.
UNSENDABLE = "\ud800"
DEEPEST = 4
Doing = tuple[Any, ...]


class BrokeError(Exception):
    """A piece of work that gives up."""


def some_work(chance: random.Random, depth: int = 0) -> list[Doing]:
    """Return a few things to be done, some of them attempts at several."""
    return [_something(chance, depth) for _ in range(chance.randint(1, 5))]


def _something(chance: random.Random, depth: int) -> Doing:
    key, word = chance.choice(KEYS), str(chance.random())
    kinds = ["put", "put_off", "get", "foresee", "forget", "unsendable"]
    if depth:
        kinds.append("break")
    if depth < DEEPEST:
        kinds += ["attempt"] * 3
    match chance.choice(kinds):
        case "foresee":
            return "foresee", chance.choices(KEYS, k=chance.randint(1, 3))
        case "attempt":
            return "attempt", some_work(chance, depth + 1), chance.random() < 0.3
        case kind:
            return kind, key, word


def does(tx: Tx, work: Sequence[Doing]) -> str:
    """Do it all; raises what breaks."""
    for kind, what, *more in work:
        match kind:
            case "put":
                tx.run(log.PUT_META, key=what, value=more[0])
            case "put_off":
                tx.put_off(log.PUT_META, key=what, value=more[0])
            case "get":
                tx.one(log.GET_META, key=what)
            case "foresee":
                tx.foresee(*((log.GET_META, {"key": key}) for key in what))
            case "forget":
                tx.run(FORGET, key=what)
            case "unsendable":
                tx.run(log.PUT_META, key=what, value=UNSENDABLE)
            case "break":
                raise BrokeError
            case "attempt":
                _tries(tx, what, breaks=more[0])
    return "done"


def _tries(tx: Tx, work: Sequence[Doing], *, breaks: bool) -> None:
    with contextlib.suppress(BrokeError, UnicodeEncodeError), tx.attempt():
        does(tx, work)
        if breaks:
            raise BrokeError


async def came_to(store: Store, works: Sequence[Sequence[Doing]]) -> tuple[list[Any], list[Any]]:
    """Do some pieces of work in one commit; return what each came to, and what is kept."""

    def begin(tx: Tx) -> None:
        for key in KEYS:
            tx.run(log.PUT_META, key=key, value="start")

    await store.write(begin)
    answers = await asyncio.gather(
        *(store.write(does, work) for work in works), return_exceptions=True
    )
    kept = await store.read(lambda tx: [tx.one(log.GET_META, key=key) for key in KEYS])
    return [one if one == "done" else type(one) for one in answers], kept


async def test_attempts_come_to_the_same_on_a_server_as_in_a_file(tmp_path: Path) -> None:
    chance, server = random.Random(11), postgres.lent()
    file = fresh_database(tmp_path)
    async with opened(server, clock=Clock()) as afar, opened(file, clock=Clock()) as here:
        for _ in range(LIVES):
            works = [some_work(chance) for _ in range(chance.randint(1, 4))]
            assert await came_to(afar, works) == await came_to(here, works), works
    postgres.given_back(server)


async def test_what_cannot_be_sent_takes_nothing_with_it_that_was_put_off() -> None:
    server = postgres.lent()
    async with opened(server, clock=Clock()) as store:

        def loop(tx: Tx) -> list[str]:
            kept = []
            for key, word in (("a", "one"), ("b", UNSENDABLE), ("c", "three")):
                with contextlib.suppress(UnicodeEncodeError), tx.attempt():
                    tx.run(log.PUT_META, key=key, value=word)
                    kept.append(key)
            return kept

        assert await store.write(loop) == ["a", "c"]
        found = await store.read(lambda tx: [tx.one(log.GET_META, key=key) for key in KEYS])
        assert found == ["one", None, "three"]
    postgres.given_back(server)
