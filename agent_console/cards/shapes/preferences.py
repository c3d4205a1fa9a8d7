"""How an agent wants the console to be, and what they want to be told of."""

from typing import Literal

from agent_console.cards.shapes.base import Shape
from bridge.settings import NoticeLevel

Theme = Literal["auto", "light", "dark"]
Density = Literal["comfortable", "compact"]
Tune = Literal["notes", "bell", "knock"]


class Preferences(Shape, frozen=True, kw_only=True, gc=False):
    """An agent's own; null is what the company has in the YAML (`notify.agent`).

    `muted` are inboxes; null is all but those that `agents.<id>.inboxes` names. `other_teams`:
    to see everybody's conversations (O34).
    """

    theme: Theme = "auto"
    density: Density = "comfortable"
    locale: str = "auto"
    sort: str | None = None
    sound: bool = True
    call_sound: bool = True
    tune: Tune = "notes"
    repeat: bool | None = None
    title_flash: bool = True
    desktop: bool = False
    toasts: bool = True
    hide_text: bool = False
    level: NoticeLevel | None = None
    customers: bool | None = None
    colleagues: bool | None = None
    notes: bool | None = None
    quiet_off_shift: bool | None = None
    muted: tuple[str, ...] | None = None
    enter_sends: bool = True
    single_keys: bool = True
    keep_rail: bool = False
    rail_channels: bool = True
    hide_clients: bool = False
    other_teams: bool = False
