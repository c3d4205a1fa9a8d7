"""One body for every failure, and nothing in it or in the log that is not ours to tell."""

import logging
from typing import cast

import httpx
import msgspec
import pytest
from litestar import get, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import JSONBody
from litestar.types import Scope
from uvicorn.protocols.utils import ClientDisconnected

from bridge.channel import StorageUnavailableError
from bridge.web import ApiError, slow_down
from bridge.web.errors import log_unexpected
from tests.bridge.web.helpers import error, serving

CANARY = "canary-слово-🐤"


class Body(msgspec.Struct, forbid_unknown_fields=True):
    text: str


@get("/taken")
async def taken() -> None:
    raise ApiError(409, "taken", "Anna has taken it.", {"name": "Анна"}, {"agent": "Not you."})


@get("/locked")
async def locked() -> None:
    raise StorageUnavailableError(f"database is locked at {CANARY}")


@get("/hurried")
async def hurried() -> None:
    raise slow_down(17)


@post("/broken")
async def broken(data: JSONBody[Body]) -> None:
    try:
        int(data.text)
    except ValueError as cause:
        raise RuntimeError(f"could not read {data.text}") from cause


@get("/vendor")
async def vendor() -> None:
    raise NotAuthorizedException(detail=CANARY)


@get("/unspeakable")
async def unspeakable() -> object:
    return object()


async def test_an_api_error_says_all_it_knows() -> None:
    async with serving([taken]) as client:
        answered = await client.get("/taken")
    assert answered.status_code == 409
    failure = error(answered)
    failure.pop("request_id")
    assert failure == {
        "code": "taken",
        "message": "Anna has taken it.",
        "detail": {"name": "Анна"},
        "fields": {"agent": "Not you."},
    }


async def test_a_storage_failure_is_503_and_says_when_to_come_back() -> None:
    async with serving([locked]) as client:
        answered = await client.get("/locked")
    assert answered.status_code == 503
    assert error(answered)["code"] == "storage_unavailable"
    assert int(answered.headers["retry-after"]) > 0
    assert CANARY not in answered.text


async def test_who_is_too_fast_is_told_for_how_long() -> None:
    async with serving([hurried]) as client:
        answered = await client.get("/hurried")
    assert answered.status_code == 429
    assert answered.headers["retry-after"] == "17"
    assert error(answered)["detail"] == {"retry_after": 17}


async def test_our_own_mistake_tells_the_request_id_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving([broken]) as client:
        answered = await client.post("/broken", json={"text": CANARY})
    assert answered.status_code == 500
    failure = error(answered)
    assert set(failure) == {"code", "message", "request_id"}
    assert CANARY not in answered.text
    assert failure["request_id"] in caplog.text


async def test_the_log_of_a_mistake_has_its_types_and_places_but_not_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving([broken]) as client:
        await client.post("/broken", json={"text": CANARY})
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    said = record.getMessage()
    assert "RuntimeError" in said
    assert "ValueError" in said
    assert "broken" in said
    assert CANARY not in caplog.text
    assert record.exc_info is None


async def test_a_client_that_goes_before_its_socket_is_accepted_is_no_fault_of_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scope = cast("Scope", {"type": "websocket", "path_template": "/live"})
    await log_unexpected(ClientDisconnected(), scope)
    assert caplog.records == []

    await log_unexpected(OSError("the disk is full"), scope)
    assert "/live" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/../../etc/passwd", 404, "not_found"),
        ("DELETE", "/taken", 405, "method_not_allowed"),
        ("GET", "/vendor", 401, "signed_out"),
    ],
)
async def test_the_frameworks_own_failures_have_our_body(
    method: str, path: str, status: int, code: str
) -> None:
    async with serving([taken, vendor]) as client:
        answered = await client.request(method, path)
    assert answered.status_code == status
    assert error(answered)["code"] == code
    assert CANARY not in answered.text


async def test_a_method_that_is_not_taken_says_which_are() -> None:
    async with serving([taken]) as client:
        answered = await client.post("/taken")
    assert "GET" in answered.headers["allow"]


async def test_an_answer_that_cannot_be_written_is_a_500_with_our_body() -> None:
    async with serving([unspeakable]) as client:
        answered = await client.get("/unspeakable")
    assert answered.status_code == 500
    assert error(answered)["code"] == "internal"


async def test_every_request_has_an_id_of_its_own() -> None:
    async with serving([taken]) as client:
        ids = {(await client.get("/taken")).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


async def test_an_id_of_the_senders_own_is_not_believed() -> None:
    async with serving([taken]) as client:
        answered: httpx.Response = await client.get(
            "/taken", headers={"x-request-id": "forged\tid"}
        )
    assert "forged" not in answered.headers["x-request-id"]
