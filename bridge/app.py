"""The composition root: the only file that knows every part and puts them together."""

import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence

import uvicorn

from agent_console import registry as surfaces
from agent_console.audit import configuration
from agent_console.dead import DEAD_TOPIC, Redelivery
from agent_console.email.answers import MailedAnswers
from agent_console.fanout.office import HEARD_TOPIC
from agent_console.fanout.staff import Staffed, claim_ahead, looking_at, staff_of
from agent_console.fanout.tidying import keep_tidy
from agent_console.fanout.words import DeskWords
from agent_console.web.console import Console, console_of
from agent_console.web.surface import routes_of
from bridge import __version__, demo, tracing
from bridge.backup import migrated
from bridge.channel import Channel, ChannelContext, OutboundMedia, Safe, StaffAnswers
from bridge.clock import Clock, ms
from bridge.db import Server, clock_of
from bridge.delivery import LANE_TOPIC, DeliveryWorker, Outlet, Signs
from bridge.events import EventHub
from bridge.health import HeardSink, Watch
from bridge.media import FETCH_TOPIC, PHOTO_TOPIC, Fetcher, MediaStore, PhotoFetcher
from bridge.models import Attachment, Event
from bridge.poison import Guard, Poison
from bridge.processes import Role
from bridge.redis import SharedBudgets
from bridge.reload.clock import follow_the_clock
from bridge.reload.sharing import Sharing, sends
from bridge.reload.wired import ENGINE, Inbox, Running
from bridge.reload.works import Works
from bridge.safes import SAFES, Safes
from bridge.search import Indexer
from bridge.settings import Settings
from bridge.start import derived, installation_secret
from bridge.store.transactions import News, Store, Tx
from bridge.supervisor import Supervisor
from bridge.tracing.requests import TracedRequests
from bridge.web import HasRoutes, create_app
from bridge.web.front import WebApp
from bridge.web.server import Doors, served
from bridge.web.versions import FRONT_ENDS
from bridge.webhooks.calls import WEBHOOK_TOPIC
from bridge.webhooks.places import workers
from bridge.webhooks.worker import CallWorker
from channels import registry
from routing import automations, configured, declared, sight
from routing.arrivals import Arrivals
from routing.attending import HERE_TOPIC, InboxElsewhere
from routing.customer_view import InboxCustomerView
from routing.desk import Desk
from routing.eraser import ERASE_TOPIC
from routing.giving import QUEUE_TOPIC
from routing.inbound import InboundSink
from routing.once import InboxOnce
from routing.onward import InboxOnward, StartLinks
from routing.purging import PURGE_TOPIC
from routing.queues import Queues
from routing.reactions import Reactions
from routing.reading import read_by_us
from routing.tickets import TicketWatch
from routing.timers import Timers
from routing.timing import TIMERS_TOPIC
from routing.way_back import InboxWayBack
from routing.webhooks.subscriptions import Subscriptions

_log = logging.getLogger(__name__)

# How long open requests and sockets may take to end when the program is stopped.
GRACE = 5


