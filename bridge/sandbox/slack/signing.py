"""The signature of what Slack sends by HTTP.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac


def headers(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return what proves a body sent at `timestamp` (seconds)."""
    signed = f"v0:{timestamp}:".encode() + body
    made = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={made}"}
