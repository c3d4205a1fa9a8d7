"""What agents write: stored with its deliveries in one transaction, sent by `bridge.delivery`.

Every function runs inside a transaction. Rights have been checked before (`access.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bridge.delivery import LANE_TOPIC
from bridge.media import AttachmentUnknownError, attach
from bridge.models import Attachment, Conversation, Delivery, Message
from bridge.split import PlannedPart
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import log
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import blocks, conversations, following, notices, wellformed
from routing.continued import mailing
from routing.desk import Desk
from routing.edits import change_text, message_changed, take_back, that_count
from routing.policy import LONGEST_TEXT, length_of
from routing.queueing import (
    GONE,
    add_delivery,
    believe_sent,
    capabilities_of,
    linked_where_too_large,
    queue,
    queue_again,
    queue_edit,
)
from routing.refusal import RefusedError
from routing.reports import call_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an agent wrote. `client_key` is the writer's own id of it, if it has one.

    `mentions` are the agents whom a note calls by name. What is no character in `text` is
    replaced (`wellformed.py`).
    """

    agent_id: str
    text: str
    attachments: Sequence[str] = ()
    reply_to: int | None = None
    client_key: str | None = None
    mentions: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Make the text one that can be kept."""
        object.__setattr__(self, "text", wellformed.text(self.text))


def reply(tx: Tx, desk: Desk, conversation: Conversation, written: Written) -> tuple[int, bool]:
    """Store a reply and its deliveries; return its id and whether it is new.

    Replying takes an untaken conversation (J33) and reopens a closed one (S43). The same
    `client_key` again gives the message stored the first time. Raises `RefusedError`
    (`empty`, `too_long`, `taken`, `blocked`, `attachment_unknown`, `file_too_large`,
    `not_found`).
    """
    if (known := _already(tx, written)) is not None:
        return known, False
    blocks.let_nothing_out(tx, conversation)
    _check_length(desk, written)
    conversation = _ready_to_answer(tx, desk, conversation, written.agent_id)
    message_id, files = _insert(tx, conversation, written, kind="outgoing")
    files = linked_where_too_large(tx, desk, conversation, files)
    tx.put_off(q.AGENT_WROTE, of=conversation.id, at=tx.now, message_id=message_id)
    queue(tx, desk, conversation, _message(tx, message_id), files)
    _follow_up(tx, conversation, written.agent_id, "reply", message_id)
    conversations.set_timers(tx, conversations.get(tx, conversation.id), desk.policy)
    mailing.plan(tx, desk, conversation)
    return message_id, True


def note(tx: Tx, desk: Desk, conversation: Conversation, written: Written) -> tuple[int, bool]:
    """Store a note: for colleagues only, never a delivery (D49). As `reply` otherwise."""
    if (known := _already(tx, written)) is not None:
        return known, False
    _check_length(desk, written)
    message_id, _ = _insert(tx, conversation, written, kind="note")
    tx.put_off(q.NOTE_WRITTEN, of=conversation.id, message_id=message_id)
    _follow_up(tx, conversation, written.agent_id, "note", message_id)
    following.noted(tx, conversation, message_id, written.agent_id, written.mentions)
    return message_id, True


def edit(tx: Tx, desk: Desk, message: Message, text: str) -> None:
    """Change a sent message, here and where it went, or a note; the same text changes nothing.

    Raises `RefusedError("unsupported")` where the network cannot, `("edit_splits")` when
    the new text would need another number of parts (DESIGN.md, Edits and deletes),
    `("blocked")` where the customer is, `("state")` for what is deleted or has not all gone out.
    """
    text = wellformed.text(text)
    conversation = conversations.get(tx, message.conversation_id)
    if message.kind != "note":
        blocks.let_nothing_out(tx, conversation)
        if not capabilities_of(desk, conversation).edits:
            raise RefusedError("unsupported")
    if message.deleted_at is not None:
        raise RefusedError("state")
    if text == message.text:
        return
    files = tx.all(m.ATTACHMENTS_OF, message_id=message.id)
    _check_length(
        desk, Written(agent_id="", text=text, attachments=[file.public_id for file in files])
    )
    if message.kind != "note":
        queue_edit(tx, desk, conversation, message, text, files)
    change_text(tx, message, text, tx.now)
    mailing.rewrite(tx, desk, message)


def delete(tx: Tx, desk: Desk, message: Message) -> None:
    """Take a message or a note back, here and where it went; `unsupported` as `edit`.

    What still waits never goes out; what is on the wire just now is taken back after it.
    """
    conversation = conversations.get(tx, message.conversation_id)
    if message.kind != "note" and not capabilities_of(desk, conversation).deletes:
        raise RefusedError("unsupported")
    if not take_back(tx, message, tx.now):
        return
    tx.run(d.CALL_OFF, message_id=message.id, at=tx.now)
    call_up(tx, conversation.id, conversation.inbox_id)
    mailing.rewrite(tx, desk, message)
    for old in tx.all(d.DELIVERIES_OF, message_id=message.id):
        if old.action == "send" and (old.state in GONE or old.state == "sending"):
            empty = PlannedPart(text="", media=())
            add_delivery(
                tx, conversation, message.id, old.part, empty, "delete", message.revision + 1
            )


def retry(tx: Tx, message_id: int) -> None:
    """Send again what has failed of a message; raises `RefusedError("state")` if nothing has."""
    _send_again(tx, message_id, "failed", doubled_at=None)


def settle(tx: Tx, message_id: int, *, arrived: bool) -> None:
    """Take an agent's word on an uncertain message: it arrived, or it is to go again.

    Sent again, it is marked as one the customer may have twice.
    """
    if not arrived:
        _send_again(tx, message_id, "uncertain", doubled_at=tx.now)
        return
    message, uncertain = _ended(tx, message_id, "uncertain")
    for one in uncertain:
        believe_sent(tx, one)
    _free(tx, message)


def _send_again(
    tx: Tx, message_id: int, state: Literal["failed", "uncertain"], *, doubled_at: int | None
) -> None:
    message, ended = _ended(tx, message_id, state)
    blocks.let_nothing_out(tx, conversations.get(tx, message.conversation_id))
    for one in ended:
        queue_again(tx, one, doubled_at=doubled_at)
    _free(tx, message)


def _ended(
    tx: Tx, message_id: int, state: Literal["failed", "uncertain"]
) -> tuple[Message, list[Delivery]]:
    """Return what of the message has ended so and still counts; raises `RefusedError`."""
    message = _message(tx, message_id)
    parts = that_count(
        tx.all(d.DELIVERIES_OF, message_id=message_id), deleted=message.deleted_at is not None
    )
    ended = [one for one in parts if one.state == state]
    if not ended:
        raise RefusedError("state")
    return message, ended


def _free(tx: Tx, message: Message) -> None:
    """Let the later parts go on, and tell everybody."""
    tx.run(d.FREE_LATER_PARTS, message_id=message.id, of_place=message.inbox_id)
    tx.wake(LANE_TOPIC)
    message_changed(tx, message)


def _message(tx: Tx, message_id: int) -> Message:
    message = tx.one(m.MESSAGE_BY_ID, id=message_id)
    if message is None:
        raise RefusedError("not_found")
    return message


def _already(tx: Tx, written: Written) -> int | None:
    if written.client_key is None:
        return None
    known = tx.one(m.MESSAGE_BY_CLIENT_KEY, client_key=written.client_key)
    return known.id if known else None


def _check_length(desk: Desk, written: Written) -> None:
    if len(written.text) > LONGEST_TEXT:
        length = len(written.text)
        raise RefusedError("too_long", {"limit": LONGEST_TEXT, "length": length, "unit": "all"})
    length = length_of(written.text)
    if length == 0 and not written.attachments:
        raise RefusedError("empty")
    if length > desk.policy.max_length:
        raise RefusedError(
            "too_long",
            {"limit": desk.policy.max_length, "length": length, "unit": "non_space"},
        )


def _ready_to_answer(tx: Tx, desk: Desk, conversation: Conversation, agent_id: str) -> Conversation:
    if conversation.state == "closed":
        conversation = conversations.reopen(tx, conversation, desk.policy, by=agent_id)
    elif conversation.assignee_id is None:
        conversation = conversations.take(tx, conversation, agent_id)
    else:
        return conversation
    notices.joined(tx, desk, conversation)
    return conversation


def _insert(
    tx: Tx, conversation: Conversation, written: Written, *, kind: Literal["outgoing", "note"]
) -> tuple[int, list[Attachment]]:
    quoted = _quoted(tx, conversation, written.reply_to)
    message_id = conversations.add_message(
        tx,
        conversation,
        kind,
        written.text,
        by=written.agent_id,
        client_key=written.client_key,
        reply_to_id=quoted,
        attachment_count=len(written.attachments),
    )
    try:
        owner = f"agent:{written.agent_id}"
        files = attach(tx, list(written.attachments), [owner], message_id)
    except AttachmentUnknownError as error:
        raise RefusedError("attachment_unknown") from error
    return message_id, files


def _quoted(tx: Tx, conversation: Conversation, message_id: int | None) -> int | None:
    """Return the quoted message's id; one of another conversation is not found."""
    if message_id is None:
        return None
    quoted = _message(tx, message_id)
    if quoted.conversation_id != conversation.id:
        raise RefusedError("not_found")
    return quoted.id


def _follow_up(
    tx: Tx,
    conversation: Conversation,
    agent_id: str,
    kind: Literal["reply", "note"],
    message_id: int,
) -> None:
    """Clear the draft that was sent, and count what came before as read by its writer."""
    draft = tx.one(q.DRAFT_OF, agent_id=agent_id, conversation_id=conversation.id, kind=kind)
    if draft is not None and draft.text:
        tx.run(
            q.PUT_DRAFT,
            agent_id=agent_id,
            conversation_id=conversation.id,
            kind=kind,
            text="",
            revision=draft.revision + 1,
            at=tx.now,
        )
        _private(tx, "draft.changed", conversation, agent_id)
    tx.put_off(
        q.PUT_READ_MARK,
        agent_id=agent_id,
        conversation_id=conversation.id,
        seen=conversation.incoming_count,
        message_id=message_id,
        at=tx.now,
    )
    tx.put_off(q.OPENED, of=conversation.id, at=tx.now)
    _private(tx, "read.changed", conversation, agent_id)


def _private(tx: Tx, kind: str, conversation: Conversation, agent_id: str) -> None:
    log.append(tx, kind, conversation_id=conversation.id, private_to=agent_id)
