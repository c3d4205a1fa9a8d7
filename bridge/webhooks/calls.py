"""What becomes of a call: an answer to an attempt, and what is recorded of it."""

from dataclasses import dataclass
from typing import Literal, Protocol

from tenacity import wait_exponential, wait_random_exponential

from bridge.delivery import PATIENCE, patience_of, pause_after
from bridge.models import WebhookCall
from bridge.store import webhooks as w
from bridge.store.transactions import Tx

WEBHOOK_TOPIC = "webhooks"
# From some seconds to two hours: a receiver that is down for the night is not hammered.
_pause = wait_exponential(multiplier=2.5, max=3600) + wait_random_exponential(
    multiplier=2.5, max=3600
)


class CallWatcher(Protocol):
    """What else changes when a call goes or fails, in the transaction that records it."""

    def recorded(self, tx: Tx, call: WebhookCall, /) -> None:
        """Follow a call, as it is now: `sent`, `failed`, or `queued` for another attempt."""
        ...


Why = Literal["", "gone", "status", "redirect", "timeout", "unreachable", "private_address", "tls"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an attempt; `reason` is empty where the receiver has taken it."""

    reason: Why
    status: int | None = None
    text: str = ""
    after: float | None = None
    """The seconds for which the receiver wants to be left alone."""

    @property
    def is_final(self) -> bool:
        """Whether asking again is of no use: taken, or gone for good."""
        return self.reason in ("", "gone")


def record(tx: Tx, call: WebhookCall, answer: Answer, watcher: CallWatcher | None = None) -> None:
    """Record one attempt: it ends, or is made again later, for as long as it is of use."""
    what = {"of": call.id, "at": tx.now, "status": answer.status, "answer": answer.text}
    wait = pause_after(call.attempts + 1, _pause) if answer.after is None else answer.after
    due_at = tx.now + round(patience_of(wait) * 1000)
    if answer.is_final or due_at > call.expires_at:
        state = "failed" if answer.reason else "sent"
        moved = tx.run(w.END_CALL, **what, reason=answer.reason or None, state=state)
    else:
        moved = tx.run(w.PUT_OFF_CALL, **what, reason=answer.reason, due_at=due_at)
    if moved and watcher is not None:
        watcher.recorded(tx, tx.the(w.CALL_BY_ID, id=call.id))


def send_again(tx: Tx, call: WebhookCall) -> bool:
    """Queue a call that has ended once more, under its id; say whether it had ended."""
    tx.wake(WEBHOOK_TOPIC)
    until = tx.now + PATIENCE
    return bool(tx.run(w.SEND_CALL_AGAIN, of=call.id, at=tx.now, until=until))
