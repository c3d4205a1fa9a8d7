"""Which browsers are signed in: one's own and, for owners, everybody's; and the end of each."""

from collections.abc import Iterable

from litestar import delete, get
from litestar.params import FromPath

from agent_console.audit import By
from agent_console.cards import shapes as w
from agent_console.web.api.given import Acting, Given, Me, PathId, require
from agent_console.web.auth import Caller
from agent_console.web.auth.ending import end_all, end_one
from agent_console.web.auth.guard import SESSION_ONLY, VIEWERS_TOO
from agent_console.web.console import Console
from agent_console.web.refusals import api_error
from bridge.models import Session
from bridge.store import sessions as s
from bridge.store.transactions import Tx
from routing.refusal import RefusedError


class OpenSession(w.Shape, frozen=True, kw_only=True, gc=False):
    """A signed-in browser: whose, since when, and when it was used last, to a few minutes.

    `address` is where it signed in from, of IPv6 the network; `browser` and `system` are what
    it says of itself, null for what is unknown. `current` is the one that asks.
    """

    id: int
    agent: str
    created_at: int
    used_at: int
    address: str | None
    browser: str | None
    system: str | None
    current: bool


@get("/me/sessions", opt={SESSION_ONLY: True})
async def own(console: Given, me: Me) -> list[OpenSession]:
    """Return where the caller is signed in, what was used last first."""
    found = await console.read(Tx.all, s.SESSIONS_OF, agent=me.agent.id, now=console.clock.now())
    return await _told(console, me, found)


@delete("/me/sessions", status_code=204, opt={SESSION_ONLY: True, VIEWERS_TOO: True})
async def end_others(console: Given, me: Me, by: Acting) -> None:
    """Sign the caller out everywhere but here."""
    await console.write(end_all, by, me.agent.id, but=me.signed_in.token_hash)


@delete(
    "/me/sessions/{session_id:int}",
    status_code=204,
    opt={SESSION_ONLY: True, VIEWERS_TOO: True},
)
async def end_own(console: Given, me: Me, by: Acting, session_id: PathId) -> None:
    """End a session of the caller's; its consoles close at once."""
    await console.write(_end, by, session_id, me.agent.id)


@get("/sessions", opt={SESSION_ONLY: True})
async def everybodys(console: Given, me: Me) -> list[OpenSession]:
    """Return every signed-in browser; 403 without the right `sessions`."""
    require(console, me, "sessions")
    found = await console.read(Tx.all, s.SESSIONS, now=console.clock.now())
    return await _told(console, me, found)


@delete("/sessions/{session_id:int}", status_code=204, opt={SESSION_ONLY: True})
async def end_anybodys(console: Given, me: Me, by: Acting, session_id: PathId) -> None:
    """End a session, whosever; 403 without the right `sessions`."""
    require(console, me, "sessions")
    await console.write(_end, by, session_id, None)


@delete("/agents/{agent_id:str}/sessions", status_code=204, opt={SESSION_ONLY: True})
async def end_all_of(console: Given, me: Me, by: Acting, agent_id: FromPath[str]) -> None:
    """End every session of an agent, but for the one that asks; 403 without the right."""
    require(console, me, "sessions")
    if agent_id not in console.settings.agents:
        raise api_error(RefusedError("not_found"))
    await console.write(end_all, by, agent_id, but=me.signed_in.token_hash)


async def _told(console: Console, me: Caller, found: Iterable[Session]) -> list[OpenSession]:
    return [await _one(console, me, session) for session in found]


async def _one(console: Console, me: Caller, session: Session) -> OpenSession:
    device = await console.devices.of(session.user_agent or "")
    return OpenSession(
        id=session.id,
        agent=session.agent_id,
        created_at=session.created_at,
        used_at=session.used_at,
        address=session.address,
        browser=device.browser,
        system=device.os,
        current=session.token_hash == me.key,
    )


def _end(tx: Tx, by: By, session_id: int, of: str | None) -> None:
    if not end_one(tx, by, session_id, of=of):
        raise RefusedError("not_found")


HANDLERS = [own, end_others, end_own, everybodys, end_anybodys, end_all_of]
