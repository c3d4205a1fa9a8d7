"""A staff surface written against the contract alone: a pinboard in memory, with faults.

Whatever the kernel does to it is checked as a platform would: a post into a thread that is not
there, a change of what is not there, and a call outside of a turn are mistakes.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar

from agent_console.fanout.voice import Told
from agent_console.surface import (
    Answer,
    Card,
    Hint,
    Mark,
    Person,
    Post,
    PostGoneError,
    Press,
    Said,
    StaffSurface,
    Thread,
    ThreadGoneError,
    ThreadShutError,
    Urgency,
)
from bridge.channel import Capabilities, OutcomeUnknownError, Receipt
from bridge.models import Agent, Conversation, Message
from bridge.store import people as p
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing.refusal import RefusedError

# Accounts on the board, by agent.
ACCOUNTS = {"acc-anna": "anna", "acc-pavel": "pavel", "acc-ivan": "ivan", "acc-vera": "vera"}


@dataclass
class Topic:
    """A thread as the platform has it."""

    id: str
    place: str
    card: Card
    posts: dict[str, Post] = field(default_factory=dict)
    marks: dict[str, Mark | None] = field(default_factory=dict)
    hints: list[Hint] = field(default_factory=list)
    shut: bool = False
    drawn: int = 1

    @property
    def texts(self) -> list[str]:
        """Return what is said in it, in order."""
        return [f"{one.author}: {one.text}" for one in self.posts.values()]


class Board(StaffSurface):
    """The platform and its adapter in one."""

    kind: ClassVar[str] = "board"
    capabilities: ClassVar[Capabilities] = Capabilities(
        max_text=200,
        max_caption=100,
        media={"image": 1 << 20, "file": 1 << 20},
        albums=True,
        quotes=True,
        edits=True,
        deletes=True,
    )

    def __init__(self, *places: str) -> None:
        """Have an empty board with these places."""
        self.topics: dict[str, Topic] = {}
        self.calls: list[str] = []
        self.urgencies: list[Urgency] = []
        self.names = list(places)
        self.files: dict[str, bytes] = {}
        # Called before each call with its name; what it raises is the answer.
        self.before: Callable[[str], None] = lambda _name: None
        # The same, after the platform has done it.
        self.after: Callable[[str], None] = lambda _name: None
        self.proves = False
        self.takes = 1
        self._ids = count(100)
        # Who has a turn and has not called yet.
        self._turns: set[asyncio.Task[Any] | None] = set()

    # --- the contract ---

    async def check(self) -> str:
        """Name the account."""
        return "a board"

    async def run(self) -> None:
        """Hear nothing by itself."""

    def places(self, team: str | None, inbox: str) -> Sequence[str]:
        """Return every place."""
        del team, inbox
        return self.names

    def every_place(self) -> Sequence[str]:
        """Return every place."""
        return self.names

    @contextlib.asynccontextmanager
    async def turn(self, place: str, urgency: Urgency) -> AsyncIterator[None]:
        """Let one call after another go."""
        del place
        self.urgencies.append(urgency)
        me = asyncio.current_task()
        self._turns.add(me)
        try:
            yield
        finally:
            self._turns.discard(me)

    def room(self, place: str) -> int:
        """Return what the test says."""
        del place
        return self.takes

    async def open(self, place: str, card: Card, *, key: str) -> Thread:
        """Make a topic."""
        with self._called("open"):
            number = str(next(self._ids))
            self.topics[number] = Topic(id=number, place=place, card=card)
            self.keys[key] = [number, f"card{number}"]
        return Thread(place=place, id=number, card=f"card{number}")

    async def draw(self, thread: Thread, card: Card) -> None:
        """Show another card."""
        with self._called("draw"):
            topic = self._topic(thread)
            topic.card = card
            topic.drawn += 1

    async def post(self, thread: Thread, post: Post) -> Receipt:
        """Put something up."""
        with self._called("post"):
            topic = self._topic(thread)
            if topic.shut:
                raise ThreadShutError("closed", reason="rejected")
            assert len(post.text) <= 200
            ids = [f"p{next(self._ids)}" for _ in range(max(1, len(post.media)))]
            topic.posts[ids[0]] = post
            self.keys[post.key] = ids
        return Receipt(external_ids=ids)

    async def change(self, thread: Thread, post: Post, external_ids: Sequence[str]) -> None:
        """Put something else in its place."""
        with self._called("change"):
            topic = self._topic(thread)
            if external_ids[0] not in topic.posts:
                raise PostGoneError("gone", reason="not_changeable")
            topic.posts[external_ids[0]] = post

    async def remove(self, thread: Thread, external_ids: Sequence[str]) -> None:
        """Take something away."""
        with self._called("remove"):
            topic = self._topic(thread)
            for one in external_ids:
                topic.posts.pop(one, None)

    async def mark(self, thread: Thread, external_id: str, mark: Mark | None) -> None:
        """Put a sign on something."""
        with self._called("mark"):
            self._topic(thread).marks[external_id] = mark

    async def shut(self, thread: Thread, *, shut: bool) -> None:
        """Close or open a topic."""
        with self._called("shut"):
            self._topic(thread).shut = shut

    async def tell(self, thread: Thread, hint: Hint) -> None:
        """Tell somebody something."""
        with self._called("tell"):
            self._topic(thread).hints.append(hint)

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a file."""
        yield self.files[ref]

    @property
    def keys(self) -> dict[str, list[str]]:
        """Return what was made under which key."""
        found: dict[str, list[str]] = self.__dict__.setdefault("_keys", {})
        return found

    # --- for tests ---

    @property
    def topic(self) -> Topic:
        """Return the only topic."""
        (found,) = self.topics.values()
        return found

    @contextlib.contextmanager
    def _called(self, name: str) -> Any:
        me = asyncio.current_task()
        assert me in self._turns, f"{name} was called out of turn"
        self._turns.discard(me)
        self.calls.append(name)
        self.before(name)
        yield
        self.after(name)

    def _topic(self, thread: Thread) -> Topic:
        if thread.id not in self.topics:
            raise ThreadGoneError("deleted", reason="unreachable")
        return self.topics[thread.id]


