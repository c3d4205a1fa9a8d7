"""How much a visitor may do at all: one knob, `messages_per_minute`, and what follows from it.

What is too much for agents is held long before (`flood` in the YAML); this protects the disk.
An address stands for an office or a phone network, so it may do what many visitors may.
"""

from bridge.clock import Clock
from bridge.web import Buckets, slow_down

VISITORS_BEHIND_AN_ADDRESS = 20
MESSAGES_TO_A_FILE = 10
FRAMES_A_MINUTE = 300
LINKS_A_MINUTE = 6


class Limits:
    """The buckets of one inbox. Every method raises `ApiError` (429) when one is empty."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        """Take `per_minute` messages of each visitor."""
        crowd = per_minute * VISITORS_BEHIND_AN_ADDRESS
        files = max(1, per_minute // MESSAGES_TO_A_FILE)
        self._messages = Buckets(clock, per_minute=per_minute)
        self._messages_by_address = Buckets(clock, per_minute=crowd)
        self._uploads = Buckets(clock, per_minute=files)
        self._uploads_by_address = Buckets(clock, per_minute=files * VISITORS_BEHIND_AN_ADDRESS)
        self._links = Buckets(clock, per_minute=LINKS_A_MINUTE)
        crowd = LINKS_A_MINUTE * VISITORS_BEHIND_AN_ADDRESS
        self._links_by_address = Buckets(clock, per_minute=crowd)
        self._sessions = Buckets(clock, per_minute=per_minute)
        self._sockets = Buckets(clock, per_minute=per_minute)

    def message(self, customer: str, address: str) -> None:
        """Count a message."""
        _take(self._messages, customer)
        _take(self._messages_by_address, address)

    def upload(self, customer: str, address: str) -> None:
        """Count a file."""
        _take(self._uploads, customer)
        _take(self._uploads_by_address, address)

    def link(self, customer: str, address: str) -> None:
        """Count a link into another inbox."""
        _take(self._links, customer)
        _take(self._links_by_address, address)

    def session(self, address: str) -> None:
        """Count a session, new or continued."""
        _take(self._sessions, address)

    def socket(self, address: str) -> None:
        """Count a websocket."""
        _take(self._sockets, address)


def _take(buckets: Buckets, key: str) -> None:
    retry_after = buckets.take(key)
    if retry_after is not None:
        raise slow_down(retry_after)
