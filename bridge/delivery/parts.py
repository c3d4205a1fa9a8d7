"""A delivery's row made into what the adapter is to send."""

from collections.abc import Sequence

import msgspec

from bridge import channel as ch
from bridge.media import MediaStore
from bridge.models import Conversation, Delivery, Identity, Message
from bridge.store import continued as c
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.blocks import IS_NOTICE
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx


class Onward(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of a part that continues a conversation elsewhere: to which address, under which name.

    `carries` are the messages in it, `hinted` those that it only says there are.
    """

    to: str
    thread: str
    subject: str
    carries: list[int]
    hinted: list[int] = msgspec.field(default_factory=list)


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a delivery carries: text in our own markup, media by public id, buttons as id, words."""

    text: str = ""
    media: list[str] = msgspec.field(default_factory=list)
    onward: Onward | None = None
    buttons: list[tuple[str, str]] = msgspec.field(default_factory=list)

    @classmethod
    def of(cls, delivery: Delivery) -> "Body":
        """Read what a delivery carries."""
        return msgspec.json.decode(delivery.body, type=cls)


def outbound_part(
    tx: Tx, media: MediaStore, delivery: Delivery, network: ch.Capabilities
) -> ch.OutboundPart:
    """Return the part.

    Raises `RejectedError`: `not_sent` to change what never went out, `rejected` for what
    no person wrote while the last such message to this one is too young, `withheld` for
    whatever would go to somebody who is blocked.
    """
    body = Body.of(delivery)
    if body.onward is not None:
        return _elsewhere(tx, media, delivery, body, body.onward)
    message = tx.the(m.MESSAGE_BY_ID, id=delivery.message_id)
    conversation = tx.the(q.CONVERSATION_BY_ID, id=delivery.conversation_id)
    identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    _keep_what_was_deleted(delivery, conversation)
    _keep_from_the_blocked(tx, delivery, identity)
    automatic = message.kind == "outgoing" and message.agent_id is None
    if automatic and delivery.action == "send":
        _keep_from_looping(tx, network, message, identity.id)
    first = delivery.part == 0 and delivery.action == "send"
    return ch.OutboundPart(
        recipient=identity.external_id,
        thread=conversation.thread,
        message_id=message.id,
        text=body.text,
        media=media.outbound(tx, body.media),
        reply_to=_quoted(tx, delivery.place, message.reply_to_id) if first else None,
        buttons=[ch.Button(id=one, text=words) for one, words in body.buttons],
        author=_author(tx, message),
        external_ids=_known_ids(tx, delivery),
        automatic=automatic,
    )


def _keep_what_was_deleted(delivery: Delivery, conversation: Conversation) -> None:
    """Raise `RejectedError` for a part of a conversation that was deleted.

    What was waiting failed then (`routing/trash.py`); this is for what was on the wire and is
    to be tried again. What the customer has can be taken back.
    """
    if conversation.state in ("deleted", "purged") and delivery.action != "delete":
        raise ch.RejectedError("The conversation was deleted.", reason="deleted")


def _keep_from_the_blocked(tx: Tx, delivery: Delivery, identity: Identity) -> None:
    """Raise `RejectedError` for a part that a blocked customer would get.

    What was waiting fails when they are blocked (`routing/blocking.py`); this is for what was
    on the wire just then and is to be tried again. Our word that they are blocked still goes,
    and what they have can be taken back.
    """
    if identity.blocked_until is None or identity.blocked_until <= tx.now:
        return
    of = {"identity_id": identity.id, "contact_id": identity.contact_id}
    if delivery.action == "delete" or tx.the(IS_NOTICE, message_id=delivery.message_id, **of):
        return
    raise ch.RejectedError("The customer is blocked.", reason="withheld")


def _keep_from_looping(
    tx: Tx, network: ch.Capabilities, message: Message, identity_id: int
) -> None:
    """Raise `RejectedError` if another program might be what we are talking to.

    Whoever writes automatic messages asks before (`routing/automatic.py`); this holds also
    if somebody forgets.
    """
    if network.automatic_every is None:
        return
    since = tx.now - round(network.automatic_every * 1000)
    if tx.one(m.AUTOMATIC_BEFORE, identity_id=identity_id, since=since, before=message.id):
        raise ch.RejectedError(
            "They were sent an automatic message within a day.", reason="rejected"
        )


def _elsewhere(
    tx: Tx, media: MediaStore, delivery: Delivery, body: Body, onward: Onward
) -> ch.OutboundPart:
    message = tx.the(m.MESSAGE_BY_ID, id=delivery.message_id)
    conversation = tx.the(q.CONVERSATION_BY_ID, id=delivery.conversation_id)
    identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    _keep_what_was_deleted(delivery, conversation)
    _keep_from_the_blocked(tx, delivery, identity)
    return ch.OutboundPart(
        recipient=onward.to,
        thread=onward.thread,
        message_id=delivery.message_id,
        text=body.text,
        media=media.outbound(tx, body.media),
        author=_author(tx, message),
        continues=ch.Continuation(subject=onward.subject, earlier=_earlier(tx, delivery)),
        automatic=message.agent_id is None,
    )


def _author(tx: Tx, message: Message) -> str | None:
    agent = tx.one(AGENT_BY_ID, id=message.agent_id) if message.agent_id else None
    return agent.name if agent else None


def _earlier(tx: Tx, delivery: Delivery) -> list[str]:
    """Return the ids of what went both ways between this place and the conversation."""
    of = {"conversation_id": delivery.conversation_id}
    known = [
        (one.created_at, external_id)
        for one in tx.all(c.CONTINUED, **of)
        if one.place == delivery.place and one.id != delivery.id
        for external_id in msgspec.json.decode(one.external_ids, type=list[str])
    ]
    came = reversed(tx.all(c.CAME_BY, place=delivery.place, **of))
    known += [(one.created_at, one.external_id) for one in came if one.external_id]
    # In the same millisecond, what they answer comes before their answer.
    return [external_id for _, external_id in sorted(known, key=lambda one: one[0])]


def _quoted(tx: Tx, place: str, message_id: int | None) -> str | None:
    """Return the network's id of the quoted message, theirs or ours."""
    if message_id is None:
        return None
    quoted = tx.the(m.MESSAGE_BY_ID, id=message_id)
    if quoted.external_id is not None:
        return quoted.external_id
    return tx.one(d.RECEIPTS_OF_MESSAGE, message_id=message_id, inbox_id=place)


def _known_ids(tx: Tx, delivery: Delivery) -> Sequence[str]:
    """Return what an edit or a delete is to be applied to."""
    if delivery.action in ("send", "continue"):
        return ()
    for one in tx.all(d.DELIVERIES_OF, message_id=delivery.message_id):
        ours = (one.action, one.part, one.place) == ("send", delivery.part, delivery.place)
        if ours and one.state in ("sent", "delivered", "read"):
            return msgspec.json.decode(one.external_ids, type=list[str])
    raise ch.RejectedError("nothing of this part has been sent", reason="not_sent")
