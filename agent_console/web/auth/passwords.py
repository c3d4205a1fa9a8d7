"""Passwords: argon2id, in threads, few at a time."""

import asyncio
import base64
import unicodedata
from collections.abc import Callable

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 10
LONGEST = 1000
# Each takes 64 MB and a tenth of a second of a core.
_AT_ONCE = 2
_WAITING = 64

_TIME, _MEMORY, _LANES = 3, 64 * 1024, 4


class BusyError(Exception):
    """More people sign in than the machine can check right now."""


class Passwords:
    """Hashes and checks passwords without holding up anybody else."""

    def __init__(self) -> None:
        """Nothing is computed before the first password."""
        self._hasher = PasswordHash(
            (Argon2Hasher(time_cost=_TIME, memory_cost=_MEMORY, parallelism=_LANES),)
        )
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Return what is stored of a password; raises `BusyError`."""
        return await self._run(self._hash, password, "")

    async def is_right(self, password: str, stored: str | None) -> bool:
        """Say whether this is the password; raises `BusyError`.

        Where there is none to check against, it takes as long to say no.
        """
        known = await self._run(self._verify, password, stored or NOBODYS)
        return known == "yes" and stored is not None

    async def _run(self, work: Callable[[str, str], str], password: str, stored: str) -> str:
        if self._waiting >= _WAITING:
            raise BusyError
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work, _normal(password), stored)
        finally:
            self._waiting -= 1

    def _hash(self, password: str, _: str) -> str:
        return self._hasher.hash(password)

    def _verify(self, password: str, stored: str) -> str:
        try:
            return "yes" if self._hasher.verify(password, stored) else "no"
        except UnknownHashError:
            # A hash of another program's, or none at all, opens nothing.
            return "no"


def _normal(password: str) -> str:
    """Return one form for what keyboards of different systems send for the same letters."""
    return unicodedata.normalize("NFKC", password)


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


# A hash that no password has, of the same cost as everybody's.
NOBODYS = (
    f"$argon2id$v=19$m={_MEMORY},t={_TIME},p={_LANES}${_unpadded(bytes(16))}${_unpadded(bytes(32))}"
)
