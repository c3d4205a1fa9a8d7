"""What the messages of one commit ask and write in one go is as if each had come alone.

On PostgreSQL alone: SQLite answers where it is asked.
"""

import asyncio
import contextlib
import os
import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import psycopg
import pytest
from msgspec.structs import asdict

from bridge import channel as ch
from bridge import tracing
from bridge.db import Server
from bridge.models import Conversation
from bridge.processes.neighbours import Neighbours
from bridge.store import conversations as q
from bridge.store import log, said
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.arrivals import UNDER_WAY, UNDER_WAY_OF_MANY, Question, UnderWay
from bridge.store.postgresql import PostgresLine, PostgresTx
from bridge.store.transactions import Asking, Tx
from bridge.store.trips import Step, Trips
from routing import conversations, outbound
from routing.outbound import Written
from tests import postgres
from tests.clock import ManualClock
from tests.databases import DATABASES, by_hand, fresh_database
from tests.routing.world import World, living

pytestmark = pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL is left out")
CUSTOMERS = ("olena", "petro", "ivan")
ROUNDS = int(os.environ.get("AHEAD_ROUNDS", "12"))

R = TypeVar("R")
Doing = Callable[[World], Any]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Return a database of each test's own."""
    lent = postgres.lent()
    yield lent
    postgres.given_back(lent)


@pytest.fixture
async def afar(server: Server, clock: ManualClock) -> AsyncIterator[World]:
    """Return a world on it."""
    async with living(server, clock) as world:
        yield world


def _edit(customer: str, external_id: str) -> ch.MessageEdited:
    return ch.MessageEdited(
        sender=ch.Sender(external_id=customer), external_id=external_id, edited_at=1, text="anew"
    )


