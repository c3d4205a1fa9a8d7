"""Mailboxes of people who write to the shop's address."""

import mimetypes
import re
from collections.abc import Sequence

from bridge.sandbox.ledger import Payload
from bridge.sandbox.mail import Enclosed, Letter, MailServer, Person
from bridge.sandbox.mail.office import PostOffice
from bridge.sandbox.phones import shapes
from bridge.sandbox.phones.phone import Kept, NotPossibleError, Owner, Phone

_NAMED = re.compile(r"(.*?)\s*<([^<>]*)>")
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class MailOwner(Owner):
    """Somebody at their mailbox."""

    def __init__(self, person: Person) -> None:
        """Play this person."""
        super().__init__(f"{person.name} · {person.address}")
        self.person = person

    @property
    def id(self) -> str:
        """Return the address."""
        return self.person.address.lower()

    @property
    def blocked(self) -> bool:
        """Say whether the address was closed."""
        return self.person.closed

    def messages(self) -> list[shapes.Message]:
        """Return the letters in both directions; nobody learns what was read of them."""
        words = {one.message_id: one.text for one in self.person.letters}
        return [_shown(one, words.get(one.answers, "")) for one in self.person.letters]

    def files(self, message: str) -> Sequence[Kept]:
        """Return what is enclosed in a letter."""
        return [Kept(one.name, one.data) for one in self._letter(message).files]

    def _letter(self, message: str) -> Letter:
        found = [one for one in self.person.letters if str(one.number) == message]
        if not found:
            raise LookupError(message)
        return found[0]

    # --- what is done ---

    async def mail(self, subject: str, text: str, files: Sequence[Kept], answered: str) -> None:
        """Write a letter, or an answer to one."""
        enclosed = [Enclosed(one.name, _mime(one.name), one.data) for one in files]
        answers = self._letter(answered) if answered else None
        await self.person.write(text, subject, files=enclosed, answers=answers)

    async def bounce(self, message: str) -> None:
        """Let a letter come back to the shop as undeliverable."""
        letter = self._letter(message)
        if letter.mine:
            raise NotPossibleError("Only what the shop has sent can come back to it.")
        await self.person.bounce(letter)

    async def write(self, text: str, quote: str = "") -> None:
        """Write a letter without a subject, which is allowed."""
        await self.mail("", text, (), quote)

    async def send(self, kind: str, file: Kept, text: str) -> None:  # noqa: ARG002  # In a mail everything is a file.
        """Write a letter with a file."""
        await self.mail("", text, (file,), "")

    async def place(self, latitude: float, longitude: float) -> None:  # noqa: ARG002  # There is none.
        """Refuse: a mail has no places."""
        raise NotPossibleError("A mail has no places.")

    async def press(self, message: str, label: str) -> None:  # noqa: ARG002  # There are none.
        """Refuse: a mail has no buttons."""
        raise NotPossibleError("A mail has no buttons.")

    async def block(self) -> None:
        """Close the address: from now on it does not exist."""
        self.person.closed = True

    async def unblock(self) -> None:
        """Open it again."""
        self.person.closed = False


class MailPhone(Phone):
    """Everybody who writes to one address of the shop's."""

    network = "email"
    can = ("mail", "quote", "bounce", "block")
    sending = ("DATA",)
    throttled = "451 4.7.1 Too many messages, try again later"
    names = ("Ірина Бойко <iryna@example.net>",)

    def __init__(self, inbox_id: str, inbox_name: str, server: MailServer) -> None:
        """Play those who write to this provider's account."""
        office = server.office
        super().__init__(inbox_id, inbox_name, office.ledger.wire, office.faults)
        self._office: PostOffice = office
        office.ledger.wire.listen(self._welcome)

    def make(self, name: str) -> MailOwner:
        """Give somebody a mailbox: `Name <address>`, or a name and any address."""
        named = _NAMED.fullmatch(name)
        shown, address = (named[1], named[2].strip()) if named else (name, self._free_address())
        if address.lower() in self.owners:
            raise NotPossibleError(f"Somebody has the address {address} already.")
        try:
            return MailOwner(self._office.person(shown or address.partition("@")[0], address))
        except ValueError:
            raise NotPossibleError(f"This is no address of a customer: {address}") from None

    def _free_address(self) -> str:
        number = len(self.owners) + 1
        while f"customer{number}@example.net" in self.owners:
            number += 1
        return f"customer{number}@example.net"

    def typist(self, payload: Payload) -> str:  # noqa: ARG002  # Mail shows nobody that somebody writes.
        """Return nobody."""
        return ""

    def _welcome(self, _payload: Payload) -> None:
        """Show the mailbox of everybody whom the shop has written to."""
        for address, person in self._office.people.items():
            if address not in self.owners:
                self.owners[address] = MailOwner(person)


def _mime(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _shown(one: Letter, answered: str) -> shapes.Message:
    return {
        "id": str(one.number),
        "mine": one.mine,
        "at": one.at,
        "subject": one.subject,
        "spans": shapes.plain(one.text),
        "files": [_file(file) for file in one.files],
        "mark": "sent" if one.mine else "",
        "edited": False,
        "quote": answered,
        "buttons": [],
    }


def _file(file: Enclosed) -> shapes.File:
    return {"kind": "photo" if file.mime in _PICTURES else "file", "name": file.name, "url": ""}
