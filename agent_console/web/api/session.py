"""Who is signed in, and how they look at the console."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.handlers.base import BaseRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from agent_console import cards
from agent_console.actions import may_edit_contacts
from agent_console.cards import shapes as w
from agent_console.web.api.given import Body, Given, Me
from agent_console.web.api.inboxes import InboxRef, inbox_ref
from agent_console.web.api.lists import agent_refs, default_sort
from agent_console.web.auth import Caller, LockedError, Opened
from agent_console.web.auth.guard import SESSION_ONLY, VIEWERS_TOO
from agent_console.web.auth.passwords import LONGEST, BusyError
from agent_console.web.auth.sign_in import From
from agent_console.web.console import Console
from bridge import __version__
from bridge.models import Role
from bridge.store import sign_in as q
from bridge.store.transactions import Tx
from bridge.web import ApiError, bucket_key, slow_down
from bridge.web.site import AsyncGuard, Connection, own_origin_only
from routing import presence

# The key of a handler's `opt` that strangers may call, to sign in.
DOOR = "door"

Theme = Literal["auto", "light", "dark"]
Density = Literal["comfortable", "compact"]
Locale = Annotated[str, msgspec.Meta(pattern=r"^(auto|[a-z]{2,3})$")]


class Preferences(w.Shape, frozen=True, kw_only=True, gc=False):
    """How an agent wants the console to be."""

    theme: Theme = "auto"
    density: Density = "comfortable"
    locale: str = "auto"
    sort: str | None = None
    sound: bool = True
    title_flash: bool = True
    desktop: bool = False
    toasts: bool = True
    hide_text: bool = False
    enter_sends: bool = True
    single_keys: bool = True
    keep_rail: bool = False


class PreferenceChange(Body, frozen=True, kw_only=True):
    """What is to be different; what is missing stays."""

    theme: Theme | UnsetType = UNSET
    density: Density | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    sort: Literal["processing", "activity", "oldest", "newest"] | UnsetType | None = UNSET
    sound: bool | UnsetType = UNSET
    title_flash: bool | UnsetType = UNSET
    desktop: bool | UnsetType = UNSET
    toasts: bool | UnsetType = UNSET
    hide_text: bool | UnsetType = UNSET
    enter_sends: bool | UnsetType = UNSET
    single_keys: bool | UnsetType = UNSET
    keep_rail: bool | UnsetType = UNSET


class MyAccount(w.Shape, frozen=True, kw_only=True, gc=False):
    """The agent who is signed in."""

    id: str
    name: str
    role: Role
    preferences: Preferences
    email: w.MaybeText = UNSET


class Notify(w.Shape, frozen=True, kw_only=True, gc=False):
    """What the YAML lets the console do to call for attention."""

    sound: bool
    title_flash: bool
    desktop: bool


class Collected(w.Shape, frozen=True, kw_only=True, gc=False):
    """Which facts of a visit any site tells."""

    page: bool
    utm: bool
    screen: bool
    ip: bool


class ContactField(w.Shape, frozen=True, kw_only=True, gc=False):
    """A field of a person that the YAML adds; `label` is a text, or one by language."""

    id: str
    label: str | dict[str, str]


class Blocking(w.Shape, frozen=True, kw_only=True, gc=False):
    """How long a customer can be blocked: times to choose from (ms), and whether for ever."""

    choices: list[int]
    require_end: bool


class TeamRef(w.Shape, frozen=True, kw_only=True, gc=False):
    """A team; `label` is one text, or one for each language."""

    id: str
    label: str | dict[str, str]


class ConsoleSettings(w.Shape, frozen=True, kw_only=True, gc=False):
    """What of the YAML the console goes by; `max_wait` is in ms.

    `online_only`: conversations are handed only to who is online. `suggestions`: a model
    drafts replies.
    """

    max_length: int
    max_upload: int
    large_files: Literal["refuse", "link"]
    max_wait: int | None
    online_only: bool
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
    suggestions: bool
    teams: list[TeamRef]


class SessionInfo(w.Shape, frozen=True, kw_only=True, gc=False):
    """All that a console needs to begin."""

    agent: MyAccount
    csrf: str
    cursor: str
    server_time: int
    version: str
    inboxes: list[InboxRef]
    channels: list[w.ChannelHealth]
    agents: list[w.AgentRef]
    topics: list[w.TopicRef]
    tags: list[w.TagRef]
    sorts: list[str]
    settings: ConsoleSettings


class PasswordSignIn(Body, frozen=True, kw_only=True):
    """An id or an address, and its password."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=254)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]


class LinkSignIn(Body, frozen=True, kw_only=True):
    """A one-time link's token, and the new password where the link is for one."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    password: Annotated[str, msgspec.Meta(max_length=LONGEST)] | None = None


class LinkToken(Body, frozen=True, kw_only=True):
    """A one-time link's token."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class LinkAgent(w.Shape, frozen=True, kw_only=True, gc=False):
    """Whom a link is for."""

    id: str
    name: str


class LinkInfo(w.Shape, frozen=True, kw_only=True, gc=False):
    """What a link is for."""

    kind: Literal["sign_in", "password"]
    agent: LinkAgent


# --- the door ---------------------------------------------------------------------------


@post("/session", status_code=200, opt={DOOR: True})
async def sign_in(
    request: Request[Any, Any, Any], console: Given, data: JSONBody[PasswordSignIn]
) -> Response[SessionInfo]:
    """Sign in with a password."""
    try:
        opened = await console.sign_in.with_password(
            data.login, data.password, _origin(request, console)
        )
    except LockedError as locked:
        detail = {"retry_after": locked.retry_after}
        raise ApiError(429, "locked", "Too many wrong attempts; wait a little.", detail) from None
    except BusyError:
        raise slow_down(2) from None
    return await _enter(console, opened)


