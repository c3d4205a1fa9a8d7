"""A route that goes by express answers exactly as it does the long way."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Request, Response, post
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, JSONBody

from bridge.channel import StorageUnavailableError
from bridge.web import ApiError, create_app
from bridge.web.site import Connection
from tests.bridge.web.helpers import HOME, JSON, error, serving

AnyRequest = Request[Any, Any, Any]


class Order(msgspec.Struct, forbid_unknown_fields=True):
    text: str


class Taken(msgspec.Struct):
    said: str


async def signed(connection: Connection, handler: BaseRouteHandler) -> None:
    assert str(handler.opt["place"]) == "shop"
    if connection.headers.get("authorization") == "no":
        raise ApiError(401, "token_invalid", "Sign in first.")


async def take(data: JSONBody[Order], request: AnyRequest) -> Response[Taken]:
    """Take an order, or fail as its text says."""
    match data.text:
        case "slow":
            raise ApiError(429, "slow_down", "Later.", {"retry_after": 7})
        case "full":
            raise StorageUnavailableError("disk full")
        case "broken":
            raise KeyError("секрет")
    known = request.headers.get("x-known") is not None
    return Response(Taken(data.text), status_code=200 if known else 201, headers={"X-Told": "so"})


async def measure(request: AnyRequest) -> Response[dict[str, int]]:
    """Take whatever is sent, or fail as it says."""
    body = await request.body()
    if body == b"broken":
        raise KeyError("секрет")
    return Response({"length": len(body)}, status_code=200)


ROUTES = {
    "/long": post("/long", opt={"place": "shop"}, guards=[signed])(take),
    "/short": post("/short", opt={"place": "shop", "express": True}, guards=[signed])(take),
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with serving(list(ROUTES.values()), max_body=500) as client:
        yield client


async def chunks() -> AsyncIterator[bytes]:
    for _ in range(60):
        yield b'{"text": "          '


def told(answered: httpx.Response) -> tuple[int, Any, dict[str, str]]:
    """Return all of an answer but what is another each time."""
    headers = {name: value for name, value in answered.headers.items() if name != "x-request-id"}
    body = answered.json()
    if "error" in body:
        assert error(answered)
        del body["error"]["request_id"]
        headers.pop("content-length")
    return answered.status_code, body, headers


@pytest.mark.parametrize(
    "asked",
    [
        {"json": {"text": "привіт 👩‍🚀"}},
        {"json": {"text": "again"}, "headers": {"x-known": "yes"}},
        {"json": {"text": "a"}, "headers": {"authorization": "no"}},
        {"json": {"text": 5}},
        {"json": {"text": "a", "more": 1}},
        {"content": b'{"text": ', "headers": JSON},
        {"content": b"\xff\xfe", "headers": JSON},
        {"content": b'{"text": "a"}', "headers": {"content-type": "text/plain"}},
        {"content": b'{"text": "a"}'},
        {
            "content": b'{"text": "a"}',
            "headers": {"content-type": "application/json; charset=utf-8"},
        },
        {"content": b"x" * 501, "headers": JSON},
        {"json": {"text": "slow"}},
        {"json": {"text": "full"}},
        {"json": {"text": "broken"}},
        {"json": {"text": "a"}, "headers": {"host": "evil.example"}},
    ],
    ids=str,
)
async def test_it_answers_as_the_long_way_does(
    client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    long, short = [told(await client.post(path, **asked)) for path in ("/long", "/short")]
    assert short == long


@pytest.mark.parametrize(
    "asked",
    [
        {"content": "привіт"},
        {"content": b""},
        {"content": b"x" * 501},
        {"content": chunks},
        {"content": b"broken"},
        {"content": b"a", "headers": {"authorization": "no"}},
    ],
    ids=range(6),
)
async def test_a_handler_that_reads_the_body_itself_answers_as_the_long_way_does(
    asked: dict[str, Any],
) -> None:
    told_of: dict[str, Any] = {"guards": [signed], "opt": {"place": "shop"}}
    short = told_of | {"opt": {"place": "shop", "express": True}}
    routes = [post("/long", **told_of)(measure), post("/short", **short)(measure)]
    answers = []
    async with serving(routes, max_body=500) as client:
        for path in ROUTES:
            content = asked["content"]
            sent = asked | {"content": content() if callable(content) else content}
            answers.append(told(await client.post(path, **sent)))
    assert answers[0] == answers[1]


async def test_a_body_that_comes_in_pieces_is_limited_too(client: httpx.AsyncClient) -> None:
    for path in ROUTES:
        answered = await client.post(path, content=chunks(), headers=JSON)
        assert (answered.status_code, error(answered)["code"]) == (413, "too_large"), path


async def test_no_body_at_all_is_said_to_be_missing(client: httpx.AsyncClient) -> None:
    for path in ROUTES:
        answered = await client.post(path, headers=JSON)
        assert answered.status_code == 400, path
        assert "missing" in str(error(answered)).lower(), path


async def test_other_methods_of_its_address_are_answered_by_the_framework(
    client: httpx.AsyncClient,
) -> None:
    for path in ROUTES:
        assert (await client.get(path)).status_code == 405
        assert (await client.options(path)).status_code == 204


async def test_a_mistake_of_ours_is_logged_without_its_words(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    await client.post("/short", json={"text": "broken"})
    [told] = caplog.messages
    assert "/short" in told
    assert "KeyError" in told
    assert "секрет" not in caplog.text


async def test_it_is_described_like_any_other(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/schema/openapi.json")).json()["paths"]
    long, short = (paths[path]["post"] for path in ROUTES)
    assert short["requestBody"] == long["requestBody"]
    assert set(short["responses"]) == set(long["responses"])


async def test_without_a_status_of_its_own_an_answer_has_the_handler_s() -> None:
    async def bare(data: JSONBody[Order], request: AnyRequest) -> Response[Taken]:
        return Response(Taken(data.text))

    routes = [post("/long")(bare), post("/short", opt={"express": True})(bare)]
    async with serving(routes) as client:
        long, short = [await client.post(path, json={"text": "a"}) for path in ROUTES]
    assert long.status_code == short.status_code == 201


@pytest.mark.parametrize(
    "more", [{"media_type": "text/plain"}, {"cookies": {"a": "b"}}, {"status_code": 204}], ids=str
)
async def test_an_answer_that_does_not_go_by_express_is_a_mistake_of_ours_and_not_silent(
    more: dict[str, Any],
) -> None:
    async def odd(data: JSONBody[Order], request: AnyRequest) -> Response[Taken]:
        return Response(Taken(data.text), **more)

    async with serving([post("/short", opt={"express": True})(odd)]) as client:
        answered = await client.post("/short", json={"text": "a"})
    assert (answered.status_code, error(answered)["code"]) == (500, "internal")


async def test_a_handler_of_another_shape_is_refused_at_the_start() -> None:
    @post("/{name:str}", opt={"express": True})
    async def named(name: FromPath[str], data: JSONBody[Order]) -> Response[Taken]:
        return Response(Taken(f"{name} {data.text}"))

    with pytest.raises(TypeError, match="express"):
        create_app([named], public_url=HOME, version="1")


async def test_a_plain_function_is_refused_at_the_start() -> None:
    @post("/plain", opt={"express": True}, sync_to_thread=False)
    def plain(data: JSONBody[Order], request: AnyRequest) -> Response[Taken]:
        return Response(Taken(data.text))

    with pytest.raises(TypeError, match="express"):
        create_app([plain], public_url=HOME, version="1")
