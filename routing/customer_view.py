"""What a customer may see of their own conversations; given to channels that show it.

Never a note, never a colleague's id, nothing of other customers: every query starts from
the identity of the one who asks, or from the one conversation that a link has opened to it.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

import msgspec

from bridge.channel import (
    AttachmentView,
    BlockView,
    ButtonView,
    CustomerChanges,
    MessageView,
    QuoteView,
    ThreadView,
)
from bridge.events import EventHub, StaleCursorError, Step
from bridge.markup import to_plain, to_rich
from bridge.media import MediaStore
from bridge.models import FOREVER, Agent, Conversation, Identity, Message
from bridge.store import conversations as q
from bridge.store import customer as c
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.desk import AGENT_BY_ID
from bridge.store.notices import QUESTION_IN
from bridge.store.starts import Stay
from bridge.store.transactions import Store, Tx
from routing import answering, blocks, way_back, wording
from routing.arrivals import Arrivals
from routing.reading import read_by_us

# What happened that a customer is told; the rest of the timeline is the staff's own.
_TOLD = frozenset({"closed", "reopened"})
_PREVIEW = 160

Author = Literal["visitor", "agent", "system"]
_AUTHOR: dict[str, Author] = {
    "incoming": "visitor",
    "outgoing": "agent",
    "activity": "system",
}


class InboxCustomerView:
    """The customers of one inbox, each seeing only their own."""

    def __init__(
        self,
        store: Store,
        hub: EventHub,
        media: MediaStore,
        arrivals: Arrivals,
        inbox_id: str,
    ) -> None:
        """Look at one inbox."""
        self._store = store
        self._hub = hub
        self._arrivals = arrivals
        self._media = media
        self._inbox_id = inbox_id

    async def threads(self, customer: str) -> tuple[Sequence[ThreadView], str]:
        """Return the customer's conversations, the latest first, and the cursor."""
        cursor = self._hub.cursor()
        return await self._store.read(self._threads, customer), cursor

    async def messages(
        self, customer: str, thread: str, *, before: int | None, after: int | None, limit: int
    ) -> tuple[Sequence[MessageView], bool, str]:
        """Return a page in ascending order, whether there is more before it, the cursor."""
        cursor = self._hub.cursor()
        page, more = await self._store.read(self._page, customer, thread, before, after, limit)
        return page, more, cursor

    async def message(self, customer: str, message_id: int) -> MessageView | None:
        """Return one message of theirs, or `None`."""
        return await self._store.read(self._one, customer, message_id)

    async def block(self, customer: str) -> BlockView | None:
        """Return whether the customer is blocked now."""
        return await self._store.read(self._blocked, customer)

    async def unconfirmed(self) -> Sequence[str]:
        """Return the customers to whom something was sent and never confirmed."""
        return await self._store.read(_unconfirmed, self._inbox_id)

    async def follow(self, customer: str, cursor: str) -> AsyncIterator[CustomerChanges]:
        """Yield what changes after `cursor`, for ever; ends after a `reset`.

        One who has never written has nothing to see; their first message ends the wait.
        """
        try:
            identity = await self._arrivals.wait(customer)
            hosts = await self._store.read(_hosts, identity)
            async for step in self._hub.follow(cursor, identities={identity.id, *hosts}):
                if any(event.kind == "conversation.purged" for event in step.events):
                    yield CustomerChanges(cursor=step.cursor, reset=True)
                    return
                yield await self._store.read(self._changes, identity, step)
        except StaleCursorError:
            yield CustomerChanges(cursor=self._hub.cursor(), reset=True)

    # --- inside a transaction ---

    def _identity(self, tx: Tx, customer: str) -> Identity | None:
        return tx.one(p.FIND_IDENTITY, inbox_id=self._inbox_id, external_id=customer)

    def _blocked(self, tx: Tx, customer: str) -> BlockView | None:
        identity = self._identity(tx, customer)
        return None if identity is None else _block(identity, tx.now)

    def _threads(self, tx: Tx, customer: str) -> list[ThreadView]:
        identity = self._identity(tx, customer)
        if identity is None:
            return []
        own = tx.all(q.CONVERSATIONS_OF_IDENTITY, identity_id=identity.id)
        return [*self._latest_of_each(tx, own), *self._visited(tx, identity)]

    def _visited(self, tx: Tx, identity: Identity) -> list[ThreadView]:
        """Return the conversations that the customer has come back to by a link."""
        found = (
            tx.the(q.CONVERSATION_BY_ID, id=one.conversation_id) for one in _stays(tx, identity)
        )
        return [view for one in found if (view := self._thread(tx, one))]

    def _latest_of_each(self, tx: Tx, conversations: Sequence[Conversation]) -> list[ThreadView]:
        """Return one view a thread: its latest conversation."""
        latest: dict[str, Conversation] = {}
        for one in conversations:
            if one.thread not in latest or one.id > latest[one.thread].id:
                latest[one.thread] = one
        return [view for one in latest.values() if (view := self._thread(tx, one))]

    def _thread(self, tx: Tx, conversation: Conversation) -> ThreadView | None:
        last = tx.one(c.LAST_SPOKEN, conversation_id=conversation.id)
        if last is None or conversation.state == "purged":
            return None
        agent = None
        if conversation.assignee_id is not None:
            agent = tx.the(AGENT_BY_ID, id=conversation.assignee_id)
        return ThreadView(
            thread=conversation.thread,
            # That it was deleted is our own affair: to them it has ended.
            state="open" if conversation.state == "open" else "closed",
            last_at=last.created_at,
            last_text="" if last.deleted_at else to_plain(last.text, last.format)[:_PREVIEW],
            last_author=_AUTHOR[last.kind],
            unread=tx.the(c.UNREAD_BY_CUSTOMER, conversation_id=conversation.id),
            agent_name=agent.name if agent else None,
            agent_photo=self._photo(agent),
            agent_read_id=read_by_us(tx, conversation),
        )

    def _page(
        self,
        tx: Tx,
        customer: str,
        thread: str,
        before: int | None,
        after: int | None,
        limit: int,
    ) -> tuple[list[MessageView], bool]:
        identity = self._identity(tx, customer)
        if identity is None:
            return [], False
        query, bound = (m.VISIBLE_AFTER, after) if after is not None else (m.VISIBLE_BEFORE, before)
        found: list[Message] = []
        # Page by page in each conversation: to sort a long thread whole would cost its length.
        ids = tx.all(c.IDS_IN_THREAD, identity_id=identity.id, thread=thread)
        stay = None if ids else way_back.stay_in(tx, identity.id, thread)
        since = stay.seen_from if stay else way_back.ALL_OF_IT
        for one in [stay.conversation_id] if stay else ids:
            until = c.NO_BOUND if bound is None else bound
            given = {"conversation_id": one, "limit": limit + 1, "since": since}
            found += tx.all(query, bound=until, **given)
        found.sort(key=lambda message: message.id, reverse=after is None)
        page = found[:limit] if after is not None else found[:limit][::-1]
        return self._views(tx, page, thread, since), after is not None or len(found) > limit

    def _one(self, tx: Tx, customer: str, message_id: int) -> MessageView | None:
        identity = self._identity(tx, customer)
        message = tx.one(m.MESSAGE_BY_ID, id=message_id)
        if identity is None or message is None:
            return None
        conversation = tx.the(q.CONVERSATION_BY_ID, id=message.conversation_id)
        since = _seen_from(tx, identity, conversation)
        return None if since is None else self._view(tx, message, conversation.thread, since)

    def _changes(self, tx: Tx, identity: Identity, step: Step) -> CustomerChanges:
        message_ids = dict.fromkeys(e.message_id for e in step.events if e.message_id)
        touched = dict.fromkeys(e.conversation_id for e in step.events if e.conversation_id)
        messages, threads = [], []
        seen: dict[int, tuple[Conversation, int]] = {}
        for conversation_id in touched:
            conversation = tx.one(q.CONVERSATION_BY_ID, id=conversation_id)
            if conversation is None:
                continue
            since = _seen_from(tx, identity, conversation)
            if since is not None:
                threads.append(conversation)
                seen[conversation.id] = conversation, since
        for message_id in message_ids:
            message = tx.one(m.MESSAGE_BY_ID, id=message_id)
            if message is None or message.conversation_id not in seen:
                continue
            conversation, since = seen[message.conversation_id]
            view = self._view(tx, message, conversation.thread, since)
            messages.extend([view] if view else [])
        news = any(e.kind == "block.changed" for e in step.events)
        return CustomerChanges(
            cursor=step.cursor,
            block=_block(tx.the(p.IDENTITY_BY_ID, id=identity.id), tx.now) if news else None,
            block_changed=news,
            messages=messages,
            threads=self._latest_of_each(tx, threads),
            typing=self._typing(tx, identity, step),
        )

    def _typing(self, tx: Tx, identity: Identity, step: Step) -> list[tuple[str, str]]:
        found = []
        for whisper in step.whispers:
            if whisper.kind != "agent_typing" or whisper.agent_id is None:
                continue
            conversation = tx.one(q.CONVERSATION_BY_ID, id=whisper.conversation_id)
            if conversation and _seen_from(tx, identity, conversation) is not None:
                name = tx.the(AGENT_BY_ID, id=whisper.agent_id).name
                found.append((conversation.thread, name))
        return found

    # --- one message ---

    def _views(
        self, tx: Tx, messages: Sequence[Message], thread: str, since: int
    ) -> list[MessageView]:
        views = (self._view(tx, message, thread, since) for message in messages)
        return [view for view in views if view is not None]

    def _view(self, tx: Tx, message: Message, thread: str, since: int) -> MessageView | None:
        """Return the message as its customer sees it; `None` for what is not for them.

        What was said before `since` (ms) is not, nor quoted.
        """
        activity = _told(message)
        answered = _is_their_answer(message)
        if message.kind == "note" or (message.kind == "activity" and not (activity or answered)):
            return None
        if message.created_at < since:
            return None
        gone = message.deleted_at is not None
        author = _writer(tx, message)
        return MessageView(
            id=message.id,
            thread=thread,
            author="visitor" if answered else _AUTHOR[message.kind],
            author_name=author.name if author else None,
            author_photo=self._photo(author),
            # An id of another inbox says nothing here.
            external_id=message.external_id if message.inbox_id == self._inbox_id else None,
            text="" if gone else message.text,
            rich=None if gone else to_rich(message.text, message.format),
            attachments=[] if gone else self._attachments(tx, message),
            reply_to=None if gone else _quote(tx, message.reply_to_id, since),
            at=message.created_at,
            edited=message.edited_at is not None,
            deleted=gone,
            activity=activity,
            buttons=[] if gone else self._buttons(tx, message),
        )

    def _buttons(self, tx: Tx, message: Message) -> list[ButtonView]:
        if message.kind != "outgoing" or message.agent_id is not None:
            return []
        question = tx.one(QUESTION_IN, message_id=message.id)
        if question is None or not answering.is_shown(tx, question):
            return []
        return [
            ButtonView(id=one, text=words, chosen=one.rpartition("/")[2] == question.answer)
            for one, words in wording.offered(question)
        ]

    def _photo(self, agent: Agent | None) -> str | None:
        if agent is None or agent.photo_id is None:
            return None
        return self._media.portrait_path(agent.photo_id)

    def _attachments(self, tx: Tx, message: Message) -> list[AttachmentView]:
        if not message.attachment_count:
            return []
        files = tx.all(m.ATTACHMENTS_OF, message_id=message.id)
        shown = [file for file in files if file.role not in ("original", "text")]
        return [self._media.view(file, signed=True) for file in shown]


