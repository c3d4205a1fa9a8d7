"""One verb for many conversations, and which they are."""

import asyncio

import pytest

from agent_console.actions import bulk
from agent_console.web.api import bulk as api
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.routing.automated import STATUSES


async def _some(office: Office, count: int) -> list[int]:
    return [
        (await office.customer_writes(customer=f"customer-{number:06}"))[0]
        for number in range(count)
    ]


async def _do(agent: Agent, ids: list[int], do: str, to: str | None = None) -> list[object]:
    body = {"ids": ids, "do": do} | ({} if to is None else {"to": to})
    outcome = await agent.post("/api/bulk", body)
    assert sorted([*outcome["done"], *(one["id"] for one in outcome["refused"])]) == sorted(ids)
    refused: list[object] = [(one["id"], one["code"]) for one in outcome["refused"]]
    return refused


async def test_s23_three_selected_are_three_deleted(office: Office, anna: Agent) -> None:
    *three, other = await _some(office, 4)

    assert await _do(anna, three, "delete") == []

    assert await anna.listed("new") == [other]
    assert set(await anna.listed("deleted")) == set(three)


async def test_s26_without_the_right_each_is_refused(office: Office, pavel: Agent) -> None:
    three = await _some(office, 3)

    assert await _do(pavel, three, "delete") == [(one, "forbidden") for one in three]
    assert (await pavel.refused("POST", "/api/bulk/unsent", {"ids": three}))[0] == 403
    assert set(await pavel.listed("new")) == set(three)


