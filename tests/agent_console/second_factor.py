"""An agent with an authenticator app, for tests."""

from dataclasses import dataclass

import httpx
import pyotp

from tests.agent_console.office import Agent, Office


@dataclass(frozen=True)
class App:
    """The app on an agent's phone, whose clock is the office's."""

    office: Office
    secret: str

    def code(self, *, later: int = 0) -> str:
        """Return the code of now, or of so many seconds later."""
        return pyotp.TOTP(self.secret).at(self.office.clock.now() // 1000 + later)


async def set_up(office: Office, agent: Agent) -> tuple[App, list[str]]:
    """Give an agent a second factor; return their app and the recovery codes.

    The code that confirmed it counts no more: half a minute passes.
    """
    app = App(office, (await agent.post("/api/me/second-factor"))["secret"])
    answer = await agent.post("/api/me/second-factor/confirm", {"code": app.code()})
    agent.csrf = answer["csrf"]
    office.clock.tick(30)
    return app, answer["recovery_codes"]


async def knock(
    office: Office, password: str, code: str | None = None, *, login: str = "pavel"
) -> httpx.Response:
    """Sign in from a new browser."""
    body = {"login": login, "password": password} | ({} if code is None else {"code": code})
    return await office.stranger().ask("POST", "/api/session", body)
