"""Who is signed in, and how they look at the console."""

from typing import Any, Literal

from litestar import Response, delete, get
from litestar.openapi.datastructures import ResponseSpec
from msgspec import UNSET

from agent_console import cards
from agent_console.actions import may_edit_contacts
from agent_console.cards import shapes as w
from agent_console.web.api.given import Acting, Given, Me
from agent_console.web.api.inboxes import InboxRef, inbox_ref
from agent_console.web.api.lists import agent_refs, default_sort
from agent_console.web.api.tickets import ticket_kind
from agent_console.web.api.wait_hours import WaitHours, wait_hours
from agent_console.web.auth import Caller
from agent_console.web.auth.guard import SESSION_ONLY, UNPROVEN_TOO, VIEWERS_TOO
from agent_console.web.console import Console
from bridge import __version__
from bridge.clock import ms
from bridge.models import Role
from bridge.settings import NoticeLevel, Settings
from routing import sight
from routing.access import Right, rights
from routing.configured import deleted_kept_for


class MyAccount(w.Shape, frozen=True, kw_only=True, gc=False):
    """The agent who is signed in."""

    id: str
    name: str
    role: Role
    preferences: w.Preferences
    email: w.MaybeText = UNSET


class Notify(w.Shape, frozen=True, kw_only=True, gc=False):
    """What the YAML has of calling for attention: what may be, and what is by default.

    `sound`, `call_sound`, `title_flash` and `desktop` are off for everybody where they are off
    here; of the rest each agent may choose otherwise. `inboxes` are those that this agent is
    told of (`agents.<id>.inboxes`), null for all; `teams` are theirs.
    """

    sound: bool
    call_sound: bool
    title_flash: bool
    desktop: bool
    level: NoticeLevel
    customers: bool
    colleagues: bool
    notes: bool
    repeat: bool
    quiet_off_shift: bool
    inboxes: list[str] | None
    teams: list[str]


class Collected(w.Shape, frozen=True, kw_only=True, gc=False):
    """Which facts of a visit any site tells."""

    page: bool
    utm: bool
    screen: bool
    ip: bool


class ContactField(w.Shape, frozen=True, kw_only=True, gc=False):
    """A field of a person that the YAML adds; `label` is a text, or one by language.

    `in_panel`: it stands in the panel at once, and not only among all the fields.
    """

    id: str
    label: str | dict[str, str]
    in_panel: bool


class Blocking(w.Shape, frozen=True, kw_only=True, gc=False):
    """How long a customer can be blocked: times to choose from (ms), and whether for ever."""

    choices: list[int]
    require_end: bool


class TeamRef(w.Shape, frozen=True, kw_only=True, gc=False):
    """A team; `label` is one text, or one for each language."""

    id: str
    label: str | dict[str, str]


class AutomationRef(w.Shape, frozen=True, kw_only=True, gc=False):
    """An automation; `label` is one text, or one for each language."""

    id: str
    label: str | dict[str, str]


class ConsoleSettings(w.Shape, frozen=True, kw_only=True, gc=False):
    """What of the YAML the console goes by; `max_wait` is in ms.

    `online_only`: conversations are handed only to who is online. `may_see_others`: the agent
    sees less than everything, and may choose to see everybody's. `deleted_kept_for` is for
    how long (ms) what was deleted can be restored, null for ever. `suggestions`: a model
    drafts replies. `meetings`: links to video meetings can be made. `wait_hours` is null where
    a wait always runs.
    """

    max_length: int
    max_upload: int
    large_files: Literal["refuse", "link"]
    max_wait: int | None
    wait_hours: WaitHours | None
    online_only: bool
    may_see_others: bool
    default_sort: str
    locale: str
    locales: list[str]
    notify: Notify
    panel: list[str]
    visit: Collected
    read_only_fields: list[str]
    contact_fields: list[ContactField]
    block: Blocking
    topic_required_to_close: bool
    other_topic: bool
    deleted_kept_for: int | None
    suggestions: bool
    meetings: bool
    teams: list[TeamRef]
    automations: list[AutomationRef]


class SessionInfo(w.Shape, frozen=True, kw_only=True, gc=False):
    """All that a console needs to begin."""

    agent: MyAccount
    csrf: str
    cursor: str
    server_time: int
    version: str
    inboxes: list[InboxRef]
    channels: list[w.ChannelHealth]
    surfaces: list[w.SurfaceHealth]
    """For those who may see how the channels are; nothing for others."""
    agents: list[w.AgentRef]
    topics: list[w.TopicRef]
    tags: list[w.TagRef]
    statuses: list[w.StatusRef]
    tickets: list[w.TicketKind]
    sorts: list[str]
    rights: list[Right]
    settings: ConsoleSettings


class FactorDue(w.Shape, frozen=True, kw_only=True, gc=False):
    """Who is signed in, and does nothing before they have set up a second factor."""

    second_factor_due: Literal[True]
    name: str
    csrf: str


