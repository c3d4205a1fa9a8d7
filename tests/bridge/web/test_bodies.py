"""JSON bodies: strict, limited, and a clear 4xx for whatever else is sent."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import get, post
from litestar.params import FromQuery, JSONBody

from bridge.web import Id, QueryId
from tests.bridge.web.helpers import HOME, JSON, error, serving


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    value: str


class Body(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    id: Id | None = None
    tags: Annotated[list[str], msgspec.Meta(max_length=3)] = []
    kind: Literal["reply", "note"] = "reply"
    inner: Inner | None = None


@post("/echo")
async def echo(data: JSONBody[Body]) -> Body:
    """Answer with what was sent."""
    return data


@get("/page")
async def page(needed: FromQuery[str], before: QueryId = None) -> dict[str, object]:
    return {"needed": needed, "before": before}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with serving([echo, page]) as client:
        yield client


async def test_a_valid_body_reaches_its_handler_as_its_struct(client: httpx.AsyncClient) -> None:
    sent = {"text": "Привет, мир 👩‍🚀𝔘", "id": 7, "tags": ["a"], "inner": {"value": "ї"}}
    sent["kind"] = "note"
    answered = await client.post("/echo", json=sent)
    assert answered.status_code == 201
    assert answered.json() == sent


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": 5}, "text"),
        ({"text": None}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"text": "a", "id": "7"}, "id"),
        ({"text": "a", "id": True}, "id"),
        ({"text": "a", "id": 0}, "id"),
        ({"text": "a", "id": 2**53}, "id"),
        ({"text": "a", "id": 10**40}, "id"),
        ({"text": "a", "id": 1.5}, "id"),
        ({"text": "a", "tags": ["a", 1]}, "tags[1]"),
        ({"text": "a", "tags": ["a"] * 4}, "tags"),
        ({"text": "a", "more": 1}, "more"),
        ({"text": "a", "inner": {"value": "b", "__proto__": {}}}, "inner.__proto__"),
        ([], "body"),
        ("text", "body"),
        (None, "body"),
    ],
)
async def test_a_wrong_type_or_an_unknown_field_is_named(
    client: httpx.AsyncClient, body: object, field: str
) -> None:
    answered = await client.post("/echo", json=body)
    assert answered.status_code == 400
    failure = error(answered)
    assert failure["code"] == "invalid"
    assert list(failure["fields"]) == [field]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"nonsense",
        b'{"text":NaN}',
        b'{"text":"a","id":Infinity}',
        b'{"text":"a"} {"text":"b"}',
        b'{"text":"\xff\xfe"}',
        b'{"\xff":"a"}',
        b'{"text":"\\ud800 is a lone surrogate"}',
        b'{"text":"\\udc00\\ud800"}',
        b'{"text":"a\x00b"}',
        b'\xef\xbb\xbf{"text":"a"}',
        b"[" * 100_000,
        b'{"a":' * 40_000,
        b'{"text":"a","inner":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
    ids=lambda raw: repr(raw[:30]),
)
async def test_what_is_no_json_is_refused_and_never_our_mistake(
    client: httpx.AsyncClient, raw: bytes
) -> None:
    answered = await client.post("/echo", content=raw, headers=JSON)
    assert answered.status_code == 400
    assert error(answered)["code"] in ("malformed_json", "invalid")


async def test_no_body_at_all_is_said_to_be_missing(client: httpx.AsyncClient) -> None:
    answered = await client.post("/echo", headers=JSON)
    assert answered.status_code == 400
    assert error(answered)["fields"] == {"body": "This is missing."}


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_a_body_that_a_form_could_send_is_no_json(
    client: httpx.AsyncClient, kind: str
) -> None:
    answered = await client.post("/echo", content=b'{"text":"a"}', headers={"content-type": kind})
    assert answered.status_code == 415


async def test_ten_megabytes_are_refused_with_the_limit(client: httpx.AsyncClient) -> None:
    raw = b'{"text":"' + b"a" * 10_000_000 + b'"}'
    answered = await client.post("/echo", content=raw, headers=JSON)
    assert answered.status_code == 413
    assert error(answered)["detail"] == {"limit": 256 * 1024}


async def test_a_body_of_no_announced_length_is_counted_as_it_comes() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"a" * 100

    async with serving([echo], max_body=1000) as client:
        answered = await client.post("/echo", content=endless(), headers=JSON)
    assert answered.status_code == 413
    assert error(answered)["detail"] == {"limit": 1000}


async def test_a_body_of_exactly_the_limit_passes_and_one_byte_more_is_refused() -> None:
    def body(size: int) -> bytes:
        return b'{"text":"' + b"a" * (size - 11) + b'"}'

    async with serving([echo], max_body=100) as client:
        exact = await client.post("/echo", content=body(100), headers=JSON)
        more = await client.post("/echo", content=body(101), headers=JSON)
    assert (exact.status_code, more.status_code) == (201, 413)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("needed=a&before=abc", "before"),
        ("needed=a&before=0", "before"),
        ("needed=a&before=-1", "before"),
        ("needed=a&before=99999999999999999999999", "before"),
        ("before=1", "needed"),
    ],
)
async def test_a_wrong_query_is_named(client: httpx.AsyncClient, query: str, field: str) -> None:
    answered = await client.get(f"/page?{query}")
    assert answered.status_code == 400
    assert list(error(answered)["fields"]) == [field]


async def test_an_error_never_quotes_what_was_sent(client: httpx.AsyncClient) -> None:
    for body in (
        {"text": ["canary-text"]},
        {"text": "a", "id": "canary-text"},
        {"text": "a", "kind": "canary-text"},
        {"text": "a", "kind": "\ncanary - at `$.canary`\n"},
    ):
        answered = await client.post("/echo", json=body)
        assert answered.status_code == 400
        assert "canary" not in answered.text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(max_size=200) | _JSON.map(msgspec.json.encode))
async def test_whatever_is_sent_the_answer_is_201_or_a_clear_4xx(raw: bytes) -> None:
    async with serving([echo], public_url=HOME) as client:
        answered = await client.post("/echo", content=raw, headers=JSON)
    assert answered.status_code in (201, 400)
    if answered.status_code == 400:
        error(answered)


@pytest.mark.parametrize("length", ["0" * 5_000 + "12", "9" * 5_000, "twelve", ""])
async def test_a_length_that_is_none_is_no_failure_of_ours(
    client: httpx.AsyncClient, length: str
) -> None:
    headers = JSON | {"content-length": length}
    answered = await client.post("/echo", content=b'{"text":"a"}', headers=headers)
    assert (answered.status_code, error(answered)["code"]) == (400, "bad_request")
