"""Words for one person, kept until they are told."""

import msgspec

from agent_console.fanout.voice import Told
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
