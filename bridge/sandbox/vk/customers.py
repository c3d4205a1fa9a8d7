"""A customer, as a test or a person at the sandbox's page plays one."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.vk import shapes
from bridge.sandbox.vk.events import Event, Events
from bridge.sandbox.vk.keyboards import button_called
from bridge.sandbox.vk.uploads import Uploads
from bridge.sandbox.vk.world import Message, Person, World


@dataclass(frozen=True, slots=True)
class Written:
    """What a customer did: the message, and the event that tells of it."""

    message: Message
    event: Event


class Customer:
    """One person with the dialog open."""

    def __init__(self, person: Person, world: World, events: Events, uploads: Uploads) -> None:
        """Play this person."""
        self.person = person
        self._world = world
        self._events = events
        self._uploads = uploads
        self._numbers = itertools.count(1)

    # --- writing ---

    def write(self, text: str = "", **said: Any) -> Written:
        """Send a message; `said` may hold `attachments`, `reply`, `forwarded`, `geo`, `payload`.

        `ref` is what the link `vk.me/…?ref=…` carried that opened the dialog.
        """
        self.person.allows = True
        message = self._world.post(self.person.id, self.person.id, text=text, **said)
        told = {
            "message": shapes.message(message, self._world.group_id),
            "client_info": shapes.client_info(self.person),
        }
        return Written(message, self._events.emit("message_new", told))

    def send_photos(self, *photos: bytes, text: str = "") -> Written:
        """Send photos; several are one message."""
        return self.write(text, attachments=[self._photo(data) for data in photos])

    def send_document(self, name: str, data: bytes, text: str = "") -> Written:
        """Send a file."""
        number = self._number()
        facts = {
            "id": number,
            "owner_id": self.person.id,
            "title": name,
            "size": len(data),
        }
        url = self._uploads.publish(f"{number}-{name}", data)
        return self.write(text, attachments=[_as("doc", shapes.document(facts, url, "key"))])

    def speak(self, data: bytes) -> Written:
        """Send a voice message."""
        number = self._number()
        url = self._uploads.publish(f"{number}.ogg", data, "audio/ogg")
        voice = shapes.voice(self.person.id, number, url, "key")
        return self.write(attachments=[_as("audio_message", voice)])

    def send_sticker(self, data: bytes) -> Written:
        """Send a sticker."""
        number = self._number()
        url = self._uploads.publish(f"sticker-{number}.png", data, "image/png")
        images = [
            {"url": f"{url}?size={side}", "width": side, "height": side} for side in (64, 512)
        ]
        sticker = {"product_id": 1, "sticker_id": number, "images": images}
        return self.write(attachments=[_as("sticker", sticker)])

    def send_location(self, latitude: float, longitude: float, title: str = "") -> Written:
        """Send a place on the map."""
        point = {"latitude": latitude, "longitude": longitude}
        place = {"place": {"title": title, "country": "", "city": ""}} if title else {}
        return self.write(geo={"type": "point", "coordinates": point, **place})

    def edit(self, message: Message, text: str, photos: Sequence[bytes] | None = None) -> Event:
        """Change a message of one's own; `photos`, if given, take the place of what it has."""
        message.text, message.update_time = text, int(self._world.now())
        if photos is not None:
            message.attachments = [self._photo(data) for data in photos]
        told = shapes.message(message, self._world.group_id)
        return self._events.emit("message_edit", told)

    def delete(self, message: Message) -> None:
        """Delete a message of one's own for everybody; communities are told nothing."""
        message.deleted = True

    def _photo(self, data: bytes) -> Mapping[str, Any]:
        number = self._number()
        url = self._uploads.publish(f"{number}.jpg", data, "image/jpeg")
        return _as("photo", shapes.photo(self.person.id, number, url, "key"))

    def _number(self) -> int:
        return self.person.id * 1000 + next(self._numbers)

    # --- everything else ---

    @property
    def dialog(self) -> Sequence[Message]:
        """Return what the customer sees, the oldest first."""
        return self._world.history(self.person.id)

    @property
    def received(self) -> Sequence[Message]:
        """Return what the community wrote."""
        return [one for one in self.dialog if one.out]

    def allow(self) -> Event:
        """Let the community write."""
        self.person.allows = True
        return self._events.emit("message_allow", {"user_id": self.person.id, "key": ""})

    def deny(self) -> Event:
        """Let the community write no more."""
        self.person.allows = False
        return self._events.emit("message_deny", {"user_id": self.person.id})

    def read(self, message: Message | None = None, *, with_cmid: bool = True) -> Event:
        """Read up to a message of the community's, the latest if none is named."""
        last = message or self.received[-1]
        told = {
            "from_id": self.person.id,
            "peer_id": self.person.id,
            "read_message_id": last.id,
        }
        number = {"conversation_message_id": last.cmid} if with_cmid else {}
        return self._events.emit("message_read", told | number)

    def type(self) -> Event:
        """Begin to write."""
        told = {"state": "typing", "from_id": self.person.id, "to_id": -self._world.group_id}
        return self._events.emit("message_typing_state", told)

    def react(self, message: Message, reaction_id: int | None) -> Event:
        """Put a reaction on a message, or take it away."""
        told = {"reacted_id": self.person.id, "peer_id": self.person.id, "cmid": message.cmid}
        reaction = {} if reaction_id is None else {"reaction_id": reaction_id}
        return self._events.emit("message_reaction_event", told | reaction)

    def press(self, message: Message, label: str) -> Event:
        """Press a button: one of text says its words, a callback button tells of itself."""
        action = button_called(message.keyboard, label)
        if action["type"] != "callback":
            return self.write(label, payload=_text(action.get("payload"))).event
        told = {
            "user_id": self.person.id,
            "peer_id": self.person.id,
            "event_id": f"{self._number():x}",
            "payload": json.loads(_text(action.get("payload")) or "{}"),
            "conversation_message_id": message.cmid,
        }
        return self._events.emit("message_event", told)


def _as(kind: str, thing: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": kind, kind: thing}


def _text(payload: Any) -> str | None:
    return payload if payload is None or isinstance(payload, str) else json.dumps(payload)
