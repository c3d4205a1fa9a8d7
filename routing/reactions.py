"""What the end of a send changes beside its own row: the `Reactor` of `bridge.delivery`."""

from collections.abc import Sequence
from typing import Literal

from bridge.models import Delivery
from bridge.store import deliveries as d
from bridge.store.transactions import Tx
from routing import parked
from routing.continued.site import with_way_back
from routing.desk import Desk
from routing.intake import Intake
from routing.reports import look_for_proof, tell


class Reactions:
    """Tells the surfaces, and applies the policy for uncertain ends."""

    def __init__(self, desk: Desk) -> None:
        """React by this desk's policy."""
        self._desk = desk

    def leaving(self, tx: Tx, delivery: Delivery, text: str) -> str:
        """Give a mail that continues a conversation its own link back to the site."""
        if delivery.action != "continue":
            return text
        return with_way_back(tx, self._desk, delivery, text)

    def sent(self, tx: Tx, delivery: Delivery, external_ids: Sequence[str]) -> None:
        """Show the mark, and apply reports that came before the answer."""
        take = Intake(tx, self._desk, delivery.place).take
        for external_id in external_ids:
            parked.release(tx, delivery.place, external_id, take)
        tell(tx, delivery)

    def ended(self, tx: Tx, delivery: Delivery, state: Literal["failed", "uncertain"]) -> bool:
        """Show the mark; `uncertain: resend` sends once more, never twice more.

        Nobody is asked, and nothing is sent again, where proof of it has come already.
        """
        tell(tx, delivery)
        if state != "uncertain" or self._is_proven(tx, delivery):
            return False
        return self._desk.policy.uncertain == "resend" and delivery.doubled_at is None

    def _is_proven(self, tx: Tx, delivery: Delivery) -> bool:
        look_for_proof(tx, delivery, Intake(tx, self._desk, delivery.place).take)
        return tx.the(d.DELIVERY_BY_ID, id=delivery.id).state != "uncertain"

    def delayed(self, tx: Tx, delivery: Delivery) -> None:
        """Show that it still waits, and why."""
        tell(tx, delivery)
