"""What colleagues say to each other: each sees the chats that they are in, and no other."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, UnsetType

from agent_console import actions
from agent_console.actions.chats import LONGEST_TEXT, LONGEST_TOPIC, MOST_MEMBERS
from agent_console.cards import shapes as w
from agent_console.web.api.given import AgentId, Body, Given, Limit, Me, PathId
from agent_console.web.auth.guard import VIEWERS_TOO
from bridge import models
from bridge.markup import to_rich
from bridge.web import MAX_ID, Id, Uuid

_Members = Annotated[tuple[AgentId, ...], msgspec.Meta(max_length=MOST_MEMBERS)]
_Others = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=40)]],
    QueryParameter(name="with", min_items=1, max_items=MOST_MEMBERS),
]
_Number = Annotated[int | None, QueryParameter(ge=0, le=MAX_ID)]


class LastSaid(w.Shape, frozen=True, kw_only=True, gc=False):
    """What was said last."""

    id: int
    agent: str
    text: str


class Chat(w.Shape, frozen=True, kw_only=True, gc=False):
    """A chat: its members (the caller among them), and how much of it is new to the caller.

    A group has a topic; a chat of two has none. `read_up_to` is the caller's own mark.
    """

    id: int
    topic: str | None
    members: list[str]
    last_at: int
    read_up_to: int
    unread: int
    last: LastSaid | None


class Chats(w.Shape, frozen=True, kw_only=True, gc=False):
    """Where something was said last stands first."""

    chats: list[Chat]


class ChatMessage(w.Shape, frozen=True, kw_only=True, gc=False):
    """What a colleague said; `rich` is it as conversations' messages have theirs."""

    id: int
    agent: str
    text: str
    at: int
    rich: list[dict[str, Any]] | UnsetType = UNSET


class ChatMessages(w.Shape, frozen=True, kw_only=True, gc=False):
    """Messages in ascending order; `more`: there are more on the side that was asked for."""

    messages: list[ChatMessage]
    more: bool


class NewChat(Body, frozen=True, kw_only=True):
    """With whom; a group needs a topic."""

    members: _Members
    topic: Annotated[str, msgspec.Meta(max_length=LONGEST_TOPIC)] = ""


class NewChatMessage(Body, frozen=True, kw_only=True):
    """What a member says. The same `client_id` again says nothing again."""

    client_id: Uuid
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]


class ReadUpTo(Body, frozen=True, kw_only=True):
    """The last message on the caller's screen."""

    message_id: Id


@get("/chats")
async def chats(console: Given, me: Me) -> Chats:
    """Return the chats that the caller is in."""
    found = await console.read(actions.chats_of, me.agent)
    return Chats(chats=[_chat(one) for one in found])


@get("/chats/among")
async def among(console: Given, me: Me, others: _Others) -> Chats:
    """Return the chats of exactly the caller and these colleagues."""
    found = await console.read(actions.chats_among, me.agent, others)
    return Chats(chats=[_chat(one) for one in found])


@post("/chats", opt={VIEWERS_TOO: True})
async def begin(console: Given, me: Me, data: JSONBody[NewChat]) -> Response[Chat]:
    """Begin a chat: 201 for a new one, 200 for the one that two colleagues have already."""
    chat, new = await console.write(actions.open_chat, me.agent, data.members, data.topic)
    return Response(_chat(chat), status_code=201 if new else 200)


@get("/chats/{chat_id:int}/messages")
async def messages(
    console: Given,
    me: Me,
    chat_id: PathId,
    before: _Number = None,
    after: _Number = None,
    limit: Limit = 50,
) -> ChatMessages:
    """Return the last messages of a chat, those before one, or the first after one."""
    found = await console.read(
        actions.said, me.agent, chat_id, limit=limit, before=before, after=after
    )
    return ChatMessages(messages=[_message(one) for one in found.messages], more=found.more)


@post("/chats/{chat_id:int}/messages", opt={VIEWERS_TOO: True})
async def say(
    console: Given, me: Me, chat_id: PathId, data: JSONBody[NewChatMessage]
) -> ChatMessage:
    """Say something to the others in a chat; no customer ever sees it."""
    said = await console.write(actions.say, me.agent, chat_id, data.text, str(data.client_id))
    return _message(said)


@post("/chats/{chat_id:int}/read", status_code=204, opt={VIEWERS_TOO: True})
async def read(console: Given, me: Me, chat_id: PathId, data: JSONBody[ReadUpTo]) -> None:
    """Take note that the caller has read up to a message."""
    await console.write(actions.read_chat, me.agent, chat_id, data.message_id)


def _chat(row: models.Chat) -> Chat:
    last = None
    if row.last_id is not None and row.last_by is not None and row.last_text is not None:
        last = LastSaid(id=row.last_id, agent=row.last_by, text=row.last_text)
    return Chat(
        id=row.id,
        topic=row.topic,
        members=msgspec.json.decode(row.members, type=list[str]),
        last_at=row.last_at,
        read_up_to=row.read_up_to,
        unread=row.unread,
        last=last,
    )


def _message(row: models.ChatMessage) -> ChatMessage:
    rich = to_rich(row.text, "markdown")
    return ChatMessage(
        id=row.id,
        agent=row.agent_id,
        text=row.text,
        at=row.created_at,
        rich=UNSET if rich is None else rich,
    )


HANDLERS = [chats, among, begin, messages, say, read]
