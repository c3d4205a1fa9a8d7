"""The second factor of an agent: set up, asked for at sign-in, switched off, lost."""

import logging
from dataclasses import dataclass
from typing import Literal

from agent_console.audit import By, Deed, record
from agent_console.web.auth import codes, lockout
from agent_console.web.auth.lockout import Attempt
from bridge.models import Proof, SecondFactor
from bridge.sealed import opened, seal
from bridge.store import second_factor as q
from bridge.store.sessions import end_sessions
from bridge.store.transactions import Store, Tx
from bridge.web import ApiError

_log = logging.getLogger(__name__)

Mode = Literal["off", "optional", "required"]
# Longer than any code of either sort, however it is spaced.
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Keys:
    """What secrets are encrypted with, what recovery codes and attempts are hashed with."""

    seal: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class SetUp:
    """A secret that its agent's app is to learn; `address` is what a QR code says."""

    secret: str
    address: str


class SecondFactors:
    """Everybody's second factor; `mode` is what the YAML says, and changes with a reload."""

    def __init__(self, store: Store, keys: Keys, *, site: str, mode: Mode) -> None:
        """`site` is the name that apps show beside the code."""
        self._store = store
        self._keys = keys
        self._site = site
        self.mode = mode

    async def standing(self, agent_id: str) -> q.Standing | None:
        """Return since when an agent has one, or `None`."""
        return await self._store.read(_standing, agent_id)

    async def set_up(self, agent_id: str) -> SetUp:
        """Begin, or begin again, with a new secret; it counts once a code of it was shown.

        Raises `ApiError` (409) where there is one already, or the YAML wants none.
        """
        if self.mode == "off":
            raise ApiError(409, "second_factor_off", "Second factors are switched off.")
        secret = codes.new_secret()
        sealed = seal(self._keys.seal, secret, of=_name(agent_id))
        if not await self._store.write(_begin, agent_id, sealed):
            raise _state()
        return SetUp(secret, codes.address(secret, account=agent_id, at=self._site))

    async def begun(self, agent_id: str, code: str) -> "Begun":
        """Return what confirms the set-up by its first code; raises `ApiError` (409, 422)."""
        found = await self._store.read(_factor, agent_id)
        if found is None or found.confirmed_at is not None:
            raise _state()
        secret = self._read(found)
        step = secret and codes.step_of(
            secret, codes.plain(code), self._store.clock.now(), after=None
        )
        if not step:
            raise _bad_code(422)
        return Begun(found, step)

    def confirm(self, tx: Tx, by: By, begun: "Begun") -> list[str] | None:
        """Have it count from now on; return the recovery codes, `None` if it was faster."""
        agent_id = begun.factor.agent_id
        confirmed = tx.run(
            q.CONFIRM, of=agent_id, secret=begun.factor.secret, step=begun.step, now=tx.now
        )
        if not confirmed:
            return None
        record(tx, by, Deed("second_factor_on", f"agent:{agent_id}"))
        return self._new_codes(tx, agent_id)

    def renew_codes(self, tx: Tx, by: By, agent_id: str) -> list[str]:
        """Return new recovery codes, in place of all there were."""
        record(tx, by, Deed("recovery_codes_made", f"agent:{agent_id}"))
        return self._new_codes(tx, agent_id)

    async def prove(self, agent_id: str, code: str | None, by: By) -> Proof | None:
        """Return what a code proves, `None` where none is asked for; the code is spent by it.

        Raises `LockedError`, `ApiError` (401) without a code and for a wrong or spent one.
        `by` has the address it comes from.
        """
        if not await self.asks(agent_id):
            return None
        if code is None:
            raise ApiError(401, "code_required", "A code of the authenticator app is needed.")
        return await self.spend(agent_id, code, by)

    async def asks(self, agent_id: str) -> bool:
        """Say whether an agent is asked for a code."""
        return self.mode != "off" and await self.standing(agent_id) is not None

    async def spend(self, agent_id: str, code: str, by: By) -> Proof:
        """Spend a code of an agent who has a second factor; raises as `prove` does."""
        attempt = lockout.attempt(self._keys.hash, f"code:{agent_id}", by.address or "")
        await self._store.write(lockout.begin, attempt)
        proof = await self._store.write(self._spent, agent_id, code, attempt)
        if proof is None:
            failed = Deed("sign_in_failed", f"agent:{agent_id}", {"what": "code"})
            await self._store.write(record, By(surface=by.surface, address=by.address), failed)
            raise _bad_code(401)
        return proof

    # --- inside a transaction ---

    def _spent(self, tx: Tx, agent_id: str, code: str, attempt: Attempt) -> Proof | None:
        proof = self._by_code(tx, agent_id, codes.plain(code))
        if proof is not None:
            lockout.succeeded(tx, attempt)
        return proof

    def _by_code(self, tx: Tx, agent_id: str, code: str) -> Proof | None:
        found = _factor(tx, agent_id)
        if found is None or found.confirmed_at is None:
            return None
        if not code.isdecimal():
            hashed = codes.recovery_hash(self._keys.hash, agent_id, code)
            spent = tx.run(q.SPEND_RECOVERY_CODE, of=agent_id, code_hash=hashed, now=tx.now)
            return "recovery_code" if spent else None
        secret = self._read(found)
        step = secret and codes.step_of(secret, code, tx.now, after=found.last_step)
        return "code" if step and tx.run(q.SPEND_STEP, of=agent_id, step=step) else None

    def _read(self, found: SecondFactor) -> str | None:
        secret = opened(self._keys.seal, found.secret, of=_name(found.agent_id))
        if secret is None:
            _log.error(
                "the second factor of %s was set up under another secret of the installation: "
                "deskbridge agent totp-reset %s",
                found.agent_id,
                found.agent_id,
            )
        return secret

    def _new_codes(self, tx: Tx, agent_id: str) -> list[str]:
        tx.run(q.DROP_RECOVERY_CODES, of=agent_id)
        made = codes.new_recovery_codes()
        for one in made:
            hashed = codes.recovery_hash(self._keys.hash, agent_id, one)
            tx.run(q.ADD_RECOVERY_CODE, agent_id=agent_id, code_hash=hashed)
        return made


