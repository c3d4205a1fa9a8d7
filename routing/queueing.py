"""From a message to the rows that the delivery worker sends: its parts, and what becomes of each.

Every function runs inside the transaction that stores the message.
"""

import dataclasses
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from bridge.channel import Capabilities
from bridge.delivery import LANE_TOPIC, PATIENCE, Body
from bridge.models import Attachment, Conversation, Delivery, Message
from bridge.split import PlannedPart, plan_parts
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import large_files, quotes
from routing.desk import Desk
from routing.refusal import RefusedError

Buttons = Sequence[tuple[str, str]]
"""The id and the words of each."""
GONE = frozenset({"sent", "delivered", "read"})
"""States of a part that the network has taken."""


def capabilities_of(desk: Desk, conversation: Conversation) -> Capabilities:
    """Return what the network can do; an inbox that is configured no more can do nothing."""
    found = desk.capabilities.get(conversation.inbox_id)
    if found is None:
        raise RefusedError("unsupported", {"inbox": conversation.inbox_id})
    return found


def linked_where_too_large(
    tx: Tx, desk: Desk, conversation: Conversation, files: Sequence[Attachment]
) -> list[Attachment]:
    """Mark what goes as a link; raises `RefusedError("file_too_large")` where none may."""
    large = large_files.too_large(files, can := capabilities_of(desk, conversation))
    links = desk.large_file_link is not None
    large_files.may_be_linked(large, can, conversation.inbox_id, links=links)
    for one in large:
        tx.run(m.SET_ROLE, of=one.public_id, role="link")
    return [replace(one, role="link") if one in large else one for one in files]


def queue(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    message: Message,
    files: Sequence[Attachment] = (),
    buttons: Buttons = (),
) -> None:
    """Queue a new message, `buttons` under its last part; raises `RefusedError`: no such inbox."""
    parts = [*_parts(tx, desk, conversation, message, message.text, files)]
    if buttons:
        parts[-1] = dataclasses.replace(parts[-1], buttons=buttons)
    for number, part in enumerate(parts):
        add_delivery(tx, conversation, message.id, number, part, "send", 1)


def queue_edit(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    message: Message,
    text: str,
    files: Sequence[Attachment],
) -> None:
    """Queue what has changed: networks refuse an edit that changes nothing.

    Raises `RefusedError`, see `outbound.edit`.
    """
    parts = _parts(tx, desk, conversation, message, text, files)
    deliveries = tx.all(d.DELIVERIES_OF, message_id=message.id)
    sent = [one for one in deliveries if one.action == "send"]
    if any(one.state not in GONE for one in sent):
        raise RefusedError("state")
    if len(parts) != len(sent):
        raise RefusedError("edit_splits", {"parts": len(sent)})
    own = [one for one in deliveries if one.action != "continue"]
    last = {one.part: one for one in sorted(own, key=lambda one: one.revision)}
    for number, part in enumerate(parts):
        before = last[number]
        if before.body != _body(part) or before.state in ("failed", "uncertain"):
            add_delivery(tx, conversation, message.id, number, part, "edit", message.revision + 1)


def _parts(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    message: Message,
    text: str,
    files: Sequence[Attachment],
) -> Sequence[PlannedPart]:
    """Plan the parts. The addresses of a message stay the same in every edit of it."""
    can, default = capabilities_of(desk, conversation), desk.policy.language
    text = quotes.above(tx, text, message.reply_to_id, conversation, can, default=default)
    linked = [one for one in files if one.role == "link"]
    if linked:
        link_to = desk.large_file_link
        if link_to is None:
            raise RefusedError("unsupported", {"inbox": conversation.inbox_id})
        written_at = message.created_at
        text = large_files.with_links(text, linked, lambda one: link_to(one, written_at))
        files = [one for one in files if one.role != "link"]
    return plan_parts(text, files, can)


def add_delivery(
    tx: Tx,
    conversation: Conversation,
    message_id: int,
    number: int,
    part: PlannedPart,
    action: Literal["send", "edit", "delete"],
    revision: int,
) -> None:
    """Add one row that the worker finds."""
    tx.the(
        d.ADD_DELIVERY,
        message_id=message_id,
        conversation_id=conversation.id,
        place=conversation.inbox_id,
        part=number,
        action=action,
        revision=revision,
        state="queued",
        body=_body(part),
        due_at=tx.now,
        created_at=tx.now,
        changed_at=tx.now,
        expires_at=tx.now + PATIENCE,
    )
    tx.wake(LANE_TOPIC)


def queue_again(tx: Tx, ended: Delivery, *, doubled_at: int | None) -> None:
    """Have what failed or is uncertain sent again; `doubled_at` marks what may come twice."""
    tx.run(
        d.QUEUE_AGAIN,
        of=ended.id,
        at=tx.now,
        expires_at=tx.now + PATIENCE,
        doubled_at=doubled_at or ended.doubled_at,
    )
    tx.wake(LANE_TOPIC)


def believe_sent(tx: Tx, uncertain: Delivery) -> None:
    """Take an agent's word that it arrived."""
    tx.run(
        d.SET_STATE,
        of=uncertain.id,
        expected="uncertain",
        state="sent",
        reason=None,
        detail=None,
        at=tx.now,
    )


def _body(part: PlannedPart) -> str:
    files = [file.public_id for file in part.media]
    body = Body(text=part.text, media=files, buttons=[*part.buttons])
    return msgspec.json.encode(body).decode()
