"""What only old messages say is found with what the newest say, and without reading all."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any

import psycopg
import pytest

from bridge.db.postgresql import connect
from bridge.search import Filters, queries
from bridge.search.words import words_of
from tests import postgres
from tests.bridge.search.conftest import Shelf


@pytest.fixture
def few_are_near(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queries, "NEAR", 3)
    monkeypatch.setattr(queries, "SHARE", 2)
    queries._messages.cache_clear()
    yield
    queries._messages.cache_clear()


@pytest.mark.usefixtures("few_are_near")
@pytest.mark.parametrize("page", [1, 2, 3, 30])
async def test_pages_go_on_from_the_newest_into_the_old(shelf: Shelf, page: int) -> None:
    conversation = await shelf.conversation()
    texts = [f"{'заказ' if number % 3 else 'доставка'} {number}" for number in range(14)]
    said = [await shelf.say(conversation, text) for text in texts]
    wanted = [one for one, text in zip(said, texts, strict=True) if text.startswith("заказ")]
    found: list[int | None] = []
    while some := await shelf.hits("заказ", limit=page, before=found[-1] if found else None):
        found += [one.message_id for one in some]
    assert found == wanted[::-1]


@pytest.mark.usefixtures("few_are_near")
async def test_what_a_filter_hides_among_the_newest_is_made_up_for_by_the_old(
    shelf: Shelf,
) -> None:
    shown, hidden = await shelf.conversation(inbox="site"), await shelf.conversation(inbox="mail")
    old = [await shelf.say(shown, "заказ") for _ in range(4)]
    for _ in range(5):
        await shelf.say(hidden, "заказ")
    assert await shelf.found("заказ", inbox="site") == old[::-1]


@pytest.mark.usefixtures("few_are_near")
@pytest.mark.parametrize("seed", range(8))
async def test_a_search_finds_what_looking_through_all_of_them_does(
    shelf: Shelf, seed: int
) -> None:
    chance, words = random.Random(seed), ("заказ", "доставка", "оплата", "чек")
    places = {name: await shelf.conversation(inbox=name) for name in ("site", "mail")}
    said = []
    for number in range(40):
        # Some words come to be said, and others no longer.
        share = number / 40 if seed % 2 else 1 - number / 40
        text = " ".join(word for word in words if chance.random() < share) or "нічого"
        inbox = chance.choice(list(places))
        said.append((await shelf.say(places[inbox], text), inbox, text))
    for _ in range(25):
        asked, limit = chance.sample(words, 2), chance.randint(1, 12)
        inbox, before = chance.choice(("site", "mail")), chance.choice(said)[0]
        found = await shelf.hits(" ".join(asked), limit=limit, before=before, inbox=inbox)
        assert [one.message_id for one in found] == [
            message
            for message, where, text in reversed(said)
            if message < before and where == inbox and set(asked) <= set(text.split())
        ][:limit]


MESSAGES = 3 * queries.NEAR
# Either word is in half of all messages, and both only in the oldest of them. The third is in one
# of fifty.
_FILLED = f"""
INSERT INTO inboxes (id, kind, name) VALUES ('site', 'test', 'site');
INSERT INTO contacts (id, created_at) VALUES (1, 0);
INSERT INTO identities (id, inbox_id, external_id, contact_id, created_at)
    VALUES (1, 'site', 'somebody', 1, 0);
INSERT INTO conversations
    (id, inbox_id, identity_id, contact_id, thread, state, created_at, last_at)
    VALUES (1, 'site', 1, 1, '', 'open', 0, 0);
INSERT INTO messages (id, conversation_id, kind, inbox_id, text, format, created_at)
    SELECT one, 1, 'incoming', 'site', one, 'plain', 0 FROM generate_series(1, {MESSAGES}) one;
INSERT INTO message_fts (id, words)
    SELECT one, CAST(CASE WHEN one <= 40 THEN 'сніг спека' WHEN one <= {MESSAGES // 2} THEN 'сніг'
        WHEN one % 50 = 0 THEN 'спека дощ' ELSE 'спека' END AS tsvector)
    FROM generate_series(1, {MESSAGES}) one;
SET max_parallel_workers_per_gather = 0;
"""  # noqa: S608  # Numbers of ours.


@pytest.fixture(scope="module")
def filled() -> Iterator[psycopg.Connection[Any]]:
    server = postgres.fresh()
    with closing(connect(server)) as connection:
        connection.execute(_FILLED.encode())
        connection.execute("VACUUM ANALYZE")
        yield connection
    postgres.drop(server)


def _read(connection: psycopg.Connection[Any]) -> int:
    counted = connection.execute(
        "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables "
        "WHERE relname = 'message_fts'"
    ).fetchone()
    return int(counted[0]) if counted else 0


def _asked(connection: psycopg.Connection[Any], query: str, planned: str) -> tuple[list[int], int]:
    """Return the messages found, and how many were read."""
    statement = queries._messages(None)
    asked = {"tags": "[]", "limit": 31, "before": 2**62}
    given = asdict(Filters()) | queries._asked(words_of(query)) | asked
    with connection.transaction():
        connection.execute(f"SET LOCAL plan_cache_mode = {planned}".encode())
        before = _read(connection)
        found = connection.execute(statement.given(given).encode(), given, prepare=True).fetchall()
        return [row[1] for row in found], _read(connection) - before


either_plan = pytest.mark.parametrize("planned", ["force_generic_plan", "force_custom_plan"])


@either_plan
def test_what_only_old_messages_say_is_found_without_reading_all_that_came_since(
    filled: psycopg.Connection[Any], planned: str
) -> None:
    found, read = _asked(filled, "сніг спека", planned)
    assert found == list(range(40, 9, -1))
    assert read < queries.NEAR + 100


@either_plan
def test_what_nearly_fills_the_page_is_read_on_and_not_looked_for_in_all(
    filled: psycopg.Connection[Any], planned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "NEAR", 1_000)
    queries._messages.cache_clear()
    found, read = _asked(filled, "дощ", planned)
    queries._messages.cache_clear()
    assert found == list(range(MESSAGES, MESSAGES - 31 * 50, -50))
    assert read <= 31 * 50 + 5
