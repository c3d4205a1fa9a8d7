"""What one process at a time does: the number it does it under, which its writes are checked by."""

from dataclasses import dataclass

from sqlalchemy import select

from bridge.channel import StorageUnavailableError
from bridge.clock import Clock
from bridge.models import LEASE
from bridge.store.statement import Statement, param, value
from bridge.store.tx import Asked, Tx


class LostLeaseError(StorageUnavailableError):
    """Another process does this now, or may: nothing was stored."""


_FENCE = Statement(value, select(LEASE.c.fence).where(LEASE.c.name == param("name")))


def _number_of(name: str) -> Asked:
    return _FENCE, {"name": name}


@dataclass(slots=True)
class Hold:
    """What this process knows of its hold on one lease; used in the event loop."""

    name: str
    clock: Clock
    fence: int | None = None
    """The number it is held under, `None` where it is not."""
    until: float = float("-inf")
    """Until when nobody else can have taken it, by the clock that never jumps."""

    @property
    def stands(self) -> bool:
        """Say whether it is certain that nobody else has it: asked before a first byte goes."""
        return self.fence is not None and self.clock.monotonic() < self.until

    @property
    def asked(self) -> Asked:
        """Return what `is_ours_in` asks."""
        return _number_of(self.name)

    def is_ours_in(self, tx: Tx) -> bool:
        """Say whether nobody else has it before a transaction that writes ends; from any thread."""
        fence = self.fence
        return fence is not None and tx.one(_FENCE, name=self.name) == fence

    def claim(self) -> "Claim":
        """Return what a transaction is checked by; raises `LostLeaseError` without a hold."""
        if self.fence is None:
            raise LostLeaseError(f"{self.name} is another process's")
        return Claim(self.name, self.fence)


@dataclass(frozen=True, slots=True)
class Claim:
    """That a lease is held under this number."""

    name: str
    fence: int

    @property
    def asked(self) -> Asked:
        """Return what `prove` asks."""
        return _number_of(self.name)

    def prove(self, tx: Tx) -> None:
        """Raise `LostLeaseError` where somebody has taken the lease since.

        Nobody takes one while a transaction that writes runs: both need the one turn to write.
        """
        if tx.one(_FENCE, name=self.name) != self.fence:
            raise LostLeaseError(f"{self.name} was taken by another process")
