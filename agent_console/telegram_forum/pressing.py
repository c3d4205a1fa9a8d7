"""Buttons, commands and questions: done at once, and answered to the one who asked."""

import logging
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from aiogram import methods as tg

from agent_console.surface import Answer, Form, Person, StaffDesk
from agent_console.telegram_forum.answers import LONGEST_TOAST, answer_call, toast
from agent_console.telegram_forum.asides import Command, Filled, Pressed
from agent_console.telegram_forum.forms import (
    Asking,
    chose,
    forces,
    question_call,
    question_edit,
)
from agent_console.telegram_forum.line import Line
from agent_console.telegram_forum.presses import Moved, read
from agent_console.telegram_forum.questions import Open
from agent_console.telegram_forum.showing import cut
from agent_console.telegram_forum.words import Words
from bridge.channel import (
    OutcomeUnknownError,
    SendError,
    StorageUnavailableError,
    ThrottledError,
    UnavailableError,
)
from bridge.clock import Clock

_log = logging.getLogger(__name__)


class _Toast(NamedTuple):
    """What is said in passing where somebody pressed."""

    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an answer is shown, and below what."""

    place: str
    thread: str
    message: str | None
    conversation_id: int | None


class Presses:
    """Does what people press, type and fill in."""

    def __init__(self, line: Line, desk: StaffDesk, words: Words, clock: Clock) -> None:
        """Wait for the first."""
        self._line = line
        self._desk = desk
        self._words = words
        self._open = Open(desk, clock)
        self._ending: set[str] = set()
        self.awaits = self._open.awaits

    async def load(self) -> None:
        """Know what was asked before, here or elsewhere; raises `StorageUnavailableError`.

        Nobody knows whether what was being done then is done: such a question is taken away.
        """
        await self._open.load()
        for asking in self._open.cut_short():
            self._line.beside(partial(self._take_away, asking))

    def tidy(self) -> None:
        """Take away what has waited for too long, and forget what nobody can answer now."""
        for asking in self._open.lapsed():
            self._line.beside(partial(self._take_away, asking))
        for asking in self._open.faded():
            self._line.beside(partial(self._open.drop, asking))

    # --- buttons ---

    async def pressed(self, press: Pressed) -> None:
        """Do what a button says; the press is answered in any case, and at once."""
        said = _Toast(self._words("later", press.by.language), alert=True)
        try:
            said = await self._done(press)
        except StorageUnavailableError:
            pass
        finally:
            await self._line.call(
                press.by.id,
                tg.AnswerCallbackQuery(
                    callback_query_id=press.query,
                    text=cut(said.text, LONGEST_TOAST) or None,
                    show_alert=said.alert,
                ),
                sort="other",
                unless="query is too old",
            )

    async def _done(self, press: Pressed) -> _Toast:
        wanted = read(press.data)
        if isinstance(wanted, Moved):
            return await self._moved(press, wanted)
        if wanted is None:
            return _Toast()
        conversation = wanted.conversation_id
        if conversation is None and press.thread:
            conversation = await self._desk.conversation_in(press.place, press.thread)
        answer = await self._desk.press(
            press.by, wanted.verb, conversation_id=conversation, value=wanted.value
        )
        spot = _Spot(press.place, press.thread, press.message, conversation)
        return self._in_passing(spot, press.by, answer)

    def _in_passing(self, spot: _Spot, by: Person, answer: Answer) -> _Toast:
        """Return what is said in passing; what is more is shown meanwhile, in its turn."""
        short = toast(answer)
        if short is None:
            self._line.beside(partial(self._show, spot, by, answer))
            return _Toast()
        return _Toast(short, alert=answer.refused)

    # --- commands ---

    async def command(self, command: Command) -> None:
        """Do what was typed, and answer below it."""
        if not command.verb:
            return
        verb, value, by = command.verb, command.value, command.by
        spot = _Spot(command.place, command.thread, command.message, None)
        if verb == "start" and not command.thread:
            await self._started(spot, by, value)
            return
        if verb == "del":
            await self._show(spot, by, Answer(text=self._words("del", by.language), refused=True))
            return
        if command.thread:
            conversation = await self._desk.conversation_in(command.place, command.thread)
            spot = _Spot(command.place, command.thread, command.message, conversation)
        answer = await self._desk.press(
            by, verb, conversation_id=spot.conversation_id, value=value, at=command.at
        )
        await self._show(spot, by, answer)

    async def _started(self, spot: _Spot, by: Person, code: str) -> None:
        """Say who somebody is here; a code makes the account an agent's."""
        if code:
            await self._show(spot, by, await self._desk.press(by, "link", value=code))
            return
        known = await self._desk.press(by, "help")
        number = self._words("number", by.language, id=by.id)
        told = Answer(text=f"{number}\n{known.text}", refused=known.refused, lists=known.lists)
        await self._show(spot, by, told)

    # --- questions ---

    async def _moved(self, press: Pressed, moved: Moved) -> _Toast:
        asking = self._open.get(press.place, press.message)
        language = press.by.language
        if asking is None or self._open.is_over(asking):
            return _Toast(self._words("over", language), alert=True)
        if asking.by.id != press.by.id:
            return _Toast(self._words("asked", language), alert=True)
        if moved.move == "cancel":
            await self._end(asking)
            return _Toast()
        if moved.question != asking.at:
            # Pressed twice, or before the next question was to be seen: the first has counted.
            return _Toast()
        return await self._chosen(asking, moved, press)

    async def _chosen(self, asking: Asking, moved: Moved, press: Pressed) -> _Toast:
        if moved.move == "done" and _is_open(asking):
            return _Toast(self._words("choose", press.by.language), alert=True)
        if _settles(asking, moved):
            return await self._go_on(asking)
        await self._open.keep(asking)
        self._line.beside(partial(self._ask_again, asking, press.message))
        return _Toast()

    async def filled(self, filled: Filled) -> None:
        """Take words for an answer; they are for nobody else, whatever becomes of them."""
        said = await self._answered(filled)
        if said.text:
            spot = _Spot(filled.place, filled.thread, filled.message, None)
            await self._show(spot, filled.by, Answer(text=said.text, refused=said.alert))

    async def _answered(self, filled: Filled) -> _Toast:
        asking, language = self._open.get(filled.place, filled.question), filled.by.language
        if asking is not None:
            await self._open.arrived(asking)
        if asking is None or self._open.is_over(asking) or not asking.in_words:
            return _Toast(self._words("over", language), alert=True)
        if asking.by.id != filled.by.id:
            return _Toast(self._words("asked", language), alert=True)
        if asking.field is None or not _answers(asking, filled):
            return await self._missed(asking, language)
        asking.answers[asking.field.id] = [filled.value]
        asking.about = filled.message
        try:
            return await self._go_on(asking)
        except StorageUnavailableError:
            return _Toast(self._words("later", language), alert=True)

    async def _missed(self, asking: Asking, language: str | None) -> _Toast:
        """Words that met a question nobody has seen are for nobody; one that is lost goes."""
        if asking.message is None:
            await self._open.drop(asking)
        return _Toast(self._words("unsent", language), alert=True)

    async def _go_on(self, asking: Asking) -> _Toast:
        """Ask what is next, or do what was asked for."""
        form = asking.form
        if asking.next():
            return await self._next(asking)
        asking.over = True
        try:
            await self._open.keep(asking)
            answer = await self._desk.press(
                asking.by, form.verb, conversation_id=form.conversation_id, fields=asking.filled()
            )
        except StorageUnavailableError:
            asking.over = False
            raise
        await self._end(asking)
        spot = _Spot(asking.place, asking.thread, asking.about, form.conversation_id)
        return self._in_passing(spot, asking.by, answer)

    async def _next(self, asking: Asking) -> _Toast:
        shown = asking.message
        if forces(asking):
            asking.message = None
        self._open.goes(asking)
        try:
            await self._open.keep(asking)
        except StorageUnavailableError:
            asking.at, asking.message = asking.at - 1, shown
            self._open.went(asking)
            raise
        self._line.beside(partial(self._ask_again, asking, shown))
        return _Toast()

    async def _ask(self, asking: Asking) -> None:
        """Ask, once there is room to: from then on words of whoever is asked are for it."""
        self._open.goes(asking)
        try:
            async with self._line.turns.turn(asking.place, "words"):
                await self._open.keep(asking)
                call = question_call(asking, self._words)
                numbers = await self._line.say(asking.place, asking.thread, call)
            asking.message = numbers[0]
            await self._open.keep(asking)
        except OutcomeUnknownError:
            # It may be there: what is said to it must reach no customer.
            raise
        except SendError:
            await self._open.drop(asking)
            raise
        finally:
            self._open.went(asking)

    async def _ask_again(self, asking: Asking, message: str | None) -> None:
        """Ask in place of what was asked; what takes no button needs a message of its own."""
        try:
            if forces(asking):
                await self._ask_anew(asking, message)
            elif message is not None:
                call = question_edit(asking, message, self._words)
                await self._line.call(asking.place, call, unless="message is not modified")
        finally:
            self._open.went(asking)

    async def _ask_anew(self, asking: Asking, message: str | None) -> None:
        """Ask in a message of its own; one before it that stays to be seen is over."""
        if message is not None:
            try:
                await self._line.remove(asking.place, [message])
            except SendError as error:
                _log.warning("a question was not taken away: %s", error)
        await self._ask(asking)

    async def _end(self, asking: Asking) -> None:
        await self._open.drop(asking)
        if asking.message is not None:
            self._line.beside(partial(self._line.remove, asking.place, [asking.message]))

    async def _take_away(self, asking: Asking) -> None:
        """Let a question go once nobody can see it any more."""
        if asking.name in self._ending:
            return
        self._ending.add(asking.name)
        try:
            if asking.message is not None:
                await self._line.remove(asking.place, [asking.message])
        except (ThrottledError, UnavailableError, OutcomeUnknownError):
            raise
        except SendError as error:
            # It stays to be seen for ever; so it is over, and says so.
            _log.warning("a question was not taken away: %s", error)
        finally:
            self._ending.discard(asking.name)
        self._open.gone(asking)

    # --- answers ---

    async def _show(self, spot: _Spot, by: Person, answer: Answer) -> None:
        if answer.form is not None:
            await self._begin(spot, by, answer.form)
            return
        if not (answer.text or answer.lists or answer.buttons):
            return
        call = answer_call(
            answer,
            place=spot.place,
            thread=spot.thread,
            reply_to=spot.message,
            conversation_id=spot.conversation_id,
            words=self._words,
            language=by.language,
        )
        await self._line.say(spot.place, spot.thread, call)

    async def _begin(self, spot: _Spot, by: Person, form: Form) -> None:
        asking = Asking(spot.place, spot.thread, by, form, spot.message)
        self._open.named(asking)
        await self._ask(asking)


def _answers(asking: Asking, filled: Filled) -> bool:
    """Say whether words answer a question, and were not written before it was there."""
    if asking.message is None:
        return False
    if filled.question == asking.message:
        return True
    return forces(asking) and int(filled.message) > int(asking.message)


def _is_open(asking: Asking) -> bool:
    """Say whether something must be chosen that is not."""
    return asking.field is not None and asking.field.required and not asking.chosen


def _settles(asking: Asking, moved: Moved) -> bool:
    """Take what was done to a question; say whether it is answered with it."""
    if moved.move == "page":
        asking.page = moved.number
    return moved.move in ("done", "skip") or (moved.move == "option" and chose(asking, moved))
