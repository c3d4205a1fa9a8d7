"""A workspace: its people, channels, messages and files."""

import mimetypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox.slack.errors import Refusal

TEAM = "T0SHOP0001"
APP = "A0DESK0001"
BOT = "B0DESK0001"
BOT_USER = "U0DESKBOT1"


@dataclass(slots=True)
class User:
    """Somebody in the workspace."""

    id: str
    name: str
    email: str | None = None
    real_name: str = ""
    is_bot: bool = False
    deleted: bool = False
    email_confirmed: bool = True
    guest: bool = False
    stranger: bool = False
    locale: str = "en-US"
    tz: str = "Europe/Kyiv"

    def as_json(self, *, email: bool = True) -> dict[str, Any]:
        """Return the user as `users.info` does; `email` where the scope allows it."""
        shown = self.real_name or self.name
        profile: dict[str, Any] = {"display_name": self.name, "real_name": shown}
        if email and self.email:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": TEAM,
            "name": self.name,
            "real_name": shown,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "is_stranger": self.stranger,
            "is_email_confirmed": self.email_confirmed,
            "locale": self.locale,
            "tz": self.tz,
            "profile": profile,
        }


@dataclass(slots=True)
class File:
    """A file; until it is completed nobody sees it."""

    id: str
    name: str
    content: bytes = b""
    title: str = ""
    user: str = ""
    uploaded: bool = False
    complete: bool = False
    shares: list[tuple[str, bool, str, str | None]] = field(default_factory=list)
    """Where it was shared: channel, whether that is private, message, thread."""

    def as_json(self, home: str) -> dict[str, Any]:
        """Return the file as messages carry it; its addresses want the token."""
        url = f"{home}/files-pri/{TEAM}-{self.id}/{self.name}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "size": len(self.content),
            "user": self.user,
            "mode": "hosted",
            "mimetype": mimetypes.guess_type(self.name)[0] or "application/octet-stream",
            "is_external": False,
            "url_private": url,
            "url_private_download": f"{url}?download=1",
        }

    def as_info(self, home: str) -> dict[str, Any]:
        """Return the file as `files.info` does: with the messages it was shared in."""
        shares: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for channel, private, ts, thread_ts in self.shares:
            place = shares.setdefault("private" if private else "public", {})
            place.setdefault(channel, []).append({"ts": ts, "thread_ts": thread_ts})
        return {**self.as_json(home), "shares": shares}


@dataclass(slots=True)
class Message:
    """One message. People have a `user`, the app a `bot_id` beside it."""

    ts: str
    text: str
    user: str | None = None
    bot_id: str | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    username: str | None = None
    icons: Mapping[str, str] | None = None
    blocks: Sequence[Any] = ()
    attachments: Sequence[Any] = ()
    metadata: Mapping[str, Any] | None = None
    files: Sequence[File] = ()
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Mapping[str, str] | None = None
    replies: list[str] = field(default_factory=list)
    parent_user: str | None = None
    parse: str = "none"
    link_names: bool = False

    def as_json(self, home: str, *, metadata: bool = True) -> dict[str, Any]:
        """Return the message as history and events carry it."""
        told = {
            "type": "message",
            "ts": self.ts,
            "text": self.text,
            "user": self.user,
            "bot_id": self.bot_id,
            "app_id": APP if self.bot_id else None,
            "team": TEAM,
            "thread_ts": self.thread_ts or (self.ts if self.replies else None),
            "subtype": self.subtype,
            "username": self.username,
            "icons": self.icons,
            "blocks": list(self.blocks) or None,
            "attachments": list(self.attachments) or None,
            "metadata": self.metadata if metadata else None,
            "files": [one.as_json(home) for one in self.files] or None,
            "edited": self.edited,
            "reply_count": len(self.replies) or None,
            "latest_reply": self.replies[-1] if self.replies else None,
            "parent_user_id": self.parent_user,
            "reactions": [
                {"name": name, "users": users, "count": len(users)}
                for name, users in self.reactions.items()
            ]
            or None,
        }
        return {key: value for key, value in told.items() if value is not None}


@dataclass(slots=True)
class Channel:
    """A channel, public or private."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    members: set[str] = field(default_factory=set)
    messages: dict[str, Message] = field(default_factory=dict)
    whispers: dict[str, tuple[str, Message]] = field(default_factory=dict)
    """What was shown to one person alone, by its `ts`."""
    restricted: bool = False
    """Whether only some may post here, the app not among them."""

    def as_json(self) -> dict[str, Any]:
        """Return the channel as `conversations.info` does."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_member": BOT_USER in self.members,
            "num_members": len(self.members),
        }

    def message(self, ts: object) -> Message:
        """Return a message; raises `Refusal`."""
        found = self.messages.get(str(ts))
        if found is None:
            raise Refusal("message_not_found")
        return found

    def seen_by(self, user: str, ts: str) -> Message:
        """Return a message, or one that is shown to this person alone; raises `Refusal`."""
        whisper = self.whispers.get(ts)
        return whisper[1] if whisper is not None and whisper[0] == user else self.message(ts)

    def add(self, message: Message) -> None:
        """Keep a message, and count it where it is a reply."""
        self.messages[message.ts] = message
        parent = self.messages.get(message.thread_ts or "")
        if parent is not None and parent is not message:
            parent.replies.append(message.ts)
            message.parent_user = parent.user or parent.bot_id

    def remove(self, ts: str) -> Message:
        """Forget a message, and its place in a thread."""
        gone = self.message(ts)
        del self.messages[ts]
        parent = self.messages.get(gone.thread_ts or "")
        if parent is not None and ts in parent.replies:
            parent.replies.remove(ts)
        return gone

    def thread(self, ts: str) -> list[Message]:
        """Return a message and its replies, oldest first; raises `Refusal`."""
        if ts not in self.messages:
            raise Refusal("thread_not_found")
        parent = self.messages[ts]
        return [parent, *(self.messages[one] for one in parent.replies)]

    def history(self) -> Iterator[Message]:
        """Yield what stands in the channel itself, newest first."""
        for one in sorted(self.messages.values(), key=lambda m: m.ts, reverse=True):
            if one.thread_ts in (None, one.ts) or one.subtype == "thread_broadcast":
                yield one


class Team:
    """The workspace, and ids that nothing else has."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now` is in ms."""
        self.now = now
        self.home = ""
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, Mapping[str, Any]] = {}
        self._count = 0
        self.users[BOT_USER] = User(BOT_USER, "deskbridge", is_bot=True)

    def next(self) -> int:
        """Return a number that was not given before."""
        self._count += 1
        return self._count

    def id(self, letter: str) -> str:
        """Return an id of Slack's form."""
        return f"{letter}0SHOP{self.next():05d}"

    def ts(self) -> str:
        """Return the time as Slack names messages by it, unique in the workspace."""
        return f"{self.now() // 1000}.{self.next():06d}"

    def channel(self, wanted: object) -> Channel:
        """Return a channel by its id or `#name`; raises `Refusal`."""
        for one in self.channels.values():
            if wanted in (one.id, f"#{one.name}"):
                return one
        raise Refusal("channel_not_found")

    def user(self, wanted: object) -> User:
        """Return a user; raises `Refusal`."""
        if wanted not in self.users:
            raise Refusal("user_not_found")
        return self.users[str(wanted)]
