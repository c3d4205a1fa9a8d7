"""How much a visitor may do at all: one knob, `messages_per_minute`, and what follows from it.

What is too much for agents is held long before (`flood` in the YAML); this protects the disk.
An address stands for an office or a phone network, so it may do what many visitors may.
"""

from bridge.clock import Clock
from bridge.redis import SharedBudgets
from bridge.web import Buckets, slow_down

VISITORS_BEHIND_AN_ADDRESS = 20
MESSAGES_TO_A_FILE = 10
FRAMES_A_MINUTE = 300
LINKS_A_MINUTE = 6


class Limits:
    """The buckets of one inbox. Every method raises `ApiError` (429) when one is empty."""

    def __init__(
        self,
        clock: Clock,
        per_minute: int,
        *,
        inbox_id: str = "",
        shared: SharedBudgets | None = None,
    ) -> None:
        """Take `per_minute` messages of each visitor, by whichever process counts in `shared`."""
        crowd = per_minute * VISITORS_BEHIND_AN_ADDRESS
        files = max(1, per_minute // MESSAGES_TO_A_FILE)
        file_crowd = files * VISITORS_BEHIND_AN_ADDRESS
        link_crowd = LINKS_A_MINUTE * VISITORS_BEHIND_AN_ADDRESS

        def made(of: str, per_minute: int) -> Buckets:
            name = f"widget:{inbox_id}:{of}"
            return Buckets(clock, per_minute=per_minute, name=name, shared=shared)

        self._messages = made("messages", per_minute)
        self._messages_by_address = made("messages from", crowd)
        self._uploads = made("uploads", files)
        self._uploads_by_address = made("uploads from", file_crowd)
        self._links = made("links", LINKS_A_MINUTE)
        self._links_by_address = made("links from", link_crowd)
        self._sessions = made("sessions", per_minute)
        self._sockets = made("sockets", per_minute)

    async def message(self, customer: str, address: str) -> None:
        """Count a message."""
        await _take(self._messages, customer)
        await _take(self._messages_by_address, address)

    async def upload(self, customer: str, address: str) -> None:
        """Count a file."""
        await _take(self._uploads, customer)
        await _take(self._uploads_by_address, address)

    async def link(self, customer: str, address: str) -> None:
        """Count a link into another inbox."""
        await _take(self._links, customer)
        await _take(self._links_by_address, address)

    async def session(self, address: str) -> None:
        """Count a session, new or continued."""
        await _take(self._sessions, address)

    async def socket(self, address: str) -> None:
        """Count a websocket."""
        await _take(self._sockets, address)


async def _take(buckets: Buckets, key: str) -> None:
    retry_after = await buckets.spend(key)
    if retry_after is not None:
        raise slow_down(retry_after)
