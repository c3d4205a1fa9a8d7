"""Calls of the Bot API: aiogram's methods over its session, without retries, results raw.

No exception leaves this file with what it was caused by: aiogram's hold the method with the
customer's text, and aiohttp's the address with the bot's token.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import msgspec
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.methods import GetFile, TelegramMethod
from aiogram.methods.base import Response

from bridge import wirelog
from bridge.botapi.errors import failed, lost, not_answered, says
from bridge.channel import (
    MediaTooLargeError,
    MisconfiguredError,
    RejectedError,
    SendError,
    UnavailableError,
)
from bridge.proxy import way_out

# Shorter than the core waits for a send, so that what happened is classed here.
TIMEOUT = aiohttp.ClientTimeout(total=40, sock_connect=10)
UPLOAD_TIMEOUT = aiohttp.ClientTimeout(total=55, sock_connect=10)
DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=115, sock_connect=10, sock_read=30)
# aiogram itself takes a quarter of a second for it.
GOODBYE = 0.01
# core.telegram.org/bots/api#getfile
LARGEST_DOWNLOAD = 20 * 1024 * 1024
_CHUNK = 64 * 1024
# aiogram asks a method for the type of its result. Ours are taken as they are: a result that
# its models do not understand yet would otherwise turn a message that went out into an error.
_UNTYPED = SimpleNamespace(__returning__=Any)


class _NoAnswerError(Exception):
    """What came back is no answer of a Bot API server, but of something before it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status} without an answer of the Bot API")
        self.status = status


class _Session(AiohttpSession):
    """aiogram's session, on our way out, and with raw results."""

    def __init__(self, api: TelegramAPIServer, proxy: str | None) -> None:
        super().__init__(api=api, json_loads=msgspec.json.decode)
        self._through = proxy

    async def create_session(self) -> aiohttp.ClientSession:
        """Return the HTTP session, made when it is first needed."""
        if self._session is None or self._session.closed:
            way = way_out(self._through, **self._connector_init | {"ttl_dns_cache": 300})
            self._session = aiohttp.ClientSession(**way)
        return self._session

    async def close(self) -> None:
        """Close the HTTP session; the other side learns of it in the loop's next turns."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(GOODBYE)

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Return what is posted: JSON, or a form where there are files to go with it.

        core.telegram.org/bots/api#making-requests knows both, and a form takes four times as
        long to make.
        """
        files: dict[str, Any] = {}
        # A field that was not set is None, or what the bot has as its default: ours has none.
        given = {
            name: self.prepare_value(getattr(method, name), bot, files, _dumps_json=False)
            for name in method.model_fields_set
        }
        if files:
            return super().build_form_data(bot, method)
        # As in aiogram's form, nothing is said of what is empty.
        body = {name: value for name, value in given.items() if value not in (None, "")}
        return aiohttp.BytesPayload(msgspec.json.encode(body), content_type="application/json")

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str
    ) -> Response[Any]:
        """Raise aiogram's error for a refusal; it holds no method, and so no text."""
        del method
        untyped = cast("TelegramMethod[Any]", _UNTYPED)
        try:
            return super().check_response(bot, untyped, status_code, content)
        except (ClientDecodeError, TypeError):
            # No JSON, or none of theirs; aiogram trips over a refusal that gives no reason.
            pass
        raise _NoAnswerError(status_code)


class Client:
    """One bot's way to its Bot API server."""

    def __init__(
        self,
        token: str,
        *,
        api_base: str,
        proxy: str | None = None,
        refused: Callable[[TelegramAPIError], SendError] = failed,
    ) -> None:
        """Connect to nothing yet; `refused` says what a call meant that did not end well."""
        self._refused = refused
        self._session = _Session(TelegramAPIServer.from_base(api_base), proxy)
        self._bot = Bot(token, session=self._session)

    def __repr__(self) -> str:
        """Keep the token out."""
        return f"Client(bot {self._bot.id})"

    async def close(self) -> None:
        """Close the connections; a call after this would open them again."""
        await self._session.close()

    async def call(
        self,
        method: TelegramMethod[Any],
        *,
        within: aiohttp.ClientTimeout = TIMEOUT,
        unless: str = "",
    ) -> Any:
        """Call a method once; return its result as JSON has it. Raises `SendError`.

        A refusal whose description has the words `unless` is as good as done: `None`.
        """
        answered = wirelog.asked(
            type(method).__name__, lambda: method.model_dump(exclude_none=True)
        )
        try:
            # aiogram types it as a number of seconds, and hands it to aiohttp as it is.
            return await self._bot(method, request_timeout=cast("int", within))
        except TelegramAPIError as error:
            if unless and says(error, unless):
                return None
            answered(type(error).__name__, error.message)
            failure = self._refused(error)
        except _NoAnswerError as error:
            answered(error.status, "")
            failure = not_answered(error.status)
        # Raised here and not above, so that nothing of what caused it hangs on to it.
        raise failure

    async def download(self, file_id: str) -> AsyncIterator[bytes]:
        """Yield a file; raises `SendError`, and `MediaTooLargeError` past Telegram's limit."""
        path = await self._path_of(file_id)
        if path.startswith("/"):
            raise MisconfiguredError(
                "The Bot API server runs with --local and gives no files over HTTP.",
                reason="misconfigured",
            )
        failure: SendError | None = None
        try:
            async with contextlib.aclosing(self._chunks(path)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            failure = lost(error)
        if failure is not None:
            raise failure

    async def _path_of(self, file_id: str) -> str:
        try:
            found = await self.call(GetFile(file_id=file_id))
        except RejectedError as error:
            if error.reason == "too_large":
                raise MediaTooLargeError(LARGEST_DOWNLOAD) from None
            raise
        return str(found["file_path"])

    async def _chunks(self, path: str) -> AsyncGenerator[bytes, None]:
        http = await self._session.create_session()
        url = self._session.api.file_url(self._bot.token, path)
        async with http.get(url, timeout=DOWNLOAD_TIMEOUT) as answer:
            if answer.status != HTTPStatus.OK:
                raise _not_given(answer.status)
            async for chunk in answer.content.iter_chunked(_CHUNK):
                yield chunk


def _not_given(status: int) -> SendError:
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return RejectedError("Telegram does not have this file any more.", reason="media_gone")
    return UnavailableError("Telegram does not give the file now.", reason="unavailable")
