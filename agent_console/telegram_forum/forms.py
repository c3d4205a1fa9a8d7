"""A form as questions, one after another: keyboards by pages, and words as answers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from aiogram import methods as tg
from aiogram.types import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from agent_console.surface import Field, Form, Person
from agent_console.telegram_forum.asked import QUESTION
from agent_console.telegram_forum.calm import calm
from agent_console.telegram_forum.presses import Moved, moves
from agent_console.telegram_forum.showing import NO_PREVIEW, answered, cut, plain
from agent_console.telegram_forum.words import Words
from bridge.botapi.files import HTML

PAGE = 8
_LONGEST_LABEL = 60
_LONGEST_TEXT = 1000


@dataclass(slots=True)
class Asking:
    """A form that somebody is filling in."""

    place: str
    thread: str
    by: Person
    form: Form
    about: str | None
    """The message that led to it."""
    at: int = 0
    page: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    name: str = ""
    since: int = 0
    message: str | None = None
    """The message that asks; `None` until it is there."""
    over: bool = False
    """Answered to the end: what was asked for is being done."""

    @property
    def field(self) -> Field | None:
        """Return what is asked now; `None` for a form that only wants to be confirmed."""
        return self.form.fields[self.at] if self.at < len(self.form.fields) else None

    @property
    def chosen(self) -> Sequence[str]:
        """Return what is chosen so far in answer to this question."""
        asked = self.field
        if asked is None:
            return ()
        return self.answers.get(asked.id, asked.chosen)

    @property
    def in_words(self) -> bool:
        """Say whether it is answered with words."""
        asked = self.field
        return asked is not None and (asked.kind in ("line", "text") or not asked.options)

    def next(self) -> bool:
        """Go on to the next question; say whether there is one."""
        if self.at + 1 >= len(self.form.fields):
            return False
        self.at, self.page = self.at + 1, 0
        return True

    def filled(self) -> dict[str, Sequence[str]]:
        """Return what is sent back: where nothing was chosen, what stood there before."""
        return {one.id: self.answers.get(one.id, one.chosen) for one in self.form.fields}


def chose(asking: Asking, moved: Moved) -> bool:
    """Take a choice; say whether the question is answered with it."""
    asked = asking.field
    if asked is None or not 0 <= moved.number < len(asked.options):
        return False
    value = asked.options[moved.number][0]
    if asked.kind != "many":
        asking.answers[asked.id] = [value]
        return True
    chosen = list(asking.chosen)
    asking.answers[asked.id] = (
        [one for one in chosen if one != value] if value in chosen else [*chosen, value]
    )
    return False


def question_call(asking: Asking, words: Words) -> tg.SendMessage:
    """Return the call that asks; words that must be given open the keyboard for them."""
    return tg.SendMessage(
        chat_id=int(asking.place),
        message_thread_id=int(asking.thread) if asking.thread else None,
        text=_text(asking, words),
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        disable_notification=True,
        reply_parameters=answered(asking.about),
        reply_markup=_markup(asking, words),
    )


def question_edit(asking: Asking, message: str, words: Words) -> tg.EditMessageText:
    """Return the call that asks in place of what was asked before."""
    return tg.EditMessageText(
        chat_id=int(asking.place),
        message_id=int(message),
        text=_text(asking, words),
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        reply_markup=_keyboard(asking, words),
    )


def forces(asking: Asking) -> bool:
    """Say whether a question wants words and takes no button."""
    return asking.in_words and asking.field is not None and asking.field.required


def _text(asking: Asking, words: Words) -> str:
    asked, by = asking.field, asking.by
    name = f'<a href="tg://user?id={escape(by.id)}">{plain(cut(by.name or by.id, 40))}</a>'
    lines = [f"{QUESTION} <b>{plain(cut(asking.form.title, _LONGEST_TEXT))}</b> · {name}"]
    if asked is not None:
        lines.append(plain(cut(asked.label, _LONGEST_TEXT)))
        lines += [f"<i>{plain(cut(asked.hint, _LONGEST_TEXT))}</i>"] if asked.hint else []
        if asking.in_words:
            lines.append(f"↩️ {plain(words('answer', by.language))}")
    return calm("\n".join(lines))


def _markup(asking: Asking, words: Words) -> Any:
    if forces(asking):
        return ForceReply(force_reply=True, selective=True)
    return _keyboard(asking, words)


def _keyboard(asking: Asking, words: Words) -> InlineKeyboardMarkup:
    asked, language = asking.field, asking.by.language
    rows = [] if asking.in_words else _options(asking)
    last: list[InlineKeyboardButton] = []
    if asked is None:
        last.append(_button(asking.form.done, moves("done", asking.at)))
    elif asked.kind == "many" and not asking.in_words:
        last.append(_button(words("done", language), moves("done", asking.at)))
    if asked is not None and not asked.required:
        last.append(_button(words("skip", language), moves("skip", asking.at)))
    last.append(_button(words("cancel", language), moves("cancel", asking.at)))
    return InlineKeyboardMarkup(inline_keyboard=[*rows, last])


def _options(asking: Asking) -> list[list[InlineKeyboardButton]]:
    asked = asking.field
    options = [] if asked is None else list(enumerate(asked.options))
    begin = asking.page * PAGE
    rows = [
        [_button(f"{'✓ ' if value in asking.chosen else ''}{label or value}", _option(asking, n))]
        for n, (value, label) in options[begin : begin + PAGE]
    ]
    turns = []
    if asking.page:
        turns.append(_button("‹", moves("page", asking.at, asking.page - 1)))
    if begin + PAGE < len(options):
        turns.append(_button("›", moves("page", asking.at, asking.page + 1)))
    return [*rows, turns] if turns else rows


def _option(asking: Asking, number: int) -> str:
    return moves("option", asking.at, number)


def _button(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=cut(label, _LONGEST_LABEL), callback_data=data)
