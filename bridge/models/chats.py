"""What colleagues say to each other, apart from everything that customers can be sent."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint

from bridge.models.base import (
    Row,
    metadata,
    moment,
    named_ref,
    number,
    own_id,
    ref,
    text,
)

CHAT = Table(
    "chats",
    metadata,
    own_id(),
    # Of a group; two colleagues need none.
    text("topic"),
    # Both ids of a chat of two, as a JSON array in order: two have one chat.
    text("pair"),
    moment("created_at", required=True),
    moment("last_at", required=True),
    UniqueConstraint("pair"),
)

CHAT_MEMBER = Table(
    "chat_members",
    metadata,
    ref("chat_id", "chats.id", required=True),
    named_ref("agent_id", "agents.id", required=True),
    # The last message that was on their screen; nothing of it is new that they wrote.
    number("read_up_to"),
    PrimaryKeyConstraint("chat_id", "agent_id"),
    Index("ix_chat_members_agent", "agent_id"),
)

CHAT_MESSAGE = Table(
    "chat_messages",
    metadata,
    own_id(),
    ref("chat_id", "chats.id", required=True),
    named_ref("agent_id", "agents.id", required=True),
    text("text", required=True),
    # The writer's own id of it: the same one again is not said twice.
    text("client_key", required=True),
    moment("created_at", required=True),
    UniqueConstraint("client_key"),
    Index("ix_chat_messages_chat", "chat_id", "id"),
)


class Chat(Row, frozen=True, gc=False):
    """A chat as one of its members has it; `unread` is how much of it is new to them.

    `members` is a JSON array of ids. What was said last is `None` in a chat of silence.
    """

    id: int
    topic: str | None
    members: str
    last_at: int
    read_up_to: int
    unread: int
    last_id: int | None
    last_by: str | None
    last_text: str | None


class ChatMessage(Row, frozen=True, gc=False):
    """Something that a colleague said."""

    id: int
    chat_id: int
    agent_id: str
    text: str
    client_key: str
    created_at: int
