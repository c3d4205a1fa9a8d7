"""A small desk to search in."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bridge import search as index
from bridge.search import Filters, Hit
from bridge.store import conversations as c
from bridge.store import desk
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.transactions import Store, Tx
from tests.sights import WHOLE


@dataclass
class Shelf:
    """Messages to be found, and short ways to put them there and find them."""

    store: Store

    async def conversation(
        self,
        *names: str,
        inbox: str = "site",
        taken_by: str | None = None,
        state: str = "open",
        language: str | None = None,
    ) -> int:
        """Add a contact of these facts with one conversation; return the conversation."""
        return await self.store.write(_conversation, names, inbox, taken_by, state, language)

    async def say(self, conversation_id: int, text: str, kind: str = "incoming") -> int:
        """Add a message to a conversation; return it."""
        return await self.store.write(_say, conversation_id, text, kind)

    async def change(self, message: int, before: str, after: str) -> None:
        """Change the text of a message as an edit does; "" takes it back."""
        await self.store.write(_change, message, before, after)

    async def hits(
        self, query: str, *, limit: int = 30, before: int | None = None, **filters: str
    ) -> list[Hit]:
        """Search as an agent does: what has just come is found too."""
        await index.brought_up_to_date(self.store)
        narrowed = Filters(**filters)  # type: ignore[arg-type]
        return await self.store.read(
            index.search, query, filters=narrowed, sight=WHOLE, limit=limit, before=before
        )

    async def found(self, query: str, **filters: str) -> list[int]:
        """Return the ids of the messages found."""
        hits = await self.hits(query, limit=30, before=None, **filters)
        return [hit.message_id for hit in hits if hit.message_id is not None]

    async def finds(self, query: str, text: str) -> bool:
        """Say whether a query finds a message of this text."""
        message = await self.say(await self.conversation(), text)
        return message in await self.found(query)


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


def _conversation(
    tx: Tx, names: Sequence[str], inbox: str, taken_by: str | None, state: str, language: str | None
) -> int:
    tx.run(p.PUT_INBOX, id=inbox, kind="test", name=inbox)
    if taken_by is not None:
        tx.run(desk.PUT_AGENT, id=taken_by, name=taken_by, email=None, role="agent")
    contact = tx.the(
        p.ADD_CONTACT,
        name=names[0] if names else None,
        email=None,
        phone=None,
        language=None,
        attributes="{}",
        created_at=tx.now,
    )
    index.index_contact(tx, contact, names)
    identity = tx.the(
        p.ADD_IDENTITY,
        inbox_id=inbox,
        external_id=f"visitor-{contact}",
        contact_id=contact,
        name=None,
        username=None,
        profile_url=None,
        verified_at=None,
        created_at=tx.now,
    )
    conversation = tx.the(
        c.ADD_CONVERSATION,
        inbox_id=inbox,
        identity_id=identity,
        contact_id=contact,
        thread="",
        state=state,
        language=language,
        created_at=tx.now,
        last_at=tx.now,
    )
    if taken_by is not None:
        tx.run(c.SET_ASSIGNEE, of=conversation, expected=None, agent=taken_by, at=tx.now)
    return conversation


def _say(tx: Tx, conversation_id: int, text: str, kind: str) -> int:
    conversation = tx.the(c.CONVERSATION_BY_ID, id=conversation_id)
    message: int = tx.the(
        m.ADD_MESSAGE,
        conversation_id=conversation_id,
        kind=kind,
        identity_id=None,
        agent_id=None,
        inbox_id=conversation.inbox_id,
        external_id=None,
        client_key=None,
        text=text,
        format="markdown",
        reply_to_id=None,
        activity=None,
        created_at=tx.now,
        attachment_count=0,
    )
    return message


def _change(tx: Tx, message: int, before: str, after: str) -> None:
    index.message_changed(tx, message, before=before, after=after)
    tx.run(m.CHANGE_TEXT, of=message, text=after, format="plain", at=tx.now)
