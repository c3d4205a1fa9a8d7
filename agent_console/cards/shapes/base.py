"""What every shape stands on."""

from typing import Literal

import msgspec
from msgspec import UnsetType

MaybeText = str | UnsetType
DraftKind = Literal["reply", "note"]


class Shape(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The base of everything sent."""
