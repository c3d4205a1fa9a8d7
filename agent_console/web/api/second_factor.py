"""The second factor: one's own, set up and switched off; and for owners, everybody's."""

from typing import Annotated, TypeVar

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from agent_console.audit import By
from agent_console.cards import shapes as w
from agent_console.web.api.door import Code, slowing_down
from agent_console.web.api.given import Acting, Body, Given, Me, Nothing, require
from agent_console.web.auth import Caller, Opened
from agent_console.web.auth.guard import SESSION_ONLY, UNPROVEN_TOO, VIEWERS_TOO
from agent_console.web.auth.second_factor import Begun, Mode, reset, switch_off
from agent_console.web.console import Console
from agent_console.web.refusals import api_error
from bridge.store import second_factor as q
from bridge.store.transactions import Tx
from bridge.web import ApiError
from bridge.web.qr import Qr, qr
from routing.refusal import RefusedError

T = TypeVar("T")


class OwnFactor(w.Shape, frozen=True, kw_only=True, gc=False):
    """Whether the caller has a second factor, since when (ms), and recovery codes left.

    `mode` is what the YAML says of it.
    """

    mode: Mode
    since: int | None
    recovery_left: int


class FactorOf(w.Shape, frozen=True, kw_only=True, gc=False):
    """Since when an agent has a second factor (ms), and how many recovery codes."""

    agent: str
    since: int
    recovery_left: int


class ToLearn(w.Shape, frozen=True, kw_only=True, gc=False):
    """What an authenticator app is to learn: in letters, as an address, as a drawing of it."""

    secret: str
    url: str
    qr: Qr


class GivenCode(Body, frozen=True, kw_only=True):
    """A code of the app, or, but to confirm, a recovery code."""

    code: Code


class NewCodes(w.Shape, frozen=True, kw_only=True, gc=False):
    """Recovery codes: this once, and never again."""

    recovery_codes: Annotated[list[str], msgspec.Meta(min_length=1)]


class Confirmed(NewCodes, frozen=True, kw_only=True, gc=False):
    """The same, and the token of the session as it goes on."""

    csrf: str


class SwitchedOff(w.Shape, frozen=True, kw_only=True, gc=False):
    """The token of the session as it goes on."""

    csrf: str


_OWN = {SESSION_ONLY: True, VIEWERS_TOO: True}


@get("/me/second-factor", opt={SESSION_ONLY: True, UNPROVEN_TOO: True})
async def own(console: Given, me: Me) -> OwnFactor:
    """Return whether the caller has a second factor."""
    found = await console.factors.standing(me.agent.id)
    return OwnFactor(
        mode=console.factors.mode,
        since=None if found is None else found.confirmed_at,
        recovery_left=0 if found is None else found.recovery_left,
    )


@post("/me/second-factor", status_code=200, opt=_OWN | {UNPROVEN_TOO: True})
async def set_up(
    console: Given,
    me: Me,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> Response[ToLearn]:
    """Begin with a new secret; 409 where there is a second factor already."""
    begun = await console.factors.set_up(me.agent.id)
    return _for_one(ToLearn(secret=begun.secret, url=begun.address, qr=qr(begun.address)))


@post("/me/second-factor/confirm", status_code=200, opt=_OWN | {UNPROVEN_TOO: True})
async def confirm(
    console: Given, me: Me, by: Acting, data: JSONBody[GivenCode]
) -> Response[Confirmed]:
    """Have it count from the first code on; the caller's other sessions end."""
    begun = await console.factors.begun(me.agent.id, data.code)
    found = await console.write(_confirm, console, me, by, begun)
    if found is None:
        raise ApiError(409, "second_factor_state", "It was set up elsewhere just now.")
    opened, made = found
    return _goes_on(
        console, opened, Confirmed(csrf=opened.caller.signed_in.csrf, recovery_codes=made)
    )


@post("/me/second-factor/recovery-codes", status_code=200, opt=_OWN)
async def renew_codes(
    console: Given, me: Me, by: Acting, data: JSONBody[GivenCode]
) -> Response[NewCodes]:
    """Return new recovery codes for a fresh code; those of before open nothing any more."""
    await _spend(console, me, by, data.code)
    made = await console.write(console.factors.renew_codes, by, me.agent.id)
    return _for_one(NewCodes(recovery_codes=made))


@post("/me/second-factor/off", status_code=200, opt=_OWN)
async def turn_off(
    console: Given, me: Me, by: Acting, data: JSONBody[GivenCode]
) -> Response[SwitchedOff]:
    """Switch it off with a fresh code; the caller's other sessions end."""
    await _spend(console, me, by, data.code)
    opened = await console.write(_off, console, me, by)
    return _goes_on(console, opened, SwitchedOff(csrf=opened.caller.signed_in.csrf))


@get("/second-factors", opt={SESSION_ONLY: True})
async def everybodys(console: Given, me: Me) -> list[FactorOf]:
    """Return who has a second factor; 403 without the right `sessions`."""
    require(console, me, "sessions")
    found = await console.read(Tx.all, q.STANDINGS)
    return [
        FactorOf(agent=one.agent_id, since=one.confirmed_at, recovery_left=one.recovery_left)
        for one in found
    ]


@delete("/agents/{agent_id:str}/second-factor", status_code=204, opt={SESSION_ONLY: True})
async def take_away(console: Given, me: Me, by: Acting, agent_id: FromPath[str]) -> None:
    """Take an agent's second factor away, who has lost it; 403 without the right `sessions`.

    Their sessions end. One's own is switched off with a code of it.
    """
    require(console, me, "sessions")
    if agent_id not in console.settings.agents:
        raise api_error(RefusedError("not_found"))
    if agent_id == me.agent.id:
        raise ApiError(409, "second_factor_own", "Switch your own off with a code of it.")
    await console.write(reset, by, agent_id)


async def _spend(console: Console, me: Caller, by: By, code: str) -> None:
    if await console.factors.standing(me.agent.id) is None:
        raise ApiError(409, "second_factor_state", "There is no second factor.")
    with slowing_down():
        await console.factors.spend(me.agent.id, code, by)


def _confirm(
    tx: Tx, console: Console, me: Caller, by: By, begun: Begun
) -> tuple[Opened, list[str]] | None:
    made = console.factors.confirm(tx, by, begun)
    return None if made is None else (console.sign_in.renewed(tx, me, "code"), made)


def _off(tx: Tx, console: Console, me: Caller, by: By) -> Opened:
    switch_off(tx, by, me.agent.id)
    return console.sign_in.renewed(tx, me, None)


def _for_one(told: T) -> Response[T]:
    return Response(told, headers={"Cache-Control": "no-store"})


def _goes_on(console: Console, opened: Opened, told: T) -> Response[T]:
    answer = _for_one(told)
    answer.set_cookie(console.cookie.holding(opened.token))
    return answer


HANDLERS = [own, set_up, confirm, renew_codes, turn_off, everybodys, take_away]
