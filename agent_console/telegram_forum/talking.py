"""What people press and command, and what they are answered: at once, nothing of it is stored."""

import logging

from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
from aiogram.types import ForceReply, ReplyParameters

from agent_console.surface import Answer, Person, StaffDesk
from agent_console.telegram_forum import presses, showing
from agent_console.telegram_forum.calls import Calls
from agent_console.telegram_forum.forms import ASKING, Asking, Forms
from agent_console.telegram_forum.texts import Key, said
from agent_console.telegram_forum.translate import person, topic_of, user
from bridge.botapi.files import HTML
from bridge.botapi.raw import Raw, integer, items, maybe, part
from bridge.channel import SendError

_log = logging.getLogger(__name__)

# The longest words a press is answered with: core.telegram.org/bots/api#answercallbackquery
_TOAST = 200


class Talk:
    """Buttons, commands and forms of one bot."""

    def __init__(self, calls: Calls, desk: StaffDesk, locale: str) -> None:
        """Answer for `desk`."""
        self._calls = calls
        self._desk = desk
        self._locale = locale
        self._forms = Forms()

    # --- presses ---

    async def pressed(self, query: Raw) -> None:
        """Do what a button says, and answer the press whatever comes of it."""
        by, data = user(part(query, "from")), maybe(query, "data")
        answer = Answer()
        try:
            answer = await self._press(query, by, data)
        finally:
            await self._acknowledge(maybe(query, "id"), answer)

    async def _press(self, query: Raw, by: Person, data: str) -> Answer:
        message = part(query, "message")
        place, number = integer(part(message, "chat"), "id"), integer(message, "message_id")
        at = presses.chosen(data)
        if at is not None:
            return await self._chosen(place, number, by, at)
        press = presses.read(data)
        if press is None:
            return Answer()
        answer = await self._desk.press(
            by, press.verb, conversation_id=press.conversation_id, value=press.value
        )
        await self._follow_up(place, int(topic_of(message) or 0), by, answer, None)
        return answer

    async def _acknowledge(self, query: str, answer: Answer) -> None:
        shown = answer.text if not answer.lists and len(answer.text) <= _TOAST else ""
        try:
            await self._calls.free(
                AnswerCallbackQuery(
                    callback_query_id=query, text=shown or None, show_alert=answer.refused
                )
            )
        except SendError as error:
            _log.info("a press was answered too late: %s", error)

    async def _chosen(self, place: int, number: int, by: Person, at: int) -> Answer:
        asking = self._forms.get(place, number)
        if asking is None:
            return Answer(text=said("again", by.language, self._locale), refused=True)
        if asking.account != by.id:
            return Answer(text=said("not_yours", by.language, self._locale), refused=True)
        if not asking.choose(at):
            await self._calls.soon(place, _question_again(place, number, asking))
            return Answer()
        return await self._go_on(place, number, by, asking)

    async def _go_on(self, place: int, number: int, by: Person, asking: Asking) -> Answer:
        """Ask the next question, or do what was asked for."""
        self._forms.drop(place, number)
        if not asking.is_done:
            await self._ask(asking, None)
            return Answer()
        form = asking.form
        answer = await self._desk.press(
            by, form.verb, conversation_id=form.conversation_id, fields=asking.answers
        )
        await self._follow_up(place, asking.topic, by, answer, None)
        return answer

    async def _ask(self, asking: Asking, reply_to: int | None) -> None:
        answered = ReplyParameters(message_id=reply_to) if reply_to else None
        sent = await self._calls.soon(
            asking.place,
            SendMessage(
                chat_id=asking.place,
                message_thread_id=asking.topic or None,
                text=asking.text,
                reply_markup=asking.markup(),
                reply_parameters=answered,
            ),
        )
        self._forms.put(asking.place, int(sent["message_id"]), asking)

    # --- commands ---

    async def is_ours(self, message: Raw) -> bool:
        """Take a message that is a command or answers a question of ours; say whether it was."""
        if (command := command_of(message)) is not None:
            await self._commanded(message, *command)
            return True
        answered = message.get("reply_to_message")
        if not isinstance(answered, dict) or not maybe(answered, "text").startswith(ASKING):
            return False
        if part(answered, "from").get("is_bot") is not True:
            return False
        await self._answered(message, answered)
        return True

    async def _commanded(self, message: Raw, verb: str, words: str) -> None:
        by, topic = person(message), topic_of(message)
        place = integer(part(message, "chat"), "id")
        of = await self._desk.conversation_in(str(place), topic) if topic else None
        if verb == "start":
            verb = "link" if words else "help"
        answer = await self._desk.press(by, verb, conversation_id=of, value=words)
        number = integer(message, "message_id")
        await self._follow_up(place, int(topic or 0), by, answer, number)

    async def _answered(self, message: Raw, question: Raw) -> None:
        by, place = person(message), integer(part(message, "chat"), "id")
        number = integer(question, "message_id")
        asking, own = self._forms.get(place, number), integer(message, "message_id")
        if asking is None or asking.account != by.id:
            key: Key = "again" if asking is None else "not_yours"
            answer = Answer(text=said(key, by.language, self._locale), refused=True)
            await self._follow_up(place, int(topic_of(message) or 0), by, answer, own)
            return
        asking.say(maybe(message, "text"))
        answer = await self._go_on(place, number, by, asking)
        if not answer.form and answer.text:
            await self._say(place, asking.topic, answer, own)

    async def _follow_up(
        self, place: int, topic: int, by: Person, answer: Answer, reply_to: int | None
    ) -> None:
        """Say what a toast cannot hold, and ask what is still to be told."""
        if answer.form is not None:
            await self._ask(Asking(answer.form, by.id, place, topic), reply_to)
        elif answer.lists or answer.buttons or len(answer.text) > _TOAST or reply_to:
            await self._say(place, topic, answer, reply_to)

    async def _say(self, place: int, topic: int, answer: Answer, reply_to: int | None) -> None:
        text = showing.answer_text(answer) or "⋯"
        of = await self._desk.conversation_in(str(place), str(topic)) if topic else None
        answered = ReplyParameters(message_id=reply_to) if reply_to else None
        await self._calls.soon(
            place,
            SendMessage(
                chat_id=place,
                message_thread_id=topic or None,
                text=text,
                parse_mode=HTML,
                link_preview_options=showing.NO_PREVIEW,
                disable_notification=True,
                reply_parameters=answered,
                reply_markup=showing.keyboard(answer.buttons, of),
            ),
        )

    async def nowhere(self, message: Raw) -> None:
        """Answer somebody who writes where no conversation is: silence leaves them guessing."""
        by, place = person(message), integer(part(message, "chat"), "id")
        answer = Answer(text=said("nowhere", by.language, self._locale), refused=True)
        topic = int(topic_of(message) or 0)
        await self._say(place, topic, answer, integer(message, "message_id"))


def command_of(message: Raw) -> tuple[str, str] | None:
    """Return the verb and the words of a command, which stands at the beginning."""
    for entity in items(message, "entities"):
        if entity.get("type") == "bot_command" and entity.get("offset") == 0:
            whole = maybe(message, "text")
            length = integer(entity, "length")
            return whole[1:length].partition("@")[0], whole[length:].strip()
    return None


def _question_again(place: int, number: int, asking: Asking) -> EditMessageText:
    markup = asking.markup()
    shown = None if isinstance(markup, ForceReply) else markup
    return EditMessageText(chat_id=place, message_id=number, text=asking.text, reply_markup=shown)
