"""What the end of a send changes beside its own row: the `Reactor` of `bridge.delivery`."""

from collections.abc import Sequence
from typing import Literal

from bridge.models import Delivery
from bridge.store.transactions import Tx
from routing import parked
from routing.desk import Desk
from routing.intake import Intake
from routing.reports import tell


class Reactions:
    """Tells the surfaces, and applies the policy for uncertain ends."""

    def __init__(self, desk: Desk) -> None:
        """React by this desk's policy."""
        self._desk = desk

    def sent(self, tx: Tx, delivery: Delivery, external_ids: Sequence[str]) -> None:
        """Show the mark, and apply reports that came before the answer."""
        take = Intake(tx, self._desk, delivery.place).take
        for external_id in external_ids:
            parked.release(tx, delivery.place, external_id, take)
        tell(tx, delivery)

    def ended(self, tx: Tx, delivery: Delivery, state: Literal["failed", "uncertain"]) -> bool:
        """Show the mark; `uncertain: resend` sends once more, never twice more."""
        tell(tx, delivery)
        return (
            state == "uncertain"
            and self._desk.policy.uncertain == "resend"
            and delivery.doubled_at is None
        )

    def delayed(self, tx: Tx, delivery: Delivery) -> None:
        """Show that it still waits, and why."""
        tell(tx, delivery)
