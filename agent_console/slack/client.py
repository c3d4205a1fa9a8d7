"""Calls of Slack's Web API: slack-sdk's client over our own session, without its retries.

No exception leaves this file with what it was caused by, and slack-sdk logs nothing: what it
would say holds what customers wrote, and addresses that open a connection.
"""

import logging
from collections.abc import AsyncIterator, Collection, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agent_console.slack.budgets import Budgets
from agent_console.slack.errors import failed, lost, word_of
from bridge import wirelog
from bridge.channel import (
    OutboundMedia,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
)
from bridge.proxy import way_out

# Shorter than the core waits for a call, so that what happened is classed here.
TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
UPLOAD_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=10)
DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=115, sock_connect=10, sock_read=30)
_CHUNK = 64 * 1024
# Their hosts get the token with a download; the API names the addresses.
_FILES_AT = ".slack.com"
# Whose arguments slack-sdk would put into the address, where a text is too long and is seen.
_FORMS = frozenset({"files.completeUploadExternal"})
NOT_GIVEN = "Slack does not give the file: the app may not read it."

QUIET = logging.getLogger("agent_console.slack.vendor")
QUIET.setLevel(logging.CRITICAL + 1)


class Answered(NamedTuple):
    """What Slack answered, and the headers that came with it."""

    data: Mapping[str, Any]
    headers: Mapping[str, str]


class Client:
    """One app's way to one workspace."""

    def __init__(
        self,
        bot_token: str,
        *,
        app_token: str | None,
        api_base: str,
        proxy: str | None,
        budgets: Budgets,
    ) -> None:
        """Connect to nothing yet."""
        self._token = bot_token
        self._app_token = app_token
        self._base = api_base
        self._proxy = proxy
        self._budgets = budgets
        self._web: AsyncWebClient | None = None
        self._http: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        """Keep the tokens out."""
        return "Client(Slack)"

    async def close(self) -> None:
        """Close the connections; a call after this would open them again."""
        http, self._http, self._web = self._http, None, None
        if http is not None:
            await http.close()

    async def call(
        self,
        method: str,
        *,
        place: str | None = None,
        fine: Collection[str] = (),
        repeatable: bool = False,
        **args: Any,
    ) -> Mapping[str, Any]:
        """Call a method once, when it may go; return Slack's answer. Raises `SendError`.

        A refusal by one of the words in `fine` is as good as done: an empty answer.
        `repeatable` is what is the same when done twice: it is never `OutcomeUnknownError`.
        """
        answered = await self._ask(method, place, fine, repeatable=repeatable, args=args)
        return answered.data

    async def who(self) -> Answered:
        """Ask whose token it is; the headers name its scopes. Raises `SendError`."""
        return await self._ask("auth.test", None, (), repeatable=True, args={})

    async def socket_address(self) -> str:
        """Return an address that opens one connection of Socket Mode; raises `SendError`."""
        args = {"app_token": self._app_token}
        answered = await self._ask("apps.connections.open", None, (), repeatable=True, args=args)
        return str(answered.data["url"])

    async def _ask(
        self,
        method: str,
        place: str | None,
        fine: Collection[str],
        *,
        repeatable: bool,
        args: Mapping[str, Any],
    ) -> Answered:
        done = await self._budgets.take(method, place)
        noted = wirelog.asked(method, lambda: args)
        try:
            response = await self._called(method, args)
            return Answered(response.data, response.headers)
        except SlackApiError as error:
            if word_of(error) in fine:
                return Answered({}, {})
            noted(word_of(error), "")
            failure = failed(error, repeatable=repeatable)
            if isinstance(failure, ThrottledError):
                self._budgets.rest(method, place, failure.after)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = lost(error, repeatable=repeatable)
        finally:
            done()
        # Raised here and not above, so that nothing of what caused it hangs on to it.
        raise failure

    async def _called(self, method: str, args: Mapping[str, Any]) -> Any:
        web = self.web()
        if method in _FORMS:
            return await web.api_call(method, data=dict(args))
        return await getattr(web, method.replace(".", "_"))(**args)

    def web(self) -> AsyncWebClient:
        """Return slack-sdk's own client, made when it is first needed."""
        if self._web is None:
            self._web = AsyncWebClient(
                token=self._token,
                base_url=f"{self._base}/api/",
                session=self.session(),
                retry_handlers=[],
                logger=QUIET,
            )
            # It takes one from the environment; the way out is the session's.
            self._web.proxy = None
        return self._web

    def session(self) -> aiohttp.ClientSession:
        """Return the HTTP session, made when it is first needed."""
        if self._http is None:
            self._http = self.new_session()
        return self._http

    def new_session(self) -> aiohttp.ClientSession:
        """Return a session on our way out, for whoever closes it."""
        return aiohttp.ClientSession(**way_out(self._proxy), timeout=TIMEOUT)

    # --- files ---

    async def upload(self, url: str, media: OutboundMedia) -> None:
        """Bring a file's bytes to an address that Slack gave for it. Raises `SendError`.

        Nothing of it is seen until it is shared, so it may be tried again.
        """
        try:
            with open(media.path, "rb") as content:  # noqa: ASYNC230, PTH123  # aiohttp reads it in a thread.
                async with self.session().post(url, data=content, timeout=UPLOAD_TIMEOUT) as answer:
                    status = answer.status
        except FileNotFoundError:
            failure: SendError = RejectedError("The file is not there.", reason="media_gone")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = lost(error, repeatable=True)
        else:
            if status == HTTPStatus.OK:
                return
            failure = UnavailableError("Slack did not take the file.", reason="unavailable")
        raise failure

    async def fetch(self, url: str) -> AsyncIterator[bytes]:
        """Yield a private file; raises `SendError`."""
        if not self._is_theirs(url):
            raise RejectedError(NOT_GIVEN, reason="media_gone")
        failure: SendError | None = None
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self.session().get(
                url, headers=headers, timeout=DOWNLOAD_TIMEOUT, allow_redirects=False
            ) as answer:
                _check_given(answer, url)
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    yield chunk
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = lost(error, repeatable=True)
        if failure is not None:
            raise failure

    def _is_theirs(self, url: str) -> bool:
        """Say whether an address may be shown the token: Slack's own, or the API's host."""
        parts, base = urlsplit(url), urlsplit(self._base)
        if (parts.scheme, parts.netloc) == (base.scheme, base.netloc):
            return True
        return parts.scheme == "https" and (parts.hostname or "").endswith(_FILES_AT)


def _check_given(answer: aiohttp.ClientResponse, url: str) -> None:
    """Raise what a download means that brings no file: Slack shows a page to sign in at."""
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise RejectedError("Slack does not have this file any more.", reason="media_gone")
    if answer.status >= 500 or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise UnavailableError("Slack does not give the file now.", reason="unavailable")
    is_page = answer.content_type == "text/html" and not urlsplit(url).path.endswith(
        (".html", ".htm")
    )
    if answer.status != HTTPStatus.OK or is_page:
        raise RejectedError(NOT_GIVEN, reason="no_permission")
