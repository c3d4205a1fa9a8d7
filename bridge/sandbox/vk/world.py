"""The community, the people who write to it, and what was said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox.vk.errors import VkError

FIRST_CHAT = 2_000_000_000
"""Ids of peers from here on are chats of several people."""


@dataclass(slots=True)
class Person:
    """A person's account, and what it lets the community do.

    `allows` becomes true once the person has written or has allowed messages.
    """

    id: int
    first_name: str = "Анна"
    last_name: str = "Коваль"
    screen_name: str = ""
    photo_200: str = ""
    lang_id: int = 0
    allows: bool = False
    blacklisted: bool = False
    private: bool = False
    deleted: bool = False

    def check_can_be_written_to(self) -> None:
        """Raise `VkError` where a message to this person is refused."""
        refusals = (
            (self.deleted, 18),
            (self.blacklisted, 900),
            (self.private, 902),
            (not self.allows, 901),
        )
        for refused, code in refusals:
            if refused:
                raise VkError(code)


@dataclass(slots=True)
class Message:
    """One message of a dialog. `id` is unique in the community, `cmid` in the dialog."""

    id: int
    cmid: int
    peer_id: int
    from_id: int
    date: int
    text: str = ""
    attachments: Sequence[Mapping[str, Any]] = ()
    reply: "Message | None" = None
    forwarded: Sequence["Message"] = ()
    keyboard: Mapping[str, Any] | None = None
    payload: str | None = None
    geo: Mapping[str, Any] | None = None
    ref: str | None = None
    random_id: int = 0
    admin_author_id: int | None = None
    update_time: int | None = None
    deleted: bool = False

    @property
    def out(self) -> bool:
        """Say whether the community wrote it."""
        return self.from_id < 0


@dataclass(slots=True)
class World:
    """One community and its dialogs."""

    group_id: int
    group_name: str
    token: str
    now: Callable[[], float]
    people: dict[int, Person] = field(default_factory=dict)
    dialogs: dict[int, list[Message]] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    """What can be downloaded: content and type, by name."""
    attachments: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What can be attached, by `<type><owner>_<id>`."""
    _by_id: dict[int, Message] = field(default_factory=dict)
    _by_random_id: dict[tuple[int, int], Message] = field(default_factory=dict)

    def post(self, peer_id: int, from_id: int, **said: Any) -> Message:
        """Add a message to a dialog."""
        dialog = self.dialogs.setdefault(peer_id, [])
        message = Message(
            id=len(self._by_id) + 1,
            cmid=len(dialog) + 1,
            peer_id=peer_id,
            from_id=from_id,
            date=int(self.now()),
            **said,
        )
        dialog.append(message)
        self._by_id[message.id] = message
        if message.random_id:
            self._by_random_id[peer_id, message.random_id] = message
        return message

    def sent_under(self, peer_id: int, random_id: int) -> Message | None:
        """Return what was sent under this `random_id`, ever; 0 stands for none."""
        return self._by_random_id.get((peer_id, random_id))

    def by_id(self, message_id: int) -> Message | None:
        """Return a message by its id in the community."""
        found = self._by_id.get(message_id)
        return None if found is None or found.deleted else found

    def by_cmid(self, peer_id: int, cmid: int) -> Message | None:
        """Return a message by its number in the dialog."""
        dialog = self.dialogs.get(peer_id, [])
        found = dialog[cmid - 1] if 1 <= cmid <= len(dialog) else None
        return None if found is None or found.deleted else found

    def history(self, peer_id: int) -> list[Message]:
        """Return what stands in a dialog, the oldest first."""
        return [one for one in self.dialogs.get(peer_id, []) if not one.deleted]

    def recipient(self, peer_id: int) -> Person:
        """Return whom a message may go to; raises `VkError`."""
        if peer_id >= FIRST_CHAT:
            raise VkError(917)
        person = self.people.get(peer_id)
        if person is None:
            raise VkError(936)
        person.check_can_be_written_to()
        return person
