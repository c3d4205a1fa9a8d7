"""Blocking through the API: who may, what it answers, and what every console is told."""

from typing import Any

import pytest

from bridge.channel import InboundMessage, Sender
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

VISITOR = "visitor-one-000001"
HOUR = 3_600_000
# The last word of J31: what an agent gets before and after the switch.
ALLOWED = {"permissions.agent.block": True}


def order(**more: Any) -> dict[str, Any]:
    """Return the body of a block."""
    return {"scope": "identity", "until": None, "reason": "Угрозы 😡"} | more


def refused_message() -> InboundMessage:
    """Return one more word of the visitor."""
    sender = Sender(external_id=VISITOR)
    return InboundMessage(sender=sender, external_id="mx", sent_at=1, thread="t", text="Ещё")


async def test_j31_an_agent_may_not_block_and_a_supervisor_may(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    here, _ = await office.customer_writes()
    status, error = await pavel.refused("POST", f"/api/conversations/{here}/block", order())
    assert (status, error["code"]) == (403, "forbidden")
    assert "block" not in (await pavel.row(here))["can"]
    row = await anna.act("block", here, order())
    assert row["conversation"]["blocked"]
    assert "unblock" in row["can"]
    assert not {"block", "reply"} & set(row["can"])


async def test_j31_where_the_yaml_lets_them_agents_block_too(an_office: OpenOffice) -> None:
    async with an_office(ALLOWED) as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        here, _ = await office.customer_writes()
        await ivan.act("take", here)
        # But nobody whom a colleague is talking with.
        status, error = await pavel.refused("POST", f"/api/conversations/{here}/block", order())
        assert (status, error["code"]) == (409, "taken")
        await ivan.act("block", here, order())
        await ivan.act("unblock", here)


async def test_d24_s11_a_row_says_until_when_by_whom_and_why(office: Office, anna: Agent) -> None:
    here, _ = await office.customer_writes()
    until = office.clock.now() + HOUR
    row = await anna.act("block", here, order(until=until))
    block = row["conversation"]["block"]
    assert block.pop("id") > 0
    assert block == {
        "scope": "identity",
        "until": until,
        "reason": "Угрозы 😡",
        "by": "anna",
        "at": office.clock.now(),
    }


async def test_s11_an_answer_to_a_blocked_customer_is_refused_and_a_note_is_not(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes()
    await anna.act("take", here)
    await anna.act("block", here, order())
    answer = await anna.says(here, "Всё же…", expect=409)
    assert answer["error"]["code"] == "blocked"
    await anna.says(here, "Заблокирован за угрозы", kind="note")


async def test_d27_what_they_write_is_no_unread_and_the_panel_tells_how_often_it_was(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes()
    await anna.act("block", here, order())
    before = await anna.row(here)
    [answer] = await office.sink("site").accept([refused_message()])
    assert (answer.outcome, answer.reason) == ("refused", "blocked")
    assert await anna.row(here) == before
    detail = await anna.get(f"/api/conversations/{here}")
    assert [one["refused"] for one in detail["contact"]["blocks"]] == [1]


async def test_d30_r60_unblocked_the_history_keeps_who_did_what(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes()
    await anna.act("block", here, order(scope="contact"))
    row = await anna.act("unblock", here)
    assert not row["conversation"]["blocked"]
    assert "block" not in row["conversation"]
    assert "reply" in row["can"]
    [past] = (await anna.get(f"/api/conversations/{here}"))["contact"]["blocks"]
    assert (past["by"], past["lifted_by"], past["scope"]) == ("anna", "anna", "contact")
    assert "identity" not in past
    happened = [one["activity"]["verb"] for one in await anna.thread(here) if "activity" in one]
    assert happened[-2:] == ["blocked", "unblocked"]


@pytest.mark.parametrize(("given", "field"), [({"reason": " "}, "reason"), ({"until": 1}, "until")])
async def test_r58_r59_a_body_without_a_reason_or_with_an_end_that_is_over_is_refused(
    office: Office, anna: Agent, given: dict[str, Any], field: str
) -> None:
    here, _ = await office.customer_writes()
    path = f"/api/conversations/{here}/block"
    status, error = await anna.refused("POST", path, order(**given))
    assert (status, error["code"], list(error["fields"])) == (422, "invalid", [field])


async def test_r58_forever_is_refused_where_an_end_is_required(an_office: OpenOffice) -> None:
    async with an_office({"block.require_end": True, "block.choices": ["2h"]}) as office:
        anna = await office.sign_in("anna")
        assert anna.session["settings"]["block"] == {"choices": [2 * HOUR], "require_end": True}
        here, _ = await office.customer_writes()
        path = f"/api/conversations/{here}/block"
        _, error = await anna.refused("POST", path, order())
        assert list(error["fields"]) == ["until"]
        await anna.act("block", here, order(until=office.clock.now() + 2 * HOUR))


async def test_every_console_is_told_at_once(office: Office, anna: Agent, pavel: Agent) -> None:
    here, _ = await office.customer_writes()
    async with office.listening() as address, pavel.live(address) as live:
        await live.until("hello")
        await anna.act("block", here, order())
        frame = await live.until("changes")
        while not any(row["conversation"]["blocked"] for row in frame["rows"]):
            frame = await live.until("changes")
        assert frame["contacts"] or frame["rows"]


async def test_d26_the_customer_is_told_as_one_of_our_own_messages(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes(sender={"language": "ru"})
    await anna.act("block", here, order())
    ours = [one for one in await anna.thread(here) if one["kind"] == "outgoing"]
    assert [(one["author"]["kind"], one["text"]) for one in ours] == [
        ("system", "Сейчас мы не принимаем от вас сообщения здесь.")
    ]
