"""Who may ask for what: foreign pages, forged tokens, others' ids, visitors at agents' doors."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from uuid import uuid4

import jwt
import pytest

from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module
from tests.e2e.strangers import (
    API,
    CANARY,
    CHANGES,
    ENVIRON,
    FOREIGN,
    SECRET,
    Anybody,
    a_visitor,
    quiet_log,
    refused,
)

desk = desk_of_module(CHANGES, ENVIRON)
quiet = quiet_log()
anybody = a_visitor()


@pytest.fixture(scope="module")
def other(desk: RunningDesk) -> Iterator[Anybody]:
    """Return another visitor, who has a conversation."""
    with Anybody.arrive(desk) as one:
        assert one.write("Чуже").status_code == 201
        yield one


def test_a_foreign_page_may_call_nothing(anybody: Anybody, agents: Agents) -> None:
    for origin in (FOREIGN, "null", "http://127.0.0.1", "https://127.0.0.1:1", "file://"):
        refused(anybody.post("session", {}, origin=origin), 403)
        refused(anybody.post("messages", {}, origin=origin), 403)
        config = anybody.http.get(f"{API}/config", headers={"origin": origin})
        refused(config, 403)
        assert "access-control-allow-origin" not in config.headers
        headers = {"origin": origin, "x-csrf-token": agents.api().csrf}
        for path in ("session/link", "conversations/1/take"):
            answer = agents.api().http.post(f"/api/{path}", json={"token": "x"}, headers=headers)
            refused(answer, 403)


def test_an_agent_without_the_page_s_own_token_changes_nothing(agents: Agents) -> None:
    for token in ("", "x", "null", agents.api().csrf[:-1]):
        answer = agents.api().http.post(
            "/api/conversations/1/take", json={}, headers={"x-csrf-token": token}
        )
        refused(answer, 403)


def test_a_visitor_s_token_opens_no_door_of_the_agents(anybody: Anybody, desk: RunningDesk) -> None:
    schema = anybody.http.get("/schema/openapi.json").json()
    doors = [
        (method, path)
        for path, methods in schema["paths"].items()
        for method in methods
        if path.startswith("/api/")
    ]
    assert len(doors) > 30
    for method, path in doors:
        for name in ("conversation_id", "message_id", "contact_id", "number", "id"):
            path = path.replace(f"{{{name}}}", "1")  # noqa: PLW2901  # One address after the other.
        headers = anybody.headers | {"cookie": f"deskbridge={anybody.token}", "origin": desk.url}
        body = None if method == "get" else b"{}"
        answer = anybody.http.request(method.upper(), path, content=body, headers=headers)
        assert 400 <= answer.status_code < 500, f"{method} {path}: {answer.status_code}"
        assert "messages" not in answer.text[:40]
        assert "rows" not in answer.text[:40]


def signed_with_nothing(text: str) -> str:
    """Return a signature by the empty key."""
    digest = hmac.new(b"", text.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def forged(anybody: Anybody) -> dict[str, str]:
    """Return tokens that are not ours, though they look it."""
    claims = jwt.decode(anybody.token, options={"verify_signature": False})
    head, body, signature = anybody.token.split(".")
    return {
        "nonsense": "x.y.z",
        "unsigned": jwt.encode(claims, None, algorithm="none"),
        "signed with the identity secret": jwt.encode(claims, SECRET, algorithm="HS256"),
        "signed with nothing": f"{head}.{body}.{signed_with_nothing(f'{head}.{body}')}",
        "with another's body": f"{head}.{body[:-4]}AAAA.{signature}",
        "without its end": anybody.token[:-1],
        "a proof of the site": jwt.encode(
            {"sub": "c-1", "exp": int(time.time()) + 60}, SECRET, algorithm="HS256"
        ),
        "endless": "x" * 60_000,
    }


def test_a_token_that_is_not_ours_opens_nothing(anybody: Anybody) -> None:
    for why, token in forged(anybody).items():
        headers = {"authorization": f"Bearer {token}"}
        answer = anybody.http.get(f"{API}/threads", headers=headers)
        assert answer.status_code in (400, 401, 431), why
    assert anybody.http.get(f"{API}/threads").status_code == 401
    basic = anybody.http.get(f"{API}/threads", headers={"authorization": f"Basic {anybody.token}"})
    refused(basic, 401)


def test_another_visitor_s_conversation_is_as_one_that_is_not_there(
    anybody: Anybody, other: Anybody
) -> None:
    theirs = other.get(f"threads/{other.thread}/messages").json()["messages"][0]
    mine = {one["thread"] for one in anybody.get("threads").json()["threads"]}
    assert other.thread not in mine
    seen = anybody.get(f"threads/{other.thread}/messages")
    assert seen.status_code == 200
    assert seen.json()["messages"] == []
    read = anybody.post(f"threads/{other.thread}/read", {"message_id": theirs["id"]})
    refused(read, 404)
    refused(anybody.write(reply_to=theirs["id"]), 404)


def test_writing_into_another_visitor_s_thread_begins_one_s_own(
    desk: RunningDesk, other: Anybody
) -> None:
    with Anybody.arrive(desk) as intruder:
        intruder.thread = other.thread
        assert intruder.write("Я теж тут").status_code == 201
        mine = intruder.get(f"threads/{other.thread}/messages").json()["messages"]
    theirs = other.get(f"threads/{other.thread}/messages").json()["messages"]
    assert [one["text"] for one in mine] == ["Я теж тут"]
    assert "Я теж тут" not in json.dumps(theirs, ensure_ascii=False)


def test_another_visitor_s_message_id_is_not_one_s_own(desk: RunningDesk, other: Anybody) -> None:
    """A `client_id` counts only inside its session: the same one tells nothing of the other's."""
    shared = str(uuid4())
    first = other.write("Перша таємниця", client_id=shared)
    with Anybody.arrive(desk) as intruder:
        second = intruder.write("Інша", client_id=shared)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["message"]["text"] == "Інша"


def test_nothing_that_a_visitor_says_of_others_or_itself_is_quoted_in_a_refusal(
    anybody: Anybody,
) -> None:
    told = {"name": CANARY, "email": f"{CANARY}@", "phone": CANARY}
    refused(anybody.write(pre_chat=told), 422)
    refused(anybody.write(text=CANARY * 500), 422)
    refused(anybody.post("session", {"identity": CANARY}), 401)
