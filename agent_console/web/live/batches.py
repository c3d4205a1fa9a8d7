"""Events into the frames of `changes`: read once for all consoles, cut to each agent.

What a batch speaks of is read from the database once, and encoded once; each agent's own
part (rights, read marks, drafts) is put around it. Consoles in the same position get the
very same bytes.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import msgspec

from agent_console import cards
from agent_console.cards import shapes as w
from agent_console.web.live import frames
from agent_console.web.live.onlookers import Onlookers, Sees, onlookers
from bridge.models import Agent, Event, Message
from bridge.store import bulk as b
from bridge.store.desk import AGENT_BY_ID, AGENTS
from bridge.store.presence import PRESENCES_SINCE
from bridge.store.sign_in import PREFERENCES
from bridge.store.transactions import Store, Tx
from routing import access, sight
from routing.access import Standing, standing
from routing.desk import Desk
from routing.flooding import HELD
from routing.policy import Policy

# Of a surface, and of one of its places.
_OF_SURFACES = ("inbox.changed", "surface.changed")
# Steps kept for consoles that come to them a little later.
_KEPT = 64

K = TypeVar("K")
T = TypeVar("T")
_encode = msgspec.json.encode
_Asked = tuple[frozenset[int], str]
_RowKey = tuple[int, Standing, str, cards.Own]
_Frame = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A message, encoded; `own` carries its sender's own id of it, for `sender` alone."""

    conversation_id: int
    shared: bytes
    sender: str | None = None
    own: bytes = b""

    def seen_by(self, agent_id: str) -> bytes:
        """Return the message as this agent sees it."""
        return self.own if agent_id == self.sender else self.shared


@dataclass(slots=True)
class Batch:
    """What one step of the log is about, as it is now.

    `private` are the conversations that changed for one agent only. `fresh` says that
    what everybody has loaded about colleagues is out of date. `views` is whose kept lists have
    changed, `None` for everybody's; `chats` is in whose chats with colleagues something has.
    `surfaces` says that a staff surface is not as it was. `channels`, `presence` and
    `photos` are frames of their own, for everybody, where a channel or an agent has changed;
    so are those of `preferences`, for each agent who has changed theirs. `who` says who sees
    what, `anew` are the agents whose own sight has changed, as they are now.
    """

    cursor: str
    policy: Policy
    conversations: dict[int, w.Conversation]
    public: list[int]
    private: dict[str, list[int]]
    own: dict[tuple[str, int], cards.Own]
    posts: list[Post]
    contacts: list[int]
    visits: list[int]
    who: Onlookers
    anew: Mapping[str, Agent]
    fresh: bool = False
    views: frozenset[str | None] = frozenset()
    chats: frozenset[str | None] = frozenset()
    channels: str | None = None
    surfaces: bool = False
    presence: str | None = None
    photos: str | None = None
    preferences: dict[str, str] = field(default_factory=dict)
    _encoded: dict[int, bytes] = field(default_factory=dict)
    _rows: dict[_RowKey, bytes] = field(default_factory=dict)
    _frames: dict[_Frame, str] = field(default_factory=dict)

    def has_views_of(self, me: Agent) -> bool:
        """Say whether a list has changed that this agent has in their rail."""
        return None in self.views or me.id in self.views

    def frame_for(self, me: Agent) -> str | None:
        """Return the frame for this agent, or `None` where nothing is new to them."""
        sees = self.who.of(me)

        def there(one: int) -> bool:
            return self._is_kept(one, me) and sees(one)

        touched = [*self.public, *self.private.get(me.id, ())]
        parts = (
            tuple(self._row(one, me) for one in touched if there(one)),
            tuple(one.seen_by(me.id) for one in self.posts if there(one.conversation_id)),
            (*self._gone(me, sees), *self.who.lost(me, touched)),
            tuple(one for one in self.contacts if self.who.knows(me, one)),
            tuple(one for one in self.visits if sees(one)),
        )
        if not any(parts):
            return None
        frame = self._frames.get(parts)
        if frame is None:
            frame = self._frames[parts] = self._frame(*parts)
        return frame

    def _is_kept(self, conversation_id: int, me: Agent) -> bool:
        known = self.conversations.get(conversation_id)
        return known is not None and access.sees(me.role, known.state, self.policy)

    def _gone(self, me: Agent, sees: Sees) -> list[int]:
        """Return what was there for this agent before, and goes from the screen at once."""
        return [
            one
            for one in self.public
            if one not in self.conversations or (not self._is_kept(one, me) and sees(one))
        ]

    def _frame(
        self,
        rows: Sequence[bytes],
        posts: Sequence[bytes],
        gone: Sequence[int],
        contacts: Sequence[int],
        visits: Sequence[int],
    ) -> str:
        frame = _encode(
            {
                "type": "changes",
                "cursor": self.cursor,
                "rows": [msgspec.Raw(one) for one in rows],
                "messages": [msgspec.Raw(one) for one in posts],
                "gone": gone,
                "contacts": contacts,
                "visits": visits,
            }
        )
        return frame.decode()

    def _row(self, conversation_id: int, me: Agent) -> bytes:
        one = self.conversations[conversation_id]
        own = self.own.get((me.id, conversation_id), cards.NOTHING_OWN)
        how = standing(one.assignee, one.participants, me.id, self.policy)
        key = (conversation_id, how, me.role, own)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._encode_row(one, me, how, own)
        return row

    def _encode_row(self, one: w.Conversation, me: Agent, how: Standing, own: cards.Own) -> bytes:
        shared = self._encoded.get(one.id)
        if shared is None:
            shared = self._encoded[one.id] = _encode(one)
        return _encode(
            {
                "conversation": msgspec.Raw(shared),
                "can": cards.can(me.role, one.state, how, self.policy, blocked=one.blocked),
                "mine": how in cards.MINE,
                "following": own.following,
                "mark": own.mark,
                "draft": own.draft,
            }
        )