@post("/session/link", status_code=200, opt={DOOR: True})
async def use_link(
    request: Request[Any, Any, Any], console: Given, data: JSONBody[LinkSignIn]
) -> Response[SessionInfo]:
    """Sign in with a one-time link, choosing a new password if it is for that."""
    try:
        opened = await console.sign_in.with_link(
            data.token, data.password, _origin(request, console)
        )
    except BusyError:
        raise slow_down(2) from None
    return await _enter(console, opened)


@post("/session/link/peek", status_code=200, opt={DOOR: True})
async def peek_link(console: Given, data: JSONBody[LinkToken]) -> LinkInfo:
    """Return what a one-time link is for, without using it up."""
    link, name = await console.sign_in.peek(data.token)
    return LinkInfo(kind=link.kind, agent=LinkAgent(id=link.agent_id, name=name))


def own_page(console: Console) -> AsyncGuard:
    """Return the guard of the door: our own pages only, and not too often from one address."""
    own_origin = own_origin_only(console.settings.server.public_url)

    async def check(connection: Connection, handler: BaseRouteHandler) -> None:
        await own_origin(connection, handler)
        wait = console.tries.take(bucket_key(console.proxies.client(connection)))
        if wait is not None:
            raise slow_down(wait)

    return check


def _origin(request: Request[Any, Any, Any], console: Console) -> From:
    return From(
        address=bucket_key(console.proxies.client(request)),
        user_agent=request.headers.get("user-agent"),
        replaces=request.cookies.get(console.cookie.name),
    )


async def _enter(console: Console, opened: Opened) -> Response[SessionInfo]:
    await console.write(presence.acted, console.desk.policy, opened.caller.agent.id)
    # It may have ended others: the one it replaces or, with a new password, all.
    await console.live.look_again()
    info = await session_info(console, opened.caller)
    return Response(info, cookies=[console.cookie.holding(opened.token)])


# --- inside -----------------------------------------------------------------------------


@get("/session", opt={SESSION_ONLY: True})
async def session(console: Given, me: Me) -> SessionInfo:
    """Return who is signed in, and all that a console needs to begin."""
    return await session_info(console, me)


@delete("/session", status_code=204, opt={VIEWERS_TOO: True, SESSION_ONLY: True})
async def sign_out(console: Given, me: Me) -> Response[None]:
    """Sign out, here and in every tab of this browser."""
    await console.sign_in.out(me)
    console.live.signed_out(me.signed_in.token_hash)
    return Response(None, status_code=204, cookies=[console.cookie.cleared()])


@put("/me/preferences", opt={VIEWERS_TOO: True})
async def change_preferences(
    console: Given, me: Me, data: JSONBody[PreferenceChange]
) -> Preferences:
    """Change some preferences; return all."""
    return await console.write(_change, me.agent.id, data)


def _change(tx: Tx, agent_id: str, change: PreferenceChange) -> Preferences:
    stored = tx.the(q.PREFERENCES, id=agent_id)
    changed = msgspec.structs.asdict(change)
    wanted = {name: value for name, value in changed.items() if value is not UNSET}
    new = msgspec.structs.replace(preferences(stored), **wanted)
    tx.run(q.SET_PREFERENCES, of=agent_id, preferences=msgspec.json.encode(new).decode())
    return new


def preferences(stored: str) -> Preferences:
    """Read stored preferences; a value that a newer program wrote falls back to ours."""
    try:
        return msgspec.json.decode(stored, type=Preferences)
    except msgspec.ValidationError:
        return Preferences()


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
            preferences=preferences(agent.preferences),
        ),
        csrf=me.signed_in.csrf,
        cursor=cursor,
        server_time=console.clock.now(),
        version=__version__,
        inboxes=[inbox_ref(console, key, one) for key, one in console.settings.channels.items()],
        channels=await console.read(cards.channels),
        agents=await agent_refs(console),
        topics=await console.read(cards.topics),
        tags=await console.read(cards.tags),
        sorts=console.sorts,
        settings=_settings(console, me),
    )


def _settings(console: Console, me: Caller) -> ConsoleSettings:
    settings = console.settings
    wait = settings.routing.max_wait
    calls = settings.notify.agent
    fixed = [] if may_edit_contacts(me.agent, console.desk.policy) else _FIELDS
    return ConsoleSettings(
        max_length=settings.conversation.max_length,
        max_upload=int(settings.storage.media.max_upload),
        large_files=settings.storage.media.large_files,
        max_wait=None if wait is None else round(wait.total_seconds() * 1000),
        online_only=settings.routing.transfer.online_only,
        default_sort=default_sort(console),
        locale=settings.locale.default,
        locales=list(settings.locale.available),
        notify=Notify(sound=calls.sound, title_flash=calls.title_flash, desktop=calls.desktop),
        panel=list(console.web.panel),
        visit=_collected(settings.channels.values()),
        read_only_fields=list(fixed),
        contact_fields=[
            ContactField(id=key, label=one.label.written())
            for key, one in settings.contact_fields.items()
        ],
        block=Blocking(
            choices=[round(one.total_seconds() * 1000) for one in settings.block.choices],
            require_end=settings.block.require_end,
        ),
        topic_required_to_close=settings.conversation.topic_required_to_close,
        other_topic=settings.conversation.other_topic,
        suggestions=console.suggests is not None,
        teams=[
            TeamRef(id=key, label=one.label.written() if one.label else key)
            for key, one in settings.teams.items()
        ],
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


HANDLERS = [sign_in, use_link, peek_link, session, sign_out, change_preferences]
