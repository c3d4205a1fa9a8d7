"""The methods of `messages`: https://dev.vk.com/ru/method/messages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.sandbox.vk import params, shapes
from bridge.sandbox.vk.errors import VkError
from bridge.sandbox.vk.events import Events
from bridge.sandbox.vk.keyboards import keyboard
from bridge.sandbox.vk.world import Message, World

LONGEST_TEXT = 9000
MOST_ATTACHMENTS = 10
MOST_RECIPIENTS = 100
# A message can be edited for a day, and deleted at the other end as long: in seconds.
EDITABLE_FOR = 86_400
_ATTACHMENT = re.compile(r"([a-z_]+)(-?\d+)_(\d+)(?:_(\w+))?")
Given = Mapping[str, str]


class Messages:
    """What can be done with messages."""

    def __init__(self, world: World, events: Events) -> None:
        """Work in one community."""
        self._world = world
        self._events = events
        self.activity: list[tuple[int, str]] = []
        """Whom `setActivity` was shown to, and what."""
        self.read_up_to: dict[int, int] = {}
        """Per dialog, the customer's message up to which the community has read."""
        self.answered_presses: list[str] = []

    # --- send ---

    def send(self, given: Given) -> Any:
        """Send; with `peer_ids` the answer says of each recipient what became of it."""
        random_id = self._random_id(given)
        content = self._content(given)
        if "peer_ids" in given:
            peers = params.numbers(given, "peer_ids", MOST_RECIPIENTS)
            return [self._for_one_of_many(peer, random_id, content, given) for peer in peers]
        name = next((one for one in ("peer_id", "user_id") if given.get(one)), None)
        if name is None:
            raise VkError(100, "you should specify peer_id, user_id, domain or peer_ids param")
        return self._deliver(params.whole(given, name), random_id, content, given).id

    def _for_one_of_many(
        self, peer: int, random_id: int, content: dict[str, Any], given: Given
    ) -> dict[str, Any]:
        try:
            sent = self._deliver(peer, random_id, content, given)
        except VkError as error:
            failed = {"code": error.code, "description": error.message}
            return {"peer_id": peer, "message_id": 0, "error": failed}
        return {"peer_id": peer, "message_id": sent.id, "conversation_message_id": sent.cmid}

    def _random_id(self, given: Given) -> int:
        value = params.whole(given, "random_id")
        if not -params.INT32 <= value < params.INT32:
            raise VkError(100, "random_id is not int32")
        return value

    def _deliver(self, peer: int, random_id: int, content: dict[str, Any], given: Given) -> Message:
        known = self._world.sent_under(peer, random_id)
        if known is not None:
            return known
        self._world.recipient(peer)
        links = self._links(peer, given)
        sent = self._world.post(
            peer, -self._world.group_id, random_id=random_id, **content, **links
        )
        self._events.emit("message_reply", shapes.message(sent, self._world.group_id))
        return sent

    def _content(self, given: Given) -> dict[str, Any]:
        text = given.get("message", "")
        if len(text) > LONGEST_TEXT:
            raise VkError(914)
        attachments = self._attachments(given.get("attachment", ""))
        if not text.strip() and not attachments and "forward" not in given:
            raise VkError(100, "message is empty or invalid")
        payload = given.get("payload")
        if payload is not None and len(payload) > 1000:
            raise VkError(100, "payload is too long")
        board = keyboard(given["keyboard"]) if given.get("keyboard") else None
        return {"text": text, "attachments": attachments, "payload": payload, "keyboard": board}

    def _attachments(self, raw: str) -> Sequence[Mapping[str, Any]]:
        named = [one.strip() for one in raw.split(",") if one.strip()]
        if len(named) > MOST_ATTACHMENTS:
            raise VkError(100, "attachment has too many items")
        return [self._attachment(one) for one in named]

    def _attachment(self, name: str) -> Mapping[str, Any]:
        parts = _ATTACHMENT.fullmatch(name)
        if parts is None:
            raise VkError(100, "attachment is invalid")
        kind = "doc" if parts[1] == "audio_message" else parts[1]
        found = self._world.attachments.get(f"{kind}{parts[2]}_{parts[3]}")
        if found is None:
            raise VkError(100, "attachment is not found")
        return found

    def _links(self, peer: int, given: Given) -> dict[str, Any]:
        """Return what the message answers, and what it carries on."""
        if given.get("reply_to"):
            reply = self._world.by_id(params.whole(given, "reply_to"))
            return {"reply": self._existing(reply)}
        if not given.get("forward"):
            return {}
        wanted = params.parsed(given["forward"], 100, "forward")
        cmids = wanted.get("conversation_message_ids", [])
        found = [self._existing(self._world.by_cmid(wanted.get("peer_id", peer), c)) for c in cmids]
        if not found:
            raise VkError(100, "forward names no message")
        return {"reply": found[0]} if wanted.get("is_reply") else {"forwarded": found}

    def _existing(self, found: Message | None) -> Message:
        if found is None:
            raise VkError(921)
        return found

    # --- edit, delete ---

    def edit(self, given: Given) -> Any:
        """Replace a message: what is not given again, attachments too, is gone afterwards."""
        peer = params.whole(given, "peer_id")
        own = self._own(peer, given)
        if self._world.now() - own.date > EDITABLE_FOR:
            raise VkError(909)
        content = self._content(given)
        own.text, own.attachments = content["text"], content["attachments"]
        own.keyboard = content["keyboard"]
        own.update_time = int(self._world.now())
        self._events.emit("message_edit", shapes.message(own, self._world.group_id))
        return 1

    def _own(self, peer: int, given: Given) -> Message:
        if given.get("cmid"):
            found = self._world.by_cmid(peer, params.whole(given, "cmid"))
        else:
            found = self._world.by_id(params.whole(given, "message_id"))
        if found is None or found.peer_id != peer:
            raise VkError(100, "message_id is invalid")
        if not found.out:
            raise VkError(920)
        return found

    def delete(self, given: Given) -> Any:
        """Delete messages; the answer says of each what became of it."""
        if given.get("cmids"):
            peer = params.whole(given, "peer_id")
            cmids = params.numbers(given, "cmids", 100)
            named = [(peer, cmid, self._world.by_cmid(peer, cmid)) for cmid in cmids]
        else:
            found = [self._world.by_id(one) for one in params.numbers(given, "message_ids", 1000)]
            named = [(one.peer_id, one.cmid, one) for one in found if one is not None]
        everywhere = params.flag(given, "delete_for_all")
        return [self._delete(*one, everywhere=everywhere) for one in named]

    def _delete(
        self, peer: int, cmid: int, found: Message | None, *, everywhere: bool
    ) -> dict[str, Any]:
        item: dict[str, Any] = {"peer_id": peer, "conversation_message_id": cmid}
        refusal = self._why_not(found, everywhere=everywhere)
        if refusal is not None:
            failed = {"code": refusal.code, "description": refusal.message}
            return item | {"response": 0, "error": failed}
        if found is not None:
            found.deleted = everywhere
        return item | {"response": 1}

    def _why_not(self, found: Message | None, *, everywhere: bool) -> VkError | None:
        if found is None:
            return VkError(100, "message is not found")
        too_old = self._world.now() - found.date > EDITABLE_FOR
        return VkError(924) if everywhere and (too_old or not found.out) else None

    # --- signs ---

    def set_activity(self, given: Given) -> Any:
        """Show that somebody is writing."""
        peer = params.whole(given, "peer_id", params.whole(given, "user_id", 0))
        if given.get("type") not in ("typing", "audiomessage"):
            raise VkError(100, "type is invalid")
        self._world.recipient(peer)
        self.activity.append((peer, given["type"]))
        return 1

    def mark_as_read(self, given: Given) -> Any:
        """Show the customer that the community has read."""
        peer = params.whole(given, "peer_id")
        last = len(self._world.dialogs.get(peer, []))
        up_to = last if params.flag(given, "mark_conversation_as_read") else 0
        self.read_up_to[peer] = params.whole(given, "up_to_cmid", up_to)
        return 1

    def send_message_event_answer(self, given: Given) -> Any:
        """End the waiting of a pressed callback button."""
        params.whole(given, "user_id")
        params.whole(given, "peer_id")
        self.answered_presses.append(params.text(given, "event_id"))
        return 1

    # --- looking back ---

    def get_history(self, given: Given) -> Any:
        """Return a dialog, the latest first unless `rev` is 1."""
        peer = params.whole(given, "peer_id", params.whole(given, "user_id", 0))
        messages = self._world.history(peer)
        if params.whole(given, "rev", 0) != 1:
            messages.reverse()
        return self._page(given, [shapes.message(one, self._world.group_id) for one in messages])

    def get_by_cmid(self, given: Given) -> Any:
        """Return messages by their numbers in a dialog."""
        peer = params.whole(given, "peer_id")
        cmids = params.numbers(given, "conversation_message_ids", 100)
        return self._found([self._world.by_cmid(peer, cmid) for cmid in cmids])

    def get_by_id(self, given: Given) -> Any:
        """Return messages by their ids in the community."""
        ids = params.numbers(given, "message_ids", 100)
        return self._found([self._world.by_id(one) for one in ids])

    def _found(self, messages: Sequence[Message | None]) -> Any:
        found = [shapes.message(one, self._world.group_id) for one in messages if one is not None]
        return {"count": len(found), "items": found}

    def get_conversations(self, given: Given) -> Any:
        """Return the dialogs, the one with the latest message first."""
        latest = [one[-1] for peer in self._world.dialogs if (one := self._world.history(peer))]
        latest.sort(key=lambda one: one.id, reverse=True)
        return self._page(given, [self._conversation(one) for one in latest])

    def _conversation(self, last: Message) -> dict[str, Any]:
        peer = {"id": last.peer_id, "type": "user", "local_id": last.peer_id}
        return {
            "conversation": {
                "peer": peer,
                "last_message_id": last.id,
                "last_conversation_message_id": last.cmid,
                "in_read": 0,
                "out_read": 0,
            },
            "last_message": shapes.message(last, self._world.group_id),
        }

    def _page(self, given: Given, items: Sequence[dict[str, Any]]) -> Any:
        offset = params.whole(given, "offset", 0)
        count = params.whole(given, "count", 20)
        if not 0 <= count <= 200:
            raise VkError(100, "count should be less or equal to 200")
        return {"count": len(items), "items": list(items[offset : offset + count])}
