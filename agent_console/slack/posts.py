"""What is said in a conversation, as messages of its thread."""

from collections.abc import Mapping
from typing import Any

from agent_console.slack.buttons import actions
from agent_console.slack.text import (
    LONGEST_LABEL,
    LONGEST_TEXT,
    NO_PREVIEWS,
    NOBODY_IS_CALLED,
    cut,
    cut_marked,
    escaped,
    marked,
    mrkdwn,
    one_line,
    quoted,
    sections,
)
from agent_console.slack.words import Words
from agent_console.surface import Post, Role

KEY_OF_POST = "deskbridge_post"
KEY_OF_CARD = "deskbridge_card"
_ICONS: Mapping[Role, str] = {
    "customer": ":bust_in_silhouette:",
    "colleague": ":speech_balloon:",
    "program": ":robot_face:",
    "note": ":lock:",
    "event": ":information_source:",
}
_SHORT = 300


def message(post: Post, words: Words, quote: str | None) -> dict[str, Any]:
    """Return what a post's message is made of, without where it goes."""
    text = body(post, words, quote)
    blocks = _blocks(post, text)
    shown = cut_marked(text, LONGEST_TEXT) if text else _fallback(post)
    made: dict[str, Any] = {"text": shown, **NOBODY_IS_CALLED, **NO_PREVIEWS}
    return made | {"blocks": blocks} if blocks else made


def named(post: Post) -> dict[str, Any]:
    """Return under whose name and picture a post stands."""
    name = cut(one_line(post.author), LONGEST_LABEL) or "…"
    if post.photo and post.photo.startswith("https://"):
        return {"username": name, "icon_url": post.photo}
    return {"username": name, "icon_emoji": _ICONS[post.role]}


def metadata(kind: str, key: str) -> dict[str, Any]:
    """Return what proves that a message was posted: docs.slack.dev/messaging/message-metadata."""
    return {"event_type": kind, "event_payload": {"key": key}}


def body(post: Post, words: Words, quote: str | None) -> str:
    """Return the words of a post as mrkdwn: notes and events are told from what was said."""
    said = mrkdwn(post.text, post.format)
    if post.role == "event":
        said = f"_{said}_" if "\n" not in said and "_" not in said else said
    if post.role == "note":
        said = f"🔒 {said}"
    if post.edited:
        said = f"{said} ✏️".strip()
    lines = [quoted(quote)] if quote else []
    if post.again:
        lines.append(f"_⚠️ {words('again')}_")
    return "\n".join([*lines, said] if said else lines)


def file_blocks(post: Post, words: Words, quote: str | None) -> list[dict[str, Any]]:
    """Return what stands above shared files: files have no name and no metadata of their own.

    The first block's id is the post's key, which proves it.
    """
    head = f"{_emoji(post.role)} *{escaped(one_line(post.author)) or '…'}*"
    text = body(post, words, quote)
    blocks = sections(f"{head}\n{text}" if text else head)
    blocks[0]["block_id"] = post.key
    return blocks


def _emoji(role: Role) -> str:
    return "🔒" if role == "note" else _ICONS[role]


def _blocks(post: Post, text: str) -> list[dict[str, Any]]:
    """Return the blocks, where a text alone does not do."""
    if post.role == "event" and text and len(text) <= LONGEST_TEXT:
        shown: list[dict[str, Any]] = [{"type": "context", "elements": [marked(text)]}]
    elif post.buttons or len(text) > LONGEST_TEXT:
        shown = sections(text or _fallback(post))
    else:
        return []
    return [*shown, *actions(post.buttons)]


def _fallback(post: Post) -> str:
    return escaped(cut(one_line(post.author), _SHORT)) or "…"
