"""How many messages each customer has been sent since they last wrote.

Viber answers one status to two things: the bot sends too fast, and one customer was sent
100 messages within an hour without writing. Only the first concerns anybody else.

Source: https://developers.viber.com/docs/api/rest-bot-api/#error-codes
"""

from collections import OrderedDict, deque

from bridge.clock import Clock
from bridge.pace import Budget

BUDGET = Budget(100, 3600.0)
# Seconds after which a message that Viber would not take yet looks whether it may go: its
# customer may have answered meanwhile.
LOOKS_AGAIN = 60.0


class Unanswered:
    """Counts in memory: after a restart, the first too many is taken for the bot's own."""

    def __init__(self, clock: Clock, *, alone: bool) -> None:
        """Begin with nobody; where it is not `alone`, customers may write to another process."""
        self._clock = clock
        self._alone = alone
        self._tried: dict[str, float] = {}
        # By customer, the one who was sent something last at the end.
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()

    def sent(self, customer: str) -> None:
        """Count a message that Viber took."""
        now = self._clock.monotonic()
        self._sent.setdefault(customer, deque(maxlen=BUDGET.calls)).append(now)
        self._sent.move_to_end(customer)
        self._forget(now)

    def wrote(self, customer: str) -> None:
        """The customer has answered."""
        self._sent.pop(customer, None)
        self._tried.pop(customer, None)

    def may_have_written(self, customer: str) -> bool:
        """Say whether Viber is to be asked, since only it may know; seldom, and not if alone."""
        now = self._clock.monotonic()
        if self._alone or now - self._tried.get(customer, float("-inf")) < LOOKS_AGAIN:
            return False
        self._tried[customer] = now
        return True

    def wait(self, customer: str) -> float:
        """Return in how many seconds the customer may be sent something: 0 for now."""
        sent = self._sent.get(customer)
        if sent is None or len(sent) < BUDGET.calls:
            return 0.0
        return max(0.0, sent[0] + BUDGET.kept - self._clock.monotonic())

    def _forget(self, now: float) -> None:
        while self._sent:
            oldest = next(iter(self._sent))
            if self._sent[oldest][-1] > now - BUDGET.kept:
                return
            self.wrote(oldest)
