"""Codes: those of an authenticator app (RFC 6238), and those for when it is lost. Pure."""

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyotp

# What every authenticator app takes for granted.
_STEP = 30
# A phone's clock may be so many steps before or behind ours.
_AROUND = 1
RECOVERY_CODES = 10
# Letters and digits that nobody takes for one another; ten of them are 49 bits.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF = 5
_BLANKS = re.compile(r"[\s\-‐–—]+")


def new_secret() -> str:
    """Return 160 random bits in letters and digits, as an app takes them."""
    import pyotp  # noqa: PLC0415

    return pyotp.random_base32()


def address(secret: str, *, account: str, at: str) -> str:
    """Return what a QR code tells an app: the secret, whose it is, and of which installation."""
    return _totp(secret).provisioning_uri(name=account, issuer_name=at)


def step_of(secret: str, code: str, now: int, *, after: int | None) -> int | None:
    """Return which 30 seconds a code is of, or `None` for a wrong or spent one.

    `now` is in ms; what is not later than `after` is spent.
    """
    here, totp = now // 1000 // _STEP, _totp(secret)
    found = None
    # All of them are looked at: how long it takes tells nothing.
    for step in range(here - _AROUND, here + _AROUND + 1):
        same = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if same and (after is None or step > after):
            found = step
    return found


def _totp(secret: str) -> "pyotp.TOTP":
    import pyotp  # noqa: PLC0415

    return pyotp.TOTP(secret, interval=_STEP)


def new_recovery_codes() -> list[str]:
    """Return the codes of which each opens the door once."""
    return [f"{_word()}-{_word()}" for _ in range(RECOVERY_CODES)]


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_HALF))


def plain(code: str) -> str:
    """Return a code as it is compared: people put spaces and dashes where they like."""
    return _BLANKS.sub("", code).lower()


def recovery_hash(key: bytes, agent_id: str, code: str) -> str:
    """Return what is kept of a recovery code: without the key nobody can test guesses."""
    told = f"{agent_id}\0{plain(code)}".encode("utf-8", "surrogatepass")
    return hmac.new(key, told, hashlib.sha256).hexdigest()
