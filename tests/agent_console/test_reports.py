"""Reports through the API: which days, whose work, and files of them."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent_console.reports import Period, of_days
from agent_console.reports.figures import rank, times
from bridge.store import notices as n
from bridge.store.transactions import Tx
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

HOUR = 3_600_000
KYIV = ZoneInfo("Europe/Kyiv")


async def line(agent: Agent, table: str, key: str, **narrow: Any) -> Any:
    """Return the figures of a line, `None` where there is no such line."""
    report = await agent.get("/api/reports", **narrow)
    return {one["key"]: one["figures"] for one in report["tables"][table]}.get(key)


async def rated(office: Office, conversation: int, *, score: int, by: str, words: str = "") -> None:
    """Let a customer rate an agent."""

    def rate(tx: Tx) -> None:
        of = {"conversation_id": conversation, "ended_at": tx.now}
        tx.run(n.PUT_RATING, agent_id=by, score=score, scale=5, at=tx.now, **of)
        tx.run(n.SET_COMMENT, in_conversation=conversation, of=tx.now, comment=words, at=tx.now)

    office.clock.tick(1)
    await office.store.write(rate)


# --- days ---


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Kyiv", date(2026, 10, 25), 25),
        ("Europe/Kyiv", date(2026, 3, 29), 23),
        ("Europe/Kyiv", date(2026, 7, 1), 24),
        # There the clock jumps over midnight: the day begins at one.
        ("Africa/Cairo", date(2026, 4, 24), 23),
    ],
)
def test_a_day_is_as_long_as_it_is_there(zone: str, day: date, hours: int) -> None:
    period = Period(day, day, ZoneInfo(zone))

    assert (period.until - period.since) / HOUR == hours
    assert period.local(period.since).date() == day
    assert period.local(period.since - 1).date() < day


def test_today_is_the_desks_own() -> None:
    # Half past eleven in the evening of the 31st in UTC.
    late = 1_793_489_400_000

    assert of_days(ZoneInfo("UTC"), late, 1).last == date(2026, 10, 31)
    assert of_days(KYIV, late, 7) == Period(date(2026, 10, 26), date(2026, 11, 1), KYIV)


async def test_a_message_counts_on_the_day_it_came_and_not_on_its_neighbours(
    office: Office, anna: Agent
) -> None:
    await office.customer_writes()
    day = "2026-10-31"

    there = await anna.get("/api/reports", since=day, until=day)
    before = await anna.get("/api/reports", since="2026-10-30", until="2026-10-30")

    assert (there["total"]["incoming"], before["total"]["incoming"]) == (1, 0)
    assert there["timezone"] == "Europe/Kyiv"


@pytest.mark.parametrize(
    "query",
    [
        {"days": 0},
        {"days": 367},
        {"since": "2026-10-02", "until": "2026-10-01"},
        {"since": "2020-01-01", "until": "2026-10-01"},
        {"since": "0001-01-01", "until": "0001-01-02"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"since": "yesterday"},
    ],
)
async def test_a_period_that_is_none_says_so(anna: Agent, query: dict[str, Any]) -> None:
    answer = await anna.ask("GET", "/api/reports", params=query)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


# --- figures ---


def test_a_rank_is_a_length_that_was_there() -> None:
    ten = [10, 20, 30, 40, 50, 60, 70, 80, 90, 1000]

    assert (rank(ten, 50), rank(ten, 90), rank([7], 50), rank([], 50)) == (50, 90, 7, None)
    assert times([30, 10, 20], 20).in_time == 2


async def test_the_second_wait_is_no_first_answer_and_a_close_without_one_is_missed(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes(after=0)
    await anna.act("take", here)
    for seconds in (60, 240):
        office.clock.tick(seconds)
        await anna.says(here, "Ок")
        await office.customer_writes(after=0)
    await anna.act("close", here)
    other, _ = await office.customer_writes(customer="visitor-two-000002")
    await anna.act("close", other)

    figures = await line(anna, "agents", "anna")

    assert figures["first_answers"] == {
        "count": 1,
        "median": 60_000,
        "ninety": 60_000,
        "in_time": 1,
    }
    assert figures["further_answers"]["median"] == 240_000
    assert figures["further_answers"]["in_time"] == 0
    assert (figures["closed"], figures["missed"]) == (2, 1)


async def test_j19_a_conversation_with_two_topics_counts_in_both(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes()
    for topic in ("prices", "orders"):
        await anna.post(f"/api/conversations/{here}/topics", {"topic": topic})
    await office.customer_writes(customer="visitor-two-000002")

    opened = [(await line(anna, "topics", key))["opened"] for key in ("prices", "orders", "-none")]

    assert opened == [1, 1, 1]
    assert (await anna.get("/api/reports"))["total"]["opened"] == 2
    assert (await anna.get("/api/reports", topic="prices"))["total"]["opened"] == 1


async def test_j25_ratings_are_counted_averaged_and_their_words_lead_to_the_conversation(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes(sender={"name": "Олена"})
    await rated(office, here, score=5, by="pavel", words="Дякую!")
    await rated(office, here, score=2, by="pavel")

    report = await anna.get("/api/reports")

    assert (report["total"]["ratings"], report["total"]["rating"]) == (2, 3.5)
    assert report["scores"] == [
        {"scale": 5, "score": 5, "number": 1},
        {"scale": 5, "score": 2, "number": 1},
    ]
    [comment] = report["comments"]
    assert (comment["conversation"], comment["comment"], comment["customer"]) == (
        here,
        "Дякую!",
        "Олена",
    )
    assert (await line(anna, "agents", "pavel"))["rating"] == 3.5


async def test_s12_an_account_set_apart_counts_no_more_under_the_persons_tags(
    office: Office, anna: Agent
) -> None:
    one, _ = await office.customer_writes(customer="visitor-one-000001")
    two, _ = await office.customer_writes(customer="visitor-two-000002")
    contact = (await anna.row(one))["conversation"]["contact"]["id"]
    other = (await anna.row(two))["conversation"]["contact"]["id"]
    await anna.post(f"/api/contacts/{contact}/joins", {"other": other})
    await anna.post(f"/api/contacts/{contact}/tags", {"tag": "vip"}, expect=204)
    together = (await line(anna, "tags", "vip"))["opened"]
    account = (await anna.row(two))["conversation"]["identity"]
    await anna.post(f"/api/contacts/{contact}/identities/{account}/apart")

    assert together == 2
    assert (await line(anna, "tags", "vip"))["opened"] == 1


# --- whose ---


async def test_an_agent_sees_their_own_work_where_the_yaml_lets_them(an_office: OpenOffice) -> None:
    async with an_office({"permissions.agent.reports": True}) as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        for agent, customer in ((pavel, "visitor-one-000001"), (ivan, "visitor-two-000002")):
            here, _ = await office.customer_writes(customer=customer)
            await agent.act("take", here)
            await agent.says(here, "Ок")
            await rated(office, here, score=4, by=agent.session["agent"]["id"], words="Ок")

        report = await pavel.get("/api/reports", agent="ivan")
        refused, _ = await pavel.refused("GET", "/api/reports/export?table=agents")

    assert report["total"]["outgoing"] == 1
    assert [one["key"] for one in report["tables"]["agents"]] == ["pavel"]
    assert [one["agent"] for one in report["comments"]] == ["pavel"]
    assert refused == 403
    assert pavel.session["rights"] == ["own_reports", "profile"]


async def test_an_agent_who_may_export_takes_their_own_lines_away(an_office: OpenOffice) -> None:
    more = {"permissions.agent.reports": True, "permissions.agent.export": True}
    async with an_office(more) as office:
        pavel, anna = await office.sign_in("pavel"), await office.sign_in("anna")
        here, _ = await office.customer_writes()
        await anna.act("take", here)
        await anna.says(here, "Ок")
        answer = await pavel.ask("GET", "/api/reports/export?table=agents", expect=200)

    assert "anna" not in answer.text


# --- files ---


async def test_a_table_is_a_file_and_its_name_does_nothing_in_a_spreadsheet(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes(sender={"name": '=HYPERLINK("http://x")'})
    await rated(office, here, score=1, by="pavel", words="@me +1")

    answer = await anna.ask("GET", "/api/reports/export?table=ratings", expect=200)

    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith("\ufeff".encode())
    assert '"\'=HYPERLINK(""http://x"")"' in answer.text
    assert "'@me +1" in answer.text


async def test_taking_a_report_away_is_written_down(office: Office, anna: Agent) -> None:
    olga = await office.sign_in("olga")
    await anna.ask("GET", "/api/reports/export?table=days&days=1", expect=200)

    [act] = (await olga.get("/api/audit", action="exported"))["acts"]

    assert (act["agent"], act["subject"]) == ("anna", "report:days")
    assert act["detail"] == {"since": "2026-10-31", "until": "2026-10-31"}
