"""Whatever is sent to the widget's API: a clear 4xx or harmless text, and nothing of others."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.widget.desk import KEY, THREAD, Desk, Visitor, client_id

GOOD = {"client_id": client_id("a"), "thread": THREAD, "text": "hello"}
HOSTILE: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**63,
    10**400,
    "",
    "x",
    "../../x",
    "'; DROP TABLE messages; --",
    "<img src=x onerror=alert(1)>",
    "\x00",
    "\u202e",
    "🐤" * 100,
    "a" * 100_000,
    [],
    ["a"],
    {},
    {"$gt": ""},
    {"__proto__": {"admin": True}},
    [[[[[[]]]]]],
]


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    return await desk.visitor()


def check(answered: httpx.Response, *, fine: tuple[int, ...] = (200, 201, 204)) -> None:
    """Check that an answer is a success or a clear 4xx."""
    if answered.status_code in fine:
        return
    assert 400 <= answered.status_code < 500, answered.text
    failure = answered.json()["error"]
    assert failure["code"]
    assert failure["message"].endswith(".")


@pytest.mark.parametrize(
    "name", ["client_id", "thread", "text", "uploads", "reply_to", "pre_chat", "visit"]
)
async def test_any_value_in_any_field_of_a_message(desk: Desk, visitor: Visitor, name: str) -> None:
    for value in HOSTILE:
        raw = json.dumps(GOOD | {name: value})
        answered = await visitor.http.post(
            f"/widget/{KEY}/api/messages",
            content=raw,
            headers=visitor.headers | {"content-type": "application/json"},
        )
        check(answered)
        if name not in ("text", "uploads", "reply_to", "pre_chat", "visit"):
            assert answered.status_code == 400
    assert len(desk.core.book) <= 1


@pytest.mark.parametrize("name", ["token", "identity", "locale", "visit"])
async def test_any_value_in_any_field_of_a_session(visitor: Visitor, name: str) -> None:
    for value in HOSTILE:
        raw = json.dumps({name: value})
        answered = await visitor.http.post(
            f"/widget/{KEY}/api/session",
            content=raw,
            headers={"content-type": "application/json"},
        )
        check(answered, fine=(200,))


@pytest.mark.parametrize(
    "name", ["tab", "url", "title", "referrer", "screen", "language", "first_url", "first_title",
             "started_at", "utm", "attributes"],
)  # fmt: skip
async def test_any_value_in_any_field_of_a_visit(desk: Desk, visitor: Visitor, name: str) -> None:
    for number, value in enumerate(HOSTILE):
        body = GOOD | {"client_id": client_id(str(number)), "visit": {"tab": "t", name: value}}
        raw = json.dumps(body)
        answered = await visitor.http.post(
            f"/widget/{KEY}/api/messages",
            content=raw,
            headers=visitor.headers | {"content-type": "application/json"},
        )
        check(answered)
    for event in desk.core.messages:
        for told in (event.visit.url, event.visit.first_url) if event.visit else ():
            assert told is None or told.startswith(("http://", "https://"))


@pytest.mark.parametrize("message_id", HOSTILE, ids=lambda value: repr(value)[:20])
async def test_any_value_as_what_was_read(visitor: Visitor, message_id: Any) -> None:
    raw = json.dumps({"message_id": message_id})
    answered = await visitor.http.post(
        f"/widget/{KEY}/api/threads/{THREAD}/read",
        content=raw,
        headers=visitor.headers | {"content-type": "application/json"},
    )
    assert answered.status_code in (400, 404)


@pytest.mark.parametrize("path", ["session", "messages", f"threads/{THREAD}/read"])
@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"null", b"[]", b'"text"', b"[" * 100_000, b'{"text":NaN}', b"\xff\xfe",
     b'{"text":"\\ud800"}', b'{"a":1}', b"a" * 10_000_000],
    ids=lambda raw: repr(raw[:12]),
)  # fmt: skip
async def test_what_is_no_body_is_refused(visitor: Visitor, path: str, raw: bytes) -> None:
    answered = await visitor.http.post(
        f"/widget/{KEY}/api/{path}",
        content=raw,
        headers=visitor.headers | {"content-type": "application/json"},
    )
    assert answered.status_code in (400, 413)
    check(answered)


async def test_ten_megabytes_as_a_file_are_refused_before_they_are_kept(
    desk: Desk, visitor: Visitor
) -> None:
    answered = await visitor.upload(b"a" * 10_000_000)
    assert answered.status_code == 413
    assert desk.media.files == {}


async def test_an_upload_that_is_no_form_is_refused(desk: Desk, visitor: Visitor) -> None:
    for kind, raw in (
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--"),
        ("text/html", b"<script>"),
    ):
        answered = await visitor.http.post(
            f"/widget/{KEY}/api/uploads",
            content=raw,
            headers=visitor.headers | {"content-type": kind},
        )
        assert answered.status_code in (400, 415)
    assert desk.media.files == {}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_a_method_nobody_offers_is_405(visitor: Visitor, method: str) -> None:
    answered = await visitor.http.request(
        method, f"/widget/{KEY}/api/messages", headers=visitor.headers
    )
    assert answered.status_code in (405, 501) or (method, answered.status_code) == ("OPTIONS", 204)
    assert "access-control-allow-origin" not in answered.headers


async def test_markers_in_every_text_field_come_back_as_text_only(
    desk: Desk, visitor: Visitor
) -> None:
    marker = '"><img src=x onerror=alert(1)>'
    visit = {
        "tab": marker,
        "title": marker,
        "utm": {marker: marker},
        "attributes": {marker: marker},
    }
    told = {"name": marker}
    assert (await visitor.write(marker, visit=visit, pre_chat=told)).status_code == 201
    for path in ("threads", f"threads/{THREAD}/messages"):
        answered = await visitor.get(path)
        assert answered.headers["content-type"] == "application/json"
        assert answered.headers["x-content-type-options"] == "nosniff"
    sender = desk.core.messages[0].sender
    assert sender.name == marker


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
_FIELDS = ("client_id", "thread", "text", "uploads", "reply_to", "pre_chat", "visit", "token")


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.dictionaries(st.sampled_from(_FIELDS), _JSON),
    path=st.sampled_from(["messages", "session"]),
)
async def test_whatever_is_put_together_is_taken_or_refused_clearly(
    body: dict[str, Any], path: str
) -> None:
    desk = Desk()
    desk.open()
    visitor = await desk.visitor()
    raw = json.dumps(GOOD | body if path == "messages" else body)
    answered = await visitor.http.post(
        f"/widget/{KEY}/api/{path}",
        content=raw,
        headers=visitor.headers | {"content-type": "application/json"},
    )
    check(answered)