def _writer(tx: Tx, message: Message) -> Agent | None:
    """Return the agent who wrote it; `None` for what the customer or the program said."""
    if message.kind != "outgoing" or message.agent_id is None:
        return None
    return tx.the(AGENT_BY_ID, id=message.agent_id)


def _is_their_answer(message: Message) -> bool:
    """Say whether this is what the customer typed to answer a question of the program's."""
    return message.kind == "activity" and message.identity_id is not None and message.text != ""


def _told(message: Message) -> dict[str, str] | None:
    if message.activity is None:
        return None
    happened = msgspec.json.decode(message.activity)
    return {"verb": happened["verb"]} if happened["verb"] in _TOLD else None


def _quote(tx: Tx, message_id: int | None, since: int) -> QuoteView | None:
    quoted = tx.one(m.MESSAGE_BY_ID, id=message_id) if message_id else None
    if quoted is None or quoted.kind == "note" or quoted.deleted_at is not None:
        return None
    if quoted.created_at < since:
        return None
    text = to_plain(quoted.text, quoted.format)[:_PREVIEW]
    return QuoteView(id=quoted.id, text=text, author=_AUTHOR[quoted.kind])


def _block(identity: Identity, now: int) -> BlockView | None:
    until = identity.blocked_until
    if until is None or not blocks.stands(identity, now):
        return None
    return BlockView(until=None if until == FOREVER else until)


def _unconfirmed(tx: Tx, inbox_id: str) -> list[str]:
    return tx.all(d.UNCONFIRMED_CUSTOMERS, inbox_id=inbox_id)


def _seen_from(tx: Tx, identity: Identity, conversation: Conversation) -> int | None:
    """Return since when the customer may see what was said there; `None` if nothing of it."""
    if conversation.state == "purged":
        return None
    if conversation.identity_id == identity.id:
        return way_back.ALL_OF_IT
    stay = way_back.stay_at(tx, identity.id, conversation.id)
    return None if stay is None else stay.seen_from


def _stays(tx: Tx, identity: Identity) -> list[Stay]:
    """Return what the customer has come back to, but for threads that are their own as well."""
    return [
        one
        for one in way_back.stays(tx, identity.id)
        if not tx.all(c.IDS_IN_THREAD, identity_id=identity.id, thread=one.thread)
    ]


def _hosts(tx: Tx, identity: Identity) -> list[int]:
    return [one.owner_id for one in way_back.stays(tx, identity.id)]
