"""What a visitor is told of being blocked: until when, never why."""

from msgspec import Struct

from bridge.channel import BlockView


class Block(Struct, frozen=True):
    """The visitor may not write until a time in ms, or for ever."""

    until: int | None


class Blocked(Struct, frozen=True, tag="block"):
    """The visitor may not write from now on or, with `null`, may again."""

    block: Block | None


def block(view: BlockView | None) -> Block | None:
    """Return what a visitor is told of their block."""
    return None if view is None else Block(view.until)
