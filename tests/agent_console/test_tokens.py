"""API tokens: what they open, what they do not, and that they are nowhere to be found."""

import logging
from pathlib import Path

import pytest
import websockets

from agent_console.web.auth.bearer import CALLS_A_MINUTE, is_token, new_token
from bridge.settings import Settings
from routing.declared import declare
from tests.agent_console.bearers import bearer, token_of, with_token
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.doors import doors
from tests.agent_console.office import Agent, Office
from tests.agent_console.test_rights import DESK, inner_doors, passes, table


def test_a_token_is_known_by_its_start_and_told_from_a_mistyped_one() -> None:
    token = new_token()

    assert token.startswith("dbt_")
    assert is_token(token)
    assert not is_token(token[:-1])
    assert not is_token(token[:10] + ("a" if token[10] != "a" else "b") + token[11:])
    assert not is_token("x" + token)
    assert new_token() != token


async def test_a_script_works_as_its_agent_without_cookie_origin_or_csrf(office: Office) -> None:
    conversation, _ = await office.customer_writes()
    script = await with_token(office, "pavel")

    row = await script.act("take", conversation)
    await script.says(conversation, "Добрый день")

    assert row["conversation"]["assignee"] == "pavel"
    assert not script.http.cookies


async def test_who_asks_is_told_by_which_token(office: Office) -> None:
    script = await with_token(office, "pavel", scope="read", expires_at=office.clock.now() + 1000)

    found = await script.get("/api/me")

    assert (found["id"], found["role"]) == ("pavel", "agent")
    assert found["token"]["scope"] == "read"
    assert found["token"]["expires_at"] == office.clock.now() + 1000


async def test_r66_a_token_passes_where_its_agent_does(an_office: OpenOffice) -> None:
    """There is one table of rights, for people and for programs."""
    async with an_office(DESK) as office:
        people = {f"{one.method} {one.shape}" for one in inner_doors(office) if one.for_people}
        wanted = {
            f"{method} {shape}": signs
            for (method, shape, role), signs in table().items()
            if role == "agent" and f"{method} {shape}" not in people
        }
        found = await passes(office, "agent", await with_token(office, "pavel"))

    shut = {found.pop(name) for name in people}
    assert shut == {"-----"}
    assert found == wanted


async def test_a_reading_token_changes_nothing(office: Office) -> None:
    await office.customer_writes()
    script = await with_token(office, "olga", scope="read")

    for door in inner_doors(office):
        if door.for_people:
            continue
        answer = await script.ask(door.method, door.path(), door.body)
        if door.changes:
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "read_only"), door
        else:
            assert answer.status_code in (200, 404), door


async def test_the_doors_of_people_are_shut_to_tokens(office: Office) -> None:
    script = await with_token(office, "anna")
    theirs = [d for d in doors(office) if d.for_strangers or d.shape == "/api/session"]

    assert len(theirs) == 8
    for door in theirs:
        answer = await script.ask(door.method, door.path(), door.body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "session_only"), door
        assert "set-cookie" not in answer.headers


async def test_a_cookie_beside_a_bad_token_opens_nothing(office: Office, anna: Agent) -> None:
    answer = await anna.http.get("/api/folders", headers={"Authorization": f"Bearer {new_token()}"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_unknown")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer a b", "é"])
