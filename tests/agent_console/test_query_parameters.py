"""Every address of the console that takes query parameters answers whatever stands in them.

Which there are is read from the program's own description, so that a new one is tried too.
"""

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from tests.agent_console.office import ORIGIN, Agent, Office

pytestmark = pytest.mark.slow
# As they stand in the address: whatever a client could tidy up is written out.
ODD = {
    "nothing": "",
    "a space": "%20",
    "plus": "+",
    "zero": "0",
    "minus one": "-1",
    "half": "1.5",
    "with an exponent": "1e3",
    "no number": "NaN",
    "without end": "Infinity",
    "with a line under it": "1_0",
    "another script's digits": "%D9%A1%D9%A2",
    "the last of our ids": str(2**53 - 1),
    "the last of 63 bits": str(2**63 - 1),
    "past 63 bits": str(2**63),
    "below 63 bits": str(-(2**63) - 1),
    "400 digits": "9" * 400,
    "5,000 digits": "9" * 5_000,
    "true": "true",
    "null": "null",
    "a list": "[1]",
    "an object": "%7B%22a%22%3A1%7D",
    "NUL": "%00",
    "NUL within": "ab%00cd",
    "no UTF-8": "%ff%fe",
    "half a character": "%D0",
    "half a pair": "%ED%A0%80",
    "too long a character": "%C0%AF",
    "half an escape": "%",
    "no escape": "%zz",
    "an escaped escape": "%2500",
    "beyond the BMP": "%F0%9F%A6%8A",
    "of both directions": "%E2%80%AE%D7%A9",
    "a quote": "%27%20OR%201%3D1%20--",
    "marks of a pattern": "%25_%5C*",
    "many commas": "," * 200,
    "a day that is none": "2026-02-30",
    "a day before all": "0001-01-01",
    "a day after all": "9999-12-31",
    "a page that is none": "0.1.2.3",
    "a page past all": f"0.{2**70}.{2**70}",
    "very long": "x" * 10_000,
}
# How a parameter can be written otherwise than once with its value.
SHAPES = (
    "{name}",
    "{name}=&{name}=",
    "{name}=1&{name}=2",
    "{name}=1&{name}=%00",
    "{name}[]=1",
    "{name}[a]=1",
    "{name}=1;{name}=2",
    "{name}%00=1",
    "{name}%ff=1",
    "&&{name}=1&&=&",
    "=1&{name}==1",
)
# What a parameter that must be there can be.
GOOD = {"folder": "all", "kind": "image", "q": "a", "table": "days", "with": "pavel"}


class Door(NamedTuple):
    """An address that takes query parameters, and which of them must be there."""

    path: str
    names: tuple[str, ...]
    needed: tuple[str, ...]

    def address(self, written: str, *names: str) -> str:
        """Return the address with these parameters written like this."""
        others = [f"{one}={GOOD[one]}" for one in self.needed if one not in names]
        return f"{self.path}?{'&'.join([written, *others])}"


async def doors(agent: Agent, ids: dict[str, int]) -> list[Door]:
    """Return every such address, about somebody who is there."""
    described = (await agent.ask("GET", "/schema/openapi.json", expect=200)).json()
    found = []
    for path, methods in described["paths"].items():
        asked = [
            one for one in methods.get("get", {}).get("parameters", []) if one["in"] == "query"
        ]
        if path.startswith("/api/") and asked:
            names = tuple(one["name"] for one in asked)
            needed = tuple(one["name"] for one in asked if one.get("required"))
            found.append(Door(path.format_map(ids), names, needed))
    assert len(found) > 10
    return found


def addresses(door: Door) -> Iterator[str]:
    """Return the door's addresses with each of its parameters odd in each way."""
    for name in door.names:
        for value in ODD.values():
            yield door.address(f"{name}={value}", name)
        for shape in SHAPES:
            yield door.address(shape.format(name=name), name)


def any_address(door: Door, chance: random.Random) -> str:
    """Return an address of the door's with some of its parameters, or others, as may come."""
    names = chance.choices((*door.names, *GOOD, "nothing"), k=chance.randint(1, 6))
    written = [f"{name}={any_value(chance)}" for name in names]
    return door.address("&".join(written), *names)


def any_value(chance: random.Random) -> str:
    """Return a good value, an odd one, or bytes, escaped or as they are."""
    kind = chance.random()
    if kind < 0.3:
        return chance.choice((*GOOD.values(), "1", "2026-01-01", "site", "true"))
    if kind < 0.6:
        return chance.choice(tuple(ODD.values()))
    length = chance.choice((1, 2, 5, 40))
    if kind < 0.8:
        return "".join(f"%{one:02x}" for one in chance.randbytes(length))
    return "".join(chance.choices("01.-+%&=;,[]{}'\"\\_:*/?azАї🦊", k=length))


class AsWritten:
    """A client's way to the program on which nobody tidies up what stands behind the `?`."""

    def __init__(self, office: Office, agent: Agent) -> None:
        """Ask as this agent."""
        self._app, self._query = office.app, b""
        transport = httpx.ASGITransport(self)
        self._http = httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, cookies=agent.http.cookies
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on with its query."""
        await self._app({**scope, "query_string": self._query}, receive, send)

    async def complaint(self, address: str) -> str | None:
        """Return what is wrong with the answer to an address; nothing is best."""
        path, _, query = address.partition("?")
        self._query = query.encode()
        answer = await self._http.get(path)
        right = answer.is_success or (400 <= answer.status_code < 500 and _is_refusal(answer))
        return None if right else f"{address[:200]}: {answer.status_code} {answer.text[:300]}"


def _is_refusal(answer: httpx.Response) -> bool:
    told: Any = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    error = told.get("error", {})
    return {"code", "message", "request_id"} <= error.keys() and bool(error["message"])


async def asked_about(office: Office, agent: Agent) -> dict[str, int]:
    """Let there be something to ask about; return the ids that stand in addresses."""
    conversation, message = await office.customer_writes("чи є гарбуз")
    contact = (await agent.row(conversation))["conversation"]["contact"]["id"]
    chat = await agent.post("/api/chats", {"members": ["pavel"]}, expect=201)
    return {
        "conversation_id": conversation,
        "message_id": message,
        "contact_id": contact,
        "chat_id": chat["id"],
    }


async def test_each_address_answers_what_it_is_asked_as_it_should_be(office: Office) -> None:
    olga = await office.sign_in("olga")
    ids = await asked_about(office, olga)
    for door in await doors(olga, ids):
        # The one message is no mail.
        expected = 404 if door.path.startswith("/api/originals/") else 200
        await olga.ask("GET", door.address("nothing=1"), expect=expected)


async def test_an_odd_value_of_any_parameter_is_refused_or_harmless(office: Office) -> None:
    olga = await office.sign_in("olga")
    ids = await asked_about(office, olga)
    written = AsWritten(office, olga)
    wrong = [
        said
        for door in await doors(olga, ids)
        for address in addresses(door)
        if (said := await written.complaint(address)) is not None
    ]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_several_parameters_are_it_is_refused_or_harmless(
    office: Office, seed: int
) -> None:
    chance = random.Random(seed)
    olga = await office.sign_in("olga")
    ids = await asked_about(office, olga)
    written = AsWritten(office, olga)
    wrong = [
        said
        for door in await doors(olga, ids)
        for _ in range(30)
        if (said := await written.complaint(any_address(door, chance))) is not None
    ]
    assert wrong == [], "\n".join(wrong)
