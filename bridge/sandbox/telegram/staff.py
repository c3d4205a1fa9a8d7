"""What a bot asks of a group it is in, and of how it is shown there."""

import json
from collections.abc import Mapping

from bridge.sandbox.telegram.call import Call, Method
from bridge.sandbox.telegram.errors import bad_request
from bridge.sandbox.telegram.world import Chat, Raw

RIGHTS = (
    "can_manage_topics",
    "can_delete_messages",
    "can_pin_messages",
    "can_restrict_members",
    "can_invite_users",
)
MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256


def membership(chat: Chat, bot_id: int, user: Raw) -> Raw:
    """Return what a bot is in a group."""
    if bot_id in chat.kicked:
        return {"user": user, "status": "kicked", "until_date": 0}
    rights = chat.rights.get(bot_id)
    if rights is None:
        return {"user": user, "status": "left"}
    if not rights:
        return {"user": user, "status": "member"}
    given = {right: right in rights for right in RIGHTS}
    return {"user": user, "status": "administrator", "can_be_edited": False} | given


async def get_chat(call: Call) -> Raw:
    """Say what a chat is."""
    chat = call.chat()
    return chat.raw | {"accent_color_id": 0, "max_reaction_count": 11}


async def get_chat_member(call: Call) -> Raw:
    """Say what a member of a group may do; only bots are known."""
    chat, user = call.chat(), call.params.integer("user_id")
    bot = next((one for one in call.world.bots.values() if one.id == user), None)
    if bot is None:
        raise bad_request("member not found")
    return membership(chat, bot.id, bot.raw)


async def pin_chat_message(call: Call) -> bool:
    """Pin a message; Telegram says so in the group."""
    chat = call.chat()
    message = call.message(chat, "message to pin not found")
    if chat.is_group and "can_pin_messages" not in chat.rights.get(call.bot.id, ()):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    call.spend(chat)
    chat.pinned.append(message["message_id"])
    number = call.world.new_id(call.bot, chat)
    topic = {name: message[name] for name in ("message_thread_id", "is_topic_message")}
    notice: Raw = {
        "message_id": number,
        "from": call.bot.raw,
        "chat": chat.raw,
        "date": int(call.world.time.now()),
        **topic,
        "pinned_message": {"message_id": message["message_id"], "chat": chat.raw},
    }
    chat.messages[number] = notice
    call.world.notice(chat, notice)
    return True


async def leave_chat(call: Call) -> bool:
    """Leave a group."""
    del call.chat().rights[call.bot.id]
    return True


async def set_my_commands(call: Call) -> bool:
    """Offer commands to people."""
    commands = call.params.json("commands", "commands")
    scope = call.params.json("scope", "scope") or {"type": "default"}
    if not isinstance(commands, list) or len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        name, said = str(one.get("command", "")), str(one.get("description", ""))
        if not name or not name.replace("_", "").isalnum() or not name.islower() or len(name) > 32:
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(said) <= LONGEST_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    shown = json.dumps(scope, sort_keys=True)
    call.bot.commands[shown, call.params.text("language_code")] = commands
    return True


METHODS: Mapping[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "pinChatMessage": pin_chat_message,
    "leaveChat": leave_chat,
    "setMyCommands": set_my_commands,
}
