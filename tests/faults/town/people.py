"""What everybody in the town does, and what was seen of it."""

import asyncio
import contextlib
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import httpx
import psycopg

from tests.faults import report as r
from tests.faults.ground import Topic, Who
from tests.faults.telegram import TelegramGround
from tests.faults.town.networks import ORDERLY, Asked, number_of, words_in
from tests.faults.town.town import FORUM, SLACK, Town
from tests.faults.town.whereabouts import told_of
from tests.faults.words import FOR_CUSTOMERS, FOR_THREADS, Kind, Word, name_of

T = TypeVar("T")

# So many messages does each customer have ready: whoever has none left writes no more, so that
# places on the way in are never come to, and Viber lets nobody be answered for ever.
READY = 1500
# So many seconds pass between two messages of whom everybody is busy with, and of others.
AT_ONCE, AT_TIMES = (0.1, 0.5), (1.0, 5.0)
_LINK = re.compile(r"sign in once\s+\S+#link=(\S+)\s")
_UNDONE = """
    SELECT (SELECT count(*) FROM surface_posts WHERE state IN ('queued', 'posting'))
    + (SELECT count(*) FROM surface_heard WHERE done_at IS NULL)
    + (SELECT count(*) FROM deliveries WHERE state IN ('queued', 'sending'))
"""
_ASKED = "SELECT count(*) FROM deliveries WHERE state = 'uncertain'"
_SET_ASIDE = "SELECT id, raw FROM quarantine WHERE tried_at IS NULL"
_STORED = """
    SELECT text, conversation_id FROM messages WHERE kind = 'incoming' ORDER BY id
"""
_TALKS = """
    SELECT c.id, i.inbox_id, i.external_id FROM conversations c
    JOIN identities i ON i.id = c.identity_id WHERE c.state = 'open'
"""


class Console:
    """Olga's browser, which signs in anew after every start."""

    def __init__(self, town: Town) -> None:
        """Know the way."""
        self._town = town
        self._http = httpx.AsyncClient(
            base_url=town.url, headers={"origin": town.url}, trust_env=False, timeout=20
        )

    async def sign_in(self, output: str) -> bool:
        """Use the link that the program has printed; say whether that went well."""
        found = _LINK.search(output)
        if found is None:
            return False
        answer = await self._asked("POST", "/api/session/link", {"token": found[1]})
        if answer is None or answer.status_code != 200:
            return False
        self._http.headers["x-csrf-token"] = answer.json()["csrf"]
        return True

    async def ask(self, method: str, path: str, body: Any = None) -> int | None:
        """Ask for something; return the status, `None` where nobody answers."""
        answer = await self._asked(method, path, body)
        return None if answer is None else answer.status_code

    async def _asked(self, method: str, path: str, body: Any) -> httpx.Response | None:
        with contextlib.suppress(httpx.HTTPError):
            return await self._http.request(method, path, json=body)
        return None

    async def close(self) -> None:
        """Close it."""
        await self._http.aclose()


