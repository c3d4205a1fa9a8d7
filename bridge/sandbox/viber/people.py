"""The bot's account and the people who write to it, as Viber knows them."""

import base64
import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPTIONAL_EVENTS = (
    "delivered",
    "seen",
    "failed",
    "subscribed",
    "unsubscribed",
    "conversation_started",
)
# Messages a person may get within the hour without having written.
MOST_UNANSWERED = 100
HOUR = 3_600_000


@dataclass(slots=True)
class Account:
    """The bot."""

    token: str
    name: str = "Крамниця"
    uri: str = "shop"
    webhook: str = ""
    event_types: tuple[str, ...] = OPTIONAL_EVENTS
    send_name: bool = False
    send_photo: bool = False

    @property
    def id(self) -> str:
        """Return the account's own id."""
        return "pa:" + user_id(self.token)


@dataclass(frozen=True, slots=True)
class Received:
    """A message on a person's phone; `file` is what its address gave, where it has one."""

    token: int
    message: Mapping[str, Any]
    file: bytes | None = None


@dataclass(slots=True)
class Person:
    """Somebody with Viber. Their id is another one for every bot."""

    name: str
    id: str
    avatar: str = ""
    language: str = "uk"
    country: str = "UA"
    api_version: int = 10
    subscribed: bool = False
    has_device: bool = True
    online: bool = True
    inbox: list[Received] = field(default_factory=list)
    tracking_data: str = ""
    """What the bot's last message carried; it comes back with the person's reply."""
    unanswered: deque[int] = field(default_factory=deque)
    details_asked: deque[int] = field(default_factory=deque)

    def may_get(self, now: int) -> bool:
        """Say whether the person may be sent one more message (ms)."""
        while self.unanswered and self.unanswered[0] <= now - HOUR:
            self.unanswered.popleft()
        return len(self.unanswered) < MOST_UNANSWERED

    def as_user(self, account: Account) -> dict[str, Any]:
        """Return the person as a callback names them, with what the webhook asked for."""
        user: dict[str, Any] = {"id": self.id}
        if account.send_name:
            user["name"] = self.name
        if account.send_photo and self.avatar:
            user["avatar"] = self.avatar
        return user | {
            "country": self.country,
            "language": self.language,
            "api_version": self.api_version,
        }


def user_id(name: str) -> str:
    """Return an id of the form Viber gives: 16 bytes in base64."""
    return base64.b64encode(hashlib.sha256(name.encode()).digest()[:16]).decode()
