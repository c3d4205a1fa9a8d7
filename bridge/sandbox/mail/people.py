"""Somebody with a mailbox of their own, who writes to the account."""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from email.utils import make_msgid

from bridge.sandbox.mail import bounces
from bridge.sandbox.mail.letters import Enclosed, Letter, history_of, written

Post = Callable[[str, bytes], Awaitable[None]]
"""Brings a mail into the account's folder: from which address, and its bytes."""


class Person:
    """A mailbox and who reads it; letters in both directions, oldest first."""

    def __init__(
        self, name: str, address: str, shop: tuple[str, str], post: Post, now: Callable[[], int]
    ) -> None:
        """Write to `shop`, name and address, by `post`."""
        self.name = name
        self.address = address
        self.closed = False
        """Whether the address is refused, as one that does not exist."""
        self.letters: list[Letter] = []
        self._numbers = itertools.count(1)
        self._shop = shop
        self._post = post
        self._now = now

    async def write(
        self,
        text: str,
        subject: str = "",
        *,
        files: Sequence[Enclosed] = (),
        answers: Letter | None = None,
    ) -> Letter:
        """Write to the shop; an answer has the subject and the chain of what it answers."""
        letter = Letter(
            mine=True,
            at=self._now(),
            sender=(self.name, self.address),
            recipient=self._shop,
            subject=" ".join(subject.split()),
            text=text,
            files=tuple(files),
            message_id=make_msgid(domain=self.address.rpartition("@")[2]),
        )
        if answers is not None:
            letter = _continuing(letter, answers)
        raw = written(letter, history_of(answers) if answers else "")
        letter = self._put(replace(letter, raw=raw))
        await self._post(self.address, raw)
        return letter

    def receive(self, letter: Letter) -> None:
        """Find a mail in the mailbox."""
        self._put(letter)

    def _put(self, letter: Letter) -> Letter:
        letter = replace(letter, number=next(self._numbers))
        self.letters.append(letter)
        return letter

    async def bounce(self, letter: Letter) -> None:
        """Let a mail come back as undeliverable after all, as if it had never been here."""
        self.letters.remove(letter)
        await self._post("", bounces.report(letter, self.address, self._now()))


def _continuing(letter: Letter, answered: Letter) -> Letter:
    """Return the letter as an answer: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4."""
    subject = answered.subject
    chain = answered.references or ((answered.answers,) if answered.answers else ())
    return replace(
        letter,
        subject=subject if subject.lower().startswith("re:") else f"Re: {subject}",
        answers=answered.message_id,
        references=(*chain, answered.message_id),
    )
