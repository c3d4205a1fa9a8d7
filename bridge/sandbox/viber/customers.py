"""Somebody with Viber, played by a test or by a person at a page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.viber.checks import check_message
from bridge.sandbox.viber.files import CustomersFiles
from bridge.sandbox.viber.people import Person, Received
from bridge.sandbox.viber.statuses import Refusal
from bridge.sandbox.viber.world import World


@dataclass(frozen=True, slots=True)
class Told:
    """A callback that was brought: its token, and whether the first attempt was answered."""

    token: int
    answered: bool


@dataclass(frozen=True, slots=True)
class Customer:
    """What one person does."""

    world: World
    files: CustomersFiles
    person: Person

    @property
    def id(self) -> str:
        """Return the person's id for this bot."""
        return self.person.id

    @property
    def inbox(self) -> list[Received]:
        """Return what has reached the phone."""
        return self.person.inbox

    @property
    def texts(self) -> list[str]:
        """Return the texts that have reached the phone."""
        return [one.message.get("text", "") for one in self.inbox]

    # --- writing ---

    async def writes(self, text: str, *, token: int | None = None) -> Told:
        """Write a text. The same `token` is the same message once more."""
        return await self.sends({"type": "text", "text": text}, token=token)

    async def presses(self, label: str) -> Told:
        """Press a button of the last keyboard: its body comes as the person's own text."""
        keyboards = [k for one in self.inbox if (k := one.message.get("keyboard"))]
        pressed = next(b for b in keyboards[-1]["Buttons"] if b.get("Text") == label)
        return await self.writes(pressed["ActionBody"])

    async def sends_picture(self, content: bytes, *, text: str = "") -> Told:
        """Send a picture, with words under it or without."""
        url = self.files.add("picture.jpg", content)
        picture = {"type": "picture", "media": url, "thumbnail": url, "text": text}
        return await self.sends(picture | {"file_name": "picture.jpg", "size": len(content)})

    async def sends_video(self, content: bytes, *, seconds: int = 3) -> Told:
        """Send a video."""
        video = {"type": "video", "media": self.files.add("video.mp4", content)}
        return await self.sends(video | {"size": len(content), "duration": seconds})

    async def sends_file(self, name: str, content: bytes) -> Told:
        """Send a file."""
        file = {"type": "file", "media": self.files.add(name, content)}
        return await self.sends(file | {"file_name": name, "file_size": len(content)})

    async def sends_sticker(self, sticker_id: int = 46105) -> Told:
        """Send a sticker."""
        return await self.sends({"type": "sticker", "sticker_id": sticker_id})

    async def sends_location(self, lat: float, lon: float) -> Told:
        """Send a place."""
        return await self.sends({"type": "location", "location": {"lat": lat, "lon": lon}})

    async def sends_contact(self, name: str, phone_number: str) -> Told:
        """Send somebody's card."""
        contact = {"name": name, "phone_number": phone_number}
        return await self.sends({"type": "contact", "contact": contact})

    async def sends_link(self, url: str) -> Told:
        """Send a link."""
        return await self.sends({"type": "url", "media": url})

    async def sends(self, message: Mapping[str, Any], *, token: int | None = None) -> Told:
        """Send any message at all."""
        if token is not None and self.world.callbacks.knows(token):
            return Told(token, (await self.world.callbacks.again(token)).ok)
        self.person.subscribed = True
        self.person.unanswered.clear()
        if self.person.tracking_data:
            message = {**message, "tracking_data": self.person.tracking_data}
        return await self._tell(
            "message",
            sender=self.person.as_user(self.world.account),
            message=message,
            silent=False,
            message_token=token,
        )

    # --- coming and going ---

    async def opens_chat(self, context: str = "") -> Told:
        """Open the chat; what the webhook answers is shown as a welcome."""
        event = self.world.event(
            "conversation_started",
            type="open",
            context=context,
            user=self.person.as_user(self.world.account),
            subscribed=self.person.subscribed,
        )
        answer = await self.world.tell(event)
        self._welcome(answer.body if answer.ok else b"")
        return Told(event["message_token"], answer.ok)

    def _welcome(self, body: bytes) -> None:
        if not body.strip():
            return
        message = json.loads(body)
        check_message(message)
        if "receiver" in message:
            raise Refusal(3, "a welcome names no receiver")
        self.inbox.append(Received(self.world.next_token(), message))

    async def subscribes(self) -> Told:
        """Subscribe to the bot."""
        self.person.subscribed = True
        return await self._tell("subscribed", user=self.person.as_user(self.world.account))

    async def unsubscribes(self) -> Told:
        """Leave the bot."""
        self.person.subscribed = False
        return await self._tell("unsubscribed", user_id=self.id)

    # --- reading ---

    async def gets(self, token: int) -> Told:
        """Have the phone report that a message has come."""
        return await self._tell("delivered", message_token=token, user_id=self.id)

    async def sees(self, token: int) -> Told:
        """Have the phone report that a message was seen."""
        return await self._tell("seen", message_token=token, user_id=self.id)

    async def cannot_show(self, token: int, why: str) -> Told:
        """Have the phone report that it could not show a message."""
        return await self._tell("failed", message_token=token, user_id=self.id, desc=why)

    # --- telling ---

    async def _tell(self, kind: str, **more: Any) -> Told:
        event = self.world.event(kind, **more)
        answer = await self.world.tell(event)
        return Told(event["message_token"], answer.ok)
