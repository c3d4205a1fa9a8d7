import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge import search as index
from bridge.channel import StorageUnavailableError
from bridge.search import Hit, Indexer, Piece
from bridge.store import log
from bridge.store.transactions import Store
from tests.bridge.search.conftest import Shelf
from tests.sights import WHOLE


async def test_d48_two_hits_in_one_conversation_are_two_results_the_newest_first(
    shelf: Shelf,
) -> None:
    conversation = await shelf.conversation("Анна")
    first = await shelf.say(conversation, "Где мой заказ?")
    await shelf.say(conversation, "Алло?")
    second = await shelf.say(conversation, "Заказ 1234")
    assert [(hit.conversation_id, hit.message_id) for hit in await shelf.hits("заказ")] == [
        (conversation, second),
        (conversation, first),
    ]


async def test_d48_nothing_is_found_where_there_is_nothing(shelf: Shelf) -> None:
    await shelf.say(await shelf.conversation(), "Где мой заказ?")
    assert await shelf.hits("доставка") == []
    assert await shelf.hits("") == []
    assert await shelf.hits("?!*") == []


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("зак", "Заказ"),
        ("ЗАКАЗ", "заказы"),
        ("ещё", "Еще один"),
        ("ещё", "Еще один".upper()),
        ("еще", "Ещё один"),
        ("cafe", "Café"),
        ("café", "CAFE"),
        ("éclair", "e\u0301clair"),
        ("мой", "мо\u0438\u0306"),
        ("istanbul", "İSTANBUL"),
        ("where order", "order, where?"),
        ("snake_case", "a snake_case name"),
        ("a-b", "a-b"),
        ("1234", "№1234-б"),
        ("в", "в пути"),
        ("їжак", "Їжаки"),
        ("жир", "**жир**ный"),
    ],
)
async def test_a_word_is_found_by_its_beginning_whatever_its_case_and_marks(
    shelf: Shelf, query: str, text: str
) -> None:
    assert await shelf.finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("каз", "заказ"),
        ("г", "ґ"),
        ("грати", "ґрати"),
        ("мои", "мой"),
        ("іжак", "їжак"),
        ("заказ доставка", "заказ"),
        ("в", "вода"),
    ],
)
async def test_another_word_is_not_found(shelf: Shelf, query: str, text: str) -> None:
    assert not await shelf.finds(query, text)


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        "заказ OR доставка",
        "заказ NOT доставка",
        "NEAR(a b)",
        "text : заказ",
        "^заказ",
        "заказ*",
        "-заказ",
        "(заказ",
        '"заказ" AND (',
        "заказ + доставка",
        "{text} : x",
        "\x00",
        "%' OR 1=1 --",
        "'; DROP TABLE messages; --",
        "я" * 100_000,
        "a " * 10_000,
        "𞤀𞤣 \u19b0\u19b1a\u19b0b",
        "a\u0301\u0301\u0301",
        "👍🏽",
    ],
)
async def test_whatever_is_typed_is_only_ever_words(shelf: Shelf, query: str) -> None:
    await shelf.say(await shelf.conversation(), "безобидное")
    assert await shelf.hits(query) == []
    assert len(await shelf.found("безобидное")) == 1


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=40), text=st.text(st.characters(exclude_categories=["Cs"])))
async def test_no_text_and_no_query_breaks_the_search(shelf: Shelf, query: str, text: str) -> None:
    conversation = await shelf.conversation(text)
    message = await shelf.say(conversation, text)
    await shelf.hits(query)
    await shelf.hits(text)
    await shelf.change(message, text, "")


async def test_a_message_that_was_changed_is_found_by_its_new_words_only(shelf: Shelf) -> None:
    message = await shelf.say(await shelf.conversation(), "Ёлка")
    assert await shelf.found("елка") == [message]
    await shelf.change(message, "Ёлка", "Сосна")
    assert await shelf.found("елка") == []
    assert await shelf.found("сосна") == [message]


async def test_a_message_that_was_taken_back_is_not_found(shelf: Shelf) -> None:
    message = await shelf.say(await shelf.conversation(), "Cafe\u0301 Ёлка")
    assert await shelf.found("елка") == [message]
    await shelf.change(message, "Cafe\u0301 Ёлка", "")
    assert await shelf.found("cafe") == []
    assert await shelf.found("елка") == []


async def test_people_are_found_by_any_fact_and_come_first(shelf: Shelf) -> None:
    conversation = await shelf.conversation("Анна Коваль", "anna@example.com", "+380441234567")
    other = await shelf.conversation("Павел")
    message = await shelf.say(other, "Анна, привет")
    assert await shelf.hits("анна") == [
        Hit(conversation, None),
        Hit(other, message, (Piece("Анна", hit=True), Piece(", привет", hit=False))),
    ]
    for query in ("коваль", "anna@example.com", "example", "380441234567"):
        assert await shelf.hits(query) == [Hit(conversation, None)], query


async def test_a_person_whose_facts_changed_is_found_by_the_new_ones_only(shelf: Shelf) -> None:
    await shelf.conversation("Анна")
    await shelf.store.write(index.index_contact, 1, ["Мария"])
    assert await shelf.hits("анна") == []
    assert len(await shelf.hits("мария")) == 1
    await shelf.store.write(index.index_contact, 1, [])
    assert await shelf.hits("мария") == []


