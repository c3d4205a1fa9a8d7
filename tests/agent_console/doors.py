"""The doors of the API, taken from the application itself: a new one is tested by being there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar.routes import HTTPRoute

from agent_console.web.api.door import DOOR
from agent_console.web.auth.guard import SESSION_ONLY, VIEWERS_TOO
from tests.agent_console.office import Office

SAFE = ("GET", "HEAD")
UUID = "00000000-0000-4000-8000-000000000001"
# A body that each changing route takes, for those whose body is not empty.
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/conversations/{}/messages"): {
        "client_id": UUID, "kind": "note", "text": "заметка",
    },
    ("POST", "/api/conversations/{}/assign"): {"agent": "ivan"},
    ("POST", "/api/conversations/{}/forwards"): {"client_id": UUID, "attachment": "none"},
    ("POST", "/api/conversations/{}/participants"): {"agents": ["ivan"]},
    ("POST", "/api/conversations/{}/invitations"): {"inbox": "blog"},
    ("POST", "/api/conversations/{}/block"): {"scope": "identity", "until": None, "reason": "x"},
    ("PUT", "/api/conversations/{}/item"): {"label": "№ 1"},
    ("POST", "/api/conversations/{}/team"): {"team": "sales"},
    ("POST", "/api/conversations/{}/topics"): {"topic": "prices"},
    ("PUT", "/api/conversations/{}/other-topic"): {"text": "другое"},
    ("PUT", "/api/conversations/{}/status"): {"status": "active"},
    ("POST", "/api/conversations/{}/tickets"): {"target": "crm", "title": "x", "text": "x"},
    ("PUT", "/api/conversations/{}/snooze"): {"until": "3h"},
    ("POST", "/api/contacts/{}/tags"): {"tag": "vip"},
    ("POST", "/api/conversations/{}/read"): {"message_id": 2},
    ("PUT", "/api/conversations/{}/drafts/{}"): {"text": "x", "revision": 0},
    ("PATCH", "/api/messages/{}"): {"text": "другое"},
    ("POST", "/api/messages/{}/settle"): {"arrived": True},
    ("POST", "/api/messages/{}/mail/settle"): {"arrived": True},
    ("PATCH", "/api/contacts/{}"): {"name": "Олена"},
    ("POST", "/api/contacts/{}/notes"): {"text": "x"},
    ("POST", "/api/contacts/{}/joins"): {"other": 2},
    ("POST", "/api/contacts/{}/erase"): {"confirm": "nobody"},
    ("POST", "/api/quick-replies"): {"shortcut": "x", "text": "x"},
    ("POST", "/api/bulk"): {"ids": [1], "do": "topic", "to": "prices"},
    ("POST", "/api/bulk/unsent"): {"ids": [1]},
    ("POST", "/api/chats"): {"members": ["ivan"]},
    ("POST", "/api/chats/{}/messages"): {"client_id": UUID, "text": "x"},
    ("POST", "/api/chats/{}/read"): {"message_id": 1},
    ("POST", "/api/views"): {"name": "x", "query": {"folder": "all"}},
    ("PUT", "/api/views/{}"): {"name": "x"},
    ("PUT", "/api/views/order"): {"ids": [1]},
    ("POST", "/api/me/second-factor/confirm"): {"code": "000000"},
    ("POST", "/api/me/second-factor/recovery-codes"): {"code": "000000"},
    ("POST", "/api/me/second-factor/off"): {"code": "000000"},
    ("PUT", "/api/me/preferences"): {"theme": "dark"},
    ("PUT", "/api/me/presence"): {"presence": "online"},
}  # fmt: skip
# The words of addresses that are no numbers.
WORDS = {
    "agent_id": "ivan",
    "kind": "reply",
    "topic_id": "prices",
    "tag_id": "vip",
    "item_id": "event-1",
}
QUERIES = {
    "/api/chats/among": "?with=ivan",
    "/api/conversations": "?folder=all",
    "/api/selection": "?folder=all",
    "/api/search": "?q=x",
    "/api/reports/export": "?table=agents",
    "/api/conversations/{}/attachments": "?kind=file",
    "/api/conversations/{}/held": "?flood=1",
}
# What only a mail has, and the first message is none.
MAILS = ("/api/messages/{}/original", "/api/originals/{}")


@dataclass(frozen=True)
class Door:
    """A method of a route under `/api`."""

    method: str
    template: str
    for_strangers: bool
    for_viewers: bool
    for_people: bool

    def path(self, number: int = 1) -> str:
        """Return an address: ids are `number`, words are ones that exist."""
        words = self.template
        for name, word in WORDS.items():
            words = words.replace(f"{{{name}:str}}", word)
        return re.sub(r"{\w+:int}", str(number), words) + QUERIES.get(self.shape, "")

    @property
    def shape(self) -> str:
        """Return the template without the names of its parameters."""
        return re.sub(r"{[^}]+}", "{}", self.template)

    @property
    def body(self) -> Any:
        """Return a body it takes."""
        return BODIES.get((self.method, self.shape), {})

    @property
    def changes(self) -> bool:
        """Say whether it changes anything."""
        return self.method not in SAFE


def doors(office: Office) -> list[Door]:
    """Return every door of the API."""
    return [*_doors(office)]


def _doors(office: Office) -> Iterator[Door]:
    for route in office.app.litestar.routes:
        if not isinstance(route, HTTPRoute) or not route.path_format.startswith("/api"):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            if method != "OPTIONS":
                strangers, viewers, people = (
                    bool(handler.opt.get(key)) for key in (DOOR, VIEWERS_TOO, SESSION_ONLY)
                )
                yield Door(method, route.path, strangers, viewers, people)
