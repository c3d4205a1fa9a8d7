"""Signed addresses of files, for customers, who have no session with us.

A signature is for one file and one time; it opens nothing else and nothing later.
"""

import hashlib
import hmac

_ROUND = 3_600_000


def sign(secret: bytes, public_id: str, until: int) -> str:
    """Return the query string that opens the file until `until` (ms).

    The time is rounded up to a full hour, so that a page shown twice can use its cache.
    """
    until = -(-until // _ROUND) * _ROUND
    return f"exp={until}&sig={_signature(secret, public_id, until)}"


def is_good(secret: bytes, public_id: str, *, exp: str, sig: str, now: int) -> bool:
    """Say whether the signature opens this file now."""
    if not (exp.isascii() and exp.isdigit()) or len(exp) > 15 or int(exp) < now:
        return False
    return hmac.compare_digest(_signature(secret, public_id, int(exp)).encode(), sig.encode())


def _signature(secret: bytes, public_id: str, until: int) -> str:
    told = f"{public_id}\0{until}".encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()[:40]
