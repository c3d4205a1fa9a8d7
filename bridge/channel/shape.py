"""The values that go through the contract, made anew with every message."""

import msgspec


class Shape(msgspec.Struct, frozen=True):
    """A value of the contract: compared by what it holds, and never changed.

    Change a copy with `msgspec.structs.replace`. A frozen dataclass would do as well, but
    takes ten times as long to make.
    """
