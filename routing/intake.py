"""What each event from a network changes, inside the transaction that stores it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from bridge import channel as ch
from bridge.models import AlbumItem, Conversation, Identity, Message
from bridge.store import albums as a
from bridge.store import conversations as q
from bridge.store import customer as c
from bridge.store import deliveries as d
from bridge.store import log
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.arrivals import UNDER_WAY, UnderWay
from bridge.store.transactions import Tx
from routing import (
    albums,
    attachments,
    blocks,
    contacts,
    continuing,
    conversations,
    edits,
    known,
    notices,
    parked,
    reports,
    start_tokens,
    way_back,
)
from routing.continued import answers, mailing
from routing.desk import Desk
from routing.outcomes import BLOCKED, IGNORED, STORED, duplicate, fault_in, stored, view_of
from routing.policy import CLOSE_INACTIVE, LATE, LONGEST_TEXT, starts_anew

Place = tuple[Identity, Conversation]
# What a blocked customer does beside writing.
_CHANGES = (ch.MessageEdited, ch.MessageDeleted, ch.ReactionChanged)
_NOT_FROM_BLOCKED = (*_CHANGES, ch.ContactStarted, ch.ConversationRead)


class Intake:
    """Takes in events of one inbox, in one transaction."""

    def __init__(self, tx: Tx, desk: Desk, inbox_id: str) -> None:
        """Work inside `tx`."""
        self._tx = tx
        self._desk = desk
        self._inbox_id = inbox_id

    def take(self, event: ch.InboundEvent) -> ch.Answer:
        """Store one event; say what became of it. A blocked customer's goes no further."""
        if isinstance(event, _NOT_FROM_BLOCKED) and self._is_blocked(event.sender):
            return BLOCKED
        return self._ways[type(event)](self, event)

    def _typing(self, _event: ch.ContactTyping) -> ch.Answer:
        return IGNORED

    def _written(self, event: ch.InboundMessage) -> ch.Answer:
        if (fault := fault_in(event)) is not None:
            return self._kept_away(self._identity(event.sender), event) or fault
        event, token = start_tokens.taken_off(event)
        if token is not None:
            continuing.begin(self._tx, self._inbox_id, event.sender, token)
        under_way = self._under_way(event)
        place = self._place(event, under_way)
        if isinstance(place, ch.Answer):
            return place
        identity, conversation = place
        message_id = self._insert(event, identity, conversation)
        if message_id is None:
            return duplicate(self._message(event.external_id))
        if under_way is not None:
            # Whoever had to be looked for is up to date already.
            contacts.update(self._tx, identity, event.sender)
        if under_way is None or token is not None:
            continuing.go_on(self._tx, identity, conversation)
        self._follow_up(event, place, message_id)
        if conversation.last_message_id is None:
            # As it was found: nothing had been said in it, so this message begins it.
            notices.begun(self._tx, self._desk, conversation, event)
        if under_way is None or under_way.is_awaited:
            parked.release(self._tx, self._inbox_id, event.external_id, self.take)
        return ch.Answer(
            outcome="stored",
            conversation_id=conversation.id,
            message_id=message_id,
            view=view_of(self._tx, event, message_id),
        )

    def _edited(self, event: ch.MessageEdited) -> ch.Answer:
        if len(event.text) > LONGEST_TEXT:
            return ch.Answer(outcome="refused", reason="too_long")
        owner = ch.customer_owner(self._inbox_id, event.sender.external_id)
        if (item := self._item(event.external_id)) is not None:
            return albums.edit(self._tx, item, event, owner)
        message = self._message(event.external_id)
        if message is None:
            return parked.park(self._tx, self._inbox_id, event.external_id, event)
        is_news = message.deleted_at is None and edits.take(self._tx, message, event, owner)
        return stored(message) if is_news else duplicate(message)

    def _taken_back(self, event: ch.MessageDeleted) -> ch.Answer:
        if (item := self._item(event.external_id)) is not None:
            return albums.take_back(self._tx, item, event.deleted_at)
        message = self._message(event.external_id)
        if message is None:
            return parked.park(self._tx, self._inbox_id, event.external_id, event)
        if not edits.take_back(self._tx, message, event.deleted_at):
            return duplicate(message)
        return stored(message)

    def _reported(self, event: ch.DeliveryReport) -> ch.Answer:
        knows_keys = self._desk.capabilities[self._inbox_id].idempotent_send
        return reports.settle(self._tx, self._inbox_id, event, knows_keys=knows_keys)

    def _unreachable(self, event: ch.ContactUnreachable) -> ch.Answer:
        identity = self._identity(event.sender)
        if identity is None:
            return IGNORED
        self._tx.run(p.SET_REACHABLE, of=identity.id, at=event.at, reason=event.reason)
        reports.fail_unconfirmed(self._tx, identity, event.reason)
        return STORED

    def _reachable(self, event: ch.ContactReachable) -> ch.Answer:
        identity = self._identity(event.sender)
        if identity is None:
            return IGNORED
        contacts.update(self._tx, identity, event.sender)
        self._reachable_again(identity)
        return STORED

    def _updated(self, event: ch.ContactUpdated) -> ch.Answer:
        if event.absorbs is not None and self._has_written(event.absorbs):
            made = contacts.find_or_make(self._tx, self._inbox_id, event.sender)
            contacts.absorb(self._tx, made, self._inbox_id, event.absorbs)
            return STORED
        identity = self._identity(event.sender)
        if identity is None or blocks.bars(self._tx, identity):
            return IGNORED
        contacts.update(self._tx, identity, event.sender)
        return STORED

    def _started(self, event: ch.ContactStarted) -> ch.Answer:
        """Know who came by a link; what they go on with waits until they write."""
        source = event.source
        if source is not None and start_tokens.is_token(source):
            continuing.begin(self._tx, self._inbox_id, event.sender, source)
            source = None
        identity = self._identity(event.sender)
        if identity is None:
            return IGNORED
        contacts.update(self._tx, identity, event.sender)
        if source is not None:
            contacts.record_visit(self._tx, identity, ch.Visit(source=source))
        conversation = self._tx.one(q.OPEN_IN_THREAD, identity_id=identity.id, thread="")
        if conversation is not None:
            continuing.go_on(self._tx, identity, conversation)
        return STORED

    def _visited(self, event: ch.PageVisited) -> ch.Answer:
        identity = self._identity(event.sender)
        if identity is None:
            return IGNORED
        contacts.record_visit(self._tx, identity, event.visit)
        if event.visit.online:
            self._reachable_again(identity)
        return STORED

    def _read(self, event: ch.ConversationRead) -> ch.Answer:
        identity = self._identity(event.sender)
        conversation = way_back.reached(self._tx, identity, event.thread) if identity else None
        if conversation is None:
            return IGNORED
        # All of the thread: a visitor who signed in may have brought an earlier conversation.
        given = {"identity_id": conversation.identity_id, "thread": event.thread}
        for one in self._tx.all(c.IDS_IN_THREAD, **given):
            reports.read_up_to(self._tx, one, self._inbox_id, event.message_id)
        return ch.Answer(outcome="stored", conversation_id=conversation.id)

    def _pressed(self, event: ch.ButtonPressed) -> ch.Answer:
        """Take a press as the customer's own words: what the button says.

        What a press does beside that belongs to whoever put the button there.
        """
        said = ch.InboundMessage(
            sender=event.sender,
            external_id=event.external_id,
            sent_at=event.at,
            thread=event.thread,
            text=event.button,
        )
        return self.take(said)

    def _reacted(self, event: ch.ReactionChanged) -> ch.Answer:
        message = known.said(self._tx, self._inbox_id, event.external_id)
        if message is None:
            return IGNORED
        conversation = conversations.get(self._tx, message.conversation_id)
        conversations.activity(
            self._tx,
            conversation,
            "reacted",
            reactions=list(event.reactions),
            message_id=message.id,
        )
        return ch.Answer(outcome="stored", conversation_id=conversation.id)

    # --- a message's way in ---

    def _under_way(self, event: ch.InboundMessage) -> UnderWay | None:
        """Return where a text goes whose conversation is open, as it is with most."""
        if event.media or event.album or event.continues:
            return None
        return self._tx.one(
            UNDER_WAY,
            inbox_id=self._inbox_id,
            external_id=event.sender.external_id,
            thread=event.thread,
            message=event.external_id,
        )

    def _place(self, event: ch.InboundMessage, under_way: UnderWay | None) -> Place | ch.Answer:
        """Return where a message goes, or why it goes nowhere."""
        sender = under_way.identity if under_way else self._identity(event.sender)
        if (end := self._kept_away(sender, event)) is not None:
            return end
        if under_way is not None:
            return under_way[:2]
        end = self._refusal(event) or self._grown(event)
        return end or self._continued(event) or self._begun(event, sender)

    def _refusal(self, event: ch.InboundMessage) -> ch.Answer | None:
        """Return why a message is not taken, before anybody is made or anything reopened for it."""
        message = known.written(self._tx, self._inbox_id, event.external_id)
        if message is not None:
            return duplicate(message)
        # Every file that is stored already must be the sender's, and still free.
        owners = attachments.owners_of(event, self._inbox_id)
        if not attachments.are_free(self._tx, event.media, owners):
            return ch.Answer(outcome="refused", reason="attachment_unknown")
        return None

    def _grown(self, event: ch.InboundMessage) -> ch.Answer | None:
        """Add one more item to the message of its album; `None` if it is no such item."""
        if event.album is None:
            return None
        message = albums.message_that_grows(self._tx, self._inbox_id, event.album)
        if message is None:
            return None
        albums.grow(self._tx, self._inbox_id, event, message)
        parked.release(self._tx, self._inbox_id, event.external_id, self.take)
        return stored(message)

    def _kept_away(self, whose: Identity | None, event: ch.InboundMessage) -> ch.Answer | None:
        return blocks.refusal(self._tx, self._inbox_id, whose, event.external_id)

    def _continued(self, event: ch.InboundMessage) -> Place | ch.Answer | None:
        """Return the conversation of another inbox that the customer answers from here.

        What a mail tells of its sender is no fact about a visitor of the site.
        """
        place = answers.place_of(self._tx, event.thread) if event.continues else None
        end = self._kept_away(place[0], event) if place else None
        if end is not None or place is None or place[1].state == "open":
            return end or place
        identity, closed = place
        return identity, conversations.reopen(self._tx, closed, self._desk.policy, by=None)

    def _begun(self, event: ch.InboundMessage, sender: Identity | None) -> Place | ch.Answer:
        """Find or make where a message goes."""
        identity = sender or contacts.make(self._tx, self._inbox_id, event.sender)
        if sender is not None:
            contacts.update(self._tx, sender, event.sender)
        conversation = way_back.reached(self._tx, identity, event.thread)
        if conversation is not None and conversation.identity_id != identity.id:
            host = self._tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
            if (end := self._kept_away(host, event)) is not None:
                return end
        if conversation is None or conversation.state == "closed":
            conversation = self._conversation_for(identity, conversation, event)
        return identity, conversation

    def _conversation_for(
        self, identity: Identity, latest: Conversation | None, event: ch.InboundMessage
    ) -> Conversation:
        """Reopen the closed conversation of this thread, or begin a new one."""
        if latest is not None and not self._starts_anew(latest):
            return conversations.reopen(self._tx, latest, self._desk.policy, by=None)
        visit = event.visit or ch.Visit()
        return conversations.open_new(
            self._tx,
            identity,
            event.thread,
            language=event.sender.language,
            url=visit.url,
            source=visit.source,
        )

    def _starts_anew(self, latest: Conversation) -> bool:
        """Where the customer chooses the thread, coming back to an old one means that one."""
        if self._desk.capabilities[self._inbox_id].threads:
            return False
        closed_at = latest.closed_at or latest.last_at
        return starts_anew(self._desk.policy, closed_at=closed_at, now=self._tx.now)

    def _insert(
        self, event: ch.InboundMessage, identity: Identity, conversation: Conversation
    ) -> int | None:
        """Insert the message and what follows from it; `None` if it was there already."""
        message_id: int | None = self._tx.one(
            m.ADD_MESSAGE,
            conversation_id=conversation.id,
            kind="incoming",
            identity_id=identity.id,
            agent_id=None,
            inbox_id=self._inbox_id,
            external_id=event.external_id,
            client_key=None,
            text=event.text,
            format=event.format,
            reply_to_id=known.quoted(self._tx, self._inbox_id, event.reply_to),
            activity=None,
            created_at=self._tx.now,
            attachment_count=len(event.media),
        )
        if message_id is None:
            return None
        self._tx.run(q.CUSTOMER_WROTE, of=conversation.id, at=self._tx.now, message_id=message_id)
        log.about(self._tx, "message.added", conversation, message_id=message_id)
        if conversation.waiting_since is None:
            # The customer has spoken: their silence no longer closes it.
            subject = f"conversation:{conversation.id}"
            self._tx.run(d.CLEAR_TIMER, subject=subject, kind=CLOSE_INACTIVE)
        return message_id

    def _follow_up(self, event: ch.InboundMessage, place: Place, message_id: int) -> None:
        identity, conversation = place
        if event.media:
            owners = attachments.owners_of(event, self._inbox_id)
            attachments.add_inbound(self._tx, event, owners, message_id)
        albums.keep(self._tx, self._inbox_id, event, message_id)
        if event.verified is not None:
            self._tx.run(m.SET_VERIFIED, of=message_id, verified=int(event.verified))
        if 0 < event.sent_at < self._tx.now - LATE:
            self._tx.run(m.SET_SENT_AT, of=message_id, at=event.sent_at)
        if event.visit is not None:
            contacts.record_visit(self._tx, identity, event.visit)
        self._reachable_again(identity)
        if event.reply_to is not None:
            reports.answered(self._tx, conversation, event.reply_to)
        if event.continues:
            mailing.plan(self._tx, self._desk, conversation)

    def _reachable_again(self, identity: Identity) -> None:
        # Whoever answers by mail is still not on the site.
        if identity.unreachable_at is not None and identity.inbox_id == self._inbox_id:
            self._tx.run(p.SET_REACHABLE, of=identity.id, at=None, reason=None)

    # --- finding ---

    def _is_blocked(self, sender: ch.Sender) -> bool:
        identity = self._identity(sender)
        return identity is not None and blocks.bars(self._tx, identity)

    def _identity(self, sender: ch.Sender) -> Identity | None:
        return contacts.find(self._tx, self._inbox_id, sender)

    def _has_written(self, external_id: str) -> bool:
        sender = ch.Sender(external_id=external_id)
        return contacts.find(self._tx, self._inbox_id, sender) is not None

    def _message(self, external_id: str) -> Message | None:
        return self._tx.one(m.MESSAGE_BY_EXTERNAL, inbox_id=self._inbox_id, external_id=external_id)

    def _item(self, external_id: str) -> AlbumItem | None:
        return self._tx.one(a.ITEM, inbox_id=self._inbox_id, external_id=external_id)

    # At the end, where the methods have their names.
    _ways: ClassVar[Mapping[type, Callable[[Any, Any], ch.Answer]]] = {
        ch.ContactTyping: _typing,
        ch.InboundMessage: _written,
        ch.MessageEdited: _edited,
        ch.MessageDeleted: _taken_back,
        ch.DeliveryReport: _reported,
        ch.ContactUnreachable: _unreachable,
        ch.ContactReachable: _reachable,
        ch.ContactUpdated: _updated,
        ch.ContactStarted: _started,
        ch.PageVisited: _visited,
        ch.ConversationRead: _read,
        ch.ButtonPressed: _pressed,
        ch.ReactionChanged: _reacted,
    }
