"""Snoozing in the console: the verb, the lists it moves between, and who may."""

from datetime import UTC, datetime
from typing import Any

from tests.agent_console.office import Agent, Office

FAR = 4_000_000_000_000


async def snooze(agent: Agent, conversation: int, until: Any = "3h", *, expect: int = 200) -> Any:
    path = f"/api/conversations/{conversation}/snooze"
    answer = await agent.ask("PUT", path, {"until": until}, expect=expect)
    return answer.json()


async def test_what_is_snoozed_is_in_no_list_but_its_own(office: Office, pavel: Agent) -> None:
    here, _ = await office.customer_writes()
    await pavel.act("take", here)
    row = (await snooze(pavel, here))["row"]
    assert row["conversation"]["snoozed_by"] == "pavel"
    assert row["conversation"]["snoozed_until"] > row["conversation"]["created_at"]
    for folder in ("new", "mine", "all", "closed"):
        assert await pavel.listed(folder) == []
    assert await pavel.listed("all", part="unanswered") == []
    assert await pavel.listed("mine", part="snoozed") == [here]
    assert await pavel.listed("all", part="snoozed") == [here]
    assert await pavel.listed("all", status="any") == [here]
    counters = await pavel.get("/api/folders")
    assert counters["mine"]["total"] == counters["all"]["total"] == 0
    assert counters["snoozed"]["total"] == counters["mine_snoozed"]["total"] == 1


async def test_it_is_mine_again_when_its_customer_writes(office: Office, pavel: Agent) -> None:
    here, _ = await office.customer_writes()
    await pavel.act("take", here)
    await snooze(pavel, here)
    await office.customer_writes("Ще питання")
    assert await pavel.listed("mine") == [here]
    assert await pavel.listed("mine", part="snoozed") == []
    assert "snoozed_until" not in (await pavel.row(here))["conversation"]


async def test_a_colleagues_snoozed_ones_are_not_mine(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    here, _ = await office.customer_writes()
    await pavel.act("take", here)
    await snooze(pavel, here)
    assert await ivan.listed("mine", part="snoozed") == []
    assert await ivan.listed("all", part="snoozed") == [here]
    assert (await ivan.get("/api/folders"))["mine_snoozed"]["total"] == 0
    assert (await snooze(ivan, here, expect=409))["error"]["code"] == "taken"


async def test_the_choices_come_with_their_times(office: Office, pavel: Agent) -> None:
    here, _ = await office.customer_writes()
    choices = (await pavel.get(f"/api/conversations/{here}/snooze"))["choices"]
    assert set(choices) == {"1h", "3h", "tomorrow", "next_week"}
    assert choices["3h"] - choices["1h"] == 2 * 3_600_000
    assert datetime.fromtimestamp(choices["next_week"] / 1000, UTC).weekday() in (6, 0)


async def test_a_time_that_is_no_time_is_refused(office: Office, pavel: Agent) -> None:
    here, _ = await office.customer_writes()
    for until in (1, FAR):
        assert "until" in (await snooze(pavel, here, until, expect=422))["error"]["fields"]
    await snooze(pavel, here, "whenever", expect=400)


async def test_taking_and_handing_on_bring_it_back(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    here, _ = await office.customer_writes()
    await snooze(pavel, here)
    await pavel.act("take", here)
    assert "snoozed_until" not in (await pavel.row(here))["conversation"]
    await snooze(pavel, here)
    await anna.act("assign", here, {"agent": "ivan"})
    row = await anna.row(here)
    assert row["conversation"]["assignee"] == "ivan"
    assert "snoozed_until" not in row["conversation"]


async def test_it_is_had_back_by_hand(office: Office, pavel: Agent) -> None:
    here, _ = await office.customer_writes()
    await snooze(pavel, here)
    await pavel.ask("DELETE", f"/api/conversations/{here}/snooze", expect=200)
    assert await pavel.listed("new") == [here]
    verbs = [one["activity"]["verb"] for one in await pavel.thread(here) if "activity" in one]
    assert verbs[-2:] == ["snoozed", "unsnoozed"]


async def test_many_are_snoozed_at_once(office: Office, pavel: Agent) -> None:
    ids = [(await office.customer_writes(customer=f"{one}-customer"))[0] for one in "abc"]
    order = {"ids": ids, "do": "snooze", "to": "tomorrow"}
    assert (await pavel.post("/api/bulk", order))["done"] == ids
    assert sorted(await pavel.listed("all", part="snoozed")) == ids
    assert (await pavel.post("/api/bulk", order | {"to": "soon"}))["done"] == []
    await pavel.post("/api/bulk", {"ids": ids, "do": "snooze"}, expect=422)
