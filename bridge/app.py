"""The composition root: the only file that knows every part and puts them together."""

import contextlib
import functools
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import uvicorn
from litestar.types import ControllerRouterHandler

from agent_console import registry as surfaces
from agent_console.audit import configuration
from agent_console.dead import DEAD_TOPIC, Redelivery
from agent_console.email.answers import MailedAnswers
from agent_console.fanout.staff import Staffed, claim_ahead, looking_at, staff_of
from agent_console.fanout.tidying import keep_tidy
from agent_console.fanout.words import DeskWords
from agent_console.surface import StaffSurface
from agent_console.web.auth.links import link_url, make_link
from agent_console.web.console import Console, console_of
from agent_console.web.surface import routes_of
from bridge import __version__, tracing
from bridge.backup import migrated
from bridge.channel import Channel, ChannelContext, OutboundMedia, StaffAnswers
from bridge.clock import Clock
from bridge.delivery import LANE_TOPIC, DeliveryWorker, Outlet, Signs
from bridge.events import EventHub
from bridge.health import HeardSink, Watch
from bridge.media import FETCH_TOPIC, PHOTO_TOPIC, Fetcher, MediaStore, PhotoFetcher
from bridge.models import Attachment, Event
from bridge.poison import Guard, Poison
from bridge.reload.wired import Inbox, Running, close, start_inbox, start_staff
from bridge.search import Indexer
from bridge.settings import Settings
from bridge.start import installation_secret
from bridge.store.transactions import News, Store, Tx
from bridge.supervisor import Supervisor
from bridge.tracing.requests import TracedRequests
from bridge.web import HasRoutes, create_app
from bridge.web.front import WebApp
from bridge.web.server import Doors, served
from bridge.webhooks.calls import WEBHOOK_TOPIC
from bridge.webhooks.places import workers
from bridge.webhooks.worker import CallWorker
from channels import registry
from routing import automations, declared, presence, sight
from routing.arrivals import Arrivals
from routing.configured import Addresses, agent_mail_of, desk_of, eraser_of, purger_of, ways_of
from routing.customer_view import InboxCustomerView
from routing.desk import Desk
from routing.giving import QUEUE_TOPIC
from routing.housekeeping import Housekeeping
from routing.inbound import InboundSink
from routing.onward import InboxOnward, StartLinks
from routing.purging import PURGE_TOPIC
from routing.queues import Queues
from routing.reactions import Reactions
from routing.reading import read_by_us
from routing.tickets import TicketWatch
from routing.timers import Timers, follow_clock
from routing.timing import TIMERS_TOPIC
from routing.way_back import InboxWayBack
from routing.webhooks.subscriptions import Subscriptions

_log = logging.getLogger(__name__)

# How long open requests and sockets may take to end when the program is stopped.
GRACE = 5


