"""The keys that every surface of threads has in the YAML."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from bridge.settings import LISTED, DurationOrOff, SurfaceSettings, fault

_LONGEST_HOLD = timedelta(seconds=60)
_LONGEST_PREFIX = 12


def _short(hold: timedelta | None) -> timedelta | None:
    if hold is not None and hold > _LONGEST_HOLD:
        raise fault("bad_duration", "an answer may be held for 60s at most")
    return hold


def usable(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """Return what may begin a note; raises what says that something may not."""
    for index, one in enumerate(prefixes):
        if not one.strip() or len(one) > _LONGEST_PREFIX:
            message = f"a prefix is 1 to {_LONGEST_PREFIX} characters that are seen"
            raise fault("bad_prefix", message, at=(index,))
    return prefixes


class ThreadedSettings(SurfaceSettings):
    """A surface where a conversation is a thread, and a message in it an answer or a note."""

    reply: str = Field(
        default="thread",
        description="`explicit`: only what says so goes to the customer.",
        examples=["explicit"],
    )
    note_prefix: Annotated[tuple[str, ...], AfterValidator(usable), LISTED] = Field(
        default=("//",),
        description="What a message begins with to be a note that only colleagues see. Anything "
        "else goes to the customer.",
        examples=[["//", "note:"]],
    )
    undo_send: Annotated[DurationOrOff, AfterValidator(_short)] = Field(
        default=None,
        description="For how long an answer is held before it goes: deleted or changed in that "
        "time, the customer never sees it as it was. `off`: it goes at once.",
        examples=["5s"],
    )

    @property
    def teams_by_place(self) -> Mapping[str, Sequence[str]]:
        """Return the ids of the teams that each place is for, `default` for everybody else."""
        return {}
