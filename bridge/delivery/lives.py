"""The keys that networks know our parts by, unique over all lives of a database.

A database that is restored from a copy goes on counting from there, and so gives out
numbers that parts have had already, in the life that was given up. A network that knows our
keys would take new messages for old ones, and drop them. So a restore begins a new life: the
keys of what is queued from then on begin with its word. What was queued before keeps its
key: if it went out in the life that was given up, the network is to notice just that.
"""

import secrets

import msgspec

from bridge.store import deliveries as d
from bridge.store import log
from bridge.store.transactions import Tx

_META = "lives"


class Life(msgspec.Struct, frozen=True):
    """A stretch of deliveries: those with an id above `after`, up to the next life."""

    after: int
    word: str


class Keys:
    """Makes the key of each part. Lives are few, and read once."""

    def __init__(self, lives: tuple[Life, ...] = ()) -> None:
        """Know the lives that have begun since the first, oldest first."""
        self._lives = lives

    def of(self, delivery_id: int) -> str:
        """Return the key of this delivery, the same at each attempt."""
        life = next((one for one in reversed(self._lives) if delivery_id > one.after), None)
        return str(delivery_id) if life is None else f"{life.word}.{delivery_id}"


def keys(tx: Tx) -> Keys:
    """Return the keys of this database."""
    return Keys(_lives(tx))


def begin_life(tx: Tx) -> None:
    """Make the database another one than it is a copy of; call after a restore or a move.

    Every cursor of the event log becomes stale, so that whoever follows it loads afresh.
    """
    new = Life(after=tx.the(d.LAST_DELIVERY), word=secrets.token_hex(4))
    lives = msgspec.json.encode([*_lives(tx), new]).decode()
    tx.run(log.PUT_META, key=_META, value=lives)
    tx.run(log.PUT_META, key="epoch", value=secrets.token_hex(4))


def _lives(tx: Tx) -> tuple[Life, ...]:
    return msgspec.json.decode(tx.one(log.GET_META, key=_META) or "[]", type=tuple[Life, ...])
