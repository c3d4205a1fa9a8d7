"""The folders: what is in which, in which order, page by page, and how many."""

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_console import cards
from agent_console.cards.lists import read_token, stretches
from bridge.store import board as b
from bridge.store.transactions import Tx
from routing import conversations
from routing.refusal import RefusedError
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.databases import by_hand


async def _three(office: Office) -> list[int]:
    return [(await office.customer_writes(customer=f"customer-{n}"))[0] for n in range(3)]


async def test_d42_d47_d56_each_conversation_is_in_the_right_folders(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    mine, colleagues, untaken = await _three(office)
    closed, _ = await office.customer_writes(customer="customer-x")
    await pavel.act("take", mine)
    await ivan.act("take", colleagues)
    await pavel.act("close", closed)

    assert await pavel.listed("new") == [untaken]
    assert await pavel.listed("mine") == [mine]
    assert set(await pavel.listed("all")) == {mine, colleagues, untaken}
    assert await pavel.listed("closed") == [closed]


async def test_d42_reopening_takes_it_out_of_the_closed_ones(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("close", conversation)
    await pavel.act("reopen", conversation)

    assert await pavel.listed("closed") == []
    assert await pavel.listed("mine") == [conversation]


async def test_j02_r06_new_holds_only_what_nobody_has_taken(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    first, second, _ = await _three(office)
    await pavel.act("take", first)
    await ivan.act("take", second)

    assert len(await pavel.listed("new")) == 1
    assert first not in await ivan.listed("new")


async def test_r08_o14_all_shows_every_inbox_and_takes_replies(
    office: Office, pavel: Agent
) -> None:
    one, _ = await office.customer_writes(inbox="site")
    two, _ = await office.customer_writes(inbox="blog")

    assert set(await pavel.listed("all")) == {one, two}
    for conversation in (one, two):
        await pavel.says(conversation, "ответ")


async def test_d43_untaken_stand_above_taken_whatever_the_order(
    office: Office, pavel: Agent
) -> None:
    first, second, third = await _three(office)
    await pavel.act("take", first)
    await pavel.act("take", third)

    for sort in ("processing", "activity", "oldest", "newest"):
        assert (await pavel.listed("all", sort=sort))[0] == second
        assert set((await pavel.listed("all", sort=sort))[1:]) == {first, third}


async def test_d44_oldest_last_message_first_whatever_the_order_of_creation(
    office: Office, pavel: Agent
) -> None:
    first, second, third = await _three(office)
    await office.customer_writes("ещё", customer="customer-1")
    await office.customer_writes("ещё", customer="customer-0")

    assert await pavel.listed("all", sort="oldest") == [third, second, first]


async def test_o20_most_recently_active_on_top(office: Office, pavel: Agent) -> None:
    first, second, third = await _three(office)
    await office.customer_writes("ещё", customer="customer-0")

    assert await pavel.listed("all", sort="activity") == [first, third, second]


async def test_the_newest_conversation_first_whatever_was_said_since(
    office: Office, pavel: Agent
) -> None:
    first, second, third = await _three(office)
    await office.customer_writes("ещё", customer="customer-0")

    assert await pavel.listed("all", sort="newest") == [third, second, first]


async def test_s28_s29_longest_waiting_first_and_answered_ones_below(
    office: Office, pavel: Agent
) -> None:
    first, second, third = await _three(office)
    for conversation in (first, second, third):
        await pavel.act("take", conversation)
    await pavel.says(first, "ответ")
    # A second message of the same customer does not make the wait begin anew.
    await office.customer_writes("ау?", customer="customer-1")

    assert await pavel.listed("mine", sort="processing") == [second, third, first]


async def test_s28_without_a_longest_wait_there_is_no_processing_order(
    an_office: OpenOffice,
) -> None:
    async with an_office({"routing.max_wait": "off"}) as office:
        pavel = await office.sign_in("pavel")

        assert pavel.session["sorts"] == ["activity", "oldest", "newest"]
        assert pavel.session["settings"]["default_sort"] == "activity"
        status, error = await pavel.refused("GET", "/api/conversations?folder=all&sort=processing")
        assert (status, list(error["fields"])) == (400, ["sort"])


async def test_s28_with_a_longest_wait_processing_is_the_default(pavel: Agent) -> None:
    assert pavel.session["sorts"][0] == "processing"
    assert pavel.session["settings"]["default_sort"] == "processing"
    assert pavel.session["settings"]["max_wait"] == 180_000


async def test_o22_j04_closed_by_hand_and_by_silence_are_both_in_closed(
    office: Office, pavel: Agent
) -> None:
    by_hand, by_silence, _ = await _three(office)
    await pavel.act("close", by_hand)
    await office.store.write(_close_by_silence, office, by_silence)

    assert set(await pavel.listed("closed")) == {by_hand, by_silence}
    row = await pavel.row(by_silence)
    assert row["conversation"]["closed_by"] == "inactivity"


def _close_by_silence(tx: Tx, office: Office, conversation_id: int) -> None:
    conversation = conversations.get(tx, conversation_id)
    conversations.close(tx, conversation, office.desk.policy, by="inactivity", reason="inactivity")


async def test_o41_open_and_closed_are_kept_apart_for_all_and_for_mine(
    office: Office, pavel: Agent
) -> None:
    mine, other, _ = await _three(office)
    await pavel.act("take", mine)
    await pavel.act("close", mine)

    assert await pavel.listed("closed") == [mine]
    assert await pavel.listed("closed", assignee="pavel") == [mine]
    assert await pavel.listed("mine") == []
    await pavel.act("reopen", mine)
    assert await pavel.listed("closed", assignee="pavel") == []
    assert await pavel.listed("mine") == [mine]
    assert other in await pavel.listed("all")


async def test_all_shows_closed_ones_below_when_asked(office: Office, pavel: Agent) -> None:
    first, second, third = await _three(office)
    await pavel.act("close", third)

    assert third not in await pavel.listed("all")
    assert await pavel.listed("all", status="any", sort="activity") == [second, first, third]


async def test_filters_narrow_a_folder(office: Office, pavel: Agent) -> None:
    one, _ = await office.customer_writes(customer="a-customer", sender={"language": "uk"})
    two, _ = await office.customer_writes(customer="b-customer", inbox="blog")
    await pavel.act("take", one)

    assert await pavel.listed("all", inbox="blog") == [two]
    assert await pavel.listed("all", assignee="pavel") == [one]
    assert await pavel.listed("all", language="uk") == [one]
    assert await pavel.listed("all", language="uk", inbox="blog") == []


async def test_r10_s02_both_counters_are_right_after_each_event(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    async def counters() -> dict[str, list[int]]:
        found = await pavel.get("/api/folders")
        total = found.pop("unread_total")
        assert found.pop("teams") == []
        del found["channels"], found["unanswered"], found["snoozed"], found["mine_snoozed"]
        del found["taken"]
        return {k: [v["unread"], v["total"]] for k, v in found.items()} | {"sum": [total]}

    assert await counters() == {
        "new": [0, 0], "mine": [0, 0], "all": [0, 0], "closed": [0, 0], "sum": [0],
    }  # fmt: skip
    first, message = await office.customer_writes(customer="a-customer")
    await office.customer_writes(customer="b-customer")
    assert await counters() == {
        "new": [2, 2], "mine": [0, 0], "all": [2, 2], "closed": [0, 0], "sum": [2],
    }  # fmt: skip
    await pavel.act("take", first)
    assert await counters() == {
        "new": [1, 1], "mine": [1, 1], "all": [2, 2], "closed": [0, 0], "sum": [2],
    }  # fmt: skip
    await pavel.post(f"/api/conversations/{first}/read", {"message_id": message}, expect=204)
    assert await counters() == {
        "new": [1, 1], "mine": [0, 1], "all": [1, 2], "closed": [0, 0], "sum": [1],
    }  # fmt: skip
    await office.customer_writes("ещё", customer="a-customer")
    await pavel.act("close", first)
    assert await counters() == {
        "new": [1, 1], "mine": [0, 0], "all": [1, 1], "closed": [1, 1], "sum": [1],
    }  # fmt: skip
    assert (await ivan.get("/api/folders"))["unread_total"] == 1


async def test_what_a_colleague_answers_is_not_in_the_sum_of_unread(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    counters = await ivan.get("/api/folders")

    assert counters["all"] == {"unread": 1, "total": 1}
    assert counters["unread_total"] == 0


async def test_r10_beyond_a_thousand_a_counter_stops(office: Office, pavel: Agent) -> None:
    await office.customer_writes()
    await office.store.write(_many_like, 1100)

    counters = await pavel.get("/api/folders")

    assert counters["new"] == {"unread": b.MOST_COUNTED, "total": b.MOST_COUNTED}


async def test_what_is_in_work_is_counted_and_no_difference_of_counters(
    office: Office, pavel: Agent
) -> None:
    first, _ = await office.customer_writes()
    await office.store.write(_many_like, 1100)
    await pavel.act("take", first)
    second, _ = await office.customer_writes(customer="customer-x")
    await pavel.act("take", second)
    await pavel.ask("PUT", f"/api/conversations/{second}/snooze", {"until": "3h"})

    counters = await pavel.get("/api/folders")

    assert counters["new"]["total"] == counters["all"]["total"] == b.MOST_COUNTED
    assert counters["taken"]["total"] == 1


def _many_like(tx: Tx, many: int) -> None:
    # A thousand customers who write one by one would take a minute.
    by_hand(
        tx,
        "INSERT INTO conversations (inbox_id, identity_id, contact_id, thread, state, "
        "created_at, last_at, waiting_since, incoming_count, last_message_id) "
        "SELECT inbox_id, identity_id, contact_id, thread || value, state, "
        "created_at, last_at - value % 7, waiting_since + value % 5, 1, last_message_id "
        "FROM conversations, (WITH RECURSIVE numbers (value) AS "
        "(SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < ?) "
        "SELECT value FROM numbers) AS many WHERE conversations.id = 1",
        (many,),
    )


async def _walk(agent: Agent, folder: str, sort: str, limit: int) -> list[int]:
    found: list[int] = []
    after: str | None = None
    while True:
        more: dict[str, str] = {} if after is None else {"after": after}
        page = await agent.get(
            "/api/conversations",
            folder=folder,
            sort=sort,
            limit=limit,
            status="any",
            **more,
        )
        assert len(page["rows"]) <= limit
        found += [row["conversation"]["id"] for row in page["rows"]]
        after = page["next"]
        if after is None:
            return found


async def test_pages_of_any_length_hold_every_conversation_once_in_the_same_order(
    office: Office, pavel: Agent
) -> None:
    await office.customer_writes()
    await office.store.write(_many_like, 40)
    for conversation in (3, 5, 8, 13, 21, 34):
        await pavel.act("take", conversation)
    for conversation in (5, 2, 30, 31):
        await pavel.act("close", conversation)
    await pavel.says(8, "ответ")

    for sort in ("processing", "activity", "oldest", "newest"):
        for folder, many in (("all", 41), ("new", 32), ("mine", 5), ("closed", 4)):
            whole = await _walk(pavel, folder, sort, 100)
            assert len(set(whole)) == len(whole) == many, (folder, sort)
            assert await _walk(pavel, folder, sort, 1) == whole, (folder, sort)
            assert await _walk(pavel, folder, sort, 7) == whole, (folder, sort)


@given(
    token=st.one_of(
        st.text(max_size=30), st.from_regex(r"\A\d{1,18}\.\d{1,18}\.\d{1,18}\Z"), st.just("")
    )
)
@settings(max_examples=40, deadline=None)
def test_a_page_token_of_any_shape_names_a_place_or_is_refused(token: str) -> None:
    parts = stretches(cards.Query(folder="all", sort="processing"))

    try:
        number, place = read_token(token, parts)
    except RefusedError:
        return

    assert number < len(parts)
    assert place is not None
    assert max(place) < 2**63


async def test_a_page_token_of_another_list_is_refused(office: Office, pavel: Agent) -> None:
    for token in ("x", "9.1.1", "0.1", "0.-1.1", "٣.1.1"):
        status, error = await pavel.refused("GET", f"/api/conversations?folder=new&after={token}")
        assert (status, error["code"]) == (422, "invalid"), token
