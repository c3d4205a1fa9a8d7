"""Whom a name calls in the groups, and what number a group has now: kept over restarts.

Bots are told nobody's account by a user name, so whoever is heard is remembered; a colleague
who is called by name must not be taken for somebody the customer should write to.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agent_console.surface import StaffDesk
from bridge.botapi.raw import Raw
from bridge.clock import FOR_EVER, Clock

_PEOPLE, _MOVED = "people", "moved"
MOST = 5000
_DAY = 24 * 3_600_000
# Whoever was not heard for so long (ms) is forgotten.
LASTS = 400 * _DAY
_HOLD_MESSAGES = ("message", "edited_message")


class Known:
    """What one bot has learned of its groups."""

    def __init__(self, desk: StaffDesk, clock: Clock) -> None:
        """Know nothing yet."""
        self._desk = desk
        self._clock = clock
        self._people: dict[str, tuple[str, int]] = {}
        self.people: dict[str, str] = {}
        """Accounts by user name, in small letters."""
        self.moved: dict[int, int] = {}
        """The number that a group has now, by the one before."""

    async def load(self) -> None:
        """Know what was known before, here or elsewhere; raises `StorageUnavailableError`."""
        people = dict[str, tuple[str, int]]()
        for name, value in (await self._desk.kept(_PEOPLE)).items():
            account, _, at = value.partition(" ")
            people[name] = account, int(at)
        self._people = dict(sorted(people.items(), key=lambda one: one[1][1]))
        self.people = {name: account for name, (account, _) in self._people.items()}
        moved = await self._desk.kept(_MOVED)
        self.moved |= {int(old): int(new) for old, new in moved.items()}

    async def learn(self, updates: Iterable[object], groups: frozenset[int]) -> None:
        """Take from updates who is there, and which group has a new number.

        Before they are understood: whoever is called by name may have written only after.
        Raises `StorageUnavailableError`.
        """
        seen = [one for one in updates if isinstance(one, Mapping)]
        for old, new in (move for one in seen for move in _moves(one)):
            if old in groups | set(self.moved.values()) and self.moved.get(old) != new:
                await self._desk.keep(_MOVED, {str(old): str(new)}, within=FOR_EVER)
                self.moved[old] = new
        ours = groups | set(self.moved.values())
        await self._meet(dict(pair for one in seen for pair in _accounts(one, ours)))

    async def _meet(self, met: Mapping[str, str]) -> None:
        now = self._clock.now()
        new = {name: account for name, account in met.items() if self._is_new(name, account, now)}
        if not new:
            return
        values: dict[str, str | None] = {name: f"{one} {now}" for name, one in new.items()}
        many = len(self._people.keys() | new.keys()) - MOST
        for name in [one for one in self._people if one not in new][: max(0, many)]:
            values[name] = None
        await self._desk.keep(_PEOPLE, values, within=LASTS)
        for name, value in values.items():
            self._people.pop(name, None)
            self.people.pop(name, None)
            if value is not None:
                self._people[name], self.people[name] = (new[name], now), new[name]

    def _is_new(self, name: str, account: str, now: int) -> bool:
        """Somebody known is written down again once a day: they are not forgotten then."""
        known = self._people.get(name)
        return known is None or known[0] != account or now - known[1] > _DAY


def _moves(update: Raw) -> Iterator[tuple[int, int]]:
    message = update.get("message")
    if isinstance(message, Mapping) and isinstance(message.get("chat"), Mapping):
        old, new = message["chat"].get("id"), message.get("migrate_to_chat_id")
        if isinstance(old, int) and isinstance(new, int):
            yield old, new


def _accounts(update: Raw, groups: frozenset[int]) -> Iterator[tuple[str, str]]:
    """Yield who is seen in one of the groups, by user name."""
    for said in _messages(update):
        if _is_in(said, groups):
            answered = said.get("reply_to_message")
            told = [said.get("from"), *_list(said.get("new_chat_members"))]
            told += [answered.get("from")] if isinstance(answered, Mapping) else []
            yield from _named(told)
    query, reaction = update.get("callback_query"), update.get("message_reaction")
    if isinstance(query, Mapping) and _is_in(query.get("message"), groups):
        yield from _named([query.get("from")])
    if isinstance(reaction, Mapping) and _is_in(reaction, groups):
        yield from _named([reaction.get("user")])


def _messages(update: Raw) -> Iterator[Raw]:
    for kind in _HOLD_MESSAGES:
        said = update.get(kind)
        if isinstance(said, Mapping):
            yield said


def _is_in(happened: object, groups: frozenset[int]) -> bool:
    chat = happened.get("chat") if isinstance(happened, Mapping) else None
    return isinstance(chat, Mapping) and chat.get("id") in groups


def _named(accounts: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for one in accounts:
        if not isinstance(one, Mapping) or one.get("is_bot") is True:
            continue
        if isinstance(one.get("username"), str) and isinstance(one.get("id"), int):
            yield one["username"].lower(), str(one["id"])


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
