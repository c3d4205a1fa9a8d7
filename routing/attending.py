"""Who is at which process of the program, where there may be several: in rows, for all of them.

A row is made when the first console of an agent's, or the first page of a visitor's, is open
at a process, and what follows from somebody's coming or going follows when they come to the
first process or have gone from the last.
"""

from collections.abc import Mapping

from bridge.store import people as p
from bridge.store import presence as a
from bridge.store import processes as q
from bridge.store.transactions import Store, Tx
from routing import presence
from routing.policy import Policy

# Of agents, whose place no inbox can be called by.
CONSOLES = ""
HERE_TOPIC = "consoles"
# Who has gone is known for so long, in ms: longer than anybody asks back.
_KNOWN_FOR = 600_000


def elsewhere(tx: Tx, agent_id: str, process: int, *, here: bool) -> bool:
    """Keep whether an agent has a console open here; say whether they have at another process."""
    if here:
        tx.run(q.BE_PRESENT, place=CONSOLES, who=agent_id, process=process, left_at=None)
    else:
        tx.run(q.BE_GONE, at=CONSOLES, of=agent_id, by=process)
    tx.wake(HERE_TOPIC)
    return any(one.process != process for one in tx.all(q.WHERE_IS, place=CONSOLES, who=agent_id))


def at_consoles(tx: Tx) -> list[str]:
    """Return the agents who have a console open at any process."""
    return tx.all(q.PRESENT_AT, place=CONSOLES)


def began_alone(tx: Tx, policy: Policy) -> None:
    """Begin where no other process lives: nobody is here before they say so again."""
    tx.run(q.ALL_GONE)
    tx.run(p.END_VISITS)
    presence.restarted(tx, policy)


def began_beside(tx: Tx, policy: Policy) -> None:
    """Begin beside others: whoever is here is at one of them."""
    here = set(at_consoles(tx))
    for agent in tx.all(a.ATTENDANCE):
        if agent.id not in here:
            presence.settled(tx, policy, agent)


def process_gone(tx: Tx, policy: Policy, process: int) -> None:
    """Have those be gone who were at a process that has ended, however it has."""
    for one in tx.all(q.PRESENT_BY, process=process):
        if one.place == CONSOLES:
            if not elsewhere(tx, one.who, process, here=False):
                presence.departed(tx, policy, one.who)
        else:
            _left(tx, one.place, one.who, process)
    tx.run(q.FORGET_GONE, before=tx.now - _KNOWN_FOR)


def _left(tx: Tx, inbox_id: str, customer: str, process: int) -> None:
    tx.run(q.BE_PRESENT, place=inbox_id, who=customer, process=process, left_at=tx.now)
    if any(one.left_at is None for one in tx.all(q.WHERE_IS, place=inbox_id, who=customer)):
        return
    identity = tx.one(p.FIND_IDENTITY, inbox_id=inbox_id, external_id=customer)
    if identity is not None:
        tx.run(p.END_VISIT_OF, identity_id=identity.id)


class InboxElsewhere:
    """The `bridge.channel.Elsewhere` of one inbox."""

    def __init__(self, store: Store, inbox_id: str, process: int) -> None:
        """Keep who is at `process`."""
        self._store = store
        self._inbox_id = inbox_id
        self._process = process

    async def tell(self, here: Mapping[str, bool]) -> None:
        """Keep who is here now, or was a moment ago; raises `StorageUnavailableError`."""
        await self._store.write(self._told, here)

    async def was_here(self, customer: str, *, within: float) -> bool:
        """Say whether the customer is at any process, or was in the last seconds."""
        return await self._store.read(self._was_here, customer, round(within * 1000))

    def _told(self, tx: Tx, here: Mapping[str, bool]) -> None:
        for customer, is_here in here.items():
            left_at = None if is_here else tx.now
            at = {"place": self._inbox_id, "who": customer, "process": self._process}
            tx.run(q.BE_PRESENT, **at, left_at=left_at)
        tx.run(q.FORGET_GONE, before=tx.now - _KNOWN_FOR)

    def _was_here(self, tx: Tx, customer: str, within: int) -> bool:
        return any(
            one.left_at is None or one.left_at > tx.now - within
            for one in tx.all(q.WHERE_IS, place=self._inbox_id, who=customer)
        )