async def test_pages_follow_each_other_without_gap_or_double(shelf: Shelf) -> None:
    conversation = await shelf.conversation("слово")
    said = [await shelf.say(conversation, f"слово {number}") for number in range(7)]
    seen, before = [], None
    while hits := await shelf.hits("слово", limit=3, before=before):
        page = [hit.message_id for hit in hits if hit.message_id is not None]
        seen += page
        before = page[-1]
    assert seen == said[::-1]


async def test_r12_search_and_filters_combine(shelf: Shelf) -> None:
    new = await shelf.say(await shelf.conversation(), "слово")
    mine = await shelf.say(await shelf.conversation(taken_by="anna", language="uk"), "слово")
    theirs = await shelf.say(await shelf.conversation(taken_by="pavel", inbox="mail"), "слово")
    closed = await shelf.say(await shelf.conversation(taken_by="anna", state="closed"), "слово")
    assert await shelf.found("слово") == [closed, theirs, mine, new]
    assert await shelf.found("слово", folder="new", agent="anna") == [new]
    assert await shelf.found("слово", folder="mine", agent="anna") == [mine]
    assert await shelf.found("слово", folder="all", agent="anna") == [theirs, mine, new]
    assert await shelf.found("слово", folder="closed", agent="anna") == [closed]
    assert await shelf.found("слово", inbox="mail") == [theirs]
    assert await shelf.found("слово", assignee="anna") == [closed, mine]
    assert await shelf.found("слово", language="uk") == [mine]
    assert await shelf.found("другое", folder="all", agent="anna") == []


async def test_r12_filters_narrow_the_people_too(shelf: Shelf) -> None:
    here = await shelf.conversation("Анна")
    there = await shelf.conversation("Анна", inbox="mail")
    assert [hit.conversation_id for hit in await shelf.hits("анна", inbox="mail")] == [there]
    assert [hit.conversation_id for hit in await shelf.hits("анна", inbox="site")] == [here]


async def test_a_note_is_found(shelf: Shelf) -> None:
    message = await shelf.say(await shelf.conversation(), "перезвонить", kind="note")
    assert await shelf.found("перезвонить") == [message]


async def test_a_message_changed_or_taken_back_before_it_was_indexed_is_found_as_it_is(
    shelf: Shelf,
) -> None:
    conversation = await shelf.conversation()
    changed = await shelf.say(conversation, "Ёлка")
    await shelf.change(changed, "Ёлка", "Сосна")
    gone = await shelf.say(conversation, "Берёза")
    await shelf.change(gone, "Берёза", "")
    assert await shelf.found("елка") == []
    assert await shelf.found("берёза") == []
    assert await shelf.found("сосна") == [changed]


async def test_more_than_one_turn_can_take_is_all_found(shelf: Shelf) -> None:
    conversation = await shelf.conversation()
    said = [await shelf.say(conversation, f"слово {n}") for n in range(index.AT_ONCE + 5)]
    assert await shelf.store.write(index.catch_up)
    assert not await shelf.store.write(index.catch_up)
    assert await shelf.found("слово") == said[::-1][:30]


async def test_long_texts_are_taken_in_a_few_at_a_time(shelf: Shelf) -> None:
    conversation = await shelf.conversation()
    said = [await shelf.say(conversation, "слово " * 4000) for _ in range(4)]
    turns = 1
    while await shelf.store.write(index.catch_up):
        turns += 1
    assert turns >= 2
    assert await shelf.found("слово") == said[::-1]


async def is_found(store: Store, word: str) -> None:
    """Wait until the index itself, not brought up to date by anybody, has the word."""

    async def looking() -> None:
        nothing = index.Filters()
        while not await store.read(index.search, word, filters=nothing, sight=WHOLE, limit=9):  # noqa: ASYNC110  # Nothing tells when the index has changed.
            await asyncio.sleep(0.01)

    await asyncio.wait_for(looking(), 10)


async def test_what_cannot_be_stored_now_is_indexed_when_it_can(
    shelf: Shelf, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.index, "DELAY", 0.01)
    tries = []

    async def sometimes(work: Any, *args: Any) -> Any:
        tries.append(work)
        if len(tries) < 3:
            raise StorageUnavailableError
        return await Store.write(store, work, *args)

    await shelf.say(await shelf.conversation(), "слово")
    monkeypatch.setattr(store, "write", sometimes)
    indexing = asyncio.create_task(Indexer(store).run())
    await is_found(store, "слово")
    indexing.cancel()
    await asyncio.wait([indexing])
    assert len(tries) == 3


async def test_messages_are_indexed_a_moment_after_they_came(
    shelf: Shelf, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.index, "DELAY", 0.01)
    indexer = Indexer(store)
    store.on_commit = lambda news: indexer.committed(news.events)
    indexing = asyncio.create_task(indexer.run())
    await asyncio.sleep(0.05)
    conversation = await shelf.conversation()
    await shelf.say(conversation, "слово")
    await store.write(lambda tx: log.append(tx, "message.added", conversation_id=conversation))
    await is_found(store, "слово")
    indexing.cancel()
    await asyncio.wait([indexing])
