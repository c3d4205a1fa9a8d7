"""Whatever comes over HTTP is answered: a clear refusal or harmless text, never a fault of ours."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module
from tests.e2e.strangers import (
    API,
    CANARY,
    CHANGES,
    ENVIRON,
    Anybody,
    a_visitor,
    chunked,
    quiet_log,
    raw,
    refused,
)

desk = desk_of_module(CHANGES, ENVIRON)
quiet = quiet_log()
anybody = a_visitor()

MALFORMED = {
    "nothing": b"",
    "half": b'{"client_id": "',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1e999",
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "NaN": b'{"text": NaN}',
    "a lone surrogate": b'{"text": "\\ud800"}',
    "a deep list": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "two values": b"{} {}",
    "an unknown field": b'{"surprise": true}',
    "no object": b'"' + CANARY.encode() + b'"',
}
WRONG: list[Any] = [
    None,
    True,
    -1,
    1.5,
    2**63,
    10**300,
    [],
    {},
    {"$ne": None},
    "",
    "\x00",
    "../../x",
    "'; DROP TABLE messages; --",
    "x" * 5000,
]


# --- JSON ---


@pytest.mark.parametrize("kind", MALFORMED)
@pytest.mark.parametrize("path", ["session", "messages", "onward", f"threads/{UUID(int=1)}/read"])
def test_the_widget_refuses_what_is_no_request(anybody: Anybody, path: str, kind: str) -> None:
    headers = anybody.headers | {"content-type": "application/json"}
    answer = anybody.http.post(f"{API}/{path}", content=MALFORMED[kind], headers=headers)
    refused(answer, 400)


@pytest.mark.parametrize("kind", MALFORMED)
def test_the_console_refuses_what_is_no_request(agents: Agents, kind: str) -> None:
    agent = agents.api()
    headers = {"x-csrf-token": agent.csrf, "content-type": "application/json"}
    for method, path in [
        ("POST", "session"),
        ("POST", "session/link"),
        ("POST", "session/link/peek"),
        ("PUT", "me/preferences"),
        ("POST", "conversations/1/messages"),
        ("POST", "conversations/1/assign"),
        ("POST", "conversations/1/participants"),
        ("POST", "conversations/1/invitations"),
        ("POST", "conversations/1/read"),
        ("PUT", "conversations/1/drafts/reply"),
        ("POST", "messages/1/settle"),
        ("PATCH", "contacts/1"),
        ("POST", "contacts/1/notes"),
        ("POST", "quick-replies"),
    ]:
        content = MALFORMED[kind]
        answer = agent.http.request(method, f"/api/{path}", content=content, headers=headers)
        refused(answer, 400)


@pytest.mark.parametrize("name", ["client_id", "thread", "text", "uploads", "reply_to", "pre_chat"])
def test_a_message_with_a_field_of_a_wrong_type_is_refused(anybody: Anybody, name: str) -> None:
    for value in WRONG:
        answer = anybody.write(**{"text": CANARY} | {name: value})
        if answer.status_code == 201:
            # Odd, but a text, or nothing where nothing need be.
            stored = answer.json()["message"]
            assert isinstance(stored["text"], str)
            assert "\x00" not in stored["text"]
        else:
            refused(answer, 400, 404, 422)


def test_a_visit_or_a_session_of_wrong_types_is_refused(anybody: Anybody) -> None:
    good = {"tab": "t", "url": "https://example.com/"}
    for name in ("tab", "url", "title", "screen", "language", "started_at", "utm", "attributes"):
        for value in (1.5, True, [], [CANARY], {"a": {"b": 1}}):
            refused(anybody.post("session", {"visit": good | {name: value}}), 400)
    for name in ("token", "identity", "locale", "visit"):
        for wrong in (5, True, ["x"], {"x": CANARY}):
            refused(anybody.post("session", {name: wrong}), 400)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "before=x",
        "before=-1",
        "after=NaN",
        f"before={2**63}",
        "before=1&after=1",
        f"limit={'9' * 400}",
    ],
)
def test_a_page_that_cannot_be_is_refused(anybody: Anybody, agents: Agents, query: str) -> None:
    refused(anybody.get(f"threads/{anybody.thread}/messages?{query}"), 400)
    refused(agents.api().http.get(f"/api/conversations/1/messages?{query}"), 400, 404)


@pytest.mark.parametrize(
    "words", ["'", '"', "' OR 1=1 --", "*", "NEAR(", "a AND", "(", "\\", "%_", "ї" * 900, "🐤", " "]
)
def test_a_search_for_anything_finds_something_or_nothing(agents: Agents, words: str) -> None:
    answer = agents.api().http.get("/api/search", params={"q": words})
    assert answer.status_code in (200, 400, 414), answer.text


# --- sizes, methods, addresses ---


BIG = 10_000_000
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{API}/session"),
        ("POST", f"{API}/messages"),
        ("POST", f"{API}/uploads"),
        ("POST", "/api/session"),
        ("POST", "/api/uploads"),
        ("PUT", "/api/conversations/1/drafts/reply"),
    ],
)
def test_ten_megabytes_are_refused_before_they_have_come(
    desk: RunningDesk, anybody: Anybody, agents: Agents, method: str, path: str
) -> None:
    cookies = "; ".join(f"{one.name}={one.value}" for one in agents.api().http.cookies.jar)
    form = path.endswith("uploads")
    visitor = path.startswith(
        API
    )  # An agent's door would take a visitor's token for an API token it does not know.
    signed_in = (
        anybody.headers if visitor else {"x-csrf-token": agents.api().csrf, "cookie": cookies}
    )
    headers = signed_in | {
        "content-type": "multipart/form-data; boundary=x" if form else "application/json",
        "origin": desk.url,
    }
    announced = raw(desk, method, path, headers | {"content-length": str(BIG)}, [])
    assert announced.status == 413, announced
    begun = PART if form else b'"'
    body = chunked([begun, *[b"x" * 65_536] * (BIG // 65_536)])
    dripping = raw(desk, method, path, headers | {"transfer-encoding": "chunked"}, body)
    assert dripping.status == 413, dripping


def test_a_stranger_s_ten_megabytes_are_refused_unread(desk: RunningDesk) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": str(BIG)}
    for path in (f"{API}/uploads", "/api/uploads"):
        answer = raw(desk, "POST", path, headers | {"origin": desk.url}, [])
        assert answer.status in (401, 403), answer


def test_a_body_that_says_it_is_something_else_is_refused(anybody: Anybody) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        headers = anybody.headers | {"content-type": kind}
        refused(anybody.http.post(f"{API}/session", content=b"{}", headers=headers), 400, 415)


@pytest.mark.parametrize(
    "path",
    [
        "/widget-assets/../../deskbridge.yaml",
        "/widget-assets/..%2f..%2fdeskbridge.yaml",
        "/widget-assets/%2e%2e/%2e%2e/deskbridge.yaml",
        "/widget-assets/..%5c..%5cdeskbridge.yaml",
        "/widget-assets//etc/passwd",
        "/widget-assets/%00",
        "/demo/../deskbridge.yaml",
        "/demo/%2e%2e%2f%2e%2e%2fdeskbridge.yaml",
        "/media/..%2f..%2fvar%2fdeskbridge.db",
        "/media/%00",
        "/widget/site_main%00/api/config",
        "/widget/nobody/api/config",
        "/api/nothing",
        "/api/conversations/0",
        "/api/conversations/-1",
        "/api/conversations/1e3",
        f"/api/conversations/{2**64}",
        f"/api/{'x' * 20_000}",
        f"{API}/threads/{'x' * 20_000}/messages",
    ],
)
def test_an_address_that_leads_nowhere_says_so(
    desk: RunningDesk, agents: Agents, anybody: Anybody, path: str
) -> None:
    # As it stands: a client would tidy it up.
    url = httpx.URL(desk.url).copy_with(raw_path=path.encode())
    answer = agents.api().http.get(url, headers=anybody.headers)
    assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text[:200]}"
    assert b"identity_secret" not in answer.content
    assert b"SQLite" not in answer.content


def test_a_method_that_is_not_taken_is_refused(anybody: Anybody) -> None:
    for method in ("PUT", "DELETE", "PATCH", "PROPFIND", "TRACE", "BREW"):
        for path in (
            f"{API}/messages",
            "/w.js",
            "/demo",
            "/widget/site_main",
            "/media/x",
            "/api/x",
        ):
            answer = anybody.http.request(method, path, headers=anybody.headers)
            assert 400 <= answer.status_code < 500, f"{method} {path}: {answer.status_code}"


def test_a_host_that_is_not_ours_is_refused(anybody: Anybody) -> None:
    for host in ("evil.example", "evil.example:80", "", "127.0.0.1.evil.example", "a b"):
        answer = anybody.http.get("/demo", headers={"host": host})
        assert 400 <= answer.status_code < 500, f"{host!r}: {answer.status_code}"