async def test_another_header_is_no_token(office: Office, header: str) -> None:
    stranger = office.stranger()

    answer = await stranger.http.get(
        "/api/folders", headers=[(b"Authorization", header.encode("latin-1"))]
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_unknown")


async def test_an_expired_token_opens_nothing(office: Office) -> None:
    script = await with_token(office, "anna", expires_at=office.clock.now() + 60_000)
    await script.ask("GET", "/api/folders", expect=200)

    office.clock.tick(60)

    await script.ask("GET", "/api/folders", expect=401)


async def test_the_tokens_of_a_retired_agent_end(office: Office) -> None:
    script = await with_token(office, "ivan")
    agents = {key: one for key, one in office.settings.agents.items() if key != "ivan"}
    without: Settings = office.settings.model_copy(update={"agents": agents})

    await office.store.write(declare, without)
    await script.ask("GET", "/api/folders", expect=401)

    # Not even where they come back.
    await office.store.write(declare, office.settings)
    await script.ask("GET", "/api/folders", expect=401)


async def test_when_it_was_used_last_is_told_and_written_at_most_once_a_minute(
    office: Office, pavel: Agent
) -> None:
    script = await with_token(office, "pavel")
    office.clock.tick(10)
    first = office.clock.now()
    await script.ask("GET", "/api/folders", expect=200)
    office.clock.tick(59)
    await script.ask("GET", "/api/folders", expect=200)

    (shown,) = await pavel.get("/api/tokens")

    assert (shown["used_at"], shown["scope"]) == (first, "write")
    office.clock.tick(1)
    await script.ask("GET", "/api/folders", expect=200)
    assert (await pavel.get("/api/tokens"))[0]["used_at"] == first + 60_000


async def test_agents_see_and_revoke_their_own_only(office: Office, pavel: Agent) -> None:
    mine, theirs = await with_token(office, "pavel"), await with_token(office, "ivan")
    (shown,) = await pavel.get("/api/tokens")

    await pavel.ask("DELETE", f"/api/tokens/{shown['id'] + 1}", {}, expect=404)
    await pavel.ask("DELETE", f"/api/tokens/{shown['id']}", {}, expect=204)

    await mine.ask("GET", "/api/folders", expect=401)
    await theirs.ask("GET", "/api/folders", expect=200)
    assert await pavel.get("/api/tokens") == []


async def test_what_was_done_by_a_token_and_to_one_is_in_the_audit_trail(
    office: Office, pavel: Agent
) -> None:
    olga = await office.sign_in("olga")
    conversation, _ = await office.customer_writes()
    script = await with_token(office, "anna")
    await script.act("block", conversation, {"scope": "contact", "until": None, "reason": "x"})
    await with_token(office, "pavel")
    (shown,) = await pavel.get("/api/tokens")
    await pavel.ask("DELETE", f"/api/tokens/{shown['id']}", {}, expect=204)

    revoked, blocked = (await olga.get("/api/audit"))["acts"][:2]

    assert (blocked["agent"], blocked["action"], blocked["surface"]) == ("anna", "block", "token")
    assert (revoked["action"], revoked["subject"]) == ("token_revoked", "agent:pavel")
    assert (revoked["surface"], revoked["detail"]) == ("console", {"name": shown["name"]})


async def test_a_token_asks_only_so_often(office: Office) -> None:
    script = await with_token(office, "pavel")
    for _ in range(CALLS_A_MINUTE):
        await script.ask("GET", "/api/me", expect=200)

    answer = await script.ask("GET", "/api/me", expect=429)

    assert int(answer.headers["retry-after"]) > 0
    office.clock.tick(1)
    await script.ask("GET", "/api/me", expect=200)


async def test_the_live_socket_opens_by_a_token_and_closes_when_it_is_revoked(
    office: Office, pavel: Agent
) -> None:
    script = await with_token(office, "pavel")
    (shown,) = await pavel.get("/api/tokens")

    async with office.listening() as address, script.live(address) as view:
        await view.until("hello")
        conversation, message = await office.customer_writes("слышно?")
        assert (await view.message(message))["conversation_id"] == conversation
        await pavel.ask("DELETE", f"/api/tokens/{shown['id']}", {}, expect=204)
        await view.until("signed_out")


async def test_the_live_socket_is_shut_to_a_token_that_is_none(office: Office) -> None:
    script = bearer(office, new_token())

    async with office.listening() as address:
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with script.live(address):
                pass

    assert refusal.value.response.status_code == 403


async def test_a_token_in_an_address_is_refused_and_said_to_be_lost(
    office: Office, anna: Agent
) -> None:
    token = await token_of(office, "anna")

    for path in ("/api/folders", "/api/session", "/api/search"):
        answer = await anna.ask("GET", f"{path}?q={token}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "token_in_address")
        assert token not in answer.text
    # What only begins like one is a word like any.
    await anna.ask("GET", "/api/search?q=dbt_models", expect=200)


async def test_no_log_no_answer_and_no_file_has_the_token(
    office: Office,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    # The client's own, which is the test's.
    caplog.set_level(logging.WARNING, "httpx")
    token = await token_of(office, "anna")
    script = bearer(office, token)
    answers = [
        await script.ask("GET", path)
        for path in ("/api/folders", "/api/nothing", f"/api/folders?t={token}", "/api/me")
    ]

    def broken(*_: object) -> None:
        raise RuntimeError(token)

    monkeypatch.setattr("agent_console.cards.counters", broken)
    answers.append(await script.ask("GET", "/api/folders", expect=500))

    assert "failed in /api/folders" in caplog.text
    assert token not in caplog.text
    assert not any(token in answer.text for answer in answers)
    kept = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert b"anna" in kept
    assert token.encode() not in kept
    assert repr(script.session) == "{}"
