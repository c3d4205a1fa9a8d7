"""What every method has in hand: who calls, with what, and to which chat and topic."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.telegram import errors
from bridge.sandbox.telegram.errors import bad_request
from bridge.sandbox.telegram.params import Params
from bridge.sandbox.telegram.world import Bot, Chat, Raw, World


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method by a bot."""

    world: World
    bot: Bot
    params: Params

    def chat(self) -> Chat:
        """Return the chat it speaks of; raises `Refusal`."""
        return self.world.chat(self.bot, self.params.text("chat_id"))

    def message(self, chat: Chat, missing: str) -> Raw:
        """Return the message it speaks of; raises `Refusal` with the words of `missing`."""
        message = chat.messages.get(self.params.integer("message_id"))
        if message is None:
            raise bad_request(missing)
        return message

    def within(self, values: Mapping[str, Any]) -> "Call":
        """Return the call as one item of its list sees it."""
        return Call(self.world, self.bot, self.params.within(values))

    def spend(self, chat: Chat) -> None:
        """Count the call against the bot's budget; raises `Refusal` (429)."""
        self.bot.limits.spend(chat.id, group=chat.is_group)


Method = Callable[[Call], Awaitable[Any]]


def topic_of(call: Call, chat: Chat) -> int:
    """Return the topic to write to, 0 where there is none; raises `Refusal`.

    General has no number to write to. A closed topic is closed to everybody here: the
    strictest of what has been seen.
    """
    thread = call.params.integer("message_thread_id")
    if not thread or not chat.is_group:
        return 0
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request(errors.THREAD_NOT_FOUND)
    if topic.closed:
        raise bad_request(errors.TOPIC_CLOSED)
    return thread


def keyboard_of(call: Call) -> Raw | None:
    """Return the inline keyboard; raises `Refusal` for one that the server would not take."""
    markup = call.params.json("reply_markup", "reply markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array')
    for button in (button for row in rows for button in row):
        _check_button(button)
    return {"inline_keyboard": rows}


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad_request("inline keyboard button text must be non-empty")
    data = button.get("callback_data")
    if data is None and "url" not in button:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def answered_by(call: Call, chat: Chat) -> Raw | None:
    """Return the message that is answered, if any; raises `Refusal` when it is gone."""
    told = call.params.json("reply_parameters", "reply parameters") or {}
    number = int(told.get("message_id", 0)) or call.params.integer("reply_to_message_id")
    if not number:
        return None
    answered = chat.messages.get(number)
    anyway = told.get("allow_sending_without_reply") or call.params.flag(
        "allow_sending_without_reply"
    )
    if answered is None and not anyway:
        raise bad_request(errors.NO_MESSAGE_TO_ANSWER)
    return answered
