"""What was done is written down with it, and with nothing that must not be."""

from datetime import timedelta
from typing import Any

import pytest

from agent_console.audit import configuration
from bridge.store import audit as a
from bridge.store.statement import Statement
from bridge.store.transactions import Store, Tx
from routing.declared import declare
from routing.housekeeping import forget_acts
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import ORIGIN, Agent, Office

SECRET = b"secret"


@pytest.fixture
async def olga(office: Office) -> Agent:
    """Return the owner, signed in."""
    return await office.sign_in("olga")


async def acts(olga: Agent, **narrow: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await olga.get("/api/audit", **narrow))["acts"]
    return found


async def done(olga: Agent, **narrow: Any) -> list[str]:
    return [one["action"] for one in await acts(olga, **narrow)]


async def test_a_sign_in_is_written_down_with_where_from(olga: Agent) -> None:
    [entered] = await acts(olga)

    assert (entered["agent"], entered["action"]) == ("olga", "sign_in")
    assert (entered["surface"], entered["address"]) == ("console", "127.0.0.1")
    assert entered["detail"] == {"how": "link"}


async def test_a_refused_sign_in_names_an_agent_there_is_and_no_word_that_was_typed(
    office: Office, olga: Agent
) -> None:
    stranger = office.stranger()
    for login in ("pavel", "hunter2-my-password"):
        body = {"login": login, "password": "wrong-password"}
        await stranger.http.post("/api/session", json=body, headers={"Origin": ORIGIN})

    refused = await acts(olga, action="sign_in_failed")

    assert [(one["agent"], one["subject"]) for one in refused] == [
        (None, None),
        (None, "agent:pavel"),
    ]
    assert "hunter2" not in str(refused)
    assert "wrong-password" not in str(refused)


async def test_signing_out_is_written_down(office: Office, olga: Agent) -> None:
    pavel = await office.sign_in("pavel")
    await pavel.ask("DELETE", "/api/session", expect=204)

    assert await done(olga, agent="pavel") == ["sign_out", "sign_in"]


async def test_a_block_and_its_end_are_written_down_without_the_reason(
    office: Office, anna: Agent, olga: Agent
) -> None:
    here, _ = await office.customer_writes()
    order = {"scope": "contact", "until": None, "reason": "грубит"}
    await anna.act("block", here, order)
    await anna.act("unblock", here)

    unblocked, blocked = (await acts(olga, agent="anna"))[:2]

    assert (unblocked["action"], blocked["action"]) == ("unblock", "block")
    assert blocked["subject"] == f"conversation:{here}"
    assert blocked["detail"] == {"scope": "contact", "until": None}


async def test_what_was_refused_was_not_done(office: Office, pavel: Agent, olga: Agent) -> None:
    here, _ = await office.customer_writes()
    order = {"scope": "contact", "until": None, "reason": "x"}
    status, _ = await pavel.refused("POST", f"/api/conversations/{here}/block", order)

    assert status == 403
    assert await done(olga, action="block") == []


async def test_people_joined_and_a_card_changed_are_written_down_by_ids_and_names_of_fields(
    office: Office, anna: Agent, olga: Agent
) -> None:
    one, _ = await office.customer_writes(customer="visitor-one-000001")
    two, _ = await office.customer_writes(customer="visitor-two-000002")
    first = (await anna.row(one))["conversation"]["contact"]["id"]
    second = (await anna.row(two))["conversation"]["contact"]["id"]
    await anna.ask("PATCH", f"/api/contacts/{first}", {"email": "a@example.com"}, expect=200)
    await anna.post(f"/api/contacts/{first}/joins", {"other": second})

    joined, edited = (await acts(olga, agent="anna"))[:2]

    assert (joined["action"], joined["detail"]) == ("people_joined", {"other": second})
    assert (edited["action"], edited["detail"]) == ("contact_edited", {"fields": ["email"]})
    assert joined["subject"] == edited["subject"] == f"contact:{first}"


