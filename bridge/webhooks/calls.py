"""What becomes of a call: an answer to an attempt, and what is recorded of it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol, Self

import msgspec
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


VERSION = 1
"""Of what the requests hold: it grows when something in it comes to mean something else."""


def mail_place(inbox_id: str) -> str:
    """Return the place of mails that an inbox sends; no webhook can have this id."""
    return f"mail:{inbox_id}"


def new_id() -> str:
    """Return an id that no other call has, on no installation."""
    return f"msg_{secrets.token_hex(12)}"


def body_of(event: str, at: int, data: Mapping[str, object] | msgspec.Struct) -> str:
    """Return what a request holds; `at` is when it happened, in ms."""
    body = {
        "type": event,
        "version": VERSION,
        "timestamp": datetime.fromtimestamp(at / 1000, UTC),
        "data": data,
    }
    return msgspec.json.encode(body).decode()


class CallWatcher(Protocol):
    """What else changes when a call goes or fails, in the transaction that records it."""

    def recorded(self, tx: Tx, call: WebhookCall, /) -> None:
        """Follow a call, as it is now: `sent`, `failed`, or `queued` for another attempt."""
        ...


Why = Literal[
    "",
    "gone",
    "refused",
    "status",
    "redirect",
    "timeout",
    "unreachable",
    "private_address",
    "tls",
]


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
        """Whether asking again is of no use: taken, or refused for good."""
        return self.reason in ("", "gone", "refused")


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to an address instead: `text` in our own markup, `author` the agent's name.

    `thread` is what an answer is known by; without it, an answer begins a conversation.
    """

    to: str
    subject: str
    text: str
    author: str | None = None
    thread: str | None = None


class Carrier(Protocol):
    """Whatever carries calls to one place; a context, open for as long as it is used."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    async def send(self, call_id: str, body: str, now: int, /) -> Answer:
        """Send once, at a time in ms; whatever comes of it is an answer."""
        ...


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
