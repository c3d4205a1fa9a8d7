"""The addresses: /livez, /readyz, /metrics and /-/reload. No page, and nobody's text."""

import asyncio
import socket
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.plugins.base import PluginProtocol

from bridge.private.door import by_hand, local_names
from bridge.private.metrics import Metrics
from bridge.private.probes import alive, readiness
from bridge.private.program import Phase, Program
from bridge.reload.anew import Reloading
from bridge.reload.answer import Answer
from bridge.settings import as_data
from bridge.web.errors import ApiError, handle, log_unexpected
from bridge.web.headers import ALWAYS

_JSON = "application/json"
# Nothing is asked for with a body.
_LARGEST_BODY = 4096
_DEAD = "the writer has ended, or something is in hand for ever\n"
_STATUS = {"configuration": 422, "storage": 503, "internal": 500, None: 200}


class _Plain(Litestar):
    """Litestar without what it would load for kinds of types that are not here."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return plugins


def private_app(
    listening: socket.socket, program: Program, reloading: Reloading, phase: Phase
) -> Litestar:
    """Return the application behind `listening`."""
    metrics = Metrics(program, reloading)

    @get("/livez", media_type="text/plain")
    async def livez() -> Response[str]:
        # That this is answered at all says that the loop goes round.
        lives = alive(program)
        return Response("ok\n" if lives else _DEAD, status_code=200 if lives else 503)

    @get("/readyz")
    async def readyz(request: Request[Any, Any, Any]) -> Response[bytes]:
        found = await readiness(program, phase)
        if "verbose" not in request.query_params:
            found = msgspec.structs.replace(found, checks=())
        return _json(found, 200 if found.ready else 503)

    @get("/metrics")
    async def told(request: Request[Any, Any, Any]) -> Response[bytes]:
        written, kind = await metrics.exposition(request.headers.get("accept", ""))
        return Response(written, headers={"content-type": kind})

    @post("/-/reload", status_code=200, guards=[by_hand(listening)])
    async def reload() -> Response[bytes]:
        if phase.now != "running":
            raise ApiError(503, "unavailable", f"The program is {phase.now}.")
        try:
            answer = await reloading.ask()
        except asyncio.CancelledError:
            raise ApiError(503, "unavailable", "The program is stopping.") from None
        return _json(_told(answer), _STATUS[answer.trouble])

    return _Plain(
        route_handlers=[livez, readyz, told, reload],
        guards=[local_names(listening)],
        request_max_body_size=_LARGEST_BODY,
        exception_handlers={Exception: handle},
        after_exception=[log_unexpected],
        response_headers=dict(ALWAYS),
        openapi_config=None,
        logging_config=None,
    )


def _told(answer: Answer) -> dict[str, Any]:
    """Return a reload as a program reads it, and `said` as a person does."""
    if answer.ok:
        return {"changed": answer.changed, "restart": answer.restart, "said": answer.text}
    codes: dict[str | None, str] = {"configuration": "bad_configuration", "storage": "unavailable"}
    first, *_ = answer.text.splitlines()
    error = {"code": codes.get(answer.trouble, "internal"), "message": first}
    return {"error": error, "said": answer.text, **as_data(answer.problems)}


def _json(body: Any, status: int) -> Response[bytes]:
    return Response(msgspec.json.encode(body) + b"\n", status_code=status, media_type=_JSON)
