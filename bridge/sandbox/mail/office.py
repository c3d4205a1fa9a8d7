"""What a provider does with mail: takes it, refuses it, and brings it to a mailbox."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate

from pymap.backend.dict.mailbox import MailboxSet
from pymap.parsing.message import AppendMessage

from bridge.sandbox.faults import Faults
from bridge.sandbox.mail import letters
from bridge.sandbox.mail.bounces import NO_SUCH_ADDRESS
from bridge.sandbox.mail.ledger import Carried, Ledger, readable
from bridge.sandbox.mail.people import Person

# https://support.google.com/mail/answer/6584: what most providers take.
LARGEST_MAIL = 25 * 1024 * 1024
# RFC 5322, 2.1.1, without the end of the line.
_LONGEST_LINE = 998
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_PLAIN = r"[^\s@<>(),;:\"\\\[\]]"
_ADDRESS = re.compile(rf"{_PLAIN}{{1,64}}@{_PLAIN}+\.{_PLAIN}+")


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in, and the password or the token that proves it."""

    user: str
    word: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The shop's account with the provider.

    `authserv_id` is the name by which the provider vouches for senders (RFC 8601).
    """

    name: str = ""
    address: str
    imap: Login
    smtp: Login
    folder: str = "INBOX"
    """Where mail for the address arrives."""
    authserv_id: str = "mx.sandbox.example"


def _now() -> int:
    return time.time_ns() // 1_000_000


class PostOffice:
    """One account, everybody who has a mailbox beside it, and all mail between them."""

    def __init__(self, account: Account, now: Callable[[], int] = _now) -> None:
        """Begin with an empty folder; `now` is in ms."""
        self.account = account
        self.now = now
        self.ledger = Ledger()
        self.faults = Faults()
        self.folders = MailboxSet()
        self.people: dict[str, Person] = {}
        """By their addresses, in small letters."""

    async def open(self) -> None:
        """Make the account's folder, unless it is the one that is always there."""
        folder = self.account.folder
        if folder.upper() != "INBOX":
            await self.folders.add_mailbox(folder)

    def person(self, name: str, address: str) -> Person:
        """Return whoever has this address; raises `ValueError` for what is none."""
        if not is_address(address) or address.lower() == self.account.address.lower():
            raise ValueError(address)
        known = self.people.get(address.lower())
        if known is None:
            shop = (self.account.name, self.account.address)
            known = Person(name, address, shop, self.deliver, self.now)
            self.people[address.lower()] = known
        return known

    async def deliver(self, sender: str, raw: bytes) -> None:
        """Put a mail into the account's folder, with what a provider writes above it."""
        at = self.now()
        lies = _trace(sender, self.account, at) + raw
        if not _END_OF_HEAD.search(lies):
            # A mail may be all head; servers end it with the empty line all the same.
            lies = lies.rstrip(b"\r\n") + b"\r\n\r\n"
        folder = await self.folders.get_mailbox(self.account.folder)
        await folder.append(
            AppendMessage(lies, datetime.fromtimestamp(at / 1000, UTC)), recent=True
        )
        self.ledger.delivered.append(lies)
        self.ledger.wire.told("mail", readable(lies))

    # --- what the account sends ---

    def refuses(self, address: str) -> str:
        """Return why a recipient is refused, as SMTP says it, or nothing."""
        if not is_address(address):
            return "553 5.1.3 This is not a valid address"
        known = self.people.get(address.lower())
        return NO_SUCH_ADDRESS if known is not None and known.closed else ""

    async def take(self, sender: str, recipients: tuple[str, ...], raw: bytes) -> str:
        """Bring a mail to its recipients and return what SMTP says of it.

        Whoever has no mailbox yet gets one: to the program every address may be somebody's.
        """
        try:
            letter = letters.read(raw, self.now())
        except ValueError:
            return "554 5.6.0 The mail cannot be read"
        if refused := _wrong(letter, raw):
            return refused
        for address in recipients:
            if address.lower() == self.account.address.lower():
                await self.deliver(sender, raw)
            else:
                name = letter.recipient[0] if letter.recipient[1] == address else ""
                self.person(name or address.partition("@")[0], address).receive(letter)
        self.ledger.carried.append(Carried(sender, recipients, raw, letter.at))
        return "250 2.0.0 OK"


def is_address(text: str) -> bool:
    """Say whether this could be somebody's address."""
    return text.isascii() and len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def _wrong(letter: letters.Letter, raw: bytes) -> str:
    """Return what a provider minds about a mail: https://support.google.com/mail/answer/81126."""
    if not letter.sender[1]:
        return "550 5.7.1 Messages without a From are not accepted"
    if not letter.message_id:
        return "550 5.7.1 Messages without a Message-ID are not accepted"
    if max(map(len, raw.split(b"\r\n"))) > _LONGEST_LINE:
        return "550 5.6.0 A line is longer than 998 characters"
    return ""


def _trace(sender: str, account: Account, at: int) -> bytes:
    """Return what a provider writes above a mail that arrives.

    It vouches for everybody who has a mailbox with it, and for no report of failure.
    """
    domain = sender.rpartition("@")[2]
    proof = f"dmarc=pass header.from={domain}" if sender else "none"
    hops = f"from {domain or 'localhost'} by {account.authserv_id}"
    lines = [
        f"Return-Path: <{sender}>",
        f"Authentication-Results: {account.authserv_id}; {proof}",
        f"Received: {hops};\r\n {formatdate(at / 1000)}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()
