"""What agents are shown of a conversation's mails, in bulk."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bridge.delivery import Body
from bridge.models import Delivery, DeliveryState, Message
from bridge.store import bulk as b
from bridge.store.transactions import Tx
from routing.continued.due import mailed_up_to
from routing.policy import MAIL_UNSEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """How a message goes by mail, or went; `planned` while its timer runs. Times are ms.

    `to` shows of the address what tells two apart.
    """

    state: DeliveryState | Literal["planned"]
    at: int
    to: str
    reason: str | None = None
    may_be_double: bool = False


def mails_of(tx: Tx, messages: Sequence[Message]) -> Mapping[int, Mailed]:
    """Return how each of these outgoing messages goes by mail, where it does."""
    given = b.ids({one.conversation_id for one in messages})
    tx.foresee(
        (b.CONTINUED_IN, {"ids": given}), (b.PLANNED_MAILS, {"ids": given, "kind": MAIL_UNSEEN})
    )
    mails: dict[int, list[Delivery]] = defaultdict(list)
    for mail in tx.all(b.CONTINUED_IN, ids=given):
        mails[mail.conversation_id].append(mail)
    plans = tx.all(b.PLANNED_MAILS, ids=given, kind=MAIL_UNSEEN)
    every = (one for some in mails.values() for mail in some for one in mailed_in(mail).items())
    carried = dict(every)
    return _planned(messages, plans, mails) | carried


def mailed_in(mail: Delivery) -> dict[int, Mailed]:
    """Return how it is with each message that a mail holds, by its id."""
    onward = Body.of(mail).onward
    if onward is None:
        return {}
    shown = Mailed(
        state=mail.state,
        at=mail.changed_at,
        to=masked(onward.to),
        reason=mail.reason,
        may_be_double=mail.doubled_at is not None,
    )
    return dict.fromkeys(onward.carries, shown)


def _planned(
    messages: Sequence[Message],
    plans: Sequence[b.PlannedMail],
    mails: Mapping[int, Sequence[Delivery]],
) -> dict[int, Mailed]:
    """Return which messages the next mails will hold, if they are not read before."""
    found = {one.conversation_id: one for one in plans}
    planned = {}
    for message in messages:
        plan = found.get(message.conversation_id)
        if plan is None or message.created_at < plan.since:
            continue
        if message.id > mailed_up_to(mails.get(message.conversation_id, ())):
            planned[message.id] = Mailed(state="planned", at=plan.due_at, to=masked(plan.email))
    return planned


def masked(address: str) -> str:
    """Return an address as `a…@example.com`."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
