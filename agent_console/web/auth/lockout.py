"""Slowing down those who guess: per name, known or not, and per address.

An attempt is counted before the password is looked at, so that a hundred at once are a
hundred; one that succeeds is taken back.
"""

import hashlib
import hmac
from dataclasses import dataclass

from bridge.store import sign_in as q
from bridge.store.transactions import Tx

MEMORY = 24 * 3_600_000
FIRST_PAUSE = 30_000
LONGEST_PAUSE = 15 * 60_000
# Wrong attempts that are free. Many people may share an address, so it has more.
FREE_FOR_LOGIN = 5
FREE_FOR_ADDRESS = 20


class LockedError(Exception):
    """Too many wrong attempts; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        """Say when to come back."""
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries, from where. What was typed as a name may be a password: only a hash is kept."""

    login_hash: str
    address: str


def attempt(secret: bytes, login: str, address: str) -> Attempt:
    """Return an attempt; without `secret` nobody can test guesses against the hash. Pure."""
    digest = hmac.new(secret, login.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return Attempt(digest.hexdigest(), address)


def pause(attempts: int, free: int) -> int:
    """Return how long after the last attempt the next one may come, in ms. Pure."""
    if attempts < free:
        return 0
    return min(FIRST_PAUSE << min(attempts - free, 10), LONGEST_PAUSE)


def begin(tx: Tx, one: Attempt) -> None:
    """Count an attempt; raises `LockedError` for one that comes too soon."""
    since = tx.now - MEMORY
    found = (
        (tx.the(q.FAILURES_OF_LOGIN, login_hash=one.login_hash, since=since), FREE_FOR_LOGIN),
        (tx.the(q.FAILURES_FROM, address=one.address, since=since), FREE_FOR_ADDRESS),
    )
    free_at = max(failures.last_at + pause(failures.attempts, free) for failures, free in found)
    if free_at > tx.now:
        raise LockedError(-(-(free_at - tx.now) // 1000))
    tx.run(q.FORGET_OLD_FAILURES, before=since)
    counted = tx.run(
        q.COUNT_FAILURE, of_login=one.login_hash, of_address=one.address, since=since, now=tx.now
    )
    if not counted:
        tx.run(q.ADD_FAILURE, login_hash=one.login_hash, address=one.address, at=tx.now)


def succeeded(tx: Tx, one: Attempt) -> None:
    """Forget the failures of a name whose password was right."""
    tx.run(q.FORGET_FAILURES_OF, login_hash=one.login_hash)
