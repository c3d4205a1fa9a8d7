"""What only old messages say is found with what the newest say, and without reading all."""

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


MESSAGES = 3 * queries.NEAR
# Either word is in half of all messages, and both only in the oldest of them.
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
        ELSE 'спека' END AS tsvector) FROM generate_series(1, {MESSAGES}) one;
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


@pytest.mark.parametrize("planned", ["force_generic_plan", "force_custom_plan"])
def test_what_only_old_messages_say_is_found_without_reading_all_that_came_since(
    filled: psycopg.Connection[Any], planned: str
) -> None:
    statement = queries._messages(None)
    asked = {"tags": "[]", "limit": 31, "before": 2**62}
    given = asdict(Filters()) | queries._asked(words_of("сніг спека")) | asked
    with filled.transaction():
        filled.execute(f"SET LOCAL plan_cache_mode = {planned}".encode())
        before = _read(filled)
        found = filled.execute(statement.given(given).encode(), given, prepare=True).fetchall()
        read = _read(filled) - before
    assert [row[1] for row in found] == list(range(40, 9, -1))
    assert read < queries.NEAR + 100
