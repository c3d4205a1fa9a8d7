"""What each event from a network changes, inside the transaction that stores it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from bridge import channel as ch
from bridge.models import AlbumItem, Conversation, Identity, Message
from bridge.store import albums as a
from bridge.store import conversations as q
from bridge.store import customer as c
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.arrivals import UnderWay
from bridge.store.transactions import Tx
from routing import (
    albums,
    answering,
    attachments,
    blocks,
    bots,
    contacts,
    continuing,
    conversations,
    edits,
    entering,
    flooding,
    known,
    parked,
    places,
    purging,
    reception,
    reports,
    start_tokens,
    unseen,
    way_back,
)
from routing.continued import mailing
from routing.desk import Desk
from routing.flow import Pour
from routing.outcomes import (
    BLOCKED,
    IGNORED,
    PURGED,
    STORED,
    come_again,
    duplicate,
    fault_in,
    stored,
    view_of,
)
from routing.places import Found, Place
from routing.policy import LATE, LONGEST_TEXT

# What a blocked customer does beside writing.
_CHANGES = (ch.MessageEdited, ch.MessageDeleted, ch.ReactionChanged)
_NOT_FROM_BLOCKED = (*_CHANGES, ch.ContactStarted, ch.ConversationRead)


class Intake:
    """Takes in events of one inbox, in one transaction."""

    def __init__(self, tx: Tx, desk: Desk, inbox_id: str, pour: Pour | None = None) -> None:
        """Work inside `tx`; without `pour` nothing counts, and nothing is too much."""
        self._tx = tx
        self._desk = desk
        self._inbox_id = inbox_id
        self._pour = pour

    def take(self, event: ch.InboundEvent) -> ch.Answer:
        """Store one event; say what became of it. A blocked customer's goes no further."""
        if isinstance(event, _NOT_FROM_BLOCKED) and self._is_blocked(event.sender):
            return BLOCKED
        return self._ways[type(event)](self, event)

    def _typing(self, _event: ch.ContactTyping) -> ch.Answer:
        return IGNORED

    def _written(self, event: ch.InboundMessage) -> ch.Answer:
        if (fault := fault_in(event)) is not None:
            whose = self._identity(event.sender)
            return blocks.refusal(self._tx, self._inbox_id, whose, event.external_id) or fault
        event, token = start_tokens.taken_off(event)
        if token is not None:
            continuing.begin(self._tx, self._inbox_id, event.sender, token)
        under_way = places.under_way(self._tx, self._inbox_id, event)
        found = self._found(event, under_way)
        if isinstance(found, ch.Answer):
            return found
        identity, latest = found
        if latest is not None and latest.asked_at is not None:
            asked = identity, latest
            answer = answering.said(self._tx, self._desk, asked, self._inbox_id, event)
            if answer is not None:
                return answer
        verdict = flooding.weigh(self._tx, self._desk, self._pour, *found, event.address)
        if verdict is not None:
            return self._held(event, found, under_way, verdict)
        opened = places.opened(self._tx, self._desk, self._inbox_id, found, event)
        answer = self._stored(event, (identity, opened), under_way, leads=token is not None)
        # As it was found: where nothing had been said in it, this message begins it.
        begins = opened is not latest or opened.last_message_id is None
        if begins and answer.outcome == "stored":
            reception.welcome(self._tx, self._desk, opened, event)
        if self._desk.policy.bots and answer.outcome == "stored":
            bots.heard(self._tx, self._desk, opened.id, answer.message_id)
        return answer

    def _stored(
        self, event: ch.InboundMessage, place: Place, under_way: UnderWay | None, *, leads: bool
    ) -> ch.Answer:
        """Store a message where it goes; `leads` where its customer was led here by a link."""
        identity, conversation = place
        message_id = entering.told(self._tx, self._desk, self._inbox_id, event, place)
        if message_id is None:
            return self._again(event)
        if under_way is not None:
            # Whoever had to be looked for is up to date already.
            known = {"name": under_way.contact_name, "language": under_way.contact_language}
            contacts.update(self._tx, identity, event.sender, known)
        if under_way is None or leads:
            continuing.go_on(self._tx, identity, conversation)
        self._follow_up(event, place, message_id)
        unseen.plan(self._tx, self._desk, conversation)
        if event.continues:
            mailing.plan(self._tx, self._desk, conversation)
        return self._answer(event, conversation, message_id, under_way)

    def _held(
        self,
        event: ch.InboundMessage,
        found: Found,
        under_way: UnderWay | None,
        verdict: flooding.Verdict,
    ) -> ch.Answer:
        """Store a message that is over the limits, and have nobody told of it."""
        conversation = places.kept(self._tx, self._desk, self._inbox_id, found, event)
        message_id = entering.untold(self._tx, self._inbox_id, event, (found[0], conversation))
        if message_id is None:
            return self._again(event)
        flooding.hold(self._tx, self._desk, conversation, message_id, verdict)
        self._follow_up(event, (found[0], conversation), message_id)
        return self._answer(event, conversation, message_id, under_way)

    def _again(self, event: ch.InboundMessage) -> ch.Answer:
        if self._pour is not None:
            self._pour.undo()
        return come_again(self._tx, self._message(event.external_id))

    def _answer(
        self,
        event: ch.InboundMessage,
        conversation: Conversation,
        message_id: int,
        under_way: UnderWay | None,
    ) -> ch.Answer:
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
            return self._before_its_message(event)
        is_news = message.deleted_at is None and edits.take(self._tx, message, event, owner)
        return stored(message) if is_news else duplicate(message)

    def _taken_back(self, event: ch.MessageDeleted) -> ch.Answer:
        if (item := self._item(event.external_id)) is not None:
            return albums.take_back(self._tx, item, event.deleted_at)
        message = self._message(event.external_id)
        if message is None:
            return self._before_its_message(event)
        if not edits.take_back(self._tx, message, event.deleted_at):
            return duplicate(message)
        return stored(message)

    def _before_its_message(self, event: ch.MessageEdited | ch.MessageDeleted) -> ch.Answer:
        if purging.was_purged(self._tx, self._inbox_id, event.external_id):
            return PURGED
        return parked.park(self._tx, self._inbox_id, event.external_id, event)

    def _reported(self, event: ch.DeliveryReport) -> ch.Answer:
        knows_keys = self._desk.capabilities[self._inbox_id].idempotent_send
        return reports.settle(self._tx, self._inbox_id, event, knows_keys=knows_keys)

    def _unreachable(self, event: ch.ContactUnreachable) -> ch.Answer:
        identity, until = self._identity(event.sender), event.at + LATE
        if identity is None or self._has_come_back(identity, until):
            return IGNORED
        self._tx.run(p.SET_REACHABLE, of=identity.id, at=event.at, reason=event.reason)
        if self._desk.capabilities[self._inbox_id].reports_delivered:
            reports.fail_unconfirmed(self._tx, identity, event.reason, until=until)
        return STORED

    def _has_come_back(self, identity: Identity, since: int) -> bool:
        """Say whether they have written since: a network that had no answer tells it again."""
        of = {"identity_id": identity.id, "inbox_id": self._inbox_id}
        return self._tx.one(m.WROTE_AFTER, **of, after=since) is not None

    def _reachable(self, event: ch.ContactReachable) -> ch.Answer:
        identity = self._identity(event.sender)
        if identity is None:
            return IGNORED
        contacts.update(self._tx, identity, event.sender)
        if (identity.unreachable_at or 0) <= event.at + LATE:
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
        """Take a press as the answer to a question of ours, or else as the button's words."""
        if not self._is_blocked(event.sender):
            answer = answering.pressed(self._tx, self._desk, self._inbox_id, event)
            if answer is not None:
                return answer
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

    def _found(self, event: ch.InboundMessage, under_way: UnderWay | None) -> Found | ch.Answer:
        """Find whose message it is and where it goes, or why it goes nowhere."""
        sender = under_way.identity if under_way else self._identity(event.sender)
        given = self._tx, self._inbox_id
        if (end := blocks.refusal(*given, sender, event.external_id)) is not None:
            return end
        if self._was_purged(event, sender):
            return PURGED
        if under_way is not None:
            return under_way[:2]
        end = places.refusal(*given, event) or self._grown(event)
        return end or places.continued(*given, event) or places.met(*given, event, sender)

    def _was_purged(self, event: ch.InboundMessage, sender: Identity | None) -> bool:
        """Say whether it comes again after it was purged; looked up where that can be."""
        may_be = event.continues or sender is None or sender.purged_at is not None
        return bool(may_be) and purging.was_purged(self._tx, self._inbox_id, event.external_id)

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