class Batches:
    """Reads each step of the log once, however many consoles ask for it."""

    def __init__(self, store: Store, desk: Desk, view: cards.ViewFile) -> None:
        """Read from `store`; `view` describes files."""
        self._store = store
        self._desk = desk
        self._view = view
        self._known: OrderedDict[tuple[int, int], asyncio.Task[Batch]] = OrderedDict()
        self._onlookers: OrderedDict[_Asked, asyncio.Task[Onlookers]] = OrderedDict()

    async def of(self, events: Sequence[Event], cursor: str) -> Batch:
        """Return what these events are about."""
        return await _once(
            self._known,
            (events[0].id, events[-1].id),
            lambda: self._store.read(_read, events, cursor, self._desk, self._view),
        )

    async def onlookers(self, conversation_ids: frozenset[int], cursor: str) -> Onlookers:
        """Return who sees these conversations, as of `cursor` or a little later."""
        if not sight.is_narrowed(self._desk.policy):
            return Onlookers(self._desk)
        return await _once(
            self._onlookers,
            (conversation_ids, cursor),
            lambda: self._store.read(onlookers, self._desk, (), conversation_ids),
        )


async def _once(
    known: OrderedDict[K, asyncio.Task[T]], key: K, read: Callable[[], Coroutine[Any, Any, T]]
) -> T:
    """Return what was read under this key, now or for somebody before."""
    task = known.get(key)
    if task is None or (task.done() and (task.cancelled() or task.exception())):
        task = known[key] = asyncio.ensure_future(read())
        while len(known) > _KEPT:
            known.popitem(last=False)
    if task.done():
        return task.result()
    # One console that goes away must not take the reading from the others. A thousand wait, and
    # `asyncio.shield` for each takes as long as to send it what was read.
    waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    task.add_done_callback(partial(_hand_on, waiter))
    return await waiter


def _hand_on(waiter: asyncio.Future[T], task: asyncio.Task[T]) -> None:
    if waiter.done():
        return
    if task.cancelled():
        waiter.cancel()
    elif (error := task.exception()) is not None:
        waiter.set_exception(error)
    else:
        waiter.set_result(task.result())


