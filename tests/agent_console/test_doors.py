"""Every door of the API at once: who gets in, and what bad input comes to.

The routes are taken from the application itself, so that a new one is tested by being there.
"""

import random
import re
from typing import Any

import httpx
import pytest

from tests.agent_console.doors import MAILS, UUID, doors
from tests.agent_console.office import ORIGIN, Agent, Office


async def test_the_doors_are_those_of_the_contract(office: Office) -> None:
    found = sorted(f"{door.method} {door.shape}" for door in doors(office))

    assert found == sorted(
        """
        GET /api/session
        POST /api/session
        DELETE /api/session
        GET /api/session/ways
        POST /api/session/oidc
        GET /api/session/oidc/callback
        POST /api/session/link
        POST /api/session/link/peek
        GET /api/me
        GET /api/me/profile
        GET /api/tokens
        DELETE /api/tokens/{}
        GET /api/me/sessions
        DELETE /api/me/sessions
        DELETE /api/me/sessions/{}
        GET /api/sessions
        DELETE /api/sessions/{}
        DELETE /api/agents/{}/sessions
        GET /api/me/second-factor
        POST /api/me/second-factor
        POST /api/me/second-factor/confirm
        POST /api/me/second-factor/recovery-codes
        POST /api/me/second-factor/off
        GET /api/second-factors
        DELETE /api/agents/{}/second-factor
        PUT /api/me/photo
        PUT /api/me/preferences
        PUT /api/me/presence
        GET /api/me/shift
        GET /api/reports
        GET /api/reports/export
        GET /api/audit
        GET /api/audit/export
        GET /api/operations/channels
        GET /api/operations/desk
        GET /api/operations/dead
        GET /api/operations/dead/{}
        POST /api/operations/dead/{}/retry
        DELETE /api/operations/dead/{}
        GET /api/surfaces
        GET /api/channels
        GET /api/folders
        GET /api/conversations
        GET /api/selection
        POST /api/bulk
        POST /api/bulk/unsent
        GET /api/views
        GET /api/views/counters
        POST /api/views
        PUT /api/views/{}
        DELETE /api/views/{}
        PUT /api/views/order
        GET /api/conversations/{}
        POST /api/conversations/{}/delete
        POST /api/conversations/{}/restore
        POST /api/conversations/{}/purge
        GET /api/contacts/{}/export
        POST /api/contacts/{}/erase
        GET /api/conversations/{}/messages
        GET /api/conversations/{}/held
        POST /api/conversations/{}/messages
        POST /api/conversations/{}/take
        POST /api/conversations/{}/release
        POST /api/conversations/{}/close
        POST /api/conversations/{}/reopen
        POST /api/conversations/{}/join
        POST /api/conversations/{}/leave
        POST /api/conversations/{}/follow
        POST /api/conversations/{}/forwards
        POST /api/conversations/{}/unfollow
        POST /api/conversations/{}/block
        POST /api/conversations/{}/unblock
        POST /api/conversations/{}/assign
        POST /api/conversations/{}/team
        POST /api/conversations/{}/suggestion
        POST /api/conversations/{}/invitations
        PUT /api/conversations/{}/item
        DELETE /api/conversations/{}/item
        POST /api/conversations/{}/topics
        DELETE /api/conversations/{}/topics/{}
        PUT /api/conversations/{}/other-topic
        DELETE /api/conversations/{}/other-topic
        PUT /api/conversations/{}/status
        GET /api/conversations/{}/snooze
        PUT /api/conversations/{}/snooze
        DELETE /api/conversations/{}/snooze
        POST /api/conversations/{}/tickets
        POST /api/conversations/{}/tickets/{}/retry
        POST /api/contacts/{}/tags
        DELETE /api/contacts/{}/tags/{}
        GET /api/tags
        POST /api/conversations/{}/participants
        DELETE /api/conversations/{}/participants/{}
        POST /api/conversations/{}/read
        POST /api/conversations/{}/unread
        PUT /api/conversations/{}/drafts/{}
        GET /api/messages/{}/original
        GET /api/originals/{}
        GET /api/conversations/{}/drafts
        POST /api/conversations/{}/typing
        PATCH /api/messages/{}
        DELETE /api/me/photo
        DELETE /api/messages/{}
        POST /api/messages/{}/retry
        POST /api/messages/{}/settle
        POST /api/messages/{}/mail/retry
        POST /api/messages/{}/mail/settle
        GET /api/conversations/{}/notes
        GET /api/conversations/{}/attachments
        GET /api/contacts/{}
        PATCH /api/contacts/{}
        GET /api/contacts/{}/conversations
        GET /api/contacts/{}/notes
        POST /api/contacts/{}/notes
        GET /api/contacts/{}/history
        GET /api/contacts/{}/others
        POST /api/contacts/{}/joins
        DELETE /api/joins/{}
        POST /api/contacts/{}/identities/{}/apart
        GET /api/search
        GET /api/quick-replies
        POST /api/quick-replies
        POST /api/uploads
        GET /api/chats
        POST /api/chats
        GET /api/chats/among
        GET /api/chats/{}/messages
        POST /api/chats/{}/messages
        POST /api/chats/{}/read
        POST /api/meetings
        POST /api/conversations/{}/meeting
        GET /api/agents
        """.strip()
        .replace("        ", "")
        .split("\n")
    )


