"""Links that lead a customer who has left back into the conversation they were made for.

Whoever uses one, and is the first to, sees that conversation beside their own and writes in
it, from the browser they are at. They stay who they are
(docs/decisions/0016-a-link-back-opens-one-conversation.md).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from bridge import channel as ch
from bridge.models import Conversation, Identity
from bridge.store import conversations as q
from bridge.store import people as p
from bridge.store import starts
from bridge.store.starts import Stay
from bridge.store.transactions import Store, Tx
from routing import blocks, contacts, conversations, start_tokens
from routing.desk import Desk, LeadBack

# Where a link stands is part of its token, so that the thread can say how somebody came.
Origin = Literal["mail", "invitation"]
_TOKEN = re.compile(f"(?:mail|invitation)_{start_tokens.UNGUESSABLE}")
# An agent who invites opens the conversation whole.
ALL_OF_IT = 0


def ways_back(channels: Mapping[str, object]) -> dict[str, LeadBack]:
    """Return what makes the links back, for every inbox that has any."""
    return {key: one.back_link for key, one in channels.items() if isinstance(one, ch.CanLeadBack)}


def link(
    tx: Tx, desk: Desk, conversation: Conversation, *, origin: Origin, seen_from: int
) -> ch.StartLink | None:
    """Make a link back into the conversation; `None` where none leads to its customer's page."""
    leads, valid = desk.leads_back.get(conversation.inbox_id), desk.policy.resume_valid
    if leads is None or valid is None:
        return None
    token = start_tokens.new_token(f"{origin}_")
    url = leads(token, _last_page(tx, conversation))
    if url is None:
        return None
    expires_at = start_tokens.keep(
        tx,
        token,
        conversation_id=conversation.id,
        inbox_id=conversation.inbox_id,
        valid=valid,
        seen_from=seen_from,
    )
    return ch.StartLink(url=url, expires_at=expires_at)


def _last_page(tx: Tx, conversation: Conversation) -> str | None:
    visit = tx.one(p.VISIT_OF, identity_id=conversation.identity_id)
    facts = msgspec.json.decode(visit.facts) if visit else {}
    page: str | None = facts.get("url") or facts.get("first_url")
    return page


class InboxWayBack:
    """What the adapter of one inbox is given; see `bridge.channel.WayBack`."""

    def __init__(self, store: Store, inbox_id: str) -> None:
        """Lead customers back into one inbox."""
        self._store = store
        self._inbox_id = inbox_id

    async def enter(self, sender: ch.Sender, token: str) -> str | None:
        """Use the token up for the sender."""
        if _TOKEN.fullmatch(token) is None:
            return None
        return await self._store.write(_enter, self._inbox_id, sender, token)

    async def hosts(self, customer: str) -> Sequence[str]:
        """Return whose conversations the customer has come back to."""
        return await self._store.read(_hosts, self._inbox_id, customer)


def _enter(tx: Tx, inbox_id: str, sender: ch.Sender, token: str) -> str | None:
    identity = contacts.find(tx, inbox_id, sender)
    if identity is not None and blocks.stands(identity, tx.now):
        return None
    good = tx.one(
        starts.WAY_BACK,
        of=start_tokens.hashed(token),
        inbox_id=inbox_id,
        at=tx.now,
        identity_id=None if identity is None else identity.id,
    )
    if good is None:
        return None
    if start_tokens.use(tx, token, inbox_id) is not None:
        guest = contacts.find_or_make(tx, inbox_id, sender)
        start_tokens.used_by(tx, token, guest.id)
        conversation = conversations.get(tx, good.conversation_id)
        origin = token.partition("_")[0]
        conversations.activity(tx, conversation, "came_back", origin=origin)
    return good.thread


def _hosts(tx: Tx, inbox_id: str, customer: str) -> list[str]:
    identity = tx.one(p.FIND_IDENTITY, inbox_id=inbox_id, external_id=customer)
    if identity is None:
        return []
    return list(dict.fromkeys(one.owner for one in stays(tx, identity.id)))


# --- whoever has come back ---


def stays(tx: Tx, identity_id: int) -> Sequence[Stay]:
    """Return the conversations that an account may see beside its own, each once."""
    found: dict[int, Stay] = {}
    for one in tx.all(starts.STAYS_OF, identity_id=identity_id):
        found.setdefault(one.conversation_id, one)
    return list(found.values())


def stay_in(tx: Tx, identity_id: int, thread: str) -> Stay | None:
    """Return the conversation that an account has come back to, by the thread it is shown as."""
    return next((one for one in stays(tx, identity_id) if one.thread == thread), None)


def reached(tx: Tx, identity: Identity, thread: str) -> Conversation | None:
    """Return the conversation that an account means by a thread, whoever's it is.

    Its own comes first: the open one, or the one that was closed last. Where the customer
    has gone on in a newer one, whoever came back to the earlier begins one of their own.
    """
    of = {"identity_id": identity.id, "thread": thread}
    own = tx.one(q.OPEN_IN_THREAD, **of) or tx.one(q.LATEST_IN_THREAD, **of)
    stay = stay_in(tx, identity.id, thread) if own is None else None
    if stay is None:
        return own
    newer = tx.one(q.OPEN_IN_THREAD, identity_id=stay.owner_id, thread=thread)
    gone_on = newer is not None and newer.id != stay.conversation_id
    return None if gone_on else conversations.get(tx, stay.conversation_id)


def stay_at(tx: Tx, identity_id: int, conversation_id: int) -> Stay | None:
    """Return whether, and how, an account has come back to a conversation not its own."""
    found = (one for one in stays(tx, identity_id) if one.conversation_id == conversation_id)
    return next(found, None)
