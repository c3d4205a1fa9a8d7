"""The networks as far as a backlog meets them: how much they take, and what they have taken."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from bridge.pace import Budget
from tests import standing
from tests.channels.email import dovecot, postbox
from tests.channels.email.mails import US
from tests.channels.email.postbox import post_box
from tests.channels.storm.networks.telegram import TelegramByPolling
from tests.channels.storm.networks.viber import ViberNetwork
from tests.channels.storm.networks.vk import VkByLongPoll
from tests.passing import PassingClock


@dataclass(frozen=True, slots=True)
class Asked:
    """One message that the network was asked to carry, at a time in seconds."""

    at: float
    to: str
    refused: bool = False


class Limited(ABC):
    """One network that keeps its limits."""

    name: ClassVar[str]
    rate: ClassVar[str]
    """The limit, in words."""
    budget: ClassVar[Budget]
    """What it takes in all."""
    people: int = 90
    """To how many a backlog goes."""

    environ: ClassVar[Mapping[str, str]]
    """The variables that `inbox` names."""

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[None]:
        """Be there, and keep the limits, for as long as the context lasts."""

    @abstractmethod
    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys of the YAML."""

    def watch(self, channel: Any) -> None:  # noqa: B027  # Only where calls are made in threads.
        """Have time stand while the channel is at work, where the loop cannot see that."""

    @abstractmethod
    def meet(self, number: int) -> str:
        """Have a person who may be written to; return their external id."""

    @abstractmethod
    def asked(self) -> Sequence[Asked]:
        """Return all that it was asked to carry, the oldest first."""

    def ideal(self, messages: int) -> float:
        """Return the seconds from the first message to the last at exactly the limit."""
        return (messages - self.budget.calls) * self.budget.seconds / self.budget.calls


class Telegram(Limited):
    """Thirty a second, and one a second to each."""

    name = "telegram"
    rate = "30 a second, 1 to a chat"
    budget = Budget(30, 1.0)
    environ = TelegramByPolling.environ

    def __init__(self, clock: PassingClock, folder: Path) -> None:
        """Let nothing happen yet."""
        self._telegram = TelegramByPolling(clock, folder)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep the limits."""
        async with self._telegram.open():
            self._telegram.bot.limits.on = True
            yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return self._telegram.inbox()

    def meet(self, number: int) -> str:
        """Have somebody who has pressed Start."""
        person = self._telegram._person(f"person {number}")
        person.chat.started = True
        return str(person.user.id)

    def asked(self) -> Sequence[Asked]:
        """Return the calls."""
        calls = self._telegram.telegram.ledger.of("sendMessage")
        return [Asked(one.at, str(one.params["chat_id"]), not one.ok) for one in calls]


class Vk(Limited):
    """Twenty a second."""

    name = "vk"
    rate = "20 calls a second"
    budget = Budget(20, 1.0)
    environ = VkByLongPoll.environ

    def __init__(self, clock: PassingClock, folder: Path) -> None:
        """Let nothing happen yet."""
        self._vk = VkByLongPoll(clock, folder)

    def open(self) -> AbstractAsyncContextManager[None]:
        """Serve; it always keeps its limits."""
        return self._vk.open()

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return self._vk.inbox()

    def watch(self, channel: Any) -> None:
        """Watch the threads that call VK."""
        threads: Any = channel._api._threads
        threads.submit = standing.watched(threads.submit)

    def meet(self, number: int) -> str:
        """Have somebody who has written."""
        self._vk.vk.customer(1001 + number).write("Добрий день")
        return str(1001 + number)

    def asked(self) -> Sequence[Asked]:
        """Return the calls."""
        calls = self._vk.vk.ledger.of("messages.send")
        return [Asked(one.at, one.given["peer_ids"], bool(one.error)) for one in calls]


class Viber(Limited):
    """A hundred an hour to each who does not answer; nothing is known of a limit in all."""

    name = "viber"
    rate = "100 an hour to each customer"
    budget = Budget(100, 3600.0)
    environ = ViberNetwork.environ
    people = 50

    def __init__(self, clock: PassingClock, folder: Path) -> None:
        """Let nothing happen yet."""
        self._viber = ViberNetwork(clock, folder)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Have the bot's webhook set, without which nothing is carried; nobody is called."""
        async with self._viber.open():
            self._viber.viber.account.webhook = "http://127.0.0.1/nobody"
            yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return self._viber.inbox()

    def meet(self, number: int) -> str:
        """Have a subscriber."""
        person = self._viber.viber.customer(f"person {number}").person
        person.subscribed = True
        return person.id

    def asked(self) -> Sequence[Asked]:
        """Return the calls."""
        calls = self._viber.viber.ledger.of("send_message")
        return [Asked(one.at / 1000, one.payload["receiver"], one.status != 0) for one in calls]

    def ideal(self, messages: int) -> float:
        """Return the seconds: everybody's hours begin together."""
        each = -(-messages // self.people)
        return (each - 1) // self.budget.calls * self.budget.seconds


class Mail(Limited):
    """A server that takes four connections at once and has half a second's work with a mail."""

    name = "email"
    rate = "4 connections at once, 0.5 s a mail"
    budget = Budget(4, 0.5)
    environ: ClassVar = {"IMAP": dovecot.PASSWORD, "SMTP": postbox.PASSWORD}

    def __init__(self, clock: PassingClock, folder: Path) -> None:
        """Let nothing happen yet; mail has no use for a folder."""
        self._clock = clock

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Start the server."""
        async with post_box() as self._box:
            self._box.most, self._box.takes = self.budget.calls, self.budget.seconds
            yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys; nothing is read here."""
        place = {"host": "127.0.0.1", "tls": "none"}
        return {
            "type": "email",
            "address": US,
            "imap": place | {"port": 1, "password": "${IMAP}"},
            "smtp": place | {"port": self._box.port, "password": "${SMTP}"},
        }

    def meet(self, number: int) -> str:
        """Have an address."""
        return f"person{number}@example.net"

    def asked(self) -> Sequence[Asked]:
        """Return the mails, and the connections that were turned away."""
        mails = [Asked(one.at, one.recipients[0]) for one in self._box.received]
        return mails + [Asked(at, "", refused=True) for at in self._box.turned_away]


NETWORKS: Sequence[type[Telegram | Vk | Viber | Mail]] = (Telegram, Vk, Viber, Mail)