async def test_without_a_session_every_door_is_shut(office: Office) -> None:
    stranger = office.stranger()
    stranger.http.cookies.set("deskbridge", "made-up", domain="127.0.0.1")

    for door in doors(office):
        if door.for_strangers:
            continue
        answer = await stranger.ask(door.method, door.path(), door.body)
        assert answer.status_code == 401, door
        assert answer.json()["error"]["code"] == "signed_out"


async def test_what_changes_anything_wants_our_own_page_and_its_token(
    office: Office, anna: Agent
) -> None:
    await office.customer_writes()
    kinds: dict[str, dict[str, str]] = {
        "no token": {"Origin": ORIGIN},
        "a wrong token": {"Origin": ORIGIN, "X-CSRF-Token": "x" * 43},
        "a token that is no ASCII": {"Origin": ORIGIN, "X-CSRF-Token": "é"},
        "no origin": {"X-CSRF-Token": anna.csrf},
        "a foreign origin": {"Origin": "https://evil.example", "X-CSRF-Token": anna.csrf},
        "a null origin": {"Origin": "null", "X-CSRF-Token": anna.csrf},
        "our name elsewhere": {"Origin": "http://127.0.0.1:8081", "X-CSRF-Token": anna.csrf},
    }

    for door in doors(office):
        if not door.changes or door.for_strangers:
            continue
        for kind, headers in kinds.items():
            answer = await anna.http.request(
                door.method,
                door.path(),
                json=door.body,
                headers=httpx.Headers(headers, encoding="latin-1"),
            )
            assert answer.status_code == 403, (door, kind)
    assert (await anna.row(1))["conversation"]["assignee"] is None


# What is about all that agents do, and not about any conversation.
OF_OWNERS = (
    "/api/sessions",
    "/api/agents/{}/sessions",
    "/api/second-factors",
    "/api/agents/{}/second-factor",
)
OF_THE_DESK = ("/api/reports", "/api/audit", "/api/operations", "/api/surfaces", *OF_OWNERS)
FOR_SENIORS = ("/api/contacts/{}/export",)


async def test_a_viewer_reads_all_conversations_and_changes_nothing(
    office: Office, vera: Agent
) -> None:
    await office.customer_writes()
    before = await vera.row(1)

    for door in doors(office):
        ends_it = door.shape == "/api/me/sessions/{}"
        if door.for_strangers or door.shape == "/api/session" or ends_it:
            continue
        answer = await vera.ask(door.method, door.path(), door.body)
        if door.shape.startswith(OF_THE_DESK) or door.shape in FOR_SENIORS:
            assert answer.status_code == 403, door
        elif not door.changes:
            assert answer.status_code == (404 if door.shape in MAILS else 200), (door, answer.text)
        elif not door.for_viewers:
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), door
    after = await vera.row(1)
    assert after["conversation"] == before["conversation"]


async def test_ids_of_nobody_and_nothing_are_not_found(office: Office, anna: Agent) -> None:
    await office.customer_writes()

    for door in doors(office):
        if "{" not in door.shape or door.shape.startswith(OF_OWNERS):
            continue
        answer = await anna.ask(door.method, door.path(987_654_321), door.body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), door


async def test_ids_that_no_database_has_are_refused_clearly(office: Office, anna: Agent) -> None:
    for door in doors(office):
        if ":int}" not in door.template or door.shape.startswith(OF_OWNERS):
            continue
        for number in (0, -1, 2**53, 2**63, 10**40):
            answer = await anna.ask(door.method, door.path(number), door.body)
            assert answer.status_code in (400, 404), (door, number, answer.text)
            assert answer.json()["error"]["code"] in ("invalid", "not_found")


WRONG_BODIES: list[bytes] = [
    b"",
    b"null",
    b"[]",
    b"1",
    b'"text"',
    b"{",
    b'{"text": NaN}',
    b'{"a": ' * 5000,
    b"\xff\xfe",
    b'{"no_such_field": 1}',
    b'{"text": "\\ud800"}',
    b'{"message_id": "1", "text": 1, "agent": [], "agents": "x", "revision": -1}',
    b'{"message_id": 1e400}',
    b'{"text": null, "kind": "shout", "client_id": "x"}',
]


