"""Slack calling us: `/hooks/{surface}`, for events, presses and commands alike.

docs.slack.dev/apis/events-api and docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from slack_sdk.signature import SignatureVerifier

from agent_console.slack.dispatch import Dispatch
from bridge.channel import SendError, StorageUnavailableError
from bridge.clock import Clock
from bridge.web import ApiError

# A message with its blocks and files stays well below it, in bytes.
LARGEST_BODY = 1024 * 1024
_COME_AGAIN = 30


class _Seconds:
    """The clock as slack-sdk asks for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now() / 1000


class Hook:
    """One surface's address."""

    def __init__(
        self, surface_id: str, signing_secret: str, dispatch: Dispatch, clock: Clock
    ) -> None:
        """Answer whoever signs with the secret."""
        self._path = f"/hooks/{surface_id}"
        seconds: Any = _Seconds(clock)
        self._verifier = SignatureVerifier(signing_secret, clock=seconds)
        self._dispatch = dispatch

    def route(self) -> HTTPRouteHandler:
        """Return what serves the address."""
        make = post(
            self._path,
            status_code=200,
            request_max_body_size=LARGEST_BODY,
            include_in_schema=False,
        )
        return make(self.receive)

    async def receive(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Take one thing; 200 is answered once it is stored.

        Raises `ApiError`: 401 for whoever is not Slack, 400 for what is none of Slack's, 503
        when Slack is to come again.
        """
        body = await request.body()
        if not self._is_slacks(body, request.headers):
            raise ApiError(401, "bad_signature", "This is not signed by Slack.")
        kind, payload = _read(body, request.headers.get("content-type", ""))
        if payload.get("type") == "url_verification":
            return Response({"challenge": str(payload.get("challenge", ""))})
        try:
            answer = await self._dispatch.take(kind, payload)
        except (StorageUnavailableError, SendError):
            more = {"retry_after": _COME_AGAIN}
            raise ApiError(503, "come_again", "Nothing was stored; come again.", more) from None
        return Response(dict(answer) or None)

    def _is_slacks(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Say whether the signature is right and no older than five minutes.

        The verifier itself falls over what is no number or no UTF-8: that is no signature.
        """
        try:
            return bool(self._verifier.is_valid_request(body, dict(headers)))
        except Exception:  # noqa: BLE001  # Whatever it is, it is not Slack's.
            return False


def _read(body: bytes, content_type: str) -> tuple[str, dict[str, Any]]:
    """Return what came and its kind, by the names that Socket Mode has; raises `ApiError`."""
    try:
        if content_type.startswith("application/json"):
            return "events_api", _map(json.loads(body))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if "payload" in form:
            return "interactive", _map(json.loads(form["payload"]))
        if "command" in form:
            return "slash_commands", form
    except (ValueError, RecursionError):
        pass
    raise ApiError(400, "malformed", "This is nothing that Slack sends.")


def _map(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError("no map")  # noqa: TRY004  # It is read like what is no JSON.
    return found
