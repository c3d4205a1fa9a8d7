"""When a customer who has not seen what was said gets it by mail. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.delivery import Body
from bridge.models import Delivery
from routing.policy import Policy

# Whoever has no such mailbox today has none tomorrow, and asking again harms our name.
_NOBODY_THERE = frozenset({"no_such_recipient", "account_gone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What a mail waits for; times in ms.

    `by_mail`: the customer's last word came by mail, and they are not on the site.
    """

    unseen_since: int
    mailed_at: int | None = None
    by_mail: bool = False


def due_at(policy: Policy, silence: Silence) -> int | None:
    """Return when the next mail goes out, or `None` where none ever does.

    Who writes mails sees nothing in the widget, so that their answer does not wait there.
    No two mails of a conversation are closer than the policy says.
    """
    if policy.email_if_unseen is None:
        return None
    seen_by = silence.unseen_since + (0 if silence.by_mail else policy.email_if_unseen)
    if silence.mailed_at is None:
        return seen_by
    return max(seen_by, silence.mailed_at + policy.mail_min_interval)


def mailed_up_to(mails: Sequence[Delivery]) -> int:
    """Return the newest message that need not be mailed again: what failed goes once more."""
    return max((one.message_id for one in mails if one.state != "failed"), default=0)


def is_dead(mails: Sequence[Delivery], address: str) -> bool:
    """Say whether the last mail to this address has told that nobody has it."""
    to_them = [one for one in mails if _went_to(one) == address]
    return bool(to_them) and to_them[-1].reason in _NOBODY_THERE


def _went_to(mail: Delivery) -> str:
    onward = Body.of(mail).onward
    return onward.to if onward else ""