async def test_what_can_be_done_is_done_and_the_rest_is_named(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    mine, colleagues, untaken = await _some(office, 3)
    await pavel.act("take", mine)
    await ivan.act("take", colleagues)

    outcome = await pavel.post("/api/bulk", {"ids": [mine, colleagues, untaken], "do": "close"})

    assert outcome["done"] == [mine, untaken]
    (refused,) = outcome["refused"]
    assert (refused["id"], refused["code"]) == (colleagues, "taken")
    assert refused["detail"]["name"] == "Иван 🧑‍💻"
    assert set(await pavel.listed("closed")) == {mine, untaken}


async def test_one_that_is_refused_is_left_as_it_was(an_office: OpenOffice) -> None:
    async with an_office({"conversation.topic_required_to_close": True}) as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        (conversation,) = await _some(office, 1)
        await ivan.act("take", conversation)

        assert await _do(pavel, [conversation], "close", "orders") == [(conversation, "taken")]
        assert (await pavel.row(conversation))["conversation"]["topics"] == []


async def test_the_topic_that_closing_needs_is_asked_for_once(an_office: OpenOffice) -> None:
    async with an_office({"conversation.topic_required_to_close": True}) as office:
        pavel = await office.sign_in("pavel")
        first, second = await _some(office, 2)
        await pavel.post(f"/api/conversations/{first}/topics", {"topic": "prices"})

        without = await _do(pavel, [second], "close")
        assert without == [(second, "topic_required")]
        assert await _do(pavel, [first, second], "close", "orders") == []

        about = [(await pavel.row(one))["conversation"]["topics"] for one in (first, second)]
        assert about == [["prices"], ["orders"]]


async def test_many_are_assigned_sorted_and_read_at_once(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    two = await _some(office, 2)

    for do, to in (("assign", "pavel"), ("topic", "orders"), ("tag", "vip"), ("read", None)):
        assert await _do(anna, two, do, to) == []

    for one in two:
        row = await anna.row(one)
        about = row["conversation"]
        assert (about["assignee"], about["topics"]) == ("pavel", ["orders"])
        assert about["contact"]["tags"] == ["vip"]
        assert row["mark"]["seen"] == about["incoming_count"]
    assert set(await pavel.listed("mine")) == set(two)


async def test_closed_ones_are_reopened_at_once_and_an_open_one_is_named(
    office: Office, pavel: Agent
) -> None:
    closed, opened = await _some(office, 2)
    await pavel.act("take", closed)
    await pavel.act("close", closed)

    assert await _do(pavel, [closed, opened], "reopen") == [(opened, "state")]

    assert (await pavel.row(closed))["conversation"]["assignee"] == "pavel"
    assert await pavel.listed("closed") == []


async def test_many_are_given_a_status_and_one_that_closes_closes_them(
    an_office: OpenOffice,
) -> None:
    async with an_office({"conversation.statuses": STATUSES, "conversation.rating": {}}) as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        mine, other, colleagues = await _some(office, 3)
        await pavel.act("take", mine)
        await pavel.act("take", other)
        await ivan.act("take", colleagues)

        assert await _do(pavel, [mine, other, colleagues], "status", "waiting") == [
            (colleagues, "taken")
        ]
        assert await _do(pavel, [mine, colleagues], "status", "solved") == [(colleagues, "taken")]

        told = [(await pavel.row(one))["conversation"] for one in (mine, other, colleagues)]
        assert [(one["state"], one.get("status")) for one in told] == [
            ("closed", "solved"), ("open", "waiting"), ("open", None),
        ]  # fmt: skip


async def test_a_status_that_closes_is_refused_where_a_topic_is_needed_first(
    an_office: OpenOffice,
) -> None:
    needed = {
        "conversation.statuses": STATUSES,
        "conversation.rating": {},
        "conversation.topic_required_to_close": True,
    }  # fmt: skip
    async with an_office(needed) as office:
        pavel = await office.sign_in("pavel")
        first, second = await _some(office, 2)
        await pavel.act("take", first)
        await pavel.act("take", second)
        await pavel.post(f"/api/conversations/{first}/topics", {"topic": "prices"})

        refused = await _do(pavel, [first, second], "status", "solved")

        assert refused == [(second, "topic_required")]
        assert await pavel.listed("closed") == [first]


async def test_r64_deleted_ones_are_restored_or_deleted_for_ever(
    office: Office, anna: Agent
) -> None:
    back, gone, opened = await _some(office, 3)
    await _do(anna, [back, gone], "delete")

    assert await _do(anna, [back, opened], "restore") == [(opened, "state")]
    assert await _do(anna, [gone, opened], "purge") == [(opened, "state")]

    assert set(await anna.listed("new")) == {back, opened}
    assert await anna.listed("deleted") == []


async def test_a_viewer_reads_and_does_nothing_else(office: Office, vera: Agent) -> None:
    (one,) = await _some(office, 1)

    assert await _do(vera, [one], "read") == []
    assert await _do(vera, [one], "close") == [(one, "forbidden")]
    assert await _do(vera, [one], "tag", "vip") == [(one, "forbidden")]


@pytest.mark.parametrize("do", ["assign", "assign_team", "topic", "tag"])
async def test_an_order_without_what_it_takes_is_no_order(
    office: Office, anna: Agent, do: str
) -> None:
    (one,) = await _some(office, 1)

    status, error = await anna.refused("POST", "/api/bulk", {"ids": [one], "do": do})

    assert (status, list(error["fields"])) == (422, ["to"])


async def test_s25_the_selection_holds_all_that_pass_the_filters_also_what_is_not_loaded(
    office: Office, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await _some(office, 7)
    elsewhere, _ = await office.customer_writes(inbox="blog", customer="customer-blog-01")

    everything = await pavel.get("/api/selection", folder="new", sort="newest")
    filtered = await pavel.get("/api/selection", folder="new", sort="newest", inbox="site")
    monkeypatch.setattr(api, "MOST_SELECTED", 3)
    some = await pavel.get("/api/selection", folder="new", sort="newest", inbox="site")

    assert everything == {"ids": [elsewhere, *reversed(ids)], "more": False}
    assert filtered == {"ids": ids[::-1], "more": False}
    assert some == {"ids": ids[:-4:-1], "more": True}


async def test_whoever_writes_gets_in_between_the_batches(
    office: Office, anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await _some(office, 12)
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    closing = asyncio.create_task(_do(anna, ids, "close"))
    while not await anna.listed("closed"):
        assert not closing.done()

    await office.customer_writes(customer="customer-000099")
    left = len(await anna.listed("new"))
    await closing

    assert left > 1


async def test_more_than_a_page_in_one_request_is_refused(office: Office, anna: Agent) -> None:
    body = {"ids": list(range(1, api.MOST_AT_ONCE + 2)), "do": "read"}

    assert (await anna.refused("POST", "/api/bulk", body))[0] in (400, 422)
