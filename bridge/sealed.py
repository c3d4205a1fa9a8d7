"""Secrets that we have to read again: encrypted, so that a stolen database holds none.

AES-GCM, under a key that only the installation's secret gives. `of` is bound to what is
sealed: it opens nowhere else, such as in the row of another agent.
"""

import base64
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Crypto.Cipher._mode_gcm import GcmMode

_NONCE = 12
_TAG = 16


def seal(key: bytes, text: str, *, of: str) -> str:
    """Return what is kept of a text; `key` has 32 bytes."""
    nonce = os.urandom(_NONCE)
    sealed, tag = _cipher(key, nonce, of).encrypt_and_digest(text.encode())
    return base64.urlsafe_b64encode(nonce + tag + sealed).decode()


def opened(key: bytes, sealed: str, *, of: str) -> str | None:
    """Return what was sealed, or `None` for what this key does not open, or not here."""
    try:
        raw = base64.b64decode(sealed.encode("ascii"), altchars=b"-_", validate=True)
        nonce, tag, kept = raw[:_NONCE], raw[_NONCE : _NONCE + _TAG], raw[_NONCE + _TAG :]
        return _cipher(key, nonce, of).decrypt_and_verify(kept, tag).decode()
    # What is no base64 is a ValueError too.
    except ValueError:
        return None


def _cipher(key: bytes, nonce: bytes, of: str) -> "GcmMode":
    # Four megabytes, for those who use it.
    from Crypto.Cipher import AES  # noqa: PLC0415

    cipher = AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=_TAG)
    cipher.update(of.encode())
    return cipher
