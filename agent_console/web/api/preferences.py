"""How an agent wants the console to be, on every device of theirs at once."""

from typing import Annotated, Literal

import msgspec
from litestar import get, put
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from agent_console import cards
from agent_console.cards import shapes as w
from agent_console.cards.shapes.preferences import Density, Theme, Tune
from agent_console.web.api.given import Body, Given, Me
from agent_console.web.auth.guard import VIEWERS_TOO
from bridge.settings import NoticeLevel
from bridge.store import log
from bridge.store import sign_in as q
from bridge.store.transactions import Tx
from bridge.web import ApiError
from routing import sight
from routing.teams import Teams

Locale = Annotated[str, msgspec.Meta(pattern=r"^(auto|[a-z]{2,3})$")]
Inboxes = Annotated[
    tuple[Annotated[str, msgspec.Meta(max_length=64)], ...], msgspec.Meta(max_length=200)
]

# So far ahead a console knows a shift, in ms; it asks again long before.
_AHEAD = 8 * 86_400_000


class PreferenceChange(Body, frozen=True, kw_only=True):
    """What is to be different; what is missing stays."""

    theme: Theme | UnsetType = UNSET
    density: Density | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    sort: Literal["processing", "activity", "oldest", "newest"] | UnsetType | None = UNSET
    sound: bool | UnsetType = UNSET
    call_sound: bool | UnsetType = UNSET
    tune: Tune | UnsetType = UNSET
    repeat: bool | UnsetType | None = UNSET
    title_flash: bool | UnsetType = UNSET
    desktop: bool | UnsetType = UNSET
    toasts: bool | UnsetType = UNSET
    hide_text: bool | UnsetType = UNSET
    level: NoticeLevel | UnsetType | None = UNSET
    customers: bool | UnsetType | None = UNSET
    colleagues: bool | UnsetType | None = UNSET
    notes: bool | UnsetType | None = UNSET
    quiet_off_shift: bool | UnsetType | None = UNSET
    muted: Inboxes | UnsetType | None = UNSET
    enter_sends: bool | UnsetType = UNSET
    single_keys: bool | UnsetType = UNSET
    keep_rail: bool | UnsetType = UNSET
    rail_channels: bool | UnsetType = UNSET
    hide_clients: bool | UnsetType = UNSET
    other_teams: bool | UnsetType = UNSET


class Span(w.Shape, frozen=True, kw_only=True, gc=False):
    """A time of work, in ms."""

    start: int
    end: int


class Shift(w.Shape, frozen=True, kw_only=True, gc=False):
    """When the agent works in the days to come; null where they have no hours."""

    spans: list[Span] | None


@put("/me/preferences", opt={VIEWERS_TOO: True})
async def change_preferences(
    console: Given, me: Me, data: JSONBody[PreferenceChange]
) -> w.Preferences:
    """Change some preferences; return all. Every other tab and browser is told of them.

    403 for `other_teams` where `permissions.agent.see_other_teams` is off.
    """
    if data.other_teams is True and not console.desk.policy.agent_may_see_others:
        raise ApiError(403, "forbidden", "This is not yours to choose.")
    return await console.write(_change, me.agent.id, data)


def _change(tx: Tx, agent_id: str, change: PreferenceChange) -> w.Preferences:
    stored = tx.the(q.PREFERENCES, id=agent_id)
    changed = msgspec.structs.asdict(change)
    wanted = {name: value for name, value in changed.items() if value is not UNSET}
    old = cards.preferences(stored)
    new = msgspec.structs.replace(old, **wanted)
    written = msgspec.json.encode(new).decode()
    if written != stored:
        tx.run(q.SET_PREFERENCES, of=agent_id, preferences=written)
        log.append(tx, "preferences.changed", private_to=agent_id)
    if new.other_teams != old.other_teams:
        log.append(tx, sight.CHANGED, private_to=agent_id)
    return new


@get("/me/shift")
async def shift(console: Given, me: Me) -> Shift:
    """Return when the agent is at work, for about a week to come (`agents.<id>.hours`)."""
    return Shift(spans=_spans(console.desk.teams, me.agent.id, console.clock.now()))


def _spans(teams: Teams, agent_id: str, now: int) -> list[Span] | None:
    worker = teams.workers.get(agent_id)
    if worker is None or worker.hours is None:
        return None
    spans = teams.hours[worker.hours].spans(now, now + _AHEAD)
    return [Span(start=start, end=end) for start, end in spans]


HANDLERS = [change_preferences, shift]