class Program:
    """Everything that runs in one process."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        role: Role = "all",
        safe_of: Callable[[str], Safe] | None = None,
    ) -> None:
        """Open the database and wire the parts; nothing runs before `running()`.

        On a server there may be several processes, each in a role; a file has one, which is all.
        `safe_of` gives inboxes another place for their secrets than this database.
        """
        self.settings = settings
        self._told: Sequence[Callable[[Sequence[Event]], None]] = ()
        self._woken: Mapping[str, Sequence[Callable[[], None]]] = {}
        place = migrated(settings.storage, _log.info)
        self.clock = clock or clock_of(place)
        self._secret = installation_secret(settings, settings.storage.database_path)
        self.process = Sharing.number() if isinstance(place, Server) else None
        self.store = Store(
            place, clock=self.clock, on_commit=self._committed, known_as=self.process
        )
        self.budgets = self._budgets(settings)
        self._safe_of = safe_of or Safes(self.store, self.derive(SAFES)).of
        self.inboxes: dict[str, Inbox] = {}
        self.staff: dict[str, Staffed] = {}
        self.sharing: Sharing | None = None
        if isinstance(place, Server) and self.process is not None:
            self.sharing = Sharing(self, place, role, self.process, self.store)
        engine = self.owned(ENGINE)
        self.hub = EventHub(self.store, found=self.sharing.found if self.sharing else None)
        self.indexer = Indexer(engine)
        self.media = MediaStore(
            self.store,
            settings.storage.media.dir,
            clock=self.clock,
            secret=self.derive("media"),
        )
        self.poison = Poison(
            self.store,
            settings.storage.database_path.with_suffix(".inhand"),
            shared=self.sharing is not None,
        )
        self.supervisor = Supervisor(self.clock)
        self.watch = Watch(self.store, kept_by=self.sharing.kept_by if self.sharing else None)
        self.channels: dict[str, Channel] = {}
        self._outlets: dict[str, Outlet] = {}
        self._doors: Doors | None = None
        self._console: Console | None = None
        self.desk = self.desk_of(settings, {})
        self.start_links = StartLinks(configured.ways_of(settings), self.channels)
        for inbox_id in settings.channels:
            self.has(inbox_id, self.wire(inbox_id, settings))
        self.desk.become(self.desk_of(settings, self.channels))
        self.signs = Signs(self.store, self.hub, self._outlets, read_by_us, sends(self.sharing))
        self.timers = Timers(engine, self.desk)
        self.store.on_jump = functools.partial(follow_the_clock, self)
        self.store.at_end = self._follow
        self.queues = Queues(engine, self.desk)
        self.housekeeping = configured.housekeeping_of(engine, self.media, settings)
        self.purger = configured.purger_of(engine, self.media, settings)
        self.photos = PhotoFetcher(engine, self.media, self.channels)
        self.subscriptions = Subscriptions(engine, self.desk)
        self._words = DeskWords(settings, self.desk)
        self.staff.update(self.wire_staff(settings))
        look = looking_at(self.staff)
        self.eraser = configured.eraser_of(self.store, settings, look)
        self._erasing = (
            self.eraser if self.sharing is None else configured.eraser_of(engine, settings, look)
        )
        self.webhooks = self.callers(settings)
        self.redelivery = Redelivery(self.store, self.desk, Running(self))
        self.fetcher = Fetcher(
            engine,
            self.media,
            self.channels,
            clock=self.clock,
            limit=settings.storage.media.max_inbound,
        )
        self.works = Works(self)
        self._told, self._woken = self._listeners(), self._sleepers()

    def _budgets(self, settings: Settings) -> SharedBudgets | None:
        if settings.redis is None:
            return None
        return SharedBudgets(settings.redis.reveal(), self.derive("budgets"))

    def wire(self, inbox_id: str, settings: Settings) -> Inbox:
        """Make an inbox as the settings have it; nothing of it runs."""
        inbox = settings.channels[inbox_id]
        arrivals = Arrivals(self.store, self.hub, inbox_id)
        view = InboxCustomerView(self.store, self.hub, self.media, arrivals, inbox_id)
        health, owned = self.watch.inbox(inbox_id), self.owned(f"inbox:{inbox_id}")
        process = self.process
        elsewhere = InboxElsewhere(self.store, inbox_id, process) if process else None
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
            home=demo.home(inbox_id, settings),
            staff=self._answers_by(inbox_id, settings),
            tries=self.tries(inbox_id),
            elsewhere=elsewhere,
            budgets=self.budgets,
            once=InboxOnce(self.store, inbox_id),
            safe=self._safe_of(inbox_id),
        )
        channel = registry.load_class(registry.CHANNELS[inbox.type])(inbox, context)
        health.network = channel.capabilities
        reactions = Reactions(self.desk)
        worker = DeliveryWorker(owned, self.media, reactions, inbox_id, channel, heard=health.sent)
        stored, taken = self.sink(inbox_id, owned), self.sink(inbox_id)
        health.crowded = lambda: stored.is_crowded() or taken.is_crowded()
        sink, door = HeardSink(stored, health), HeardSink(taken, health)
        return Inbox(inbox, channel, sink, door, health, worker, arrivals)

    def owned(self, name: str) -> Store:
        """Return the database for what one process at a time does; its writes are checked."""
        return self.store if self.sharing is None else self.sharing.store(name)

    def does(self, name: str) -> bool:
        """Say whether this process does what one at a time does."""
        return self.sharing is None or self.sharing.leases.does(name)

    def still_does(self, tx: Tx, name: str) -> bool:
        """Say whether this process does it, by the database."""
        return self.sharing is None or self.sharing.leases.still_does(tx, name)

    def sink(self, inbox_id: str, owned: Store | None = None) -> InboundSink:
        """Return where what comes to an inbox is stored, by its owner or by whichever process."""
        store = owned or self.store
        return InboundSink(store, self.hub, self.desk, inbox_id, self.budgets)

    def tries(self, inbox_id: str) -> Guard:
        """Return through what the payloads of an inbox or a surface are taken in."""
        return Guard(self.poison, inbox_id)

    def wire_staff(self, settings: Settings) -> dict[str, Staffed]:
        """Make every staff surface as the settings have it; nothing of them runs."""
        return staff_of(self, self._words, self.watch.inbox, surfaces.surface_class, settings)

    def callers(self, settings: Settings) -> dict[str, CallWorker]:
        """Make a worker for every place that calls go to."""
        return workers(self.owned(ENGINE), settings, self.channels, TicketWatch())

    def desk_of(self, settings: Settings, channels: Mapping[str, Channel]) -> Desk:
        """Return the desk of a configuration, with these channels."""
        linked = self._file_link if settings.storage.media.large_files == "link" else None
        addresses = configured.Addresses(self._public_link, self._conversation_url, linked)
        return configured.desk_of(settings, channels, addresses)

    def has(self, inbox_id: str, inbox: Inbox | None) -> None:
        """Know the inbox, or that there is none, wherever inboxes are looked up."""
        for known in (self.inboxes, self.channels, self._outlets):
            known.pop(inbox_id, None)
        if inbox is not None:
            self.inboxes[inbox_id], self.channels[inbox_id] = inbox, inbox.channel
            self._outlets[inbox_id] = Outlet(inbox.channel, inbox.worker)

    def speak(self, settings: Settings) -> None:
        """Have whoever reads the configuration as they go read this one."""
        self.start_links.lead(configured.ways_of(settings))
        self._words.renew(settings)
        if self._console is not None:
            self._console.renew(settings)

    async def settle(self, *, doors: bool) -> None:
        """Tell and wake those who are there now; `doors` says that addresses changed."""
        self._told, self._woken = self._listeners(), self._sleepers()
        if self.sharing is not None:
            # There may be more to do, or less.
            self.sharing.leases.wake()
        if doors and self._doors is not None:
            self._doors.app = self._app()
        for one in (self.subscriptions, self.queues, self.timers, self.fetcher):
            one.wake()
        if self._console is not None:
            await self._console.live.look_again()

    def _answers_by(self, inbox_id: str, settings: Settings) -> StaffAnswers | None:
        by = configured.agent_mail_of(settings)
        mails = by is not None and by.inbox_id == inbox_id
        return MailedAnswers(self.store, self.desk, settings) if mails else None

    def _public_link(self, media: OutboundMedia | Attachment) -> str:
        return self.settings.server.public_url + self.media.public_path(media)

    def _conversation_url(self, conversation_id: int) -> str:
        return f"{self.settings.server.public_url}/console/c/{conversation_id}"

    def _file_link(self, file: Attachment, written_at: int) -> str:
        life = ms(self.settings.storage.media.link_valid_for)
        path = self.media.download_path(file.public_id, written_at + life)
        return self.settings.server.public_url + path

    def _follow(self, tx: Tx) -> None:
        automations.follow(tx, self.desk)
        claim_ahead(tx, self.staff)

    def derive(self, purpose: str) -> bytes:
        """Return key material for one purpose, so that no key serves two."""
        return derived(self._secret, purpose)

    def _committed(self, news: News) -> None:
        self.hub.committed(news.events)
        self.told(news.events)
        self.woken(news.topics)

    def told(self, events: Sequence[Event]) -> None:
        """Tell those who look at events, whoever has committed them."""
        for told in self._told:
            told(events)

    def woken(self, topics: Collection[str] | None) -> None:
        """Wake who sleeps for these topics; `None` is everybody."""
        for topic in self._woken if topics is None else topics:
            for wake in self._woken.get(topic, ()):
                wake()

    def _listeners(self) -> list[Callable[[Sequence[Event]], None]]:
        """Return who is told of every event, beside the log."""
        routed = [self.indexer.committed, self.queues.committed, self.subscriptions.committed]
        return [*routed, *(one.committed for one in self.staff.values())]

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
            ERASE_TOPIC: [self._erasing.wake, looking_at(self.staff)],
            HEARD_TOPIC: [one.hearing.wake for one in self.staff.values()],
            HERE_TOPIC: [self._look_elsewhere],
        }

    def _look_elsewhere(self) -> None:
        if self._console is not None:
            self._console.live.look_elsewhere_soon()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run everything but the web server for as long as the context lasts."""
        await self.store.write(configuration.started, self.settings, self.derive("audit"))
        await self.store.write(declared.declare, self.settings)
        await self.store.write(sight.declare, self.desk.policy)
        await self.hub.start()
        await self.poison.recall()
        await self.watch.recall()
        try:
            for name, run in (("events", self.hub), ("signs", self.signs), ("health", self.watch)):
                self.supervisor.start(name, run.run)
            if self.budgets is not None:
                self.supervisor.start("shared:redis", self.budgets.line.run)
                self.supervisor.start("shared:budgets", self.budgets.run)
            async with self.works.running():
                yield
        finally:
            await self.supervisor.stop()
            await self.works.close_adapters()
            await self.store.close()
            self.poison.in_hand.close()

    def engine(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """Return what is neither an inbox's nor a surface's."""
        return {
            "timers": self.timers.run,
            "queues": self.queues.run,
            "search": self.indexer.run,
            "subscriptions": self.subscriptions.run,
            "housekeeping": self.housekeeping.run,
            "purging": self.purger.run,
            "erasing": self._erasing.run,
            "fetching": self.fetcher.run,
            "photos": self.photos.run,
            "staff": functools.partial(keep_tidy, self.owned(ENGINE), self.staff),
            **{f"webhook:{name}": place.run for name, place in self.webhooks.items()},
        }

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
        routes += demo.routes(self.settings)
        home, shared = self.settings.server.public_url, self.settings.storage.media.dir / FRONT_ENDS
        return create_app(routes, public_url=home, version=__version__, shared=shared)