class Asked:
    """What the server was asked, and in how many ways there and back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[Any] = []
        self.ways = 0
        execute, go, aside = PostgresTx._execute, Trips.go, Trips.execute

        def counted(tx: PostgresTx, statement: Any, parameters: dict[str, Any]) -> Any:
            self.ways += 1
            self.statements.append(statement)
            return execute(tx, statement, parameters)

        def went(trips: Trips, steps: Sequence[Step]) -> Any:
            self.ways += 1
            many = UNDER_WAY_OF_MANY.numbered({})
            self.statements += [UNDER_WAY_OF_MANY for one in steps if one.text == many]
            return go(trips, steps)

        def said(trips: Trips, text: str) -> None:
            self.ways += 1
            aside(trips, text)

        monkeypatch.setattr(PostgresTx, "_execute", counted)
        monkeypatch.setattr(Trips, "go", went)
        monkeypatch.setattr(Trips, "execute", said)


class Nowhere:
    """A tracer that sends nothing."""

    def span(self, *_: object, **__: object) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def carry(self, messages: Iterable[int]) -> None:
        pass

    def ids(self) -> dict[str, str]:
        return {}

    def end(self) -> None:
        pass


async def all_say(world: World, customers: Sequence[str], **more: Any) -> list[ch.Answer]:
    """Have all of them write at once, so that it goes into one commit."""
    return list(await asyncio.gather(*(world.says(one, **more) for one in customers)))


async def test_many_messages_of_a_commit_are_one_question(
    afar: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = [f"customer {number}" for number in range(20)]
    await all_say(afar, customers)
    asked = Asked(monkeypatch)
    answers = await all_say(afar, customers)
    assert asked.statements == [UNDER_WAY_OF_MANY]
    assert [(await afar.message_of(one)).id for one in answers] == sorted(
        one.message_id or 0 for one in answers
    )
    counts = [await afar.conversation(one.conversation_id or 0) for one in answers]
    assert [one.incoming_count for one in counts] == [2] * 20


@pytest.mark.parametrize("tells_others", [False, True])
async def test_a_message_that_comes_alone_goes_there_and_back_twice(
    server: Server, afar: World, monkeypatch: pytest.MonkeyPatch, *, tells_others: bool
) -> None:
    if tells_others:
        others = Neighbours(afar.store, server, 1, heard=print, missed=print, look=print)
        afar.store.before_commit = others.before_commit
    await afar.says("olena")
    asked = Asked(monkeypatch)
    answer = await afar.says("olena")
    assert asked.statements == [UNDER_WAY_OF_MANY]
    assert asked.ways == 2
    assert (await afar.conversation(answer.conversation_id or 0)).incoming_count == 2


async def test_they_are_one_question_too_where_it_is_traced(
    afar: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await all_say(afar, CUSTOMERS)
    asked = Asked(monkeypatch)
    tracing.use(Nowhere())
    try:
        await all_say(afar, CUSTOMERS)
    finally:
        tracing.end()
    assert asked.statements == [UNDER_WAY_OF_MANY]


async def test_the_question_for_many_is_answered_as_each_would_be(afar: World) -> None:
    await all_say(afar, CUSTOMERS)
    closed = await afar.begun("maria")
    await afar.closes("anna", closed)
    await afar.comes(_edit("ivan", "ivan/late"))
    asked = [
        Question("pager", name, "", f"{name}/late") for name in (*CUSTOMERS, "maria", "nobody")
    ]

    def both(tx: Tx) -> tuple[dict[str, Any], dict[str, Any]]:
        rows = [{"place": place, **asdict(one)} for place, one in enumerate(asked)]
        many = tx.all(UNDER_WAY_OF_MANY, asked=msgspec.json.encode(rows).decode())
        one_by_one = {one.external_id: tx.one(UNDER_WAY, **asdict(one)) for one in asked}
        return {asked[one.place].external_id: one.found for one in many}, one_by_one

    many, one_by_one = await afar.store.write(both)
    assert many == {name: found for name, found in one_by_one.items() if found is not None}
    assert [many[name].is_awaited for name in CUSTOMERS] == [False, False, True]


async def test_a_customer_who_writes_twice_in_a_commit_is_heard_twice(afar: World) -> None:
    await all_say(afar, CUSTOMERS)
    answers = await all_say(afar, ["olena", "petro", "olena"])
    assert len({one.message_id for one in answers}) == 3
    assert (await afar.conversation(answers[0].conversation_id or 0)).incoming_count == 3


async def test_one_message_in_the_name_of_two_customers_is_stored_once(afar: World) -> None:
    await all_say(afar, CUSTOMERS)
    answers = await all_say(afar, CUSTOMERS, external_id="the same")
    assert [one.outcome for one in answers] == ["stored", "duplicate", "duplicate"]


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "a\nb"])
async def test_an_id_that_no_json_holds_is_asked_for_alone(
    name: str, afar: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await all_say(afar, CUSTOMERS)
    asked = Asked(monkeypatch)
    odd = afar.message("olena", external_id=name)
    answers = await asyncio.gather(afar.comes(odd), afar.says("petro"), afar.says("ivan"))
    assert [one.outcome for one in answers][1:] == ["stored", "stored"]
    assert asked.statements.count(UNDER_WAY_OF_MANY) == 1
    assert asked.statements.count(UNDER_WAY) <= 1


async def test_what_fails_to_be_sent_tells_nothing_of_what_was_said(
    afar: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(tx: Tx, found: UnderWay, asked: Question) -> None:
        row = _row(found, asked.message) | {"kind": "of no kind", "text": "таємниця"}
        said.heard(tx, found.conversation, row)

    failed: list[str] = []
    commit = PostgresLine.commit

    def committed(line: PostgresLine) -> None:
        try:
            commit(line)
        except psycopg.Error as error:
            failed.append(str(error))
            raise

    monkeypatch.setattr(PostgresLine, "commit", committed)
    # Only the commit tells of it first; run again alone, it fails where it is said.
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        await _inside(afar, broken)
    assert "ck_messages_kind" in failed[0]
    told = f"{failed}{caught.value}{caplog.text}"
    assert "ck_messages_kind" in told
    assert "таємниця" not in told


async def test_what_turns_out_to_be_there_takes_nobody_else_with_it(afar: World) -> None:
    """As if somebody wrote beside us: the row is there between the question and the commit."""
    [_, petro, _] = await all_say(afar, CUSTOMERS)
    event = afar.message("olena", external_id="there already")

    def beside(tx: Tx) -> None:
        copy = (
            "INSERT INTO messages (conversation_id, kind, inbox_id, external_id, text, format, "
            "created_at) SELECT conversation_id, kind, inbox_id, 'there already', text, format, "
            "created_at FROM messages WHERE id = ?"
        )
        by_hand(tx, copy, [petro.message_id])

    told, refused, other = await asyncio.gather(
        afar.comes(event), afar.store.write(beside), afar.says("ivan"), return_exceptions=True
    )
    # Run again one after the other: the message came first, and what was beside us is refused.
    assert isinstance(refused, psycopg.errors.UniqueViolation)
    for one in (told, other):
        assert isinstance(one, ch.Answer)
        assert (await afar.message_of(one)).id == one.message_id


async def test_ids_of_events_grow_as_they_are_told(afar: World) -> None:
    await all_say(afar, CUSTOMERS)
    told: list[int] = []
    taken = await afar.begun("petro")
    afar.store.on_commit = lambda news: told.extend(one.id for one in news.events)
    await asyncio.gather(
        afar.says("olena"), afar.takes("anna", taken), afar.says("petro"), afar.says("ivan")
    )
    assert told == sorted(told)
    assert told[-1] == await afar.last_event()


# --- inside of one transaction --------------------------------------------------------


def _row(one: UnderWay, external_id: str | None) -> dict[str, Any]:
    row = dict.fromkeys(m.NEW) | {"external_id": external_id, "inbox_id": "pager"}
    given = {"conversation_id": one.conversation.id, "identity_id": one.identity.id}
    fixed = {"kind": "incoming", "text": "!", "format": "plain", "attachment_count": 0}
    return row | given | fixed | {"created_at": 1}


async def _inside(world: World, work: Callable[[Tx, UnderWay, Question], R]) -> R:
    """Run in one transaction what comes after the question for three customers."""
    await all_say(world, CUSTOMERS)
    asked = [Question("pager", name, "", f"{name}/next") for name in CUSTOMERS]

    def run(tx: Tx) -> R:
        found = tx.the(UNDER_WAY, **asdict(asked[0]))
        return work(tx, found, asked[0])

    return await world.store.write(Asking(run, lambda: asked))


@pytest.mark.parametrize("how", [said.heard, said.said])
async def test_what_is_said_is_seen_by_whoever_asks_after_it(
    how: Callable[..., int | None], afar: World
) -> None:
    def work(tx: Tx, found: UnderWay, asked: Question) -> tuple[int | None, int | None]:
        new = how(tx, found.conversation, _row(found, asked.message))
        if how is said.said:
            tx.run(q.AGENT_WROTE, of=found.conversation.id, at=tx.now, message_id=new)
        return new, tx.the(UNDER_WAY, **asdict(asked)).conversation.last_message_id

    new, last = await _inside(afar, work)
    assert new == last


async def test_what_is_heard_under_new_ids_is_seen_by_whoever_asks_after_it(afar: World) -> None:
    def work(tx: Tx, found: UnderWay, asked: Question) -> tuple[int | None, int | None]:
        new = said.heard(tx, found.conversation, _row(found, "of another name"))
        return new, tx.the(UNDER_WAY, **asdict(asked)).conversation.last_message_id

    new, last = await _inside(afar, work)
    assert new == last


async def test_what_is_there_already_is_given_no_ids(afar: World) -> None:
    await afar.says("olena", external_id="olena/next")
    ids = await _inside(afar, lambda tx, _, asked: tx.ids("pager", asked.message))
    assert ids is None


async def test_what_fails_inside_leaves_what_was_put_off_before(afar: World) -> None:
    def work(tx: Tx, found: UnderWay, asked: Question) -> None:
        said.heard(tx, found.conversation, _row(found, asked.message))
        petro = tx.the(UNDER_WAY, **asdict(Question("pager", "petro", "", "petro/next")))
        with contextlib.suppress(RuntimeError), tx.attempt():
            said.heard(tx, petro.conversation, _row(petro, "petro/next"))
            raise RuntimeError("by design")

    await _inside(afar, work)
    kept = await afar.store.read(
        lambda tx: by_hand(
            tx, "SELECT external_id FROM messages WHERE external_id LIKE '%/next'"
        ).fetchall()
    )
    assert kept == [("olena/next",)]


# --- random lives ---------------------------------------------------------------------


def _latest(tx: Tx, customer: str) -> Conversation:
    identity = tx.the(p.FIND_IDENTITY, inbox_id="pager", external_id=customer)
    return tx.the(q.LATEST_IN_THREAD, identity_id=identity.id, thread="")


def _doing(work: Callable[..., Any], customer: str, *given: Any, **more: Any) -> Doing:
    def step(world: World) -> Any:
        return world.store.write(lambda tx: work(tx, _latest(tx, customer), *given, **more))

    return step


def _closing(customer: str) -> Doing:
    def step(world: World) -> Any:
        def close(tx: Tx) -> None:
            conversations.close(tx, _latest(tx, customer), world.desk.policy, by="anna")

        return world.store.write(close)

    return step


def _answering(customer: str, text: str) -> Doing:
    def step(world: World) -> Any:
        def reply(tx: Tx) -> None:
            written = Written(agent_id="anna", text=text)
            outbound.reply(tx, world.desk, _latest(tx, customer), written)

        return world.store.write(reply)

    return step


def _saying(customer: str, external_id: str, text: str, **more: Any) -> Doing:
    def step(world: World) -> Any:
        return world.comes(world.message(customer, text, external_id=external_id, **more))

    return step


def _editing(customer: str, external_id: str) -> Doing:
    def step(world: World) -> Any:
        return world.comes(_edit(customer, external_id))

    return step


def _failing(world: World) -> Any:
    def fail(tx: Tx) -> None:
        log.append(tx, "agents.changed")
        raise RuntimeError("by design")

    return world.store.write(fail)


def _life(chance: random.Random) -> list[list[Doing]]:
    """Return what is done, in groups that come at the same time."""
    names = [f"m{number}" for number in range(40)]
    groups = []
    for _ in range(8):
        steps: list[Doing] = []
        for _ in range(chance.randint(2, 9)):
            customer, name = chance.choice(CUSTOMERS), chance.choice(names)
            plain = _saying(customer, name, f"{customer}: {name}")
            steps.append(
                chance.choice(
                    [plain] * 9
                    + [
                        _saying(
                            customer,
                            name,
                            "named",
                            sender=ch.Sender(external_id=customer, name=name),
                        ),
                        _saying(customer, name, "quoting", reply_to=chance.choice(names)),
                        _closing(customer),
                        _answering(customer, name),
                        _doing(conversations.take, customer, "anna"),
                        _editing(customer, name),
                        _failing,
                    ]
                )
            )
        groups.append(steps)
    return groups


async def _came(world: World, groups: Sequence[Sequence[Doing]], *, at_once: bool) -> list[str]:
    """Live it; return what was answered."""
    answered: list[Any] = []
    for steps in groups:
        if at_once:
            answered += await asyncio.gather(
                *(step(world) for step in steps), return_exceptions=True
            )
        else:
            for step in steps:
                answered += await asyncio.gather(step(world), return_exceptions=True)
        world.clock.tick(1)
    return [getattr(one, "outcome", type(one).__name__) for one in answered]


_SEEN = {
    "conversations": (
        "SELECT state, assignee_id, incoming_count, last_by, waiting_since, last_at, answered_by, "
        "(SELECT count(*) FROM messages WHERE id <= last_message_id) FROM conversations ORDER BY id"
    ),
    "messages": (
        "SELECT (SELECT count(*) FROM conversations WHERE id <= m.conversation_id), kind, "
        "external_id, text, created_at, revision, (SELECT count(*) FROM messages WHERE id <= "
        "m.reply_to_id) FROM messages m ORDER BY id"
    ),
    "events": (
        "SELECT at, kind, (SELECT count(*) FROM conversations WHERE id <= e.conversation_id), "
        "(SELECT count(*) FROM messages WHERE id <= e.message_id) FROM events e ORDER BY id"
    ),
    "parked": "SELECT awaits FROM parked_events ORDER BY id",
}


async def _seen(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Return all of it, with the place of everything for its id."""
    return await world.store.read(
        lambda tx: {name: by_hand(tx, text).fetchall() for name, text in _SEEN.items()}
    )


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_lives_that_come_at_once_are_as_those_that_come_one_by_one(
    seed: int, server: Server, tmp_path: Path
) -> None:
    groups = _life(random.Random(seed))
    async with living(server, ManualClock()) as world:
        together = await _came(world, groups, at_once=True)
        seen = await _seen(world)
        ids = [one.id for one in await world.events()]
        assert ids == sorted(ids)
    async with living(fresh_database(tmp_path), ManualClock()) as world:
        assert together == await _came(world, groups, at_once=False)
        assert seen == await _seen(world)
