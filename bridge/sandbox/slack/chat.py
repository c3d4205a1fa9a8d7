"""`chat.*` and `reactions.*`.

Source: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bridge.sandbox.slack import blocks
from bridge.sandbox.slack.errors import Refusal
from bridge.sandbox.slack.methods import Answer, Call, Method
from bridge.sandbox.slack.team import BOT, BOT_USER, Channel, Message

# Longer posts are cut; an update or a post for one person is refused.
LONGEST_POST = 40_000
LONGEST_UPDATE = 4000
MOST_METADATA = 8192
_EMOJI = re.compile(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?")
MOST_REACTIONS = 23


async def post_message(call: Call) -> Answer:
    """Post as the app, under its own name or another."""
    channel = _writable(call)
    message = _made(call, call.team.ts())
    _check_thread(call, channel, message)
    channel.add(message)
    told = message.as_json(call.team.home)
    call.tell("message", {**told, "channel": channel.id})
    return {"channel": channel.id, "ts": message.ts, "message": told}


async def post_ephemeral(call: Call) -> Answer:
    """Show something to one person, until they reload."""
    channel = _writable(call)
    user = call.team.user(call.need("user"))
    if user.id not in channel.members:
        raise Refusal("user_not_in_channel")
    _check_length(str(call.args.get("text") or ""))
    message = _made(call, call.team.ts())
    channel.whispers[message.ts] = user.id, message
    return {"message_ts": message.ts}


async def update(call: Call) -> Answer:
    """Change a message of the app's own."""
    channel = call.channel()
    message = channel.message(call.need("ts"))
    if message.bot_id != BOT:
        raise Refusal("cant_update_message")
    _check_length(str(call.args.get("text") or ""))
    before = message.as_json(call.team.home)
    made = _made(call, message.ts)
    message.text, message.attachments = made.text, made.attachments
    if call.json("blocks") is not None:
        message.blocks = made.blocks
    # Unlike a post, an update looks names up unless told not to.
    message.parse = str(call.args.get("parse") or "client")
    message.link_names = made.link_names
    if made.metadata is not None:
        message.metadata = made.metadata
    message.edited = {"user": BOT_USER, "ts": call.team.ts()}
    tell_changed(call, channel, message, before)
    return {"channel": channel.id, "ts": message.ts, "text": message.text}


async def delete(call: Call) -> Answer:
    """Take back a message of the app's own."""
    channel = call.channel()
    message = channel.message(call.need("ts"))
    if message.bot_id != BOT:
        raise Refusal("cant_delete_message")
    channel.remove(message.ts)
    tell_deleted(call, channel, message)
    return {"channel": channel.id, "ts": message.ts}


async def add_reaction(call: Call) -> Answer:
    """React as the app."""
    channel, message, name = _reacted(call)
    users = message.reactions.get(name, [])
    if BOT_USER in users:
        raise Refusal("already_reacted")
    if not users and len(message.reactions) >= MOST_REACTIONS:
        raise Refusal("too_many_emoji")
    message.reactions[name] = [*users, BOT_USER]
    tell_reaction(call, "reaction_added", channel, message, name, BOT_USER)
    return {}


async def remove_reaction(call: Call) -> Answer:
    """Take a reaction of the app's own back."""
    channel, message, name = _reacted(call)
    users = message.reactions.get(name, [])
    if BOT_USER not in users:
        raise Refusal("no_reaction")
    users.remove(BOT_USER)
    if not users:
        del message.reactions[name]
    tell_reaction(call, "reaction_removed", channel, message, name, BOT_USER)
    return {}


async def get_reactions(call: Call) -> Answer:
    """Return a message with its reactions."""
    channel = call.channel()
    message = channel.message(call.need("timestamp"))
    told = message.as_json(call.team.home)
    return {"type": "message", "channel": channel.id, "message": told}


