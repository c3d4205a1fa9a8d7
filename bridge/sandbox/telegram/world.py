"""Bots, people, chats and what was said in them."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox.telegram import errors
from bridge.sandbox.telegram.errors import bad_request, forbidden
from bridge.sandbox.telegram.files import Files, StoredFile
from bridge.sandbox.telegram.ledger import Ledger
from bridge.sandbox.telegram.limits import Limits
from bridge.sandbox.telegram.time import Time
from bridge.sandbox.telegram.updates import Update, Updates
from bridge.sandbox.telegram.webhooks import Courier

Raw = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person's account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    deactivated: bool = False
    photos: list[StoredFile] = field(default_factory=list)

    @property
    def raw(self) -> Raw:
        """Return the account as updates show it."""
        told: Raw = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        return told


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is that of the message that opened it."""

    id: int
    name: str
    icon_color: int = 0x6FB9F0
    icon_custom_emoji_id: str = ""
    closed: bool = False
    made_by: int = 0


@dataclass(slots=True)
class Chat:
    """One chat and all of its messages, by id."""

    id: int
    type: str
    title: str = ""
    user: User | None = None
    is_forum: bool = False
    started: bool = False
    """Whether the person has written first: until then a bot may not."""
    blocked: bool = False
    deleted: bool = False
    migrated_to: int = 0
    rights: dict[int, set[str]] = field(default_factory=dict)
    """The rights of each bot that is a member; one without any is a plain member."""
    kicked: set[int] = field(default_factory=set)
    messages: dict[int, Raw] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    pinned: list[int] = field(default_factory=list)
    last_id: int = 0

    @property
    def raw(self) -> Raw:
        """Return the chat as messages show it."""
        told: Raw = {"id": self.id, "type": self.type}
        if self.user is not None:
            person = self.user.raw
            names = ("first_name", "last_name", "username")
            return told | {name: person[name] for name in names if name in person}
        return told | {"title": self.title} | ({"is_forum": True} if self.is_forum else {})

    def drop_topic(self, topic: int) -> None:
        """Delete a topic with all that was said in it."""
        del self.topics[topic]
        inside = [k for k, one in self.messages.items() if one.get("message_thread_id") == topic]
        for number in inside:
            del self.messages[number]

    @property
    def is_group(self) -> bool:
        """Say whether several people are in it."""
        return self.type != "private"


@dataclass(slots=True)
class Bot:
    """A bot's account, and the private chats it has."""

    token: str
    username: str
    name: str
    updates: Updates
    courier: Courier
    limits: Limits
    private: dict[int, Chat] = field(default_factory=dict)
    last_id: int = 0
    commands: dict[tuple[str, str], list[Raw]] = field(default_factory=dict)
    """What people are offered after a slash, by scope and language."""
    queries: dict[str, Raw | None] = field(default_factory=dict)
    """Presses of buttons by their id, with what they were answered."""

    @property
    def id(self) -> int:
        """Return the bot's id, the part of its token before the colon."""
        return int(self.token.partition(":")[0])

    @property
    def raw(self) -> Raw:
        """Return the account as messages show it."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }

    def tell(self, kind: str, body: Raw, *, queue: str) -> Update | None:
        """Send the bot an update, if it wants its kind."""
        if not self.updates.wants(kind):
            return None
        return self.tell_raw({kind: copy.deepcopy(body)}, queue=queue, kind=kind)

    def tell_raw(self, body: Raw, *, queue: str, kind: str = "") -> Update:
        """Send the bot an update, whatever it is."""
        update = self.updates.put(body, queue=queue, kind=kind)
        self.courier.carry()
        return update


@dataclass(slots=True)
class World:
    """Everything that one server knows."""

    time: Time
    limits_on: bool = False
    local: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    files: Files = field(default_factory=Files)
    bots: dict[str, Bot] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, Chat] = field(default_factory=dict)

    def add_bot(self, token: str, *, username: str = "shop_bot", name: str = "Shop") -> Bot:
        """Make a bot's account."""
        updates = Updates(int(token.partition(":")[0]), self.time, self.ledger)
        limits = Limits(self.time, on=self.limits_on)
        bot = Bot(token, username, name, updates, Courier(updates), limits)
        self.bots[token] = bot
        return bot

    def add_user(self, first_name: str, **more: Any) -> User:
        """Make a person's account."""
        user = User(id=5_000_000_001 + len(self.users), first_name=first_name, **more)
        self.users[user.id] = user
        return user

    def add_group(self, title: str, *, forum: bool = True, type: str = "supergroup") -> Chat:
        """Make a group without members."""
        number = len(self.groups) + 1
        chat_id = -(1_001_000_000_000 + number) if type == "supergroup" else -(4_000_000 + number)
        # The first message is that the group was made; General begins with it.
        chat = Chat(id=chat_id, type=type, title=title, is_forum=forum, last_id=1)
        self.groups[chat.id] = chat
        return chat

    def private_chat(self, bot: Bot, user: User) -> Chat:
        """Return the chat of a person with a bot."""
        return bot.private.setdefault(user.id, Chat(id=user.id, type="private", user=user))

    def chat(self, bot: Bot, chat_id: str) -> Chat:
        """Return the chat a bot may write to; raises `Refusal` as the server would."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        number = int(chat_id) if chat_id.lstrip("-").isdigit() else 0
        if number in self.groups:
            return _as_member(self.groups[number], bot)
        chat = bot.private.get(number)
        if chat is None:
            if number in self.users:
                raise forbidden(errors.NEVER_STARTED)
            raise bad_request(errors.CHAT_NOT_FOUND)
        return _as_partner(chat)

    def new_id(self, bot: Bot, chat: Chat) -> int:
        """Return the id of a new message: supergroups count their own, a bot all others."""
        if chat.type == "supergroup":
            chat.last_id += 1
            return chat.last_id
        bot.last_id += 1
        return bot.last_id

    def notice(self, chat: Chat, message: Raw) -> None:
        """Tell a group's administrators of something that Telegram says in it."""
        for bot in self.members(chat):
            if chat.rights[bot.id]:
                bot.tell("message", message, queue=str(chat.id))

    def members(self, chat: Chat) -> Iterator[Bot]:
        """Yield the bots in a group."""
        for bot in self.bots.values():
            if bot.id in chat.rights:
                yield bot


def _as_partner(chat: Chat) -> Chat:
    if chat.user is not None and chat.user.deactivated:
        raise forbidden(errors.DEACTIVATED)
    if chat.blocked:
        raise forbidden(errors.BLOCKED)
    if not chat.started:
        raise forbidden(errors.NEVER_STARTED)
    return chat


def _as_member(chat: Chat, bot: Bot) -> Chat:
    if chat.migrated_to:
        raise errors.migrated(chat.migrated_to)
    if chat.deleted:
        raise forbidden(errors.GROUP_DELETED)
    if bot.id in chat.kicked:
        supergroup = chat.type == "supergroup"
        raise forbidden(errors.KICKED if supergroup else errors.KICKED_FROM_GROUP)
    if bot.id not in chat.rights:
        raise forbidden(errors.NO_MEMBER)
    return chat
