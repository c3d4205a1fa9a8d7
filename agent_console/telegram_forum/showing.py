"""Cards, posts and hints as calls of the Bot API. Pure."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from aiogram import methods as tg
from aiogram.methods import TelegramMethod
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)

from agent_console.surface import Answer, Card, Hint, Line, Look, Mark, Post, Press, Role, Thread
from agent_console.telegram_forum.presses import data_of
from bridge.botapi.files import HTML, album_of, check, file_of
from bridge.markup import Dialect, parse, render

LONGEST_NAME = 128
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# In a list of topics nothing but its name is seen.
SIGNS: Mapping[Look, str] = {
    "new": "🆕",
    "answer": "🟪",
    "waiting": "🟨",
    "late": "🟥",
    "closed": "✅",
    "deleted": "🗑",
}
# Of Telegram's fixed list: it has no clock, tick or cross.
REACTIONS: Mapping[Mark, str] = {
    "queued": "👀",
    "accepted": "👌",
    "delivered": "👌",
    "read": "👍",
    "failed": "👎",
    "uncertain": "🤔",
    "note": "✍",
}
_AUTHORS: Mapping[Role, str] = {
    "customer": "👤",
    "colleague": "💬",
    "program": "🤖",
    "note": "📝",
    "event": "•",
}


def name_of(card: Card) -> str:
    """Return the name of a topic."""
    return f"{SIGNS[card.look]} {card.title} · {card.inbox}"[:LONGEST_NAME]


def card_text(card: Card) -> str:
    """Return a card in Telegram's HTML."""
    head = f"<b>{escape(card.title, quote=False)}</b> · {escape(card.inbox, quote=False)}"
    lines = [f"{escape(label, quote=False)}: {escape(said, quote=False)}" for label, said in card.lines]
    said = f"<blockquote>{escape(card.said, quote=False)}</blockquote>" if card.said else ""
    link = f'<a href="{escape(card.url)}">↗</a>' if card.url else ""
    state = f"{SIGNS[card.look]} {escape(card.state, quote=False)} {link}".rstrip()
    return "\n".join(one for one in (head, state, *lines, said) if one)


def keyboard(presses: Sequence[Press], conversation_id: int | None) -> InlineKeyboardMarkup | None:
    """Return buttons, three a row."""
    if not presses:
        return None
    buttons = [
        InlineKeyboardButton(text=one.label, callback_data=data_of(one, conversation_id))
        for one in presses
    ]
    rows = [buttons[at : at + 3] for at in range(0, len(buttons), 3)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def card_keyboard(card: Card) -> InlineKeyboardMarkup | None:
    """Return the buttons of a card, those needed less often behind one."""
    more = [Press(verb="more", label="⋯")] if card.more else []
    return keyboard([*card.buttons, *more], card.conversation_id)


def card_call(chat: int, topic: int, card: Card) -> tg.SendMessage:
    """Return the call that puts a card into a topic."""
    return tg.SendMessage(
        chat_id=chat,
        message_thread_id=topic,
        text=card_text(card),
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        disable_notification=True,
        reply_markup=card_keyboard(card),
    )


def card_edit(thread: Thread, card: Card) -> tg.EditMessageText:
    """Return the call that shows a card as it is now."""
    return tg.EditMessageText(
        chat_id=int(thread.place),
        message_id=int(thread.card),
        text=card_text(card),
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        reply_markup=card_keyboard(card),
    )


def post_text(post: Post) -> str:
    """Return a post in Telegram's HTML, with who said it."""
    said = render(parse(post.text, post.format), Dialect.HTML)
    again = "⟳ " if post.again else ""
    edited = " ✎" if post.edited else ""
    if post.role == "event":
        return f"{again}<i>{said}</i>"
    author = f"{again}{_AUTHORS[post.role]} <b>{escape(post.author, quote=False)}</b>{edited}"
    return f"{author}\n{said}" if said else author


def post_call(thread: Thread, post: Post) -> TelegramMethod[Any]:
    """Return the call that posts something; raises `RejectedError` before anything goes out."""
    common = _common(thread, post)
    if not post.media:
        return tg.SendMessage(
            **common, text=post_text(post), parse_mode=HTML, link_preview_options=NO_PREVIEW
        )
    for one in post.media:
        check(one)
    if len(post.media) == 1:
        return file_of(post.media[0], post_text(post), common)
    return album_of(post.media, post_text(post), common)


def _common(thread: Thread, post: Post) -> dict[str, Any]:
    answered = None
    if post.reply_to is not None:
        answered = ReplyParameters(
            message_id=int(post.reply_to), allow_sending_without_reply=True
        )
    return {
        "chat_id": int(thread.place),
        "message_thread_id": int(thread.id),
        "reply_parameters": answered,
        "disable_notification": post.role not in ("customer", "note"),
    }


def post_edit(thread: Thread, post: Post, number: int) -> TelegramMethod[Any]:
    """Return the call that shows a post as it is now."""
    common: dict[str, Any] = {
        "chat_id": int(thread.place),
        "message_id": number,
        "parse_mode": HTML,
    }
    if post.media:
        return tg.EditMessageCaption(**common, caption=post_text(post))
    return tg.EditMessageText(
        **common, text=post_text(post), link_preview_options=NO_PREVIEW
    )


def hint_call(thread: Thread, hint: Hint, conversation_id: int | None) -> tg.SendMessage:
    """Return the call that answers somebody's message: a bot cannot whisper."""
    answered = None
    if hint.about is not None:
        answered = ReplyParameters(message_id=int(hint.about), allow_sending_without_reply=True)
    return tg.SendMessage(
        chat_id=int(thread.place),
        message_thread_id=int(thread.id),
        text=f"ℹ️ {escape(hint.text, quote=False)}",
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        disable_notification=True,
        reply_parameters=answered,
        reply_markup=keyboard(hint.buttons, conversation_id),
    )


def answer_text(answer: Answer) -> str:
    """Return an answer's words and lists in Telegram's HTML."""
    parts = [escape(answer.text, quote=False)] if answer.text else []
    for heading, lines in answer.lists.items():
        found = [_line(one) for one in lines] or ["—"]
        parts.append("\n".join([f"<b>{escape(heading, quote=False)}</b>", *found]))
    return "\n\n".join(parts)


def _line(line: Line) -> str:
    title = escape(line.title, quote=False)
    linked = f'<a href="{escape(line.url)}">{title}</a>' if line.url else title
    said = f" — {escape(line.said, quote=False)}" if line.said else ""
    return f"{SIGNS[line.look]} {linked}, {escape(line.state, quote=False)}{said}"