@dataclass(frozen=True, slots=True)
class Begun:
    """A set-up whose first code was right, and which 30 seconds that code was of."""

    factor: SecondFactor
    step: int


def switch_off(tx: Tx, by: By, agent_id: str) -> None:
    """Ask an agent for no codes any more."""
    record(tx, by, Deed("second_factor_off", f"agent:{agent_id}"))
    _drop(tx, agent_id)


def reset(tx: Tx, by: By, agent_id: str) -> bool:
    """Take an agent's second factor away for them, and end their sessions.

    Return whether there was one: one that was begun and not confirmed is none.
    """
    found = _standing(tx, agent_id)
    _drop(tx, agent_id)
    if found is None:
        return False
    record(tx, by, Deed("second_factor_reset", f"agent:{agent_id}"))
    end_sessions(tx, agent_id)
    return True


def _drop(tx: Tx, agent_id: str) -> None:
    tx.run(q.DROP_RECOVERY_CODES, of=agent_id)
    tx.run(q.DROP, of=agent_id)


def _begin(tx: Tx, agent_id: str, sealed: str) -> int:
    return tx.run(q.BEGIN, agent_id=agent_id, secret=sealed)


def _factor(tx: Tx, agent_id: str) -> SecondFactor | None:
    return tx.one(q.FACTOR, agent=agent_id)


def _standing(tx: Tx, agent_id: str) -> q.Standing | None:
    return tx.one(q.STANDING_OF, agent=agent_id)


def _name(agent_id: str) -> str:
    return f"second-factor:{agent_id}"


def _state() -> ApiError:
    return ApiError(409, "second_factor_state", "The second factor is in another state by now.")


def _bad_code(status: int) -> ApiError:
    return ApiError(status, "bad_code", "The code is wrong, or was used already.")
