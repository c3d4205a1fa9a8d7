"""Words for one person, kept until they are told."""

import msgspec

from agent_console.fanout.deck import Deck
from agent_console.fanout.voice import Told
from agent_console.surface import AnyHeard
from bridge.models import SurfaceThread
from bridge.store import surfaces as s
from bridge.store.transactions import Tx

# What is for whoever reads the thread is for no account.
EVERYBODY = ""


class HintBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a hint's row carries: the words, and each button's verb, label and value."""

    text: str
    buttons: list[tuple[str, str, str]] = msgspec.field(default_factory=list)


def tell(
    tx: Tx, row: int, account: str, told: Told, *, about: str | None = None, once: str | None = None
) -> None:
    """Have somebody told; what has a name is told to them once in a thread."""
    if once is not None and tx.the(s.HINTED, thread_id=row, account=account, once=once):
        return
    buttons = [(one.verb, one.label, one.value) for one in told.buttons]
    body = msgspec.json.encode(HintBody(told.text, buttons)).decode()
    tx.run(s.ADD_HINT, thread_id=row, account=account, about=about, body=body, once=once)


def is_in(deck: Deck, thread: SurfaceThread, event: AnyHeard) -> bool:
    """Say whether something was done in this thread, not in the one that it stands instead of.

    What is called the same in the two need not be the same. Of a reaction some platforms tell
    only in which place it was: the thread was found by what it is on.
    """
    same_place = deck.carries or thread.place == event.place
    return same_place and (not event.thread or thread.thread == event.thread)


def about(deck: Deck, thread: SurfaceThread, event: AnyHeard) -> str | None:
    """Return what a hint about something that was done answers, if that is in the thread."""
    return getattr(event, "external_id", None) if is_in(deck, thread, event) else None