async def test_the_trail_is_read_by_pages_and_periods(office: Office, olga: Agent) -> None:
    for _ in range(3):
        office.clock.tick(3600)
        await office.sign_in("pavel")
    page = await olga.get("/api/audit", limit=3)
    rest = await olga.get("/api/audit", limit=3, before=page["next"])
    an_hour_ago = office.clock.now() - 3_600_000

    assert [len(page["acts"]), len(rest["acts"]), rest["next"]] == [3, 1, None]
    assert len(await acts(olga, since=an_hour_ago)) == 2
    assert len(await acts(olga, until=an_hour_ago)) == 2


async def test_taking_the_trail_away_is_the_last_line_of_it(olga: Agent) -> None:
    answer = await olga.ask("GET", "/api/audit/export", expect=200)

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "at,agent,action,subject,surface,address,detail"
    assert lines[1].split(",")[1:3] == ["olga", "exported"]
    assert lines[2].split(",")[1:3] == ["olga", "sign_in"]


async def test_old_acts_are_forgotten_and_young_ones_are_not(office: Office) -> None:
    await office.sign_in("pavel")
    office.clock.tick(86_400)
    olga = await office.sign_in("olga")
    forgotten = await office.store.write(forget_acts, timedelta(hours=12))

    assert forgotten == 1
    assert await done(olga) == ["sign_in"]


def test_no_statement_changes_an_act() -> None:
    known = [one for one in vars(a).values() if isinstance(one, Statement)]

    assert len(known) > 3
    assert not [one.sql for one in known if "UPDATE AUDIT" in one.sql.upper()]


# --- the configuration ---


async def started(store: Store, opened: Office) -> dict[str, Any]:
    """Start with a configuration; return what is told of it."""
    await store.write(configuration.started, opened.settings, SECRET)
    await store.write(declare, opened.settings)
    olga = await opened.sign_in("olga")
    found: dict[str, Any] = (await acts(olga, action="configured"))[0]["detail"]
    return found


async def test_a_start_names_the_keys_that_are_another_and_no_value(
    store: Store, an_office: OpenOffice
) -> None:
    async with an_office() as opened:
        first = await started(store, opened)
        same = await started(store, opened)
    changes = {"routing.max_wait": "7m", "server.secret_key": "${file:secret.txt}"}
    (opened.settings.storage.database_path.parent / "secret.txt").write_text("s3cret" * 10)
    async with an_office(changes) as other:
        changed = await started(store, other)

    assert first.keys() == {"hash"}
    assert same == {"hash": first["hash"], "changed": [], "count": 0}
    assert changed["changed"] == ["routing.max_wait", "server.secret_key"]
    assert changed["hash"] != first["hash"]
    kept = await store.read(lambda tx: tx.all(_META))
    assert "s3cret" not in str(kept)


_META: Statement[str] = Statement(lambda text: text, "SELECT value FROM meta")


async def test_who_came_went_and_has_another_role_is_written_down(
    store: Store, an_office: OpenOffice
) -> None:
    async with an_office() as opened:
        await started(store, opened)
    agents = {"agents.pavel.role": "supervisor", "agents.nina": {"name": "Нина"}}
    async with an_office(agents) as other:
        # The office has declared them already; at a start it is told before.
        await store.write(declare, opened.settings)
        await started(store, other)
        olga = await other.sign_in("olga")
        role, *_ = await acts(olga, action="agent_role")
        added, *_ = await acts(olga, action="agent_added")

    assert (role["subject"], role["detail"]) == (
        "agent:pavel",
        {"from": "agent", "role": "supervisor"},
    )
    assert (added["subject"], added["agent"]) == ("agent:nina", None)


async def test_a_secret_that_is_another_shows_and_is_not_shown(
    store: Store, an_office: OpenOffice
) -> None:
    async with an_office() as opened:
        one = configuration.fingerprints(opened.settings, SECRET)
        other = configuration.fingerprints(opened.settings, b"another")

    assert one.keys() == other.keys()
    assert not {*one.values()} & {*other.values()}
    assert await store.read(Tx.all, a.OF_ALL, before=1, since=0, until=1, limit=1) == []
