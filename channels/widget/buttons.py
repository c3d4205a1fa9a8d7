"""Buttons under a message, and their presses, as they go over the wire."""

from typing import Annotated

from msgspec import Meta, Struct

from bridge.channel import MessageView
from bridge.web import Id, Uuid


class NewPress(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The visitor has pressed a button under a message; `client_id` as with a message."""

    client_id: Uuid
    message_id: Id
    button: Annotated[str, Meta(min_length=1, max_length=64)]


class Button(Struct, frozen=True, omit_defaults=True):
    """An answer offered under a message; once one is `chosen`, none can be pressed."""

    id: str
    text: str
    chosen: bool = False


def buttons(view: MessageView) -> list[Button]:
    """Return what is offered under a message."""
    return [Button(one.id, one.text, one.chosen) for one in view.buttons]