class ProvingBoard(Board):
    """A board that can be asked what became of a call."""

    async def find(self, place: str, thread: str | None, key: str, since: int) -> Receipt | None:
        """Return the ids of what was made under a key."""
        del place, thread, since
        self._turns.discard(asyncio.current_task())
        self.calls.append("find")
        found = self.keys.get(key)
        return None if found is None else Receipt(external_ids=found)


def lost(times: int = 1, name: str = "post") -> Callable[[str], None]:
    """Return what loses the answers of the next calls of a name."""
    left = [times]

    def raises(called: str) -> None:
        if called == name and left[0] > 0:
            left[0] -= 1
            raise OutcomeUnknownError("no answer", reason="timeout")

    return raises


class PlainVoice:
    """As few words as a test can do with."""

    def __init__(self) -> None:
        """Count the cards, so that tests see what is drawn."""
        self.extra = ""

    def card(self, tx: Tx, conversation: Conversation) -> Card:
        """Return a card that tells the state and the assignee."""
        return Card(
            conversation_id=conversation.id,
            title=self.customer(tx, conversation),
            inbox=conversation.inbox_id,
            network="widget",
            look="closed" if conversation.state != "open" else "new",
            state=f"{conversation.state} {conversation.assignee_id}{self.extra}",
            lines=(),
            said="",
            buttons=(),
            url="",
        )

    def customer(self, tx: Tx, conversation: Conversation) -> str:
        """Return the contact's name."""
        return tx.the(p.CONTACT_BY_ID, id=conversation.contact_id).name or "Visitor"

    def event(self, tx: Tx, message: Message) -> str | None:
        """Show no events."""
        del tx, message
        return None  # A protocol's answer.

    def program(self) -> str:
        """Return our name."""
        return "Deskbridge"

    def trouble(self, message_id: int, mark: Any) -> Told:
        """Return the reason."""
        del message_id
        return Told(f"{mark.state}: {mark.reason}", [Press(verb="retry", label="Again")])

    def mailed(self, message_id: int, mail: Any) -> Told:
        """Return the reason."""
        again = Press(verb="retry", label="Again", value=f"mail {message_id}")
        return Told(f"mail {mail.state}: {mail.reason}", [again])

    def edited(self, text: str) -> str:
        """Return a line."""
        return f"now: {text}"

    def taken_back(self) -> str:
        """Return a line."""
        return "taken back"

    def maybe_two(self) -> Told:
        """Return a line."""
        return Told("maybe two")

    def refused(self, error: RefusedError, by: Person, me: Agent) -> Told:
        """Return the code."""
        del by, me
        return Told(f"refused: {error.code}")

    def unknown(self, by: Person) -> Told:
        """Return a word."""
        return Told(f"unknown: {by.id}")

    def hidden(self, by: Person) -> Told:
        """Return a word."""
        return Told(f"hidden: {by.id}")

    def asked(self, tx: Tx, me: Agent, said: Said, conversation_id: int) -> Told | None:
        """Know no verbs."""
        del tx, me, said, conversation_id
        return None  # A protocol's answer.

    def aside(self, by: Person) -> Told:
        """Return a word."""
        return Told(f"aside: {by.id}")

    def lost_file(self, by: Person) -> Told:
        """Return a word."""
        return Told(f"lost file: {by.id}")

    def inbox(self, tx: Tx, by: Person) -> Answer:
        """Return nothing."""
        del tx, by
        return Answer()

    def agent(self, tx: Tx, by: Person) -> Agent | None:
        """Return the agent of an account."""
        agent_id = ACCOUNTS.get(by.id)
        return None if agent_id is None else tx.one(AGENT_BY_ID, id=agent_id)
