"""What the configuration says about conversations, and which timers a state needs. Pure."""

from dataclasses import dataclass
from typing import Literal

CLOSE_INACTIVE = "close_inactive"
MAIL_UNSEEN = "mail_unseen"
OVERFLOW = "overflow"
# Every limit of a network or of ours is lower; this one keeps a hostile sender from
# filling the disk. In code points.
LONGEST_TEXT = 100_000
# A message that has been on its way for longer says when it was written, in ms.
LATE = 60_000

Transfer = Literal["none", "own", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The knobs of the YAML that routing turns on; durations in ms, `None` is "off"."""

    close_inactive: int | None = 15 * 60_000
    reopen_new_after: int | None = 24 * 3_600_000
    uncertain: Literal["ask", "resend"] = "ask"
    max_length: int = 2000
    allow_edit: bool = True
    allow_delete: bool = False
    agent_transfer: Transfer = "own"
    agent_edits_contact: bool = True
    language: str = "en"
    """What customers are spoken to in of whom no language is known."""
    email_if_unseen: int | None = 60_000
    mail_min_interval: int = 5 * 60_000
    mail_max_messages: int = 10
    resume_valid: int | None = 3_600_000


def length_of(text: str) -> int:
    """Return the length that the product limit counts: characters that are no space (S45)."""
    return sum(not character.isspace() for character in text)


def close_due(
    policy: Policy, *, state: str, waiting_since: int | None, quiet_since: int
) -> int | None:
    """Return when the customer's silence closes the conversation, in ms, or `None`.

    It counts from the last word of ours (D46), and not while the customer waits for one.
    """
    if policy.close_inactive is None or state != "open" or waiting_since is not None:
        return None
    return quiet_since + policy.close_inactive


def starts_anew(policy: Policy, *, closed_at: int, now: int) -> bool:
    """Say whether a closed conversation is too old to be reopened by a new message."""
    return policy.reopen_new_after is not None and now - closed_at > policy.reopen_new_after
