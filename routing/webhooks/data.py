"""What programs outside are told, as it stands in the `data` of a request.

Times are ISO 8601 in UTC. What is unknown is `null`; what a request has no use for is not in
it at all.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from bridge.channel import TextFormat
from bridge.models import Attachment, Conversation, Message
from bridge.store import bulk as b
from bridge.store import people as p
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing.desk import Desk


class AgentData(msgspec.Struct, frozen=True):
    """An agent, by the id of the YAML."""

    id: str
    name: str


class InboxData(msgspec.Struct, frozen=True):
    """The inbox that a customer wrote to, by the id of the YAML."""

    id: str
    type: str
    name: str


class ContactData(msgspec.Struct, frozen=True):
    """The customer, as far as they are known."""

    id: int
    name: str | None
    email: str | None
    phone: str | None


class ConversationData(msgspec.Struct, frozen=True):
    """A conversation, as it is when the request is written; `url` opens it in the console."""

    id: int
    url: str
    state: str
    inbox: InboxData
    contact: ContactData
    assignee: AgentData | None
    team: str | None
    language: str | None
    created_at: datetime


class FileData(msgspec.Struct, frozen=True):
    """An attachment; without `include_text` its name is left out, as a text is."""

    id: str
    kind: str
    type: str
    size: int
    name: str | UnsetType = UNSET


class AuthorData(msgspec.Struct, frozen=True):
    """Who wrote it; of an agent the id and the name too."""

    kind: Literal["customer", "agent", "program"]
    id: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


class MessageData(msgspec.Struct, frozen=True):
    """A message or a note; without `include_text` it has no text."""

    id: int
    kind: Literal["incoming", "outgoing", "note"]
    author: AuthorData
    format: TextFormat
    created_at: datetime
    attachments: Sequence[FileData]
    text: str | UnsetType = UNSET


class EventData(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of every event: what it is about, and for a change by whom it came."""

    conversation: ConversationData
    message: MessageData | UnsetType = UNSET
    by: AgentData | UnsetType | None = UNSET
    reason: str | UnsetType = UNSET


class FieldData(msgspec.Struct, frozen=True, kw_only=True):
    """What was filled in: `value` as chosen or typed, `shown` as agents read it."""

    id: str
    label: str
    value: str
    shown: str


class TicketData(msgspec.Struct, frozen=True, kw_only=True):
    """A task; `target` is its kind, by the id of the YAML, `text` what the agent wrote."""

    id: int
    target: str
    title: str
    text: str
    fields: Sequence[FieldData]


class TicketEventData(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of `ticket.created`; `messages` are those it was made of."""

    ticket: TicketData
    conversation: ConversationData
    messages: Sequence[MessageData]
    by: AgentData | None


def moment(ms: int) -> datetime:
    """Return a time of ours as it is told."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def conversation_data(tx: Tx, desk: Desk, conversation: Conversation) -> ConversationData:
    """Return what is told of a conversation."""
    contact = tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
    kind, name = tx.the(p.INBOX_BY_ID, id=conversation.inbox_id)
    return ConversationData(
        id=conversation.id,
        url=desk.conversation_url(conversation.id),
        state=conversation.state,
        inbox=InboxData(conversation.inbox_id, kind, name),
        contact=ContactData(contact.id, contact.name, contact.email, contact.phone),
        assignee=agent_data(tx, conversation.assignee_id),
        team=conversation.team_id,
        language=conversation.language,
        created_at=moment(conversation.created_at),
    )


def message_data(tx: Tx, message: Message, *, include_text: bool) -> MessageData:
    """Return what is told of a message that a person wrote, or the program in its own name."""
    # What was taken back in the meantime is told as the console shows it: without words.
    text = "" if message.deleted_at else message.text
    return MessageData(
        id=message.id,
        kind=message.kind,  # type: ignore[arg-type]  # An activity is told as a change.
        author=_author(tx, message),
        format=message.format,
        created_at=moment(message.created_at),
        attachments=_files(tx, message, include_text=include_text),
        text=text if include_text else UNSET,
    )


def agent_data(tx: Tx, agent_id: str | None) -> AgentData | None:
    """Return what is told of an agent, who may be in the YAML no longer."""
    agent = None if agent_id is None else tx.one(AGENT_BY_ID, id=agent_id)
    return None if agent is None else AgentData(agent.id, agent.name)


def _author(tx: Tx, message: Message) -> AuthorData:
    if message.kind == "incoming":
        return AuthorData("customer")
    agent = agent_data(tx, message.agent_id)
    return AuthorData("program") if agent is None else AuthorData("agent", agent.id, agent.name)


def _files(tx: Tx, message: Message, *, include_text: bool) -> Sequence[FileData]:
    if not message.attachment_count or message.deleted_at:
        return ()
    files = tx.all(b.ATTACHMENTS, ids=b.ids([message.id]))
    return [_file(one, include_text=include_text) for one in files if one.role == "attachment"]


def _file(file: Attachment, *, include_text: bool) -> FileData:
    name = file.name if include_text else UNSET
    return FileData(file.public_id, file.kind, file.mime, file.size, name)
