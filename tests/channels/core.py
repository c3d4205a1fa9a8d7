"""The core as an adapter sees it, in memory: a `Sink` and a `CustomerView` over one book.

Faithful where an adapter could tell the difference: external ids are unique in the inbox,
a second arrival is a duplicate, nothing is answered before it is kept, a customer sees
nobody else's messages, and whoever follows misses nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from bridge import channel as ch
from bridge.clock import Clock

EPOCH = "fake"
T = TypeVar("T")


@dataclass(slots=True)
class Kept:
    """One message in the book."""

    id: int
    customer: str
    thread: str
    author: Literal["visitor", "agent", "system"]
    text: str
    at: int
    external_id: str | None = None
    author_name: str | None = None
    media: Sequence[ch.InboundMedia] = ()
    reply_to: int | None = None
    edited: bool = False
    deleted: bool = False
    state: str = "sent"
    buttons: Sequence[ch.ButtonView] = ()


@dataclass(slots=True)
class FakeCore:
    """What the core keeps of one inbox. `down` makes every write fail as a full disk does."""

    clock: Clock
    down: bool = False
    blocked: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)
    """The external ids of what was deleted for good."""
    events: list[ch.InboundEvent] = field(default_factory=list)
    quarantined: list[tuple[bytes, str]] = field(default_factory=list)
    book: dict[int, Kept] = field(default_factory=dict)
    people: dict[str, ch.Sender] = field(default_factory=dict)
    visits: dict[str, ch.Visit] = field(default_factory=dict)
    contact_of: dict[str, str] = field(default_factory=dict)
    unconfirmed_for: set[str] = field(default_factory=set)
    breaks: bool = False
    """Whether the adapter breaks over whatever comes, three times over."""
    poller: str | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    """How many calls of `accept` have stored and not yet been answered."""
    _log: list[tuple[str, int]] = field(default_factory=list)
    _typing: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    horizon: int = 0

    def __post_init__(self) -> None:
        """Answer at once until a test holds answers back."""
        self.gate.set()

    # --- Sink ---

    async def accept(
        self, events: Sequence[ch.InboundEvent], cursor: str | None = None
    ) -> Sequence[ch.Answer]:
        """Keep the events, all or none; see `bridge.channel.Sink`."""
        await asyncio.sleep(0)
        if self.down:
            raise ch.StorageUnavailableError("the disk is full")
        self.events += events
        answers = [self._take(event) for event in events]
        if cursor is not None:
            self.poller = cursor
        async with self._changed:
            self._changed.notify_all()
        self.waiting += 1
        try:
            await self.gate.wait()
        finally:
            self.waiting -= 1
        return answers

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep aside what could not be translated."""
        if self.down:
            raise ch.StorageUnavailableError("the disk is full")
        self.quarantined.append((raw, why))

    async def over(
        self, things: Sequence[T], raw_of: Callable[[T], bytes], take: ch.Take[T], aside: ch.Aside
    ) -> None:
        """Let things be taken, or have all of them break us; see `bridge.channel.Tries`."""
        for one in things if self.breaks else ():
            await aside(raw_of(one), "RuntimeError")
        await take([] if self.breaks else things, True)  # noqa: FBT003  # As the contract has it.

    async def cursor(self) -> str | None:
        """Return the poller's cursor."""
        return self.poller

    def _take(self, event: ch.InboundEvent) -> ch.Answer:  # noqa: PLR0911  # One for each kind.
        match event:
            case ch.InboundMessage():
                return self._message(event)
            case ch.ContactUpdated():
                return self._updated(event)
            case ch.PageVisited():
                return self._visited(event)
            case ch.MessageEdited() | ch.MessageDeleted():
                return self._changed_message(event)
            case ch.DeliveryReport():
                return self._report(event)
            case ch.ButtonPressed():
                return self._pressed(event)
            case ch.ContactTyping():
                return ch.Answer(outcome="ignored")
            case _:
                return ch.Answer(outcome="stored")

    def _message(self, event: ch.InboundMessage) -> ch.Answer:
        if event.external_id in self.purged:
            return ch.Answer(outcome="duplicate", reason="purged")
        known = self.by_external(event.external_id)
        if known is not None:
            return ch.Answer(outcome="duplicate", message_id=known.id)
        if event.sender.external_id in self.blocked:
            return ch.Answer(outcome="refused", reason="blocked")
        self._know(event.sender)
        if event.visit is not None:
            self.visits[event.sender.external_id] = event.visit
        kept = self._add(
            customer=self._owner(event.sender.external_id),
            thread=event.thread,
            author="visitor",
            text=event.text,
            external_id=event.external_id,
            media=event.media,
            reply_to=self._quoted(event.reply_to),
        )
        return ch.Answer(
            outcome="stored", conversation_id=1, message_id=kept.id, cursor=self._cursor()
        )

    def _pressed(self, event: ch.ButtonPressed) -> ch.Answer:
        """Take the first press under a message, and no other."""
        for one in self.book.values():
            if event.id not in [button.id for button in one.buttons]:
                continue
            if any(button.chosen for button in one.buttons):
                return ch.Answer(outcome="ignored")
            one.buttons = [replace(b, chosen=b.id == event.id) for b in one.buttons]
            return ch.Answer(outcome="stored", message_id=one.id, cursor=self._cursor())
        return ch.Answer(outcome="stored")

    def _know(self, sender: ch.Sender) -> None:
        """Take over what is told; `None` and nothing change nothing."""
        old = self.people.get(sender.external_id, ch.Sender(external_id=sender.external_id))
        told = {
            name: value
            for name in ("name", "username", "profile_url", "email", "phone", "language")
            if (value := getattr(sender, name)) is not None
        }
        self.people[sender.external_id] = replace(
            old,
            **told,
            verified=old.verified or sender.verified,
            attributes={**old.attributes, **sender.attributes},
        )

    def _updated(self, event: ch.ContactUpdated) -> ch.Answer:
        customer, absorbed = event.sender.external_id, event.absorbs
        if absorbed in self.people and absorbed is not None:
            self._know(event.sender)
            for kept in self.book.values():
                if kept.customer == absorbed:
                    kept.customer = customer
                    self._log.append((customer, kept.id))
        if customer not in self.people:
            return ch.Answer(outcome="ignored")
        self._know(event.sender)
        return ch.Answer(outcome="stored")

    def _visited(self, event: ch.PageVisited) -> ch.Answer:
        if event.sender.external_id not in self.people:
            return ch.Answer(outcome="ignored")
        self.visits[event.sender.external_id] = event.visit
        return ch.Answer(outcome="stored")

    def _changed_message(self, event: ch.MessageEdited | ch.MessageDeleted) -> ch.Answer:
        kept = self.by_external(event.external_id)
        if kept is None:
            return ch.Answer(outcome="parked")
        if isinstance(event, ch.MessageEdited):
            kept.text, kept.edited = event.text, True
            kept.media = kept.media if event.media is None else event.media
        else:
            kept.deleted = True
        self._log.append((kept.customer, kept.id))
        return ch.Answer(outcome="stored", message_id=kept.id)

    def _report(self, event: ch.DeliveryReport) -> ch.Answer:
        for external_id in event.external_ids:
            if external_id.isdigit() and int(external_id) in self.book:
                self.book[int(external_id)].state = event.state
        return ch.Answer(outcome="stored")

    # --- what a test does ---

    def by_external(self, external_id: str) -> Kept | None:
        """Return the message with this id in the inbox."""
        return next((one for one in self.book.values() if one.external_id == external_id), None)

    def of_type(self, kind: type[ch.InboundEvent]) -> list[ch.InboundEvent]:
        """Return the events of one kind that were accepted, oldest first."""
        return [one for one in self.events if isinstance(one, kind)]

    @property
    def messages(self) -> list[ch.InboundMessage]:
        """Return the messages that were accepted, duplicates too."""
        return [one for one in self.events if isinstance(one, ch.InboundMessage)]

    async def says(self, customer: str, thread: str, text: str, name: str = "Анна") -> Kept:
        """Have an agent write to a customer."""
        kept = self._add(
            customer=customer, thread=thread, author="agent", text=text, author_name=name
        )
        await self._wake()
        return kept

    async def types(self, customer: str, thread: str, name: str) -> None:
        """Have an agent begin to write."""
        self._typing[customer].append((thread, name))
        await self._wake()

    async def retracts(self, message_id: int) -> None:
        """Have an agent take a message back."""
        kept = self.book[message_id]
        kept.deleted, kept.text = True, ""
        self._log.append((kept.customer, message_id))
        await self._wake()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _add(self, *, customer: str, thread: str, author: str, text: str, **more: object) -> Kept:
        message_id = len(self.book) + 1
        kept = Kept(message_id, customer, thread, author, text, self.clock.now(), **more)  # type: ignore[arg-type]
        self.book[message_id] = kept
        self._log.append((customer, message_id))
        return kept

    def _owner(self, external_id: str) -> str:
        return self.contact_of.get(external_id, external_id)

    def _quoted(self, external_id: str | None) -> int | None:
        if external_id is None:
            return None
        theirs = self.by_external(external_id)
        if theirs is not None:
            return theirs.id
        return int(external_id) if external_id.isdigit() else None

    # --- CustomerView ---

    def _cursor(self) -> str:
        return f"{EPOCH}-{len(self._log)}"

    async def threads(self, customer: str) -> tuple[Sequence[ch.ThreadView], str]:
        """Return the customer's conversations, the latest first."""
        own = [one for one in self.book.values() if one.customer == customer]
        names = dict.fromkeys(one.thread for one in reversed(own))
        return [self._thread(customer, name) for name in names], self._cursor()

    def _thread(self, customer: str, thread: str) -> ch.ThreadView:
        own = [o for o in self.book.values() if (o.customer, o.thread) == (customer, thread)]
        last = own[-1]
        agents = [one.author_name for one in own if one.author == "agent"]
        return ch.ThreadView(
            thread=thread,
            state="open",
            last_at=last.at,
            last_text=last.text[:160],
            last_author=last.author,
            unread=sum(one.author == "agent" and one.state != "read" for one in own),
            agent_name=agents[-1] if agents else None,
            agent_read_id=0,
        )

    async def messages_of(self, customer: str, thread: str) -> list[ch.MessageView]:
        """Return the whole thread."""
        own = [o for o in self.book.values() if (o.customer, o.thread) == (customer, thread)]
        return [self._view(one) for one in own]

    async def message(self, customer: str, message_id: int) -> ch.MessageView | None:
        """Return one message of theirs, or `None`."""
        kept = self.book.get(message_id)
        return self._view(kept) if kept is not None and kept.customer == customer else None

    def _view(self, kept: Kept) -> ch.MessageView:
        quoted = self.book.get(kept.reply_to) if kept.reply_to else None
        return ch.MessageView(
            id=kept.id,
            thread=kept.thread,
            author=kept.author,
            author_name=kept.author_name,
            external_id=kept.external_id,
            text="" if kept.deleted else kept.text,
            rich=None,
            attachments=[_attachment(one) for one in kept.media],
            reply_to=None
            if quoted is None
            else ch.QuoteView(id=quoted.id, text=quoted.text, author=quoted.author),
            at=kept.at,
            edited=kept.edited,
            deleted=kept.deleted,
            buttons=kept.buttons,
        )

    async def block(self, customer: str) -> ch.BlockView | None:
        """Return whether what the customer writes is refused."""
        return ch.BlockView(until=None) if customer in self.blocked else None

    async def unconfirmed(self) -> Sequence[str]:
        """Return whom something was sent to and never confirmed."""
        if self.down:
            raise ch.StorageUnavailableError("the disk is full")
        return sorted(self.unconfirmed_for)

    async def follow(self, customer: str, cursor: str) -> AsyncGenerator[ch.CustomerChanges, None]:
        """Yield what changes after `cursor`; ends after a `reset`."""
        epoch, _, number = cursor.partition("-")
        if epoch != EPOCH or not number.isdigit() or int(number) < self.horizon:
            yield ch.CustomerChanges(cursor=self._cursor(), reset=True)
            return
        position = int(number)
        while True:
            change = self._change(customer, position)
            position = len(self._log)
            if change is not None:
                yield change
                continue
            async with self._changed:
                if position == len(self._log) and not self._typing[customer]:
                    await self._changed.wait()

    def _change(self, customer: str, position: int) -> ch.CustomerChanges | None:
        ids = dict.fromkeys(i for whose, i in self._log[position:] if whose == customer)
        typing = self._typing.pop(customer, [])
        if not ids and not typing:
            return None
        kept = [self.book[one] for one in ids]
        return ch.CustomerChanges(
            cursor=self._cursor(),
            messages=[self._view(one) for one in kept],
            threads=[self._thread(customer, t) for t in dict.fromkeys(one.thread for one in kept)],
            typing=typing,
        )


def _attachment(media: ch.InboundMedia) -> ch.AttachmentView:
    return ch.AttachmentView(
        id=media.stored or "",
        name=media.name,
        mime=media.mime,
        size=media.size or 0,
        kind=media.kind,
        state="ready",
        url=f"/media/{media.stored}?download=1",
    )
