"""Opening sessions: by password, by one-time link. Closing them."""

import secrets
from dataclasses import dataclass

from agent_console import audit
from agent_console.audit import Deed
from agent_console.web.auth import links, lockout
from agent_console.web.auth.caller import Caller
from agent_console.web.auth.passwords import SHORTEST, Passwords
from agent_console.web.auth.second_factor import SecondFactors
from agent_console.web.auth.tokens import new_token, token_hash
from bridge.models import Proof, SignInLink
from bridge.store import desk, log
from bridge.store import sign_in as q
from bridge.store.sessions import SESSIONS_ENDED, end_session, end_sessions
from bridge.store.sign_in import Credentials
from bridge.store.transactions import Store, Tx
from bridge.web import ApiError

_BAD_CREDENTIALS = "There is no agent with this name and password."
_BAD_LINK = "This link is unknown, used or too old."
_LONGEST_USER_AGENT = 300
# How long a code is waited for, in ms.
_AWAITED = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the token for its cookie, and who it is."""

    token: str
    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """Where a sign-in comes from. `replaces` is the token the browser had so far."""

    address: str
    user_agent: str | None
    replaces: str | None

    def by(self, agent_id: str | None) -> audit.By:
        """Return who acts from here."""
        return audit.By(agent_id=agent_id, surface="console", address=self.address)


class SignIn:
    """The ways in, and the way out."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        factors: SecondFactors,
        *,
        secret: bytes,
        length: int,
    ) -> None:
        """`length` of a session is in ms; `secret` blinds what people type as a name."""
        self._store = store
        self._passwords = passwords
        self._factors = factors
        self._secret = secret
        self._length = length

    async def with_password(
        self, login: str, password: str, code: str | None, origin: From
    ) -> Opened:
        """Open a session; raises `LockedError`, `BusyError`, `ApiError` (401).

        The answer, and the time it takes, are the same whether the name exists. A code of the
        second factor is asked for only after the right password.
        """
        login = login.strip().lower()
        known = await self._store.read(_credentials, login)
        name = f"agent:{known.agent_id}" if known else login
        attempt = lockout.attempt(self._secret, name, origin.address)
        await self._store.write(lockout.begin, attempt)
        right = await self._passwords.is_right(password, known.password_hash if known else None)
        if not right or known is None:
            # What was typed as a name may be a password: only a name that exists is kept.
            whose = f"agent:{known.agent_id}" if known else None
            failed = Deed("sign_in_failed", whose)
            await self._store.write(audit.record, origin.by(None), failed)
            raise ApiError(401, "bad_credentials", _BAD_CREDENTIALS)
        await self._store.write(lockout.succeeded, attempt)
        proof = await self._factors.prove(known.agent_id, code, origin.by(None))
        return await self._store.write(self._enter, known.agent_id, origin, proof)

    async def peek(self, token: str) -> tuple[SignInLink, str]:
        """Return a link that still works and its agent's name, without using it up.

        Raises `ApiError` (401) for an unknown, used or expired one.
        """
        found = await self._store.read(_peek, token)
        if found is None:
            raise ApiError(401, "link_invalid", _BAD_LINK)
        return found

    async def with_link(
        self, token: str, password: str | None, code: str | None, origin: From
    ) -> Opened:
        """Use a link up and open a session, setting the new password first if it is for that.

        A new password ends every other session of the agent. Raises `LockedError`,
        `BusyError`, `ApiError` (400, 401, 422); the link stays good unless the session is
        opened.
        """
        link, _ = await self.peek(token)
        chosen = _fitting(link, password) if link.kind == "password" else None
        proof = await self._factors.prove(link.agent_id, code, origin.by(None))
        hashed = None if chosen is None else await self._passwords.hash(chosen)
        opened = await self._store.write(self._enter_by_link, link, hashed, origin, proof)
        if opened is None:
            raise ApiError(401, "link_invalid", _BAD_LINK)
        return opened

    async def by_provider(self, agent_id: str, origin: From, *, trusted: bool) -> Opened | str:
        """Open a session of somebody whom the identity provider has named.

        Unless the provider is trusted with the second factor as well, whoever has one is
        given a one-time link's token instead, with which they are asked for it.
        """
        if not trusted and await self._factors.asks(agent_id):
            return await self._store.write(links.make_link, agent_id, "oidc", life=_AWAITED)
        proof: Proof | None = "provider" if trusted else None
        return await self._store.write(self._enter, agent_id, origin, proof, how="oidc")

    async def out(self, caller: Caller, by: audit.By) -> None:
        """End the session."""
        await self._store.write(_end, caller.signed_in.token_hash, by)

    # --- inside a transaction ---

    def renewed(self, tx: Tx, caller: Caller, proof: Proof | None) -> Opened:
        """Have the session go on under another cookie, and end the agent's other ones."""
        before, token = caller.signed_in.token_hash, new_token()
        end_sessions(tx, caller.agent.id, but=before)
        csrf = secrets.token_urlsafe(32)
        tx.run(q.RENEW_SESSION, of=before, token_hash=token_hash(token), csrf=csrf, proof=proof)
        # Whoever follows by the old cookie is let go.
        log.append(tx, SESSIONS_ENDED, private_to=caller.agent.id)
        return _opened(tx, token)

    def _enter(
        self, tx: Tx, agent_id: str, origin: From, proof: Proof | None, *, how: str = "password"
    ) -> Opened:
        audit.record(tx, origin.by(agent_id), _came(how, proof))
        return self._open(tx, agent_id, origin, proof)

    def _enter_by_link(
        self, tx: Tx, link: SignInLink, hashed: str | None, origin: From, proof: Proof | None
    ) -> Opened | None:
        if not links.claim(tx, link):
            return None
        by = origin.by(link.agent_id)
        if hashed is not None:
            audit.record(tx, by, Deed("password_set", f"agent:{link.agent_id}"))
            tx.run(q.SET_PASSWORD, of=link.agent_id, password_hash=hashed)
            end_sessions(tx, link.agent_id)
            tx.run(desk.END_LINKS, of=link.agent_id)
            name = lockout.attempt(self._secret, f"agent:{link.agent_id}", origin.address)
            lockout.succeeded(tx, name)
        audit.record(tx, by, _came("oidc" if link.kind == "oidc" else "link", proof))
        return self._open(tx, link.agent_id, origin, proof)

    def _open(self, tx: Tx, agent_id: str, origin: From, proof: Proof | None) -> Opened:
        if origin.replaces is not None:
            # A new sign-in is a new session: what an earlier page knew opens nothing.
            end_session(tx, token_hash(origin.replaces))
        tx.run(q.FORGET_EXPIRED, now=tx.now)
        token = new_token()
        tx.run(
            q.ADD_SESSION,
            token_hash=token_hash(token),
            agent_id=agent_id,
            csrf=secrets.token_urlsafe(32),
            created_at=tx.now,
            expires_at=tx.now + self._length,
            used_at=tx.now,
            address=origin.address,
            user_agent=(origin.user_agent or "")[:_LONGEST_USER_AGENT] or None,
            proof=proof,
        )
        return _opened(tx, token)


def _opened(tx: Tx, token: str) -> Opened:
    found = tx.the(q.SESSION_BY_HASH, token_hash=token_hash(token), now=tx.now)
    return Opened(token, Caller(found.agent, found.session))


def _came(how: str, proof: Proof | None) -> Deed:
    return Deed("sign_in", None, {"how": how} | ({} if proof is None else {"proof": proof}))


def _fitting(link: SignInLink, password: str | None) -> str:
    if password is None:
        raise ApiError(400, "password_required", "Choose a password.")
    if len(password) < SHORTEST or password.lower() == link.agent_id:
        sentence = f"A password has at least {SHORTEST} characters."
        raise ApiError(422, "weak_password", sentence, {"min_length": SHORTEST})
    return password


def _credentials(tx: Tx, login: str) -> Credentials | None:
    return tx.one(q.CREDENTIALS, login=login)


def _peek(tx: Tx, token: str) -> tuple[SignInLink, str] | None:
    link = links.find(tx, token)
    return None if link is None else (link, tx.the(desk.AGENT_BY_ID, id=link.agent_id).name)


def _end(tx: Tx, hashed: str, by: audit.By) -> None:
    audit.record(tx, by, Deed("sign_out"))
    end_session(tx, hashed)
