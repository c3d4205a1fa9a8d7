"""Somebody in the workspace, played by a test or by a person at a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.slack import chat
from bridge.sandbox.slack.errors import Refusal
from bridge.sandbox.slack.methods import Call
from bridge.sandbox.slack.team import APP, BOT_USER, TEAM, Channel, File, Message, Team, User
from bridge.sandbox.slack.telling import Telling
from bridge.sandbox.slack.views import Triggers
from bridge.sandbox.slack.webhooks import Answer


@dataclass(frozen=True, slots=True)
class Posted:
    """Something a person has done: the message's `ts`, the event's id, and its first answer."""

    ts: str
    event_id: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Agent:
    """What one person does."""

    user: User
    team: Team
    telling: Telling
    triggers: Triggers

    @property
    def id(self) -> str:
        """Return the person's id."""
        return self.user.id

    # --- writing ---

    async def writes(
        self,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: Mapping[str, bytes] | None = None,
        blocks: Sequence[Any] = (),
    ) -> Posted:
        """Write into a channel, or into a thread of it; `blocks` are the rich text of it."""
        place = self._place(channel)
        kept = [self._file(name, content) for name, content in (files or {}).items()]
        subtype = "file_share" if kept else "thread_broadcast" if broadcast else None
        message = Message(
            ts=self.team.ts(),
            text=text,
            user=self.id,
            thread_ts=thread_ts,
            subtype=subtype,
            files=kept,
            blocks=blocks,
        )
        place.add(message)
        more = {"client_msg_id": self.team.id("C"), "channel_type": _type(place)}
        told = message.as_json(self.team.home) | {"channel": place.id} | more
        return await self._tell("message", message.ts, told)

    async def edits(self, channel: str, ts: str, text: str) -> Posted:
        """Change a message of their own."""
        place, message = self._own(channel, ts)
        before = message.as_json(self.team.home)
        message.text = text
        message.edited = {"user": self.id, "ts": self.team.ts()}
        return await self._change(lambda call: chat.tell_changed(call, place, message, before), ts)

    async def deletes(self, channel: str, ts: str) -> Posted:
        """Take a message of their own back."""
        place, message = self._own(channel, ts)
        place.remove(ts)
        return await self._change(lambda call: chat.tell_deleted(call, place, message), ts)

    async def reacts(self, channel: str, ts: str, name: str) -> Posted:
        """Put a reaction under a message."""
        place = self._place(channel)
        message = place.message(ts)
        message.reactions.setdefault(name, []).append(self.id)
        return await self._reacted("reaction_added", place, message, name)

    async def unreacts(self, channel: str, ts: str, name: str) -> Posted:
        """Take a reaction back."""
        place = self._place(channel)
        message = place.message(ts)
        message.reactions[name].remove(self.id)
        return await self._reacted("reaction_removed", place, message, name)

    # --- pressing ---

    async def presses(
        self, channel: str, ts: str, action_id: str, *, option: str | None = None
    ) -> Answer:
        """Press a button under a message, or choose an option of a menu by its value."""
        place = self._place(channel)
        message = place.seen_by(self.id, ts)
        action = self._action(message.blocks, action_id, option)
        where: dict[str, Any] = {"type": "message", "message_ts": ts, "channel_id": place.id}
        where |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
        where |= {"is_ephemeral": ts in place.whispers}
        return await self.telling.interaction(
            self._interaction("block_actions")
            | {
                "container": where,
                "channel": {"id": place.id, "name": place.name},
                "message": message.as_json(self.team.home),
                "state": {"values": {}},
                "actions": [action],
                "response_url": self._response_url(),
            }
        )

    async def presses_home(self, action_id: str, value: str | None = None) -> Answer:
        """Press a button in the Home tab, or type a value there and press Enter."""
        view = self.team.homes[self.id]
        action = self._action(view["blocks"], action_id, None)
        payload = self._interaction("block_actions") | {
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "actions": [action if value is None else {**action, "value": value}],
        }
        return await self.telling.interaction(payload)

    async def commands(self, channel: str, text: str, *, command: str = "/support") -> Answer:
        """Type a slash command."""
        place = self.team.channel(channel)
        return await self.telling.command(
            {
                "command": command,
                "text": text,
                "user_id": self.id,
                "user_name": self.user.name,
                "channel_id": place.id,
                "channel_name": place.name,
                "team_id": TEAM,
                "api_app_id": APP,
                "token": "verification-token",
                "trigger_id": self.triggers.give(self.id),
                "response_url": self._response_url(),
            }
        )

    async def shortcuts(self, channel: str, ts: str, callback_id: str) -> Answer:
        """Choose a shortcut of a message."""
        place = self._place(channel)
        return await self.telling.interaction(
            self._interaction("message_action")
            | {
                "callback_id": callback_id,
                "message_ts": ts,
                "channel": {"id": place.id, "name": place.name},
                "message": place.message(ts).as_json(self.team.home),
                "action_ts": self.team.ts(),
                "response_url": self._response_url(),
            }
        )

    async def submits(self, view_id: str, values: Mapping[str, Mapping[str, Any]]) -> Answer:
        """Submit a modal; `values` are by block and action."""
        view = self.team.views[view_id]
        view["state"] = {"values": values}
        payload = self._interaction("view_submission") | {"view": view, "response_urls": []}
        answer = await self.telling.interaction(payload)
        said = answer.body if isinstance(answer.body, dict) else {}
        if answer.ok and said.get("response_action") in (None, "clear"):
            del self.team.views[view_id]
        return answer

    # --- coming and going ---

    async def opens_home(self) -> Posted:
        """Open the app's Home tab."""
        event = {"user": self.id, "channel": f"D{self.id[1:]}", "tab": "home"}
        return await self._tell("app_home_opened", "", event)

    async def joins(self, channel: str) -> Posted:
        """Enter a channel, which leaves a line in it."""
        place = self.team.channel(channel)
        place.members.add(self.id)
        text = f"<@{self.id}> has joined the channel"
        line = Message(self.team.ts(), text, user=self.id, subtype="channel_join")
        place.add(line)
        told = {**line.as_json(self.team.home), "channel": place.id}
        await self._tell("message", line.ts, told)
        event = {"user": self.id, "channel": place.id, "team": TEAM}
        return await self._tell("member_joined_channel", line.ts, event)

    async def archives(self, channel: str, *, again: bool = False) -> Posted:
        """Archive a channel, or bring it back `again`."""
        place = self.team.channel(channel)
        place.is_archived = not again
        kind = "channel_unarchive" if again else "channel_archive"
        return await self._tell(kind, "", {"channel": place.id, "user": self.id})

    async def removes_app(self, channel: str) -> Posted:
        """Take the app out of a channel; it is told that it has left."""
        place = self.team.channel(channel)
        place.members.discard(BOT_USER)
        kind = "group_left" if place.is_private else "channel_left"
        return await self._tell(kind, "", {"channel": place.id, "user": BOT_USER})

    async def invites_app(self, channel: str) -> Posted:
        """Bring the app into a channel."""
        place = self.team.channel(channel)
        place.members.add(BOT_USER)
        event = {"user": BOT_USER, "channel": place.id, "team": TEAM, "inviter": self.id}
        return await self._tell("member_joined_channel", "", event)

    async def deletes_any(self, channel: str, ts: str) -> Posted:
        """Delete anybody's message, as administrators may; a thread's first leaves a tombstone."""
        place = self._place(channel)
        message = place.message(ts)
        if not message.replies:
            place.remove(ts)
            return await self._change(lambda call: chat.tell_deleted(call, place, message), ts)
        before = message.as_json(self.team.home)
        message.subtype, message.text, message.blocks = "tombstone", "This message was deleted.", ()
        message.user, message.bot_id, message.metadata = "USLACKBOT", None, None
        return await self._change(lambda call: chat.tell_changed(call, place, message, before), ts)

    # --- inside ---

    def _action(self, blocks: Sequence[Any], action_id: str, option: str | None) -> dict[str, Any]:
        block, element = _found(blocks, action_id)
        action = {**element, "block_id": block, "action_ts": self.team.ts()}
        if option is not None:
            chosen = [one for one in action.pop("options") if one["value"] == option]
            action["selected_option"] = chosen[0]
        return action

    def _place(self, channel: str) -> Channel:
        place = self.team.channel(channel)
        if self.id not in place.members:
            raise Refusal("not_in_channel")
        return place

    def _own(self, channel: str, ts: str) -> tuple[Channel, Message]:
        place = self._place(channel)
        message = place.message(ts)
        if message.user != self.id:
            raise Refusal("cant_update_message")
        return place, message

    def _file(self, name: str, content: bytes) -> File:
        file = File(self.team.id("F"), name, content, user=self.id, uploaded=True, complete=True)
        self.team.files[file.id] = file
        return file

    async def _reacted(self, kind: str, place: Channel, message: Message, name: str) -> Posted:
        return await self._change(
            lambda call: chat.tell_reaction(call, kind, place, message, name, self.id), message.ts
        )

    async def _change(self, tell: Any, ts: str) -> Posted:
        """Tell of a change in the words that the app's own changes are told in."""
        told: list[tuple[str, Mapping[str, Any]]] = []
        tell(Call({}, self.team, lambda kind, event: told.append((kind, event))))
        ((kind, event),) = told
        return await self._tell(kind, ts, event)

    async def _tell(self, kind: str, ts: str, event: Mapping[str, Any]) -> Posted:
        event_id, answered = await self.telling.event(kind, event)
        return Posted(ts, event_id, answered)

    def _interaction(self, kind: str) -> dict[str, Any]:
        name = self.user.name
        return {
            "type": kind,
            "user": {"id": self.id, "username": name, "name": name, "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification-token",
            "team": {"id": TEAM, "domain": "shop"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.triggers.give(self.id),
        }

    def _response_url(self) -> str:
        return f"{self.team.home}/response/{self.team.next()}"


def _type(channel: Channel) -> str:
    return "group" if channel.is_private else "channel"


def _found(blocks: Sequence[Any], action_id: str) -> tuple[str, Mapping[str, Any]]:
    """Return the block and the element of an action."""
    for index, block in enumerate(blocks):
        inside = [block.get("accessory") or {}, block.get("element") or {}]
        for element in [*block.get("elements", []), *inside]:
            if element.get("action_id") == action_id:
                return block.get("block_id", f"b{index}"), element
    raise Refusal("action_not_found")
