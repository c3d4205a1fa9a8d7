"""The walk to a provider and back, as a browser walks it."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.agent_console.office import Agent, Office


def desk_with(issuer: str, **more: Any) -> dict[str, Any]:
    """Return what the YAML says of a provider."""
    oidc = {"issuer": issuer, "client_id": "desk", "client_secret": "${OIDC_SECRET}"}
    second = {key: more.pop(key) for key in ("demands",) if key in more}
    console = {"type": "web", "oidc": oidc | more}
    if second:
        console["second_factor"] = second["demands"]
    return {"staff": {"console": console}}


def in_the_present(office: Office) -> None:
    """Set the office's clock to the time that everybody else has."""
    office.clock.jump(time.time() - office.clock.now() / 1000)


async def go_there(browser: Agent) -> str:
    """Press the button; return where one is sent."""
    url: str = (await browser.post("/api/session/oidc"))["url"]
    return url


async def come_back(browser: Agent, answer: Mapping[str, str]) -> httpx.Response:
    """Follow the provider back to us."""
    return await browser.http.get("/api/session/oidc/callback", params=dict(answer))


def problem(answer: httpx.Response) -> str | None:
    """Return why nobody was let in, which the page says; `None` where somebody was."""
    assert answer.status_code == 302, answer.text
    assert answer.headers["cache-control"] == "no-store"
    fragment = urlsplit(answer.headers["location"]).fragment
    return dict(parse_qsl(fragment)).get("problem")


async def who(browser: Agent) -> str | None:
    """Return who is signed in with this browser."""
    answer = await browser.ask("GET", "/api/session")
    return None if answer.status_code == 401 else str(answer.json()["agent"]["id"])
