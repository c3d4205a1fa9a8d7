"""A bot for Deskbridge: answers what it knows, and hands everything else to people.

    DESKBRIDGE_URL=https://support.example.com DESKBRIDGE_TOKEN=dbt_... python helper_bot.py

It needs `httpx` and `websockets`. What it tells customers is in `answer_to`: put your own
program, or a model, there.
"""

import asyncio
import json
import logging
import os
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
import websockets

_log = logging.getLogger("helper_bot")

# Words by which a customer asks for a person, in the languages of this desk.
PEOPLE = ("human", "person", "человек", "оператор", "людина", "persona")
TEAM = os.environ.get("DESKBRIDGE_TEAM")


def answer_to(text: str) -> str | None:
    """Return what to answer a customer; `None` where a person has to."""
    words = text.casefold()
    if any(word in words for word in PEOPLE):
        return None
    if "hours" in words or "open" in words:
        return "We are here from 9 to 18, Monday to Friday."
    return "I am a program: ask me when we are open, or write *human* to talk to one."


class Bot:
    """Speaks to the desk with its token."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """Speak through `http`, which knows the address and the token."""
        self._http = http

    async def catch_up(self) -> None:
        """Answer whoever has been waiting: after a start nothing else is known."""
        rows = await self._get("/api/conversations?folder=mine")
        for row in rows["rows"]:
            conversation = row["conversation"]
            if conversation["waiting_since"] is not None:
                page = await self._get(f"/api/conversations/{conversation['id']}/messages")
                said = [one for one in page["messages"] if one["kind"] == "incoming"]
                await self.answer(said[-1])

    async def take_in(self, frame: Mapping[str, Any]) -> None:
        """Do what a frame of `/api/live` calls for."""
        if frame["type"] == "reset":
            await self.catch_up()
        elif frame["type"] == "changes":
            written = [one for one in frame["messages"] if one["kind"] == "incoming"]
            new = {row["conversation"]["id"]: row for row in frame["rows"]}
            for message in written:
                await self.answer(message)
            # Given to us by a person: what its customer said came before.
            if new and not written:
                await self.catch_up()

    async def answer(self, message: Mapping[str, Any]) -> None:
        """Answer a message once: the same id again stores nothing new."""
        conversation = f"/api/conversations/{message['conversation_id']}"
        text = answer_to(message["text"])
        key = str(uuid5(NAMESPACE_URL, f"{conversation}/{message['id']}"))
        said = text or "One moment, I am calling a colleague."
        await self._post(
            f"{conversation}/messages", {"client_id": key, "kind": "reply", "text": said}
        )
        if text is None:
            await self.hand_over(conversation)

    async def hand_over(self, conversation: str) -> None:
        """Give a conversation to people; from then on the bot neither sees nor answers it."""
        if TEAM:
            await self._post(f"{conversation}/team", {"team": TEAM})
        else:
            await self._post(f"{conversation}/release", {})

    async def _get(self, path: str) -> Any:
        answer = await self._http.get(path)
        answer.raise_for_status()
        return answer.json()

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        answer = await self._http.post(path, json=body)
        # Somebody else may have it by now (404, 409): then it is theirs.
        if answer.status_code not in (404, 409):
            answer.raise_for_status()


async def follow(url: str, token: str) -> None:
    """Follow what happens for as long as the line holds."""
    headers = {"Authorization": f"Bearer {token}"}
    live = url.replace("http", "ws", 1) + "/api/live"
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as http,
        websockets.connect(live, additional_headers=headers) as line,
    ):
        bot = Bot(http)
        async for raw in line:
            await bot.take_in(json.loads(raw))


async def main() -> None:
    """Come back whenever the line is lost, more slowly each time."""
    url, token = os.environ["DESKBRIDGE_URL"].rstrip("/"), os.environ["DESKBRIDGE_TOKEN"]
    pause = 1.0
    while True:
        try:
            await follow(url, token)
            pause = 1.0
        except (OSError, httpx.HTTPError, websockets.WebSocketException) as error:
            _log.warning("%s; once more in %.0f s", type(error).__name__, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, 60)


if __name__ == "__main__":
    asyncio.run(main())
