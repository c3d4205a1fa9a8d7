"""What the console's handlers share, put together once from the parts of the program."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import urlsplit

from agent_console import audit
from agent_console.actions import QuickReplies, quick_replies_of
from agent_console.cards import ViewFile
from agent_console.program import Program as Shared
from agent_console.web.auth import (
    Bearers,
    Keys,
    Passwords,
    SecondFactors,
    SessionCookie,
    Sessions,
    SignIn,
)
from agent_console.web.live import Live
from agent_console.web.refusals import answering
from agent_console.web.settings import WebSettings
from bridge.channel import AttachmentView
from bridge.clock import Clock, ms
from bridge.events import EventHub
from bridge.media import MediaStore
from bridge.models import Attachment
from bridge.redis import SharedBudgets
from bridge.settings import Settings
from bridge.store.transactions import Store, Tx
from bridge.web import Buckets, Site, TrustedProxies, site_at
from bridge.web.devices import Devices
from routing.desk import Desk
from routing.eraser import Eraser
from routing.onward import StartLinks

if TYPE_CHECKING:
    from agent_console.suggestions.endpoint import Endpoint
    from agent_console.web.oidc.flow import Flow

P = ParamSpec("P")
T = TypeVar("T")

# Sign-ins and links that one address may try in a minute, right or wrong.
_TRIES_A_MINUTE = 60


class Program(Shared, Protocol):
    """What the console is made of beside."""

    @property
    def hub(self) -> EventHub:
        """Return the event log."""
        ...

    @property
    def start_links(self) -> StartLinks:
        """Return where a link can begin a conversation."""
        ...

    @property
    def process(self) -> int | None:
        """Return this process's number, where there may be several."""
        ...

    @property
    def budgets(self) -> SharedBudgets | None:
        """Return where processes count together, where there is such a place."""
        ...

    @property
    def eraser(self) -> Eraser:
        """Return who erases people."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The console of one program."""

    settings: Settings
    web: WebSettings
    clock: Clock
    store: Store
    hub: EventHub
    media: MediaStore
    desk: Desk
    start_links: StartLinks
    eraser: Eraser
    site: Site
    cookie: SessionCookie
    sessions: Sessions
    sign_in: SignIn
    factors: SecondFactors
    live: Live
    quick_replies: QuickReplies
    proxies: TrustedProxies
    tries: Buckets
    devices: Devices
    suggests: "Endpoint | None"
    # Who waits for a draft: one at a time for each.
    suggesting: set[str] = field(default_factory=set)
    view: ViewFile = field(repr=False)
    fingerprint_key: bytes = field(repr=False)
    oidc: "Flow | None"
    oidc_key: bytes = field(repr=False)
    reporting: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """One report at a time: whoever writes messages goes before whoever counts them."""

    async def read(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a reading transaction; a refusal becomes the answer of the API."""
        with answering():
            return await self.store.read(work, *args, **kwargs)

    async def write(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a writing transaction; a refusal becomes the answer of the API."""
        with answering():
            return await self.store.write(work, *args, **kwargs)

    async def act(
        self,
        by: audit.By,
        deed: audit.Deed,
        work: Callable[Concatenate[Tx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a writing transaction as `write` does, and put it into the audit trail with it."""

        def acted(tx: Tx) -> T:
            done = work(tx, *args, **kwargs)
            audit.record(tx, by, deed)
            return done

        return await self.write(acted)

    def renew(self, settings: Settings) -> None:
        """Be the console of another configuration from now on; whoever is here stays."""
        for name, part in _parts(settings).items():
            object.__setattr__(self, name, part)
        self.factors.mode = self.web.second_factor
        if self.oidc is None or self.oidc.settings != self.web.oidc:
            object.__setattr__(self, "oidc", _oidc(self.settings, self.clock, self.oidc_key))
        self.live.can_be_here(tuple(settings.agents))

    @property
    def sorts(self) -> list[str]:
        """Return the orders a list may have: without a limit nobody is overdue (S28)."""
        timed = ["processing"] if self.settings.routing.max_wait is not None else []
        return [*timed, "activity", "oldest", "newest"]


def console_of(program: Program) -> Console:
    """Put the console together."""
    settings = program.settings
    web = web_settings(settings)
    url = settings.server.public_url
    length = ms(web.session)
    cookie = SessionCookie(site_at(url))
    bearers = Bearers(program.store, program.clock, program.budgets)
    factors = SecondFactors(
        program.store,
        Keys(program.derive("second-factor"), program.derive("recovery-codes")),
        site=f"Deskbridge {urlsplit(url).hostname}",
        mode=web.second_factor,
    )
    sessions = Sessions(program.store, cookie, length, bearers, factors)
    view = viewer(program.media)
    return Console(
        **_parts(settings),
        clock=program.clock,
        store=program.store,
        hub=program.hub,
        media=program.media,
        desk=program.desk,
        start_links=program.start_links,
        eraser=program.eraser,
        site=site_at(url),
        cookie=cookie,
        sessions=sessions,
        sign_in=SignIn(
            program.store,
            Passwords(),
            factors,
            secret=program.derive("sign-in"),
            length=length,
        ),
        factors=factors,
        live=Live(
            program.store,
            program.hub,
            program.desk,
            view,
            sessions,
            agents=tuple(settings.agents),
            process=program.process,
        ),
        proxies=TrustedProxies([str(one) for one in settings.server.trusted_proxies]),
        tries=Buckets(
            program.clock, per_minute=_TRIES_A_MINUTE, name="tries", shared=program.budgets
        ),
        devices=Devices(),
        view=view,
        fingerprint_key=program.derive("audit"),
        oidc=_oidc(settings, program.clock, program.derive("oidc")),
        oidc_key=program.derive("oidc"),
    )


def _parts(settings: Settings) -> dict[str, Any]:
    """Return what of the console the configuration makes."""
    return {
        "settings": settings,
        "web": web_settings(settings),
        "quick_replies": quick_replies_of(settings),
        "suggests": _suggests(settings),
    }


def _suggests(settings: Settings) -> "Endpoint | None":
    if settings.suggestions is None:
        return None
    from agent_console.suggestions.endpoint import Endpoint  # noqa: PLC0415

    return Endpoint(settings.suggestions)


def _oidc(settings: Settings, clock: Clock, key: bytes) -> "Flow | None":
    oidc = web_settings(settings).oidc
    if oidc is None:
        return None
    from agent_console.web.oidc.flow import Flow  # noqa: PLC0415

    return Flow(oidc, clock, key, settings.server.public_url)


def web_settings(settings: Settings) -> WebSettings:
    """Return the keys of the web console; there is one, or its defaults."""
    found = [one for one in settings.staff.values() if isinstance(one, WebSettings)]
    return found[0] if found else WebSettings()


def viewer(media: MediaStore) -> ViewFile:
    """Return how a file is described to agents, who have a session and need no signature."""

    def view(row: Attachment) -> AttachmentView:
        return media.view(row, signed=False)

    return view
