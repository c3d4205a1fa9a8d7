"""People in a group with bots, and what its administrators do to it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.telegram.customer import Person
from bridge.sandbox.telegram.sending import without_reply
from bridge.sandbox.telegram.staff import membership
from bridge.sandbox.telegram.world import Bot, Chat, Raw

ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""Who writes where an administrator stays anonymous: core.telegram.org/bots/api#message."""


@dataclass(slots=True)
class Member(Person):
    """A person in a group, where a bot that is no administrator hears little."""

    group: Chat

    @property
    def chat(self) -> Chat:
        """Return the group."""
        return self.group

    def say(self, text: str, *, topic: int = 0, **more: Any) -> Raw:
        """Write into a topic, or into General."""
        if topic and topic not in self.group.topics:
            raise LookupError("there is no such topic")
        return self.write(text, **self._inside(topic, more), **more)

    def show(self, kind: str, data: bytes, *, topic: int = 0, **more: Any) -> Raw:
        """Send a file into a topic, or into General."""
        return self.send_file(kind, data, **self._inside(topic, more), **more)

    def say_as_the_group(self, text: str, *, topic: int = 0) -> Raw:
        """Write as an anonymous administrator does: nobody is told who it is."""
        return self.send(
            {"text": text}
            | self._inside(topic, {})
            | {"from": ANONYMOUS, "sender_chat": self.group.raw, "author_signature": ""}
        )

    def _inside(self, topic: int, more: Mapping[str, Any]) -> Raw:
        """Return where a message is; what answers nothing answers what opened the topic."""
        if not topic:
            return {}
        opened = self.group.messages.get(topic)
        inside: Raw = {"message_thread_id": topic, "is_topic_message": True}
        if opened is not None and "reply_to" not in more:
            inside["reply_to_message"] = without_reply(opened)
        return inside

    # --- what administrators do ---

    def close_topic(self, topic: int, *, again: bool = False) -> Raw:
        """Close a topic by hand, or open it `again`."""
        self.group.topics[topic].closed = not again
        event = "forum_topic_reopened" if again else "forum_topic_closed"
        return self.send({event: {}, "message_thread_id": topic, "is_topic_message": True})

    def delete_topic(self, topic: int) -> None:
        """Delete a topic by hand; bots are told nothing."""
        self.group.drop_topic(topic)

    def delete_any(self, message_id: int) -> None:
        """Delete anybody's message; bots are told nothing."""
        del self.group.messages[message_id]

    def promote(self, bot: Bot, *rights: str) -> None:
        """Give a bot these rights and no others; a bot that was not there is added."""
        self.group.kicked.discard(bot.id)
        self._changes(bot, lambda: self.group.rights.__setitem__(bot.id, set(rights)))

    def remove(self, bot: Bot) -> None:
        """Throw a bot out of the group."""

        def gone() -> None:
            del self.group.rights[bot.id]
            self.group.kicked.add(bot.id)

        self._changes(bot, gone)

    def _changes(self, bot: Bot, change: Callable[[], None]) -> None:
        old = membership(self.group, bot.id, bot.raw)
        change()
        told: Raw = {
            "chat": self.group.raw,
            "from": self.user.raw,
            "date": int(self.world.time.now()),
            "old_chat_member": old,
            "new_chat_member": membership(self.group, bot.id, bot.raw),
        }
        bot.tell("my_chat_member", told, queue=str(self.group.id))

    def upgrade(self, title: str) -> Chat:
        """Make a supergroup of a group: it has another number, and the same members."""
        new = self.world.add_group(title)
        new.rights = dict(self.group.rights)
        self.send({"migrate_to_chat_id": new.id})
        self.group.migrated_to = new.id
        return new

    def _hearers(self, message: Raw) -> Iterable[Bot]:
        """Yield administrators, and whom a command or an answer is meant for."""
        for bot in self.world.members(self.group):
            answered = message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id
            if self.group.rights[bot.id] or answered or message.get("text", "").startswith("/"):
                yield bot

    def _new_id(self) -> int:
        self.group.last_id += 1
        return self.group.last_id
