"""How often a method may be called.

Source: https://docs.slack.dev/apis/web-api/rate-limits : about a message a second in each
channel, with short bursts; other methods by their tier, a minute.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from bridge.sandbox.slack.errors import TooFast

POSTS_PER_SECOND = 1.0
BURST = 4
TIERS = {
    "apps.connections.open": 5,
    "users.list": 20,
    "conversations.join": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.info": 50,
    "chat.update": 50,
    "chat.delete": 50,
    "files.delete": 50,
    "reactions.add": 50,
    "reactions.get": 50,
    "reactions.remove": 20,
    "users.lookupByEmail": 50,
    "users.info": 100,
    "chat.postEphemeral": 100,
    "views.open": 100,
    "views.update": 100,
    "views.publish": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
    "files.info": 100,
    "auth.test": 100,
}


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Budgets:
    """Buckets that fill with time."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now` is in ms."""
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def take(self, method: str, channel: object) -> None:
        """Count a call; raises `TooFast` past the budget."""
        if method == "chat.postMessage":
            self._take(f"{method}/{channel}", POSTS_PER_SECOND, BURST)
        elif method in TIERS:
            self._take(method, TIERS[method] / 60, TIERS[method])

    def _take(self, key: str, per_second: float, most: float) -> None:
        now = self._now() / 1000
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        bucket.left = min(most, bucket.left + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.left < 1:
            raise TooFast(max(1, math.ceil((1 - bucket.left) / per_second)))
        bucket.left -= 1
