"""Real payloads, with secrets and people taken out, and the customer they are all from."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from bridge.channel import Album, InboundMedia, InboundMessage, MessageEdited, Sender

FOLDER = Path(__file__).parent / "fixtures"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
ANNA = Sender(
    external_id="5000000101",
    name="Анна Коваль",
    username="anna_koval",
    profile_url="https://t.me/anna_koval",
    language="uk",
)


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def payload(name: str) -> Any:
    """Return one, fresh, so that a test may change it."""
    return json.loads(_text(name))


def body(name: str) -> Any:
    """Return what is in an update, without its number."""
    return next(value for key, value in payload(name).items() if key != "update_id")


def written(name: str, text: str = "", **more: Any) -> InboundMessage:
    """Return the message that a payload is expected to become."""
    told = body(name)
    given: dict[str, Any] = {"sender": ANNA, "media": ()} | more
    given["media"] = _keyed(told, given["media"])
    if group := told.get("media_group_id"):
        given["album"] = Album(f"{told['chat']['id']}/{group}", told["message_id"])
    return InboundMessage(
        external_id=f"{told['chat']['id']}/{told['message_id']}",
        sent_at=told["date"] * 1000,
        text=text,
        **given,
    )


def edited(name: str, text: str, media: Sequence[InboundMedia] = ()) -> MessageEdited:
    """Return the edit that a payload is expected to become."""
    told = body(name)
    return MessageEdited(
        sender=ANNA,
        external_id=f"{told['chat']['id']}/{told['message_id']}",
        edited_at=told["edit_date"] * 1000,
        text=text,
        media=_keyed(told, media),
    )


def _keyed(told: Any, media: Sequence[InboundMedia]) -> tuple[InboundMedia, ...]:
    """Give each file the name that Telegram has for it beside its id."""
    keys = dict(_names(told))
    return tuple(replace(one, key=keys[one.ref]) for one in media)


def _names(told: Any) -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        if "file_id" in told:
            yield told["file_id"], told["file_unique_id"]
        told = list(told.values())
    for one in told if isinstance(told, list) else ():
        yield from _names(one)


def image(ref: str, size: int) -> InboundMedia:
    """Return a picture as Telegram sends them: without a name or a type."""
    return InboundMedia(kind="image", ref=ref, name="photo.jpg", mime="image/jpeg", size=size)


def film(name: str, ref: str, size: int) -> InboundMedia:
    """Return a film, named after the field that it came in."""
    return InboundMedia(kind="video", ref=ref, name=f"{name}.mp4", mime="video/mp4", size=size)


def paper(ref: str, name: str, size: int) -> InboundMedia:
    """Return a PDF."""
    return InboundMedia(kind="file", ref=ref, name=name, mime="application/pdf", size=size)