@get("/session", opt={SESSION_ONLY: True, UNPROVEN_TOO: True})
async def session(console: Given, me: Me) -> SessionInfo | FactorDue:
    """Return who is signed in, and all that a console needs to begin."""
    return await info_of(console, me)


@delete(
    "/session",
    status_code=204,
    opt={VIEWERS_TOO: True, SESSION_ONLY: True, UNPROVEN_TOO: True},
    responses={204: ResponseSpec(None, description="Signed out")},
)
async def sign_out(console: Given, me: Me, by: Acting) -> Response[None]:
    """Sign out, here and in every tab of this browser."""
    await console.sign_in.out(me, by)
    return Response(None, status_code=204, cookies=[console.cookie.cleared()])


async def info_of(console: Console, me: Caller) -> SessionInfo | FactorDue:
    """Describe the session, as far as its agent may know."""
    if console.sessions.is_unproven(me.signed_in):
        return FactorDue(second_factor_due=True, name=me.agent.name, csrf=me.signed_in.csrf)
    return await session_info(console, me)


async def session_info(console: Console, me: Caller) -> SessionInfo:
    """Describe the session."""
    cursor = console.hub.cursor()
    agent = me.agent
    return SessionInfo(
        agent=MyAccount(
            id=agent.id,
            name=agent.name,
            role=agent.role,
            email=agent.email or UNSET,
            preferences=cards.preferences(agent.preferences),
        ),
        csrf=me.signed_in.csrf,
        cursor=cursor,
        server_time=console.clock.now(),
        version=__version__,
        inboxes=[inbox_ref(console, key, one) for key, one in console.settings.channels.items()],
        channels=await console.read(cards.channels),
        surfaces=await _surfaces(console, me),
        agents=await agent_refs(console),
        topics=await console.read(cards.topics),
        tags=await console.read(cards.tags),
        statuses=await console.read(cards.statuses),
        tickets=[ticket_kind(key, one) for key, one in console.settings.tickets.items()],
        sorts=console.sorts,
        rights=sorted(rights(agent.role, console.desk.policy)),
        settings=_settings(console, me),
    )


async def _surfaces(console: Console, me: Caller) -> list[w.SurfaceHealth]:
    if "health" not in rights(me.agent.role, console.desk.policy):
        return []
    return await console.read(cards.surfaces, console.settings)


def _settings(console: Console, me: Caller) -> ConsoleSettings:
    settings = console.settings
    wait = settings.routing.max_wait
    fixed = [] if may_edit_contacts(me.agent, console.desk.policy) else _FIELDS
    return ConsoleSettings(
        max_length=settings.conversation.max_length,
        max_upload=int(settings.storage.media.max_upload),
        large_files=settings.storage.media.large_files,
        max_wait=None if wait is None else ms(wait),
        wait_hours=wait_hours(console),
        online_only=settings.routing.transfer.online_only,
        may_see_others=sight.may_choose(console.desk.policy, me.agent),
        default_sort=default_sort(console),
        locale=settings.locale.default,
        locales=list(settings.locale.available),
        notify=_notify(settings, me.agent.id),
        panel=list(console.web.panel),
        visit=_collected(settings.channels.values()),
        read_only_fields=list(fixed),
        contact_fields=[
            ContactField(id=key, label=one.label.written(), in_panel=one.show_in_panel)
            for key, one in settings.contact_fields.items()
        ],
        block=Blocking(
            choices=[ms(one) for one in settings.block.choices],
            require_end=settings.block.require_end,
        ),
        topic_required_to_close=settings.conversation.topic_required_to_close,
        other_topic=settings.conversation.other_topic,
        deleted_kept_for=deleted_kept_for(settings),
        suggestions=console.suggests is not None,
        meetings=settings.meetings is not None,
        teams=[
            TeamRef(id=key, label=one.label.written() if one.label else key)
            for key, one in settings.teams.items()
        ],
        automations=[
            AutomationRef(id=key, label=one.name.written() if one.name else key)
            for key, one in settings.automations.items()
        ],
    )


def _notify(settings: Settings, agent_id: str) -> Notify:
    own = settings.agents.get(agent_id)
    inboxes = own.inboxes if own else None
    return Notify(
        **settings.notify.agent.model_dump(exclude={"email_if_unseen"}),
        inboxes=None if inboxes is None else list(inboxes),
        teams=[key for key, team in settings.teams.items() if agent_id in team.members],
    )


_FIELDS = ("name", "email", "phone", "language")


def _collected(inboxes: Any) -> Collected:
    """Return what any inbox collects of a visit; only those with a site have `collect`."""
    kept = [collect for one in inboxes if (collect := getattr(one, "collect", None))]
    return Collected(
        page=any(one.page for one in kept),
        utm=any(one.utm for one in kept),
        screen=any(one.screen for one in kept),
        ip=any(one.ip for one in kept),
    )


HANDLERS = [session, sign_out]
