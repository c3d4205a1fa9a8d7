"""Cards, posts and hints as calls of the Bot API. Pure.

Limits: core.telegram.org/bots/api#createforumtopic, #sendmessage, #inlinekeyboardbutton.
"""

from collections.abc import Collection, Mapping, Sequence
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

from agent_console.surface import Card, Hint, Look, Mark, Post, Press, Role, Thread
from agent_console.telegram_forum.calm import calm
from agent_console.telegram_forum.presses import data_of
from agent_console.telegram_forum.words import Words
from bridge.botapi.files import HTML, album_of, check, file_of
from bridge.markup import Dialect, parse, render

LONGEST_NAME = 128
LONGEST_TITLE = 80
LONGEST_AUTHOR = 60
LONGEST_LINE = 200
LONGEST_HINT = 3000
MOST_LINES = 12
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
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
# What people of the staff write may call a colleague by name.
_OF_STAFF: Collection[Role] = ("colleague", "note")
_AUTHORS: Mapping[Role, str] = {
    "customer": "👤",
    "colleague": "💬",
    "program": "🤖",
    "note": "📝",
    "event": "•",
}


def cut(text: str, longest: int) -> str:
    """Return a text of at most so many characters, which says that it was cut."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def plain(text: str) -> str:
    """Return a text as Telegram's HTML has it."""
    return escape(text, quote=False)


def name_of(card: Card) -> str:
    """Return the name of a topic: who, in which inbox, and how it stands."""
    title = cut(" ".join(card.title.split()) or "?", LONGEST_TITLE)
    return cut(f"{SIGNS[card.look]} {title} · {card.inbox}", LONGEST_NAME)


def color_of(card: Card) -> int:
    """Return the colour of a topic's icon, one for each network; it cannot be changed later."""
    return COLORS[sum(card.network.encode()) % len(COLORS)]


def card_text(card: Card, words: Words) -> str:
    """Return a card in Telegram's HTML."""
    head = f"<b>{plain(cut(card.title, LONGEST_TITLE))}</b> · {plain(card.inbox)}"
    state = f"{SIGNS[card.look]} {plain(card.state)}"
    lines = [
        f"{plain(label)}: {plain(cut(said, LONGEST_LINE))}"
        for label, said in card.lines[:MOST_LINES]
    ]
    said = f"<blockquote>{plain(card.said)}</blockquote>" if card.said else ""
    link = f'<a href="{escape(card.url)}">↗ {plain(words("console"))}</a>' if card.url else ""
    return calm("\n".join(one for one in (head, state, *lines, said, link) if one))


def keyboard(presses: Sequence[Press], conversation_id: int | None) -> InlineKeyboardMarkup | None:
    """Return buttons, three a row; one that does not fit into its data is left out."""
    found = [(one.label, data_of(one, conversation_id)) for one in presses]
    buttons = [
        InlineKeyboardButton(text=label, callback_data=data) for label, data in found if data
    ]
    rows = [buttons[at : at + 3] for at in range(0, len(buttons), 3)]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def card_keyboard(card: Card) -> InlineKeyboardMarkup | None:
    """Return the buttons of a card, those needed less often below the others."""
    first, more = (keyboard(some, card.conversation_id) for some in (card.buttons, card.more))
    rows = [row for some in (first, more) if some is not None for row in some.inline_keyboard]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def card_call(place: str, topic: int, card: Card, words: Words) -> tg.SendMessage:
    """Return the call that puts a card into a topic."""
    return tg.SendMessage(
        chat_id=int(place),
        message_thread_id=topic,
        text=card_text(card, words),
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        reply_markup=card_keyboard(card),
    )


def card_edit(thread: Thread, card: Card, words: Words) -> tg.EditMessageText:
    """Return the call that shows a card as it is now."""
    return tg.EditMessageText(
        chat_id=int(thread.place),
        message_id=int(thread.card),
        text=card_text(card, words),
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        reply_markup=card_keyboard(card),
    )


def post_text(post: Post, words: Words) -> str:
    """Return a post in Telegram's HTML, with who said it; a note stands in a quotation."""
    text = _post_text(post, words)
    return text if post.role in _OF_STAFF else calm(text)


def _post_text(post: Post, words: Words) -> str:
    said = render(parse(post.text, post.format), Dialect.HTML)
    again = f"⟳ <i>{plain(words('again'))}</i>\n" if post.again else ""
    if post.role == "event":
        return f"{again}<i>{said}</i>"
    edited = " ✎" if post.edited else ""
    author = f"{_AUTHORS[post.role]} <b>{calm(plain(cut(post.author, LONGEST_AUTHOR)))}</b>{edited}"
    if post.role == "note" and said:
        # A quotation inside of another is none that Telegram takes.
        inner = said.replace("<blockquote>", "").replace("</blockquote>", "")
        return f"{again}{author}\n<blockquote>{inner}</blockquote>"
    return f"{again}{author}\n{said}" if said else f"{again}{author}"


def post_call(thread: Thread, post: Post, words: Words) -> TelegramMethod[Any]:
    """Return the call that posts something; raises `RejectedError` before anything goes out."""
    common = _common(thread, post)
    text = post_text(post, words)
    for one in post.media:
        check(one)
    if len(post.media) > 1:
        return album_of(post.media, text, common)
    buttons = keyboard(post.buttons, None)
    if post.media:
        return file_of(post.media[0], text, common | {"reply_markup": buttons})
    return tg.SendMessage(
        **common,
        text=text,
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        reply_markup=buttons,
    )


def _common(thread: Thread, post: Post) -> dict[str, Any]:
    return {
        "chat_id": int(thread.place),
        "message_thread_id": int(thread.id),
        "reply_parameters": answered(post.reply_to),
        # Of what colleagues and the program do nobody's phone needs to ring.
        "disable_notification": post.role not in ("customer", "note"),
    }


def answered(external_id: str | None) -> ReplyParameters | None:
    """Name the message that is answered; it may be gone by now."""
    if external_id is None or not external_id.isdigit():
        return None
    return ReplyParameters(message_id=int(external_id), allow_sending_without_reply=True)


def post_edit(thread: Thread, post: Post, number: int, words: Words) -> TelegramMethod[Any]:
    """Return the call that shows a post as it is now."""
    common: dict[str, Any] = {
        "chat_id": int(thread.place),
        "message_id": number,
        "parse_mode": HTML,
        "reply_markup": keyboard(post.buttons, None),
    }
    if post.media:
        return tg.EditMessageCaption(**common, caption=post_text(post, words))
    text = post_text(post, words)
    return tg.EditMessageText(**common, text=text, link_preview_options=NO_PREVIEW)


def hint_call(thread: Thread, hint: Hint) -> tg.SendMessage:
    """Return the call that answers somebody's message: a bot cannot whisper."""
    called = ""
    if hint.about is None and hint.to.isdigit():
        called = f'<a href="tg://user?id={hint.to}">👤</a> '
    return tg.SendMessage(
        chat_id=int(thread.place),
        message_thread_id=int(thread.id),
        text=calm(f"ℹ️ {called}{plain(cut(hint.text, LONGEST_HINT))}"),
        parse_mode=HTML,
        link_preview_options=NO_PREVIEW,
        disable_notification=True,
        reply_parameters=answered(hint.about),
        reply_markup=keyboard(hint.buttons, None),
    )
