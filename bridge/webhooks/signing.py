"""Signing what goes out, so that whoever gets it knows that it is ours and fresh.

After https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
from collections.abc import Sequence


def signed_headers(call_id: str, at: int, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """Return the headers of a request: its id, the second it is sent in, one signature a key.

    `at` is in ms. A retry is signed anew: the receiver refuses what is older than a few minutes.
    """
    seconds = str(at // 1000)
    signed = b".".join([call_id.encode(), seconds.encode(), body])
    return {
        "webhook-id": call_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(key: bytes, signed: bytes) -> str:
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
