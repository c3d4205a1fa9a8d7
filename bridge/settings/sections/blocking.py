"""How long customers are kept away."""

from typing import Annotated

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.values import LISTED, Duration, Flag, written


class Blocking(Part):
    """How customers are blocked; who may do it stands under `permissions`."""

    require_end: Flag = Field(
        default=False,
        description="Whether a block must say until when. Without it a customer can also be "
        "blocked for ever.",
        examples=[True],
    )
    choices: Annotated[tuple[Duration, ...], LISTED] = Field(
        default=tuple(written(one) for one in ("1h", "24h", "7d", "30d")),
        min_length=1,
        max_length=12,
        description="The times that are offered, beside a date of one's own.",
        examples=[["1h", "24h", "7d", "30d"]],
    )
