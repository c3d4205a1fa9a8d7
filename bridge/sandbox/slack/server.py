"""The HTTP side of the model: calls of methods, uploads, private files, responses."""

import contextlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bridge.sandbox.faults import Faults
from bridge.sandbox.slack.budgets import Budgets
from bridge.sandbox.slack.errors import Refusal, TooFast
from bridge.sandbox.slack.ledger import Call as Called
from bridge.sandbox.slack.ledger import Ledger
from bridge.sandbox.slack.methods import Answer, Call, Method, Tell
from bridge.sandbox.slack.scopes import SCOPES, missing
from bridge.sandbox.slack.team import Team

BOT_TOKEN = "xoxb-sandbox-bot-token-0001"  # noqa: S105  # It opens nothing.
APP_TOKEN = "xapp-sandbox-app-token-0001"  # noqa: S105  # It opens nothing.
# The only method of the app's own token.
CONNECT = "apps.connections.open"


class Server:
    """Answers the app."""

    def __init__(
        self, team: Team, ledger: Ledger, tell: Tell, methods: Mapping[str, Method]
    ) -> None:
        """`tell` tells the app of what its own calls change."""
        self.faults = Faults()
        self.arrived: Counter[str] = Counter()
        """How often each method was called, whatever became of it."""
        self.scopes = set(SCOPES)
        self.token_error = ""
        self._team = team
        self._ledger = ledger
        self._tell = tell
        self._methods = methods
        self._budgets = Budgets(team.now)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve the API and what its answers point to."""
        router.add_route("*", "/api/{method}", self._serve)
        router.add_post("/upload/v1/{id}", self._take_upload)
        router.add_get("/files-pri/{id}/{name}", self._give_file)
        router.add_post("/response/{id}", self._take_response)

    # --- one call ---

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.arrived[method] += 1
        args = await _arguments(request)

        async def answer() -> web.StreamResponse:
            return await self._answer(method, request, args)

        def refuse(error: str) -> web.StreamResponse:
            return self._refused(Refusal(error), method, args)

        return await self.faults.around(method, request, answer, refuse)

    async def _answer(
        self, method: str, request: web.Request, args: Mapping[str, Any]
    ) -> web.StreamResponse:
        try:
            self._check_token(method, request, args)
            answer = {"ok": True, **await self._carry_out(method, args)}
        except Refusal as refusal:
            return self._refused(refusal, method, args)
        except TooFast as error:
            self._note(method, args, "ratelimited")
            headers = {"Retry-After": str(error.after)}
            return web.json_response(_no("ratelimited"), status=429, headers=headers)
        self._note(method, args, None)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}
        return web.json_response(answer, headers=headers)

    async def _carry_out(self, method: str, args: Mapping[str, Any]) -> Answer:
        way = self._methods.get(method)
        if way is None:
            raise Refusal("unknown_method")
        self._budgets.take(method, args.get("channel"))
        return await way(Call(args, self._team, self._tell))

    def _refused(
        self, refusal: Refusal, method: str, args: Mapping[str, Any]
    ) -> web.StreamResponse:
        self._note(method, args, refusal.error)
        return web.json_response({**_no(refusal.error), **refusal.more})

    def _check_token(self, method: str, request: web.Request, args: Mapping[str, Any]) -> None:
        given = _token(request) or args.get("token")
        if not given:
            raise Refusal("not_authed")
        if method == CONNECT:
            if given != APP_TOKEN:
                raise Refusal("not_allowed_token_type" if given == BOT_TOKEN else "invalid_auth")
            return
        if given != BOT_TOKEN:
            raise Refusal("not_allowed_token_type" if given == APP_TOKEN else "invalid_auth")
        if self.token_error:
            raise Refusal(self.token_error)
        needed = missing(method, args, self.scopes)
        if needed:
            raise Refusal("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def _note(self, method: str, args: Mapping[str, Any], error: str | None) -> None:
        shown = {key: value for key, value in args.items() if key != "token"}
        self._ledger.calls.append(Called(method, shown, error, self._team.now()))

    # --- files and responses ---

    async def _take_upload(self, request: web.Request) -> web.StreamResponse:
        file = self._team.files.get(request.match_info["id"])
        body = await request.read()
        if file is None or file.uploaded or len(body) != int(request.query.get("length", "0")):
            raise web.HTTPBadRequest(text="upload failed")
        file.content, file.uploaded = body, True
        return web.Response(text=f"OK - {len(body)}")

    async def _give_file(self, request: web.Request) -> web.StreamResponse:
        """Give a private file; without the token, Slack shows its sign-in page on 200."""
        file = self._team.files.get(request.match_info["id"].rpartition("-")[2])
        if _token(request) != BOT_TOKEN or self.token_error:
            return web.Response(
                text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html"
            )
        if file is None or not file.complete:
            raise web.HTTPNotFound
        return web.Response(body=file.content)

    async def _take_response(self, request: web.Request) -> web.StreamResponse:
        self._ledger.responses.append(await request.json())
        return web.json_response({"ok": True})


def _no(error: str) -> Answer:
    return {"ok": False, "error": error}


def _token(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else None


async def _arguments(request: web.Request) -> Mapping[str, Any]:
    """Return the arguments, wherever they stand: the address, a form, or JSON."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        with contextlib.suppress(ValueError):
            told = await request.json()
            args |= told if isinstance(told, dict) else {}
    elif request.method == "POST":
        args |= dict(await request.post())
    return args
