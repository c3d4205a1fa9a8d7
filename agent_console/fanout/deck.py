"""One surface as its transactions know it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agent_console.fanout.voice import Voice
from bridge.channel import Capabilities
from bridge.media import MediaStore
from bridge.models import Identity
from bridge.store.transactions import Tx
from routing.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """What a surface can do, where it shows what, and in whose words."""

    surface_id: str
    kind: str
    can: Capabilities
    voice: Voice
    media: MediaStore
    desk: Desk
    places: Callable[[str | None, str], Sequence[str]]
    """The places for conversations of a team and an inbox, the best first."""
    refuge: Callable[[], Sequence[str]] = tuple
    """The places for what is another surface's, while that has lost all of its own for it."""
    others: list["Deck"] = field(default_factory=list)
    """The other surfaces, in the order of the YAML."""
    rank: int = 0
    """How many of them stand before this one."""
    equal: bool = False
    """Whether all of them are as good, so that the emptiest is taken."""
    carries: bool = True
    """Whether a place that has another id now has the same threads."""
    proves: bool = False
    prefixes: Sequence[str] = ("//",)
    explicit: bool = False
    held_for: int = 0
    """For so long (ms) what agents write is held."""
    photo: Callable[[Tx, Identity], str | None]
