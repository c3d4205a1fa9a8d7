"""Mail: Dovecot, and a real SMTP server in the test's own loop."""

import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

from channels.email.imap import Mailbox
from tests import passing
from tests.channels.email import dovecot, postbox
from tests.channels.email.mails import US, letter
from tests.channels.email.postbox import Received, post_box
from tests.channels.storm.network import Carried, Network, Said, TellsTime, Trouble

_FAILURES: dict[Trouble, str] = {
    "throttled": "mail 421 4.7.0 too many connections, come again",
    "refused": "rcpt 451 4.7.1 greylisted, come again",
    "lost_request": "drop_at_data",
    "lost_answer": "lost_answer",
    "late_answer": "silent_answer",
}
_ANSWER = re.compile(r"\w+, відповідь \d+ 🙂")
_USER = "storm"


class EmailNetwork(Network):
    """A mailbox and people with addresses."""

    name = "email"
    environ: ClassVar = {"IMAP": dovecot.PASSWORD, "SMTP": postbox.PASSWORD}
    # What Dovecot tells unasked takes some of the machine's time.
    step = 2.0

    def __init__(self, clock: TellsTime, folder: Path) -> None:
        """Begin without mail."""
        super().__init__(clock, folder)
        self._letters: dict[Said, bytes] = {}
        self._addresses: dict[str, str] = {}
        self._known: list[Carried] = []

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Start the servers."""
        # Dovecot answers by the machine's time, and would be late where many are at work.
        waiting = patch.object(Mailbox, "_race", passing.held(Mailbox._race))
        with waiting, dovecot.running() as self.imap:
            async with post_box() as self.box:
                yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        place = {"host": "127.0.0.1", "tls": "none"}
        return {
            "type": "email",
            "address": US,
            "imap": place | {"port": self.imap.port, "user": _USER, "password": "${IMAP}"},
            "smtp": place | {"port": self.box.port, "password": "${SMTP}", "timeout": "25s"},
            "poll": "5s",
            "backlog": "7d",
        }

    async def compose(self, everything: Sequence[Said]) -> None:
        """Write the letters; those of a customer answer each other."""
        for one in everything:
            address = self._addresses.setdefault(
                one.customer, f"customer{len(self._addresses)}@example.net"
            )
            name = address.partition("@")[0]
            self._letters[one] = letter(
                one.text,
                sender=address,
                message_id=f"{name}-{one.number}@example.net",
                references=[f"{name}-{n}@example.net" for n in range(one.number)],
            )

    async def tell(self, said: Said, *, in_order: bool) -> None:  # There is one mailbox.
        """Deliver the letter, once more if it was before."""
        self.imap.deliver(_USER, self._letters[said])

    def told(self) -> bool:
        """Mail waits in its box for whoever reads it, and nobody tells the sender."""
        return True

    def customer_of(self, external_id: str) -> str:
        """Return whose address it is."""
        return {mail: name for name, mail in self._addresses.items()}.get(external_id, external_id)

    def plan(self, trouble: Trouble) -> None:
        """Have the next mail meet it."""
        self.box.fail_next(_FAILURES[trouble])

    def left(self) -> Sequence[Trouble]:
        """Return what no mail has met."""
        kinds = {how: kind for kind, how in _FAILURES.items()}
        return [kinds[one] for one in self.box.failures]

    def heal(self) -> None:
        """Forget it."""
        self.box.failures.clear()

    async def go_away(self) -> None:
        """Kill Dovecot, and have the SMTP server turn everybody away."""
        self.imap.kill()
        self.box.closed = True

    async def come_back(self) -> None:
        """Start again."""
        self.box.closed = False
        self.imap.start()

    def carried(self) -> list[Carried]:
        """Return the mails that were taken."""
        known = len(self._known)
        self._known += [self._carried(one) for one in self.box.received[known:]]
        return list(self._known)

    def _carried(self, one: Received) -> Carried:
        body = one.mail.get_body(("plain",))
        found = _ANSWER.search(body.get_content() if body else "")
        return Carried(self.customer_of(one.recipients[0]), found[0] if found else "")
