"""Whose a message is and where it goes: found first, made and opened only when it is taken.

Every function runs inside the transaction that stores the message.
"""

from collections.abc import Iterable, Iterator

from bridge import channel as ch
from bridge.models import Conversation, Identity
from bridge.store import people as p
from bridge.store.arrivals import UNDER_WAY, Question, UnderWay
from bridge.store.transactions import Tx
from routing import attachments, blocks, contacts, conversations, known, way_back
from routing.continued import answers
from routing.desk import Desk
from routing.outcomes import come_again
from routing.policy import starts_anew

Place = tuple[Identity, Conversation]
Found = tuple[Identity, Conversation | None]


def under_way(tx: Tx, inbox_id: str, event: ch.InboundMessage) -> UnderWay | None:
    """Return where a text goes whose conversation is open, as it is with most."""
    if not _may_be_under_way(event):
        return None
    return tx.one(UNDER_WAY, **_names(inbox_id, event))


def questions(inbox_id: str, events: Iterable[ch.InboundEvent]) -> Iterator[Question]:
    """Yield what `under_way` will ask for these."""
    for event in events:
        if isinstance(event, ch.InboundMessage) and _may_be_under_way(event):
            yield Question(**_names(inbox_id, event))


def _may_be_under_way(event: ch.InboundMessage) -> bool:
    return not (event.media or event.album or event.continues)


def _names(inbox_id: str, event: ch.InboundMessage) -> dict[str, str]:
    return {
        "inbox_id": inbox_id,
        "external_id": event.sender.external_id,
        "thread": event.thread,
        "message": event.external_id,
    }


def refusal(tx: Tx, inbox_id: str, event: ch.InboundMessage) -> ch.Answer | None:
    """Return why a message is not taken, before anybody is made or anything reopened for it."""
    message = known.written(tx, inbox_id, event.external_id)
    if message is not None:
        return come_again(tx, message)
    # Every file that is stored already must be the sender's, and still free.
    owners = attachments.owners_of(event, inbox_id)
    if not attachments.are_free(tx, event.media, owners):
        return ch.Answer(outcome="refused", reason="attachment_unknown")
    return None


def continued(tx: Tx, inbox_id: str, event: ch.InboundMessage) -> Found | ch.Answer | None:
    """Find the conversation of another inbox that the customer answers from here.

    What a mail tells of its sender is no fact about a visitor of the site.
    """
    place = answers.place_of(tx, event.thread) if event.continues else None
    if place is None:
        return None
    return blocks.refusal(tx, inbox_id, place[0], event.external_id) or place


def met(
    tx: Tx, inbox_id: str, event: ch.InboundMessage, sender: Identity | None
) -> Found | ch.Answer:
    """Find or make whose message it is, and find where it goes."""
    identity = sender or contacts.make(tx, inbox_id, event.sender)
    if sender is not None:
        contacts.update(tx, sender, event.sender)
    conversation = way_back.reached(tx, identity, event.thread)
    if conversation is not None and conversation.identity_id != identity.id:
        host = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
        if (end := blocks.refusal(tx, inbox_id, host, event.external_id)) is not None:
            return end
    return identity, conversation


def opened(
    tx: Tx, desk: Desk, inbox_id: str, found: Found, event: ch.InboundMessage
) -> Conversation:
    """Return it open: reopened where it was closed, or a new one of this thread."""
    _, latest = found
    if latest is not None and latest.state == "open":
        return latest
    if latest is not None and _goes_on(tx, desk, inbox_id, latest, event):
        return conversations.reopen(tx, latest, desk.policy, by=None)
    return _anew(tx, found, event, is_told=True)


def _anew(tx: Tx, found: Found, event: ch.InboundMessage, *, is_told: bool) -> Conversation:
    identity, latest = found
    visit = event.visit or ch.Visit()
    return conversations.open_new(
        tx,
        identity,
        # What a mail names is only a way back into the thread that it continues.
        latest.thread if latest is not None and event.continues else event.thread,
        language=contacts.fact(event.sender.language),
        url=visit.url,
        source=visit.source,
        is_told=is_told,
    )


def kept(tx: Tx, desk: Desk, inbox_id: str, found: Found, event: ch.InboundMessage) -> Conversation:
    """Return where a message that is held is kept.

    Nothing is reopened for it, and if a conversation must be opened, nobody is told.
    """
    _, latest = found
    if latest is not None and latest.state == "open":
        return latest
    if latest is not None and _goes_on(tx, desk, inbox_id, latest, event):
        return latest
    return _anew(tx, found, event, is_told=False)


def _goes_on(
    tx: Tx, desk: Desk, inbox_id: str, latest: Conversation, event: ch.InboundMessage
) -> bool:
    """Say whether a message reopens the latest conversation; never one that was deleted."""
    if latest.state != "closed":
        return False
    return bool(event.continues) or not _starts_anew(tx, desk, inbox_id, latest)


def _starts_anew(tx: Tx, desk: Desk, inbox_id: str, latest: Conversation) -> bool:
    """Where the customer chooses the thread, coming back to an old one means that one."""
    if desk.capabilities[inbox_id].threads:
        return False
    closed_at = latest.closed_at or latest.last_at
    return starts_anew(desk.policy, closed_at=closed_at, now=tx.now)