class Program:
    """Everything that runs in one process."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        """Open the database and wire the parts; nothing runs before `running()`."""
        self.settings = settings
        self._told: Sequence[Callable[[Sequence[Event]], None]] = ()
        self._woken: Mapping[str, Sequence[Callable[[], None]]] = {}
        self.clock = clock or Clock()
        place = migrated(settings.storage, _log.info)
        self._secret = installation_secret(settings, settings.storage.database_path)
        self.store = Store(place, clock=self.clock, on_commit=self._committed, alone=True)
        self.hub = EventHub(self.store)
        self.indexer = Indexer(self.store)
        self.media = MediaStore(
            self.store,
            settings.storage.media.dir,
            clock=self.clock,
            secret=self.derive("media"),
        )
        self.poison = Poison(self.store, settings.storage.database_path.with_suffix(".inhand"))
        self.supervisor = Supervisor(self.clock)
        self.watch = Watch(self.store)
        self.inboxes: dict[str, Inbox] = {}
        self.channels: dict[str, Channel] = {}
        self._outlets: dict[str, Outlet] = {}
        self._doors: Doors | None = None
        self._console: Console | None = None
        self.desk = self.desk_of(settings, {})
        self.start_links = StartLinks(ways_of(settings), self.channels)
        for inbox_id in settings.channels:
            self.has(inbox_id, self.wire(inbox_id, settings))
        self.desk.become(self.desk_of(settings, self.channels))
        self.signs = Signs(self.store, self.hub, self._outlets, read_by_us)
        self.timers = Timers(self.store, self.desk)
        self.store.on_jump = follow_clock
        self.store.at_end = self._follow
        self.queues = Queues(self.store, self.desk)
        self.housekeeping = Housekeeping(
            self.store, self.media, audit_kept=settings.storage.retention.audit
        )
        self.purger = purger_of(self.store, self.media, settings)
        self.photos = PhotoFetcher(self.store, self.media, self.channels)
        self.subscriptions = Subscriptions(self.store, self.desk)
        self._words = DeskWords(settings, self.desk)
        self.staff = self.wire_staff(settings)
        self.eraser = eraser_of(self.store, settings, looking_at(self.staff))
        self.webhooks = self.callers(settings)
        self.redelivery = Redelivery(self.store, self.desk, Running(self))
        self.fetcher = Fetcher(
            self.store,
            self.media,
            self.channels,
            clock=self.clock,
            limit=settings.storage.media.max_inbound,
        )
        self._told, self._woken = self._listeners(), self._sleepers()

    def wire(self, inbox_id: str, settings: Settings) -> Inbox:
        """Make an inbox as the settings have it; nothing of it runs."""
        inbox = settings.channels[inbox_id]
        arrivals = Arrivals(self.store, self.hub, inbox_id)
        view = InboxCustomerView(self.store, self.hub, self.media, arrivals, inbox_id)
        health = self.watch.inbox(inbox_id)
        context = ChannelContext(
            inbox_id=inbox_id,
            inbox_name=inbox.name,
            clock=self.clock,
            public_url=settings.server.public_url,
            secret=self.derive(f"inbox:{inbox_id}"),
            customers=view,
            media=self.media,
            max_upload=int(settings.storage.media.max_upload),
            max_inbound=int(settings.storage.media.max_inbound),
            max_length=settings.conversation.max_length,
            locale=settings.locale.default,
            locales=settings.locale.available,
            trusted_proxies=[str(net) for net in settings.server.trusted_proxies],
            public_link=self._public_link,
            health=health,
            onward=InboxOnward(self.store, self.start_links, inbox_id),
            way_back=InboxWayBack(self.store, inbox_id),
            home=_home(inbox_id, settings),
            staff=self._answers_by(inbox_id, settings),
            tries=self.tries(inbox_id),
        )
        channel = registry.load_class(registry.CHANNELS[inbox.type])(inbox, context)
        health.network = channel.capabilities
        reactions = Reactions(self.desk)
        worker = DeliveryWorker(
            self.store, self.media, reactions, inbox_id, channel, heard=health.sent
        )
        stored = self.sink(inbox_id)
        health.crowded = stored.is_crowded
        sink = HeardSink(stored, health)
        return Inbox(inbox, channel, sink, health, worker, arrivals)

    def sink(self, inbox_id: str) -> InboundSink:
        """Return where what comes to an inbox is stored."""
        return InboundSink(self.store, self.hub, self.desk, inbox_id)

    def tries(self, inbox_id: str) -> Guard:
        """Return through what the payloads of an inbox or a surface are taken in."""
        return Guard(self.poison, inbox_id)

    def wire_staff(self, settings: Settings) -> dict[str, Staffed]:
        """Make every staff surface as the settings have it; nothing of them runs."""
        return staff_of(self, self._words, self.watch.inbox, surfaces.surface_class, settings)

    def callers(self, settings: Settings) -> dict[str, CallWorker]:
        """Make a worker for every place that calls go to."""
        return workers(self.store, settings, self.channels, TicketWatch())

    def desk_of(self, settings: Settings, channels: Mapping[str, Channel]) -> Desk:
        """Return the desk of a configuration, with these channels."""
        linked = self._file_link if settings.storage.media.large_files == "link" else None
        addresses = Addresses(self._public_link, self._conversation_url, linked)
        return desk_of(settings, channels, addresses)

    def has(self, inbox_id: str, inbox: Inbox | None) -> None:
        """Know the inbox, or that there is none, wherever inboxes are looked up."""
        for known in (self.inboxes, self.channels, self._outlets):
            known.pop(inbox_id, None)
        if inbox is not None:
            self.inboxes[inbox_id], self.channels[inbox_id] = inbox, inbox.channel
            self._outlets[inbox_id] = Outlet(inbox.channel, inbox.worker)

    def speak(self, settings: Settings) -> None:
        """Have whoever reads the configuration as they go read this one."""
        self.start_links.lead(ways_of(settings))
        self._words.renew(settings)
        if self._console is not None:
            self._console.renew(settings)

    async def settle(self, *, doors: bool) -> None:
        """Tell and wake those who are there now; `doors` says that addresses changed."""
        self._told, self._woken = self._listeners(), self._sleepers()
        if doors and self._doors is not None:
            self._doors.app = self._app()
        for one in (self.subscriptions, self.queues, self.timers, self.fetcher):
            one.wake()
        if self._console is not None:
            await self._console.live.look_again()

    def _answers_by(self, inbox_id: str, settings: Settings) -> StaffAnswers | None:
        by = agent_mail_of(settings)
        mails = by is not None and by.inbox_id == inbox_id
        return MailedAnswers(self.store, self.desk, settings) if mails else None

    def _public_link(self, media: OutboundMedia | Attachment) -> str:
        return self.settings.server.public_url + self.media.public_path(media)

    def _conversation_url(self, conversation_id: int) -> str:
        return f"{self.settings.server.public_url}/console/c/{conversation_id}"

    def _file_link(self, file: Attachment, written_at: int) -> str:
        life = round(self.settings.storage.media.link_valid_for.total_seconds() * 1000)
        path = self.media.download_path(file.public_id, written_at + life)
        return self.settings.server.public_url + path

    def _follow(self, tx: Tx) -> None:
        automations.follow(tx, self.desk)
        claim_ahead(tx, self.staff)

    def derive(self, purpose: str) -> bytes:
        """Return key material for one purpose, so that no key serves two."""
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)

    def _committed(self, news: News) -> None:
        for told in self._told:
            told(news.events)
        for topic in news.topics:
            for wake in self._woken.get(topic, ()):
                wake()

    def _listeners(self) -> list[Callable[[Sequence[Event]], None]]:
        """Return who is told of every event, the log first."""
        routed = [self.indexer.committed, self.queues.committed, self.subscriptions.committed]
        return [self.hub.committed, *routed, *(one.committed for one in self.staff.values())]

    def _sleepers(self) -> Mapping[str, Sequence[Callable[[], None]]]:
        """Return who is woken by what a transaction leaves for them."""
        return {
            LANE_TOPIC: [one.worker.wake for one in self.inboxes.values()],
            TIMERS_TOPIC: [self.timers.wake],
            QUEUE_TOPIC: [self.queues.wake],
            WEBHOOK_TOPIC: [one.wake for one in self.webhooks.values()],
            FETCH_TOPIC: [self.fetcher.wake],
            PHOTO_TOPIC: [self.photos.wake],
            PURGE_TOPIC: [self.purger.wake],
            DEAD_TOPIC: [self.redelivery.wake],
        }

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run everything but the web server for as long as the context lasts."""
        await self.store.write(configuration.started, self.settings, self.derive("audit"))
        await self.store.write(declared.begin, self.settings)
        await self.store.write(sight.declare, self.desk.policy)
        await self.store.write(presence.restarted, self.desk.policy)
        await self.hub.start()
        await self.poison.recall()
        await self.watch.recall()
        start = self.supervisor.start
        start("events", self.hub.run)
        start("timers", self.timers.run)
        start("queues", self.queues.run)
        start("signs", self.signs.run)
        start("search", self.indexer.run)
        start("subscriptions", self.subscriptions.run)
        start("housekeeping", self.housekeeping.run)
        start("purging", self.purger.run)
        start("erasing", self.eraser.run)
        start("fetching", self.fetcher.run)
        start("photos", self.photos.run)
        start("health", self.watch.run)
        start("redelivery", self.redelivery.run)
        for name, place in self.webhooks.items():
            start(f"webhook:{name}", place.run)
        for inbox_id, inbox in self.inboxes.items():
            start_inbox(self.supervisor, inbox_id, inbox)
        start("staff", functools.partial(keep_tidy, self.store, self.staff))
        for surface_id, surface in self.staff.items():
            start_staff(self.supervisor, surface_id, surface)
        try:
            yield
        finally:
            await self.supervisor.stop()
            await self._close_channels()
            await self.store.close()
            self.poison.in_hand.close()

    async def _close_channels(self) -> None:
        """Let every adapter end what it has open; one that cannot must not keep the others."""
        adapters: dict[str, Channel | StaffSurface] = {
            **{key: one.channel for key, one in self.inboxes.items()},
            **{key: one.surface for key, one in self.staff.items()},
        }
        for key, adapter in adapters.items():
            await close(key, adapter)

    def web(self) -> uvicorn.Config:
        """Return the web server's configuration, with every route there is."""
        self._doors = Doors(self._app())
        app = TracedRequests(self._doors) if tracing.is_on() else self._doors
        return served(app, grace=GRACE)

    def _app(self) -> WebApp:
        self._console = self._console or console_of(self)
        routes = [
            route
            for inbox in self.inboxes.values()
            if isinstance(inbox.channel, HasRoutes)
            for route in inbox.channel.routes()
        ]
        for surface in self.staff.values():
            routes += surface.routes()
        routes += routes_of(self._console)
        routes += self._demo_routes()
        return create_app(routes, public_url=self.settings.server.public_url, version=__version__)

    async def demo_links(self) -> dict[str, str]:
        """Make a one-time sign-in for every agent of a demo; return the addresses."""
        url = self.settings.server.public_url
        return {
            agent_id: link_url(url, await self.store.write(make_link, agent_id, "sign_in"))
            for agent_id, agent in self.settings.agents.items()
            if agent.role != "bot"
        }

    def _demo_routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the demo shop, which shows the first widget of a demo configuration."""
        shown = _on_demo(self.settings)
        if shown is None:
            return []
        # An adapter is imported only where one of its kind is configured.
        from channels.widget.pages import demo_routes  # noqa: PLC0415
        from channels.widget.settings import WidgetSettings  # noqa: PLC0415

        inbox = self.settings.channels[shown]
        url = self.settings.server.public_url
        return demo_routes(url, inbox.key) if isinstance(inbox, WidgetSettings) else []


def _home(inbox_id: str, settings: Settings) -> str | None:
    """Return the page of our own that shows an inbox to its customers."""
    return f"{settings.server.public_url}/demo" if _on_demo(settings) == inbox_id else None


def _on_demo(settings: Settings) -> str | None:
    """Return the widget that the demo shop shows."""
    if not settings.server.demo:
        return None
    return next((key for key, one in settings.channels.items() if one.type == "widget"), None)