METHODS: Mapping[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "reactions.add": add_reaction,
    "reactions.get": get_reactions,
    "reactions.remove": remove_reaction,
}


# --- Events --------------------------------------------------------------------------


def tell_changed(call: Call, channel: Channel, message: Message, before: Mapping[str, Any]) -> None:
    """Tell that a message reads otherwise now."""
    event = {
        "subtype": "message_changed",
        "channel": channel.id,
        "ts": call.team.ts(),
        "hidden": True,
        "message": message.as_json(call.team.home),
        "previous_message": before,
    }
    call.tell("message", event)


def tell_deleted(call: Call, channel: Channel, message: Message) -> None:
    """Tell that a message is gone."""
    event = {
        "subtype": "message_deleted",
        "channel": channel.id,
        "ts": call.team.ts(),
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": message.as_json(call.team.home),
    }
    call.tell("message", event)


def tell_reaction(
    call: Call, kind: str, channel: Channel, message: Message, name: str, user: str
) -> None:
    """Tell that somebody reacts, or does no more."""
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    event = {"user": user, "reaction": name, "item": item, "item_user": message.user}
    call.tell(kind, event)


# --- Checks --------------------------------------------------------------------------


def _writable(call: Call) -> Channel:
    channel = call.channel()
    if channel.is_archived:
        raise Refusal("is_archived")
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    if channel.restricted:
        raise Refusal("restricted_action")
    return channel


def _made(call: Call, ts: str) -> Message:
    """Return the message that the arguments describe; raises `Refusal`."""
    text, shown = str(call.args.get("text") or ""), call.json("blocks")
    attachments = call.json("attachments") or []
    if not text and not shown and not attachments:
        raise Refusal("no_text")
    if shown is not None:
        blocks.check(shown)
    username = call.args.get("username")
    return Message(
        ts=ts,
        text=text[:LONGEST_POST],
        user=None if username else BOT_USER,
        bot_id=BOT,
        thread_ts=call.args.get("thread_ts"),
        subtype="bot_message" if username else None,
        username=username,
        icons=_icons(call),
        blocks=shown or (),
        attachments=attachments,
        metadata=_metadata(call),
        parse=str(call.args.get("parse") or "none"),
        link_names=call.flag("link_names"),
    )


def _icons(call: Call) -> Mapping[str, str] | None:
    if call.args.get("icon_emoji"):
        return {"emoji": call.args["icon_emoji"]}
    return {"image_48": call.args["icon_url"]} if call.args.get("icon_url") else None


def _metadata(call: Call) -> Mapping[str, Any] | None:
    metadata = call.json("metadata")
    if metadata is None:
        return None
    shaped = isinstance(metadata, dict) and isinstance(metadata.get("event_payload"), dict)
    if not shaped or not isinstance(metadata.get("event_type"), str):
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(metadata)) > MOST_METADATA:
        raise Refusal("metadata_too_large")
    return dict(metadata)


def _check_thread(call: Call, channel: Channel, message: Message) -> None:
    if message.thread_ts is None:
        return
    parent = channel.messages.get(message.thread_ts)
    if parent is None:
        # Slack posts under a parent that was deleted all the same, and so does this.
        if not re.fullmatch(r"\d{10}\.\d{6}", message.thread_ts):
            raise Refusal("invalid_thread_ts")
        return
    if parent.thread_ts not in (None, parent.ts):
        message.thread_ts = parent.thread_ts
    if call.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"


def _check_length(text: str) -> None:
    if len(text) > LONGEST_UPDATE:
        raise Refusal("msg_too_long")


def _reacted(call: Call) -> tuple[Channel, Message, str]:
    channel, name = call.channel(), str(call.args.get("name") or "")
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    if not call.args.get("timestamp"):
        raise Refusal("no_item_specified")
    if not _EMOJI.fullmatch(name):
        raise Refusal("invalid_name")
    return channel, channel.message(call.args["timestamp"]), name
