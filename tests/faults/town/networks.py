"""The networks of the storms, in real time and all at once."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.channels.email.mails import letter
from tests.channels.email.postbox import Received
from tests.channels.storm.network import Carried, Network, Said
from tests.channels.storm.networks.email import EmailNetwork
from tests.channels.storm.networks.telegram import TelegramByPolling, TelegramByWebhook
from tests.channels.storm.networks.viber import ViberNetwork
from tests.channels.storm.networks.vk import VkByCallback, VkByLongPoll
from tests.channels.storm.networks.widget import WidgetNetwork
from tests.faults.words import Word, found

# So much shorter is a network's pause before it tells of something again, and never longer (s).
HURRY, LONGEST = 20, 10.0


_NO_WORD = Word("question", 0, 0)


@dataclass(frozen=True, slots=True)
class Asked(Said):
    """A message of a customer's with a word that tells whose it is."""

    word: Word = _NO_WORD

    @property
    def text(self) -> str:
        """Return what the customer writes."""
        return f"{self.word} Добрий день 🐤"


class Hurried(Network):
    """A network that does not wait as long as it would, and not in vain.

    Its pauses are shorter, and so would be the hour after which it gives up: it goes on only
    once there is a program again.
    """

    up: asyncio.Event
    """Set while the program listens."""

    async def sleep(self, seconds: float) -> None:
        """Wait a part of it."""
        await asyncio.sleep(min(seconds / HURRY, LONGEST))
        await self.up.wait()


class Polling(Hurried, TelegramByPolling):
    """Telegram, asked."""

    inbox_id = "telegram"


class Hook(Hurried, TelegramByWebhook):
    """Telegram, calling."""

    inbox_id = "telegram_hook"
    token = "7000000007:AAtoken-of-the-called-bot-0123456789"  # It opens nothing.
    environ: ClassVar = {"HOOK_TOKEN": token}

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys, with its own token."""
        return {**super().inbox(), "token": "${HOOK_TOKEN}"}


class Vk(Hurried, VkByCallback):
    """VK, calling."""

    inbox_id = "vk"


class VkPoll(Hurried, VkByLongPoll):
    """VK, asked."""

    inbox_id = "vk_poll"
    group_id = 654321


class Viber(Hurried, ViberNetwork):
    """Viber."""

    inbox_id = "viber"

    def told(self) -> bool:
        """Say whether every message was taken or given up; a start that was killed answers none."""
        ledger = self.viber.ledger
        messages = {event["message_token"] for event in self._events.values()}
        ended = {one.token for one in ledger.attempts if one.answered == 200} | set(ledger.lost)
        return {one.token for one in ledger.attempts} & messages <= ended


class Mail(Hurried, EmailNetwork):
    """Mail, with names and without what is quoted."""

    inbox_id = "mail"

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys; mail is looked for more often."""
        return {**super().inbox(), "poll": "1s"}

    async def compose(self, everything: Any) -> None:
        """Write letters that say whose they are."""
        await super().compose(everything)
        for one in everything:
            address = self._addresses[one.customer]
            short = address.partition("@")[0]
            self._letters[one] = letter(
                one.text,
                sender=address,
                name=one.customer,
                message_id=f"{short}-{one.number}@example.net",
                references=[f"{short}-{n}@example.net" for n in range(min(one.number, 5))],
            )

    def _carried(self, one: Received) -> Carried:
        body = one.mail.get_body(("plain",))
        text = body.get_content() if body else ""
        said = "\n".join(line for line in text.splitlines() if not line.startswith(">"))
        return Carried(self.customer_of(one.recipients[0]), said)


class Site(Hurried, WidgetNetwork):
    """The widget; its visitors have no names, so their words must tell."""

    inbox_id = "site"


NETWORKS: tuple[type[Hurried], ...] = (Polling, Hook, Vk, VkPoll, Viber, Mail, Site)
# Whose messages arrive in their order, whatever happens: the others let later ones pass what
# they could not hand over, and a mailbox numbers what came together as it finds it.
ORDERLY = frozenset({"telegram", "telegram_hook", "vk_poll", "site"})
_WHOSE = re.compile(r"w(\d+)w")


def number_of(name: str) -> int | None:
    """Return which customer is called so."""
    whose = _WHOSE.search(name)
    return None if whose is None else int(whose[1])


def words_in(text: str) -> list[Word]:
    """Return the words of a text."""
    return list(found(text))
