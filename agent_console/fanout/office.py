"""The program's side of the contract: what a surface hands over, and what it may ask."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeGuard

import msgspec

from agent_console.fanout import attention
from agent_console.fanout.deck import Deck
from agent_console.fanout.lookback import is_news, standing
from agent_console.surface import Answer, Heard, Person, Said, Signed, Standing
from bridge.models import SurfaceThread
from bridge.store import heard as h
from bridge.store import kept as k
from bridge.store import log, quarantine
from bridge.store import surfaces as s
from bridge.store.transactions import Store, Tx

HEARD_TOPIC = "heard"
# The items of an album come one by one, within so long (ms).
_ALBUM = 1500


class Presses(Protocol):
    """Does what somebody pressed (`agent_console.verbs`), in one transaction."""

    def __call__(
        self,
        tx: Tx,
        by: Person,
        verb: str,
        conversation_id: int | None,
        value: str,
        fields: Mapping[str, Sequence[str]] | None,
        at: int | None,
    ) -> Answer:
        """Return what comes of it."""
        ...


class StaffOffice:
    """Where one surface brings what it has heard (`StaffDesk`)."""

    def __init__(
        self, store: Store, deck: Deck, press: Presses, *, heard: Callable[[], None]
    ) -> None:
        """`heard` is called once something is stored."""
        self._store = store
        self._deck = deck
        self._press = press
        self._heard = heard

    def hear_through(self, store: Store) -> None:
        """Store what is heard by another way than what one process at a time does."""
        self._store = store

    async def cursor(self) -> str | None:
        """Return the cursor that was stored last."""
        return await self._store.read(_cursor, self._deck)

    async def accept(self, events: Sequence[Heard], cursor: str | None = None) -> None:
        """Store the events and the cursor; raises `StorageUnavailableError`."""
        await self._store.write(_accept, self._deck, events, cursor)
        self._heard()

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep aside what cannot be translated; raises `StorageUnavailableError`."""
        await self._store.write(_quarantine, self._deck, raw, why)

    async def press(
        self,
        by: Person,
        verb: str,
        *,
        conversation_id: int | None = None,
        value: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
        at: int | None = None,
    ) -> Answer:
        """Do what somebody pressed or commanded, at once."""
        given = (conversation_id, value, fields, at)
        return await self._store.write(self._pressed, by, verb, *given)

    def _pressed(
        self,
        tx: Tx,
        by: Person,
        verb: str,
        conversation_id: int | None,
        value: str,
        fields: Mapping[str, Sequence[str]] | None,
        at: int | None,
    ) -> Answer:
        me = self._deck.voice.agent(tx, by)
        if me is not None:
            attention.has_pressed(tx, self._deck, me, conversation_id)
        return self._press(tx, by, verb, conversation_id, value, fields, at)

    async def standing(self, place: str, since: int) -> Sequence[Standing]:
        """Return the threads of a place in which something may have happened since (ms)."""
        return await self._store.read(standing, self._deck, place, since)

    async def inbox(self, by: Person) -> Answer:
        """Return what somebody's inbox shows now; refused to who is no agent."""
        return await self._store.read(self._deck.voice.inbox, by)

    async def visited(self, account: str) -> None:
        """Keep that somebody has opened their inbox now; raises `StorageUnavailableError`."""
        await self._store.write(_visited, self._deck, account)

    async def visitors(self, since: int) -> Sequence[str]:
        """Return who has opened theirs since (ms), the last of them at the end."""
        return await self._store.read(_visitors, self._deck, since)

    async def conversation_in(self, place: str, thread: str) -> int | None:
        """Return the conversation that a thread shows."""
        found = await self._store.read(_thread, self._deck, place, thread)
        return None if found is None else found.conversation_id

    async def kept(self, sort: str) -> Mapping[str, str]:
        """Return what the adapter keeps under a sort, by name."""
        return await self._store.read(_kept, self._deck, sort)

    async def keep(
        self,
        sort: str,
        values: Mapping[str, str | None],
        *,
        within: int,
        about: int | None = None,
    ) -> None:
        """Keep values by name for so long (ms); raises `StorageUnavailableError`."""
        await self._store.write(_keep, self._deck, sort, values, within, about)


def _named(deck: Deck) -> str:
    return f"staff:{deck.surface_id}"


def _cursor(tx: Tx, deck: Deck) -> str | None:
    return tx.one(log.GET_CURSOR, inbox_id=_named(deck))


def _thread(tx: Tx, deck: Deck, place: str, thread: str) -> SurfaceThread | None:
    at = {"of_place": place, "of_thread": thread}
    return tx.one(s.THREAD_AT, surface_id=deck.surface_id, **at)


def _visited(tx: Tx, deck: Deck, account: str) -> None:
    tx.run(h.PUT_VISIT, surface_id=deck.surface_id, account=account, at=tx.now)


def _visitors(tx: Tx, deck: Deck, since: int) -> list[str]:
    return [one.account for one in tx.all(h.VISITS, surface_id=deck.surface_id, since=since)]


def _accept(tx: Tx, deck: Deck, events: Sequence[Heard], cursor: str | None) -> None:
    tx.wake(HEARD_TOPIC)
    for event in events:
        if _is_sign(event) and not is_news(tx, deck, event):
            continue
        tx.run(
            h.ADD_HEARD,
            surface_id=deck.surface_id,
            key=event.key,
            place=event.place,
            thread=event.thread,
            external_id=event.external_id if isinstance(event, Said) else None,
            album=event.album if isinstance(event, Said) else None,
            event=msgspec.json.encode(event).decode(),
            due_at=tx.now + _hold(deck, event),
        )
    if cursor is not None:
        tx.run(log.PUT_CURSOR, inbox_id=_named(deck), value=cursor)


def _is_sign(event: Heard) -> TypeGuard[Signed]:
    """Say whether it is a reaction that does something; having seen it is no state to keep."""
    return isinstance(event, Signed) and event.sign != "seen"


def _hold(deck: Deck, event: Heard) -> int:
    """Return for how long (ms) something waits: for its album, or to be taken back."""
    if not isinstance(event, Said) or event.asked:
        return 0
    return max(deck.held_for, _ALBUM if event.album is not None else 0)


def _kept(tx: Tx, deck: Deck, sort: str) -> dict[str, str]:
    return dict(tx.all(k.KEPT, surface_id=deck.surface_id, of_sort=sort))


def _keep(
    tx: Tx,
    deck: Deck,
    sort: str,
    values: Mapping[str, str | None],
    within: int,
    about: int | None,
) -> None:
    for name, value in values.items():
        if value is None:
            tx.run(k.LET_GO, surface_id=deck.surface_id, of_sort=sort, of_name=name)
            continue
        tx.run(
            k.KEEP,
            surface_id=deck.surface_id,
            sort=sort,
            name=name,
            value=value,
            conversation_id=about,
            kept_until=tx.now + within,
        )


def _quarantine(tx: Tx, deck: Deck, raw: bytes, why: str) -> None:
    quarantine.put(tx, deck.surface_id, raw, why)
