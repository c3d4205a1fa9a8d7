"""A file of one conversation sent to the customer of another, without being uploaded again."""

import dataclasses

from agent_console.actions.messages import reply, written_before
from agent_console.actions.rights import allowed
from agent_console.actions.sight import seen, seen_message
from bridge.media import Content, add_upload
from bridge.models import Agent, Attachment
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing.desk import Desk
from routing.outbound import Written
from routing.refusal import RefusedError

# A forwarded file answers with no draft: whatever is being written there is kept.
_NO_DRAFT = -1
# What customers and agents send; the raw text of a mail is none of it.
_SENT = ("attachment", "link")


def forward(
    tx: Tx, desk: Desk, me: Agent, conversation_id: int, written: Written, file_id: str
) -> tuple[int, bool]:
    """Answer with a file that a message `me` sees has; return as `reply` does (S13).

    Both names lead to one content. Raises as `reply`, `RefusedError("not_found")` for a
    file out of sight or taken back, `("attachment_unknown")` for one that is not here.
    """
    if (known := written_before(tx, conversation_id, written)) is not None:
        seen(tx, desk, me, conversation_id)
        return known, False
    allowed(tx, desk, me, conversation_id, "reply")
    copy = _copy(tx, me, _source(tx, desk, me, file_id))
    written = dataclasses.replace(written, attachments=[copy])
    return reply(tx, desk, me, conversation_id, written, draft_revision=_NO_DRAFT)


def _source(tx: Tx, desk: Desk, me: Agent, file_id: str) -> Attachment:
    file = tx.one(m.ATTACHMENT_BY_PUBLIC_ID, public_id=file_id)
    if file is None or file.message_id is None or file.role not in _SENT:
        raise RefusedError("not_found")
    message = seen_message(tx, desk, me, file.message_id)
    still_there = tx.all(m.ATTACHMENTS_OF, message_id=message.id)
    if message.deleted_at is not None or file.id not in {one.id for one in still_there}:
        raise RefusedError("not_found")
    if file.state != "ready":
        raise RefusedError("attachment_unknown")
    return file


def _copy(tx: Tx, me: Agent, file: Attachment) -> str:
    """Keep a second name of the file's content, as an upload of `me`; return its public id."""
    content = Content(file.sha256, file.mime, file.size, file.width, file.height)
    return add_upload(tx, f"agent:{me.id}", file.name, file.kind, content).public_id