@pytest.mark.parametrize("body", WRONG_BODIES, ids=lambda body: repr(body[:40]))
async def test_a_wrong_body_gets_a_clear_answer_at_every_door(
    office: Office, anna: Agent, body: bytes
) -> None:
    await office.customer_writes()
    headers = {"Origin": ORIGIN, "X-CSRF-Token": anna.csrf, "Content-Type": "application/json"}

    for door in doors(office):
        if not door.changes or door.method == "DELETE" or door.shape == "/api/uploads":
            continue
        answer = await anna.http.request(door.method, door.path(), content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (door, answer.status_code, answer.text)
        assert answer.json()["error"]["request_id"]


NAMES = ["text", "kind", "client_id", "agent", "agents", "message_id", "revision", "name", "sort"]


def _anything(chance: random.Random, depth: int = 0) -> Any:
    """Return some JSON: of a shape that nearly fits, or of none."""
    plain = [None, True, 0, -1, 2**60, 1.5, "", "reply", "🙂" * 40, "\u0000", UUID, "x" * 5000]
    if depth > 2 or chance.random() < 0.5:
        return chance.choice(plain)
    if chance.random() < 0.3:
        return [_anything(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    return {chance.choice(NAMES): _anything(chance, depth + 1) for _ in range(chance.randint(0, 4))}


@pytest.mark.parametrize("seed", range(3))
async def test_no_json_at_all_breaks_a_door(office: Office, anna: Agent, seed: int) -> None:
    await office.customer_writes()
    chance = random.Random(seed)

    for door in doors(office):
        # Signing out, and the door that only sleeps after too many tries, have tests above.
        if not door.changes or door.shape.startswith("/api/session"):
            continue
        for _ in range(12):
            fitting = door.body if isinstance(door.body, dict) else {}
            body = _anything(chance)
            if isinstance(body, dict) and chance.random() < 0.5:
                body = fitting | body
            answer = await anna.ask(door.method, door.path(), body)
            assert answer.status_code < 500, (door, body, answer.text)


async def test_a_body_of_ten_megabytes_is_too_large_everywhere(office: Office, anna: Agent) -> None:
    await office.customer_writes()
    body = b'{"text": "' + b"x" * 10_000_000 + b'"}'
    headers = {"Origin": ORIGIN, "X-CSRF-Token": anna.csrf, "Content-Type": "application/json"}

    for door in doors(office):
        if not door.changes or door.method == "DELETE":
            continue
        answer = await anna.http.request(door.method, door.path(), content=body, headers=headers)
        expected = 415 if door.shape in ("/api/uploads", "/api/me/photo") else 413
        assert answer.status_code == expected, (door, answer.text)


async def test_a_body_that_is_no_json_is_of_the_wrong_type(office: Office, anna: Agent) -> None:
    await office.customer_writes()
    headers = {"Origin": ORIGIN, "X-CSRF-Token": anna.csrf}

    for door in doors(office):
        if not door.changes or door.method == "DELETE":
            continue
        answer = await anna.http.request(
            door.method, door.path(), data={"text": "x"}, headers=headers
        )
        assert answer.status_code == 415, (door, answer.text)


@pytest.mark.parametrize(
    "query",
    [
        "folder=trash",
        "folder=",
        "folder=all&sort=random",
        "folder=all&limit=0",
        "folder=all&limit=101",
        "folder=all&limit=ten",
        "folder=all&inbox=",
        "folder=all&status=maybe",
        "folder=all&after=" + "1" * 200,
        "sort=oldest",
    ],
)
async def test_a_list_asked_for_wrongly_says_what_is_wrong(anna: Agent, query: str) -> None:
    status, error = await anna.refused("GET", f"/api/conversations?{query}")

    assert (status, error["code"]) == (400, "invalid")
    assert error["fields"]


async def test_markup_in_a_name_stays_text(office: Office, anna: Agent) -> None:
    name = '<img src=x onerror="alert(1)">'
    conversation, _ = await office.customer_writes(
        f"{name} [x](javascript:alert(1))", sender={"name": name}
    )

    message = (await anna.thread(conversation))[-1]

    assert (await anna.row(conversation))["conversation"]["contact"]["name"] == name
    assert "javascript:" not in str(message.get("rich", ""))
    assert message["text"].startswith(name)


async def test_no_answer_of_the_api_is_kept_by_a_browser_or_taken_for_a_page(
    office: Office, anna: Agent
) -> None:
    for path in ("/api/session", "/api/folders", "/api/conversations/77"):
        answer = await anna.ask("GET", path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_openapi_names_every_door_and_every_failure(office: Office, anna: Agent) -> None:
    described = (await anna.ask("GET", "/schema/openapi.json", expect=200)).json()

    shapes = {
        f"{method.upper()} {re.sub(r'{[^}]+}', '{}', path)}"
        for path, methods in described["paths"].items()
        for method in methods
    }
    assert {f"{door.method} {door.shape}" for door in doors(office)} <= shapes