class People:
    """Customers and staff, and the book of what they have said and seen."""

    def __init__(self, town: Town, seed: int) -> None:
        """Have a customer on each network."""
        self.town = town
        self.chance = random.Random(seed)
        self.console = Console(town)
        self.inboxes = list(town.networks)
        self.customers = range(len(self.inboxes))
        self.there = asyncio.Event()
        """Set once every network knows where the program is."""
        self.quiet = asyncio.Event()
        """Set while everybody is to say nothing."""
        self.written: dict[Word, float] = {}
        self.place = ""
        """Where the program is to come to next: people are busy with what leads there."""
        self._ready: dict[int, list[Asked]] = {}
        self._numbers: Counter[tuple[Kind, int]] = Counter()
        self._came: dict[tuple[str, Word], float] = {}
        self._unsure: set[Word] = set()
        self.files = 0
        self.set_aside: dict[int, set[Word]] = {}
        """What the program has set aside, being killed with it in hand three times, and Olga
        has had taken in again: by its number what is said in it."""

    @property
    def favourite(self) -> str | None:
        """Return the inbox whose customer everybody is busy with."""
        found = self.place.replace("/hooks/", " ").replace("/widget/storm_", " ").split()
        return next((one for one in found[::-1] if one in self.town.networks), None)

    async def arrive(self) -> None:
        """Have customers write what they will be heard to say."""
        for inbox, network in self.town.networks.items():
            mine = [one for one in self.customers if self.inboxes[one] == inbox]
            said = [
                Asked(name_of(one), number, word=Word("question", one, number))
                for number in range(READY)
                for one in mine
            ]
            await network.compose(said)
            for one in mine:
                whose = [each for each in said if each.word.customer == one]
                self._ready[one] = whose[::-1]

    # --- what they do ---

    async def customer(self, number: int) -> None:
        """Say one thing, and once everybody sees who it is, one after the other."""
        network = self.town.networks[self.inboxes[number]]
        await self.there.wait()
        await self.asks(number, network)
        while not self._is_seen(number):  # noqa: ASYNC110  # A platform tells nobody.
            await asyncio.sleep(0.2)
        while self._ready[number]:
            liked = self.inboxes[number] == self.favourite
            await asyncio.sleep(
                self.chance.uniform(0.1, 0.3) if liked else self.chance.uniform(0.3, 2)
            )
            if not self.quiet.is_set():
                await self.asks(number, network)

    async def everybody_seen(self) -> None:
        """Wait until there is a thread for every customer."""
        while not all(map(self._is_seen, self.customers)):  # noqa: ASYNC110  # As above.
            await asyncio.sleep(0.2)

    def came(self, inbox: str) -> int:
        """Count what of an inbox's customer has been seen anywhere."""
        number = self.inboxes.index(inbox)
        return sum(word.customer == number for _, word in self._came)

    def _is_seen(self, number: int) -> bool:
        """Say whether there is a thread for a customer: a new one shows ten messages at most."""
        return all(
            any(one.customer == number and one.posts for one in topics)
            for topics in self.topics().values()
        )

    async def asks(self, number: int, network: Any) -> None:
        """Say the next thing."""
        said = self._ready[number].pop()
        self._numbers["question", number] += 1
        self.written[said.word] = self.town.clock.seconds()
        await network.tell(said, in_order=True)

    async def staff(self) -> None:
        """Answer, note and talk in threads, at the console and among themselves."""
        deeds = [self._answers] * 6 + [self._notes, self._strangers, self._aside]
        await self.there.wait()
        deeds += [self._at_console] * 3 + [self._snoozes, self._mistypes, self._file]
        while True:
            await asyncio.sleep(self.chance.uniform(0.05, 0.5))
            if not self.quiet.is_set():
                await self.chance.choice(deeds)()

    async def _says(self, kind: Kind, text: str, who: Who, *, calls: bool = False) -> None:
        ground = self.chance.choice(list(self.town.grounds.values()))
        # Each customer's answers come from one platform, so that they have one order.
        turn = list(self.town.grounds.values()).index(ground)
        # A kill may leave a thread behind of which only its platform knows: nobody answers there.
        last = {self.whose(one): one for one in ground.topics() if one.posts and not one.gone}
        topics = [one for whose, one in last.items() if whose is not None and whose % 2 == turn]
        if not topics:
            return
        topic = self._one_of(topics, [self.whose(one) or 0 for one in topics])
        word = self._word(kind, self.whose(topic) or 0)
        if not ground.writes(topic.id, text.format(word), who, calls=calls):
            del self.written[word]

    async def _answers(self) -> None:
        await self._says("answer", "{} Слухаю вас 🙂", "olga")

    async def _notes(self) -> None:
        await self._says("note", "// {} зауваження", "olga")

    async def _strangers(self) -> None:
        await self._says("stranger", "{} А я не звідси", "stranger")

    async def _aside(self) -> None:
        await self._says("aside", "{} глянь", "olga", calls=True)

    async def _at_console(self) -> None:
        talk = self._some_talk()
        if talk is None:
            return
        conversation, customer = talk
        word = self._word("colleague", customer)
        self._unsure.add(word)
        body = {"client_id": self.town.new_key(), "kind": "reply", "text": f"{word} Вітаю"}
        path = f"/api/conversations/{conversation}/messages"
        # As the page does: the very same once more, until somebody answers for it.
        for _ in range(40):
            status = await self.console.ask("POST", path, body)
            if status in (200, 201):
                self._unsure.discard(word)
                return
            if status in (401, 403, 404, 409):
                break
            await asyncio.sleep(0.25)
        self._forget(word)

    def _forget(self, word: Word) -> None:
        """Nobody was answered for it: it may have been said, and need not."""
        self.written.pop(word, None)

    async def _snoozes(self) -> None:
        talk = self._some_talk()
        if talk is not None:
            until = round((self.town.clock.seconds() + 1.5) * 1000)
            path = f"/api/conversations/{talk[0]}/snooze"
            await self.console.ask("PUT", path, {"until": until})

    async def _mistypes(self) -> None:
        # Seldom: whoever mistypes too often is kept waiting.
        if "/api/session" not in self.place and not self.place.endswith(" begin"):
            return
        await self.console.ask("POST", "/api/session", {"login": "olga", "password": "no, it is"})

    async def takes_in(self) -> None:
        """Have what was set aside taken in again, as the list of what did not arrive offers."""
        for one, raw in self.town.ask(_SET_ASIDE):
            path = f"/api/operations/dead/event-{one}/retry"
            if await self.console.ask("POST", path, {}) == 204:
                self.set_aside[one] = set(words_in(bytes(raw).decode(errors="replace")))

    async def _file(self) -> None:
        network: Any = self.town.networks["telegram"]
        people = list(network._people.values())
        if people:
            self.files += 1
            data = f"накладна {self.files}".encode() * 100
            self.chance.choice(people).send_file("document", data, name="накладна.txt")

    def _some_talk(self) -> tuple[int, int] | None:
        found: list[Any] = []
        # Its database may be out of everybody's reach just now.
        with contextlib.suppress(psycopg.Error, sqlite3.Error):
            found = self.town.ask(_TALKS)
        talks = [
            (number, customer)
            for number, inbox, account in found
            if (customer := self._customer_of(inbox, account)) is not None
        ]
        return self._one_of(talks, [one for _, one in talks]) if talks else None

    def _one_of(self, found: Sequence[T], whose: Sequence[int]) -> T:
        """Return one of them, more often of the customer whom everybody is busy with."""
        liked = [
            one
            for one, customer in zip(found, whose, strict=True)
            if self.inboxes[customer] == self.favourite
        ]
        return self.chance.choice(liked if liked and self.chance.random() < 0.7 else found)

    def _customer_of(self, inbox: str, account: str) -> int | None:
        with contextlib.suppress(KeyError):
            return number_of(self.town.networks[inbox].customer_of(account))
        return None

    def _word(self, kind: Kind, customer: int) -> Word:
        number = self._numbers[kind, customer]
        self._numbers[kind, customer] += 1
        word = Word(kind, customer, number)
        self.written[word] = self.town.clock.seconds()
        return word

    # --- what is seen ---

    def whose(self, topic: Topic) -> int | None:
        """Return whose thread it is: by its card, and where that has no name by the first word."""
        if topic.customer is not None:
            return topic.customer
        words = (word for post in topic.posts for word in words_in(post.text))
        first = next((word for word in words if word.kind in FOR_THREADS), None)
        return None if first is None else first.customer

    def topics(self) -> dict[str, list[Topic]]:
        """Return the threads of each surface, each with its owner."""
        return {
            key: [replace(one, customer=self.whose(one)) for one in ground.topics()]
            for key, ground in self.town.grounds.items()
        }

    def boxes(self) -> dict[int, Sequence[str]]:
        """Return what has reached each customer."""
        found: dict[int, list[str]] = {one: [] for one in self.customers}
        for network in self.town.networks.values():
            for one in network.carried():
                number = number_of(one.customer)
                if number is not None:
                    found[number].append(one.text)
        return dict(found)

    def look(self) -> None:
        """Write down when something was first seen."""
        now = self.town.clock.seconds()
        for key, topics in self.topics().items():
            for word in (w for one in topics for post in one.posts for w in words_in(post.text)):
                self._came.setdefault((key, word), now)
        for text in (one for box in self.boxes().values() for one in box):
            for word in words_in(text):
                self._came.setdefault(("box", word), now)

    def given_up(self) -> set[Word]:
        """Return what the networks have given up, so that the program need not have heard it."""
        networks = self.town.networks.values()
        said = (one for network in networks for one in network.given_up())
        return {one.word for one in said if isinstance(one, Asked)}

    def missing(self) -> list[tuple[str, Word]]:
        """Return what is yet to come, and where."""
        unheard = self._unsure | self.given_up()
        wanted = [
            (key, one)
            for one in self.written
            for key in ((*self.town.grounds, "box") if one.kind == "colleague" else self._of(one))
        ]
        return [one for one in wanted if one not in self._came and one[1] not in unheard]

    def _of(self, word: Word) -> Sequence[str]:
        if word.kind in FOR_CUSTOMERS:
            return ("box",)
        return tuple(self.town.grounds) if word.kind in FOR_THREADS else ()

    def undone(self) -> int:
        """Count what the program has left to do."""
        ((undone,),) = self.town.ask(_UNDONE)
        return int(undone)

    def uncertain(self) -> int:
        """Count the answers about which agents are asked."""
        ((asked,),) = self.town.ask(_ASKED)
        return int(asked)

    def is_done(self) -> bool:
        """Say whether all that was said has come, and nothing is left to do."""
        self.look()
        told = all(one.told() for one in self.town.networks.values())
        told = told and all(one.told() for one in self.town.grounds.values())
        box_missing = [one for one in self.missing() if one[0] == "box"]
        threads_missing = [one for one in self.missing() if one[0] != "box"]
        return (
            told
            and not threads_missing
            and len(box_missing) <= self.uncertain()
            and not self.undone()
        )

    # --- what it came to ---

    def report(
        self, scenario: str, seed: int, faults: Mapping[str, int], healed: float
    ) -> r.Report:
        """Return what it came to."""
        self.look()
        boxes, given_up = self.boxes(), self.given_up()
        words = [one for one in self.written if one not in self._unsure | given_up]
        sent = r.at_customers(words, boxes)
        late = [at - healed for at in self._came.values() if at > healed]
        return r.Report(
            scenario=scenario,
            ground="every network, slack and telegram",
            backend=self.town.backend,
            seed=seed,
            faults=faults,
            shown=self._shown(words),
            sent=replace(sent, reordered=self._out_of_order(words, boxes)),
            leaked=r.leaked(boxes),
            early=0,
            stuck=self.undone(),
            unproven=0,
            uncertain=self.uncertain(),
            given_up=len(given_up),
            by_hand=len(self.set_aside),
            recovery=late,
            stored_twice=self._stored_twice(),
            missing=told_of(self.town, self.missing()),
            damaged=not self.town.is_whole(),
        )

    def _stored_twice(self) -> int:
        """Count the messages of customers that stand twice in our own database."""
        stored = Counter(
            word for text, _ in self.town.ask(_STORED) for word in words_in(text or "")
        )
        return sum(count - 1 for count in stored.values())

    def _out_of_order(self, words: Sequence[Word], boxes: Mapping[int, Sequence[str]]) -> int:
        """Count among what is told of in its order."""
        ordered = [one for one in words if self._has_order(one)]
        kept = set(ordered)
        texts = {
            number: [str(w) for text in box for w in words_in(text) if w in kept]
            for number, box in boxes.items()
        }
        return r.at_customers(ordered, texts).reordered

    def _has_order(self, word: Word) -> bool:
        """Say whether it was neither told of by Slack nor taken in by hand, behind later ones."""
        if any(word in some for some in self.set_aside.values()):
            return False
        slack = list(self.town.grounds).index(SLACK)
        return word.kind != "answer" or word.customer % 2 != slack

    def _in_order(self, topic: Topic) -> Topic:
        """Return a thread with no more than what was told of in its order."""
        posts = [
            replace(one, text=" ".join(str(w) for w in words_in(one.text) if self._has_order(w)))
            for one in topic.posts
        ]
        return replace(topic, posts=posts)

    def _shown(self, words: Sequence[Word]) -> r.Way:
        ways = []
        for topics in self.topics().values():
            orderly = [self._in_order(one) for one in topics if self._is_orderly(one)]
            way = r.in_threads(words, topics)
            ordered = r.in_threads(words, orderly).reordered
            ways.append(replace(way, reordered=ordered))
        return r.together(ways)

    def _is_orderly(self, topic: Topic) -> bool:
        return topic.customer is not None and self.inboxes[topic.customer] in ORDERLY


def has_topics(town: Town) -> bool:
    """Say whether the group has any topics."""
    forum = town.grounds[FORUM]
    return isinstance(forum, TelegramGround) and bool(forum.topics())
