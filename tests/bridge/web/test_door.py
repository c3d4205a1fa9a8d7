"""What every answer has, what is served once, and what OpenAPI says of it all."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import pytest
from litestar import Request, WebSocket, get, post, websocket
from litestar.params import JSONBody
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from bridge.web import HasRoutes, create_app, own_origin_only
from bridge.web.front import BrokenOffError
from tests.bridge.web.helpers import HOME, serving


class Body(msgspec.Struct, forbid_unknown_fields=True):
    text: str


@get("/shared")
async def shared() -> str:
    return "once"


@post("/said")
async def said(data: JSONBody[Body]) -> Body:
    """Say it."""
    return data


class Shop:
    """A channel with an address of its own and one that its kind shares."""

    def __init__(self, name: str) -> None:
        """Serve `/<name>`."""
        self.name = name

    def routes(self) -> Sequence[ControllerRouterHandler]:
        @get(f"/{self.name}")
        async def own() -> str:
            return self.name

        return [shared, own]


async def test_two_channels_of_a_kind_share_a_handler_and_have_their_own() -> None:
    assert isinstance(Shop("a"), HasRoutes)
    async with serving([Shop("a"), Shop("b")]) as client:
        for path, text in (("/shared", "once"), ("/a", "a"), ("/b", "b")):
            assert (await client.get(path)).text == text


@pytest.mark.parametrize("path", ["/shared", "/nowhere", "/schema/openapi.json"])
async def test_every_answer_has_the_strict_headers(path: str) -> None:
    async with serving([shared]) as client:
        headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


async def test_a_handler_may_replace_a_header_and_it_is_sent_once() -> None:
    @get("/kept", response_headers={"Cache-Control": "public, max-age=60"})
    async def kept() -> str:
        return ""

    async with serving([kept]) as client:
        answered = await client.get("/kept")
    assert answered.headers.get_list("cache-control") == ["public, max-age=60"]


async def test_an_answer_that_breaks_off_ends_the_connection_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @get("/half")
    async def half() -> Stream:
        async def body() -> AsyncIterator[bytes]:
            yield b"first"
            raise RuntimeError("canary")

        return Stream(body())

    with pytest.raises(BrokenOffError):
        async with serving([half]) as client:
            await client.get("/half")
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


async def test_openapi_describes_bodies_and_our_own_failures() -> None:
    async with serving([said]) as client:
        schema: dict[str, Any] = (await client.get("/schema/openapi.json")).json()
    assert schema["openapi"].startswith("3.1")
    assert schema["info"]["version"] == "1.2.3"
    operation = schema["paths"]["/said"]["post"]
    assert operation["description"] == "Say it."
    assert "requestBody" in operation
    ref = {"schema": {"$ref": "#/components/schemas/FailureBody"}}
    for status in ("400", "default"):
        assert operation["responses"][status]["content"]["application/json"] == ref
    assert {"FailureBody", "Failure", "Body"} <= {
        name.rpartition("_")[2] for name in schema["components"]["schemas"]
    }


async def test_the_schema_loads_nothing_from_anywhere_else() -> None:
    async with serving([said]) as client:
        for path in ("/schema", "/schema/openapi.json"):
            answered = await client.get(path)
            assert "json" in answered.headers["content-type"]
        for page in ("swagger", "redoc", "elements", "rapidoc", "scalar"):
            assert (await client.get(f"/schema/{page}")).status_code == 404


# --- websockets ---


@websocket("/live", guards=[own_origin_only(HOME)])
async def live(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    await socket.close(4000)


@websocket("/failing")
async def failing(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    raise RuntimeError("canary")


async def _connect(path: str, **headers: str) -> list[dict[str, Any]]:
    """Return what the application sends to a websocket that connects and listens."""
    sent: list[dict[str, Any]] = []
    told = {"host": "127.0.0.1:8080"} | headers
    scope: Any = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(n.encode(), v.encode()) for n, v in told.items()],
        "client": ("127.0.0.1", 1),
        "subprotocols": [],
    }
    received = iter([{"type": "websocket.connect"}])

    async def receive() -> Any:
        return next(received, {"type": "websocket.disconnect", "code": 1001})

    async def send(message: Any) -> None:
        sent.append(message)

    app = create_app([live, failing], public_url=HOME, version="1")
    await app(scope, receive, send)
    return sent


async def test_a_websocket_of_our_own_pages_is_accepted() -> None:
    sent = await _connect("/live", origin=HOME)
    assert [one["type"] for one in sent] == ["websocket.accept", "websocket.close"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": HOME, "host": "evil.example"},
    ],
)
async def test_any_other_websocket_is_refused_before_it_is_accepted(
    headers: dict[str, str],
) -> None:
    sent = await _connect("/live", **headers)
    assert [one["type"] for one in sent] == ["websocket.close"]


async def test_a_websocket_that_fails_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent = await _connect("/failing")
    assert [one["type"] for one in sent] == ["websocket.accept", "websocket.close"]
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text
    assert "canary" not in str(sent)


async def test_a_page_asked_for_as_a_websocket_is_refused() -> None:
    sent = await _connect("/schema/openapi.json", origin=HOME)
    assert [one["type"] for one in sent] == ["websocket.close"]


async def test_a_request_knows_its_own_id() -> None:
    @get("/id", sync_to_thread=False)
    def own_id(request: Request[Any, Any, Any]) -> str:
        return str(request.scope["state"]["request_id"])

    async with serving([own_id]) as client:
        answered = await client.get("/id")
    assert answered.text == answered.headers["x-request-id"]


async def test_nothing_is_loaded_for_types_that_are_not_ours() -> None:
    app = create_app([shared], public_url=HOME, version="1")
    homes = {type(plugin).__module__ for plugin in app.litestar.plugins}
    assert not [home for home in homes if "pydantic" in home or "attrs" in home]
