"""What comes of a press or a command, shown to the one who asked: words, lists, buttons."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from aiogram import methods as tg

from agent_console.surface import Answer
from agent_console.surface import Line as Listed
from agent_console.telegram_forum.calm import calm
from agent_console.telegram_forum.showing import (
    NO_PREVIEW,
    SIGNS,
    answered,
    cut,
    keyboard,
    plain,
)
from agent_console.telegram_forum.words import Words
from bridge.botapi.files import HTML

# core.telegram.org/bots/api#answercallbackquery
LONGEST_TOAST = 200
# Of 4096, so that no name, sign or mark takes it past them.
_LONGEST_TEXT = 3500
_LONGEST_TITLE = 60
_LONGEST_SAID = 80


def toast(answer: Answer) -> str | None:
    """Return an answer that is said in passing; `None` for one that has to be shown."""
    if answer.form is not None or answer.lists or (answer.buttons and not answer.refused):
        return None
    return answer.text if len(answer.text) <= LONGEST_TOAST else None


def answer_call(
    answer: Answer,
    *,
    place: str,
    thread: str,
    reply_to: str | None,
    conversation_id: int | None,
    words: Words,
    language: str | None,
) -> tg.SendMessage:
    """Return the call that shows an answer below what it answers."""
    return tg.SendMessage(
        chat_id=int(place),
        message_thread_id=int(thread) if thread else None,
        text=_text(answer, words, language),
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        disable_notification=True,
        reply_parameters=answered(reply_to),
        reply_markup=keyboard(answer.buttons, conversation_id),
    )


def _text(answer: Answer, words: Words, language: str | None) -> str:
    sign = "⚠️" if answer.refused else "ℹ️"
    said = f"{sign} {plain(cut(answer.text, _LONGEST_TEXT))}" if answer.text else ""
    lists = list(_lists(answer.lists, _LONGEST_TEXT - len(said), words, language))
    return calm("\n".join(one for one in (said, *lists) if one) or sign)


def _lists(
    lists: Mapping[str, Sequence[Listed]], room: int, words: Words, language: str | None
) -> Iterator[str]:
    """Yield the lines of lists as far as there is room, and how many more there are."""
    for heading, found in lists.items():
        yield f"<b>{plain(cut(heading, _LONGEST_TITLE))}</b>"
        for number, one in enumerate(found):
            line = _line(one)
            room -= _seen(one)
            if room < 0:
                yield plain(words("uncounted", language, n=len(found) - number))
                return
            yield line
        if not found:
            yield "—"


def _seen(line: Listed) -> int:
    """Return how long a line is at most: addresses behind words are not counted."""
    return min(len(line.title), _LONGEST_TITLE) + len(line.state) + _LONGEST_SAID + 10


def _line(line: Listed) -> str:
    title = plain(cut(line.title, _LONGEST_TITLE))
    linked = f'<a href="{escape(line.url)}">{title}</a>' if line.url else title
    said = f" — {plain(cut(line.said, _LONGEST_SAID))}" if line.said else ""
    return f"{SIGNS[line.look]} {linked}, {plain(line.state)}{said}"
