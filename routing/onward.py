"""Links that carry a conversation on into another inbox: made here, for visitors and agents.

What such a link is comes from the inbox's own adapter; who may make one is decided by
whoever asks.
"""

from collections.abc import Mapping, Sequence

from bridge import channel as ch
from bridge.store import conversations as q
from bridge.store import people as p
from bridge.store.transactions import Store, Tx
from routing import start_tokens


class StartLinks:
    """The inboxes of the installation that a link can begin a conversation in."""

    def __init__(self, ways: Sequence[ch.WayOn], channels: Mapping[str, object]) -> None:
        """`ways` describes every inbox; `channels` may be filled later."""
        self._channels = channels
        self.lead(ways)

    def lead(self, ways: Sequence[ch.WayOn]) -> None:
        """Know these inboxes from now on, and no others."""
        self._ways = {way.inbox_id: way for way in ways}

    def ways(self, inbox_ids: Sequence[str] | None = None) -> Sequence[ch.WayOn]:
        """Return those of the inboxes, or of all, that a link leads to."""
        wanted = self._ways if inbox_ids is None else inbox_ids
        return [self._ways[one] for one in wanted if self._starter(one) is not None]

    async def url(self, inbox_id: str, payload: str) -> str | None:
        """Return the address that begins a conversation there; raises a `SendError`.

        `None` where no link leads to the inbox.
        """
        starter = self._starter(inbox_id)
        return None if starter is None else await starter.start_link(payload)

    def _starter(self, inbox_id: str) -> ch.CanStartByLink | None:
        channel = self._channels.get(inbox_id)
        return channel if isinstance(channel, ch.CanStartByLink) else None


class InboxOnward:
    """What the adapter of one inbox is given; see `bridge.channel.Onward`."""

    def __init__(self, store: Store, links: StartLinks, inbox_id: str) -> None:
        """Lead the customers of one inbox on."""
        self._store = store
        self._links = links
        self._inbox_id = inbox_id

    def ways(self, inbox_ids: Sequence[str]) -> Sequence[ch.WayOn]:
        """Return where a link leads."""
        return self._links.ways(inbox_ids)

    async def link(
        self, customer: str, thread: str, *, to: str, source: str, valid: int
    ) -> ch.StartLink | None:
        """Return a link that knows the customer, if they have said anything here."""
        conversation_id = await self._store.read(self._conversation, customer, thread)
        token = None if conversation_id is None else start_tokens.new_token()
        url = await self._links.url(to, token or source)
        if url is None:
            return None
        if token is None or conversation_id is None:
            return ch.StartLink(url=url, expires_at=None)
        expires_at = await self._store.write(
            start_tokens.keep, token, conversation_id=conversation_id, inbox_id=to, valid=valid
        )
        return ch.StartLink(url=url, expires_at=expires_at)

    def _conversation(self, tx: Tx, customer: str, thread: str) -> int | None:
        identity = tx.one(p.FIND_IDENTITY, inbox_id=self._inbox_id, external_id=customer)
        if identity is None:
            return None
        latest = tx.one(q.LATEST_IN_THREAD, identity_id=identity.id, thread=thread)
        return None if latest is None else latest.id