def _read(tx: Tx, events: Sequence[Event], cursor: str, desk: Desk, view: cards.ViewFile) -> Batch:
    events = [one for one in events if one.kind != HELD]
    public, private = _touched(events)
    touched = {*public, *(one for some in private.values() for one in some)}
    given = b.ids(touched)
    told = _distinct(one.message_id for one in events if one.private_to is None)
    tx.foresee(
        *((one, {"ids": given}) for one in (b.CONVERSATIONS, b.MARKS_OF_ALL, b.DRAFTS_OF_ALL)),
        (b.MESSAGES, {"ids": b.ids(told)}),
    )
    conversations = cards.shared(tx, touched)
    contacts = _distinct(one.contact_id for one in events if one.kind == "contact.changed")
    visits = _visits(tx, events)
    return Batch(
        cursor=cursor,
        policy=desk.policy,
        conversations=conversations,
        public=public,
        private=private,
        own=cards.own_of(tx.all(b.MARKS_OF_ALL, ids=given), tx.all(b.DRAFTS_OF_ALL, ids=given)),
        posts=_posts(tx, events, told, view),
        contacts=contacts,
        visits=visits,
        who=onlookers(tx, desk, events, {*touched, *visits}, contacts),
        anew=_anew(tx, events),
        fresh=any(one.kind == "agents.changed" for one in events),
        views=frozenset(one.private_to for one in events if one.kind == "views.changed"),
        chats=frozenset(one.private_to for one in events if one.kind == "chats.changed"),
        channels=_channels(tx, events),
        surfaces=any(one.kind in _OF_SURFACES for one in events),
        presence=_presence(tx, events),
        photos=_photos(tx, events),
        preferences=_preferences(tx, events),
    )


def _anew(tx: Tx, events: Sequence[Event]) -> dict[str, Agent]:
    """Return the agents who see something else than before, by a choice of their own."""
    chose = {one.private_to for one in events if one.kind == sight.CHANGED} - {None}
    return {one: tx.the(AGENT_BY_ID, id=one) for one in chose if one is not None}


def _touched(events: Sequence[Event]) -> tuple[list[int], dict[str, list[int]]]:
    """Return the conversations that changed for everybody, and those for one agent only."""
    public = _distinct(one.conversation_id for one in events if one.private_to is None)
    private: dict[str, list[int]] = defaultdict(list)
    for one in events:
        if one.private_to is None or one.conversation_id is None:
            continue
        if one.conversation_id not in (*public, *private[one.private_to]):
            private[one.private_to].append(one.conversation_id)
    return public, dict(private)


def _posts(
    tx: Tx, events: Sequence[Event], told: Sequence[int], view: cards.ViewFile
) -> list[Post]:
    ids = list(told)
    edited = _distinct(one.message_id for one in events if one.kind == "message.changed")
    if edited:
        ids = _distinct([*ids, *tx.all(b.ANSWERS_TO, ids=b.ids(edited))])
    if not ids:
        return []
    messages = [one for one in tx.all(b.MESSAGES, ids=b.ids(ids)) if one.flood_id is None]
    shown = cards.cards(tx, messages, view)
    return [_post(card, one) for card, one in zip(shown, messages, strict=True)]


def _post(card: w.Message, message: Message) -> Post:
    if message.agent_id is None or message.client_key is None:
        return Post(message.conversation_id, _encode(card))
    own = cards.for_sender(card, message, message.agent_id)
    return Post(message.conversation_id, _encode(card), message.agent_id, _encode(own))


def _visits(tx: Tx, events: Sequence[Event]) -> list[int]:
    """Return the conversations of the visitors who moved."""
    identities = _distinct(one.identity_id for one in events if one.kind == "visit.changed")
    return tx.all(b.VISITED, ids=b.ids(identities)) if identities else []


def _channels(tx: Tx, events: Sequence[Event]) -> str | None:
    if not any(one.kind == "inbox.changed" for one in events):
        return None
    return frames.channels(cards.channels(tx))


def _presence(tx: Tx, events: Sequence[Event]) -> str | None:
    """Return how those are whose presence has changed, each as it is now."""
    since = [one.at for one in events if one.kind == "presence.changed"]
    return frames.states(tx.all(PRESENCES_SINCE, since=min(since))) if since else None


def _photos(tx: Tx, events: Sequence[Event]) -> str | None:
    if not any(one.kind == "photo.changed" for one in events):
        return None
    return frames.photos(tx.all(AGENTS))


def _preferences(tx: Tx, events: Sequence[Event]) -> dict[str, str]:
    """Return what each agent who has changed their preferences has now."""
    changed = {one.private_to for one in events if one.kind == "preferences.changed"}
    return {
        agent_id: frames.preferences(cards.preferences(tx.the(PREFERENCES, id=agent_id)))
        for agent_id in changed
        if agent_id is not None
    }


def _distinct(numbers: Iterable[int | None]) -> list[int]:
    return list(dict.fromkeys(one for one in numbers if one is not None))
