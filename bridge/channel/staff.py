"""What a mailbox hands to the core that no customer wrote: an agent's answer to our mail."""

from collections.abc import Sequence
from typing import Protocol

STAFF_THREAD = "agent:"
"""What the threads of mails to agents begin with; no other thread does."""


class StaffAnswers(Protocol):
    """Those who are mailed as agents, as far as an adapter may know of them.

    The adapter has proof that a mail of ours with this thread went to the sender's address.
    """

    async def owner(self, thread: str, sender: str) -> str | None:
        """Return whose files come with the answer; `None` where it speaks for nobody (now)."""
        ...

    async def answer(
        self,
        thread: str,
        sender: str,
        text: str,
        *,
        files: Sequence[str],
        lost: Sequence[str],
        key: str,
    ) -> None:
        """Have the agent say this; what must not be said is mailed back to them.

        `files` are ids in the media store, `lost` the names of what could not be kept. The
        same `key` again says nothing twice. Raises `StorageUnavailableError`.
        """
        ...
