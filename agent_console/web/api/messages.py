"""The messages of a conversation: read, written, sent again."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromQuery, JSONBody

from agent_console import actions, cards
from agent_console.audit import Deed
from agent_console.cards import shapes as w
from agent_console.web.api.conversations import changed
from agent_console.web.api.given import Acting, AgentId, Body, Given, Limit, Me, Nothing, PathId
from agent_console.web.auth import Caller
from agent_console.web.auth.guard import BOTS_TOO
from agent_console.web.console import Console
from bridge.models import Agent, Message
from bridge.store import bulk as b
from bridge.store import messages as m
from bridge.store.transactions import Tx
from bridge.web import MAX_ID, ApiError, Id, QueryAfter, QueryId, Uuid
from routing.outbound import Written
from routing.refusal import RefusedError

# A product limit of its own counts what is no space; this one keeps the rest in bounds.
_LONGEST_TEXT = 50_000
PublicId = Annotated[str, msgspec.Meta(max_length=64)]


class MessagePage(w.Shape, frozen=True, kw_only=True, gc=False):
    """Messages in ascending order, and whether there are more on either side."""

    messages: list[w.Message]
    has_before: bool
    has_after: bool
    cursor: str


class NewMessage(Body, frozen=True, kw_only=True):
    """What an agent wrote. The same `client_id` again sends nothing again.

    `mentions` are the colleagues whom a note calls by name; a reply calls nobody.
    """

    client_id: Uuid
    kind: Literal["reply", "note"]
    text: Annotated[str, msgspec.Meta(max_length=_LONGEST_TEXT)]
    attachments: Annotated[tuple[PublicId, ...], msgspec.Meta(max_length=20)] = ()
    reply_to: Id | None = None
    draft_revision: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] | None = None
    mentions: Annotated[tuple[AgentId, ...], msgspec.Meta(max_length=50)] = ()


class Forwarded(Body, frozen=True, kw_only=True):
    """A file that some message has, to be sent to this customer too, with words or without."""

    client_id: Uuid
    attachment: PublicId
    text: Annotated[str, msgspec.Meta(max_length=_LONGEST_TEXT)] = ""


class NewText(Body, frozen=True, kw_only=True):
    """What a message is to say instead; its files stay."""

    text: Annotated[str, msgspec.Meta(max_length=_LONGEST_TEXT)]


class Stored(w.Shape, frozen=True, kw_only=True, gc=False):
    """The message as it was stored, and its conversation now, if it is still in sight."""

    message: w.Message
    row: w.Row | None
    cursor: str


class OneMessage(w.Shape, frozen=True, kw_only=True, gc=False):
    """A message as it is now."""

    message: w.Message


class Notes(w.Shape, frozen=True, kw_only=True, gc=False):
    """The notes of a conversation, the oldest first."""

    messages: list[w.Message]


class Verdict(Body, frozen=True, kw_only=True):
    """Whether an uncertain message arrived: if not, it is sent again."""

    arrived: bool


class AttachmentItem(w.Shape, frozen=True, kw_only=True, gc=False):
    """A file, and the message it came with."""

    attachment: w.Attachment
    message_id: int
    at: int


class AttachmentItems(w.Shape, frozen=True, kw_only=True, gc=False):
    """The files of a conversation, the newest first."""

    items: list[AttachmentItem]


@get("/conversations/{conversation_id:int}/messages", opt={BOTS_TOO: True})
async def messages(
    console: Given,
    me: Me,
    conversation_id: PathId,
    before: QueryId = None,
    after: QueryAfter = None,
    around: QueryId = None,
    limit: Limit = 50,
) -> MessagePage:
    """Return a page: the last one, or what is before, after or around a message."""
    if sum(one is not None for one in (before, after, around)) > 1:
        why = "Only one of before, after and around can be given."
        raise ApiError(400, "invalid", why, fields={"before": why})
    cursor = console.hub.cursor()
    found, is_before, is_after = await console.read(
        _page, console, me.agent, conversation_id, before, after, around, limit
    )
    return MessagePage(messages=found, has_before=is_before, has_after=is_after, cursor=cursor)


def _page(
    tx: Tx,
    console: Console,
    me: Agent,
    conversation_id: int,
    before: int | None,
    after: int | None,
    around: int | None,
    limit: int,
) -> tuple[list[w.Message], bool, bool]:
    actions.seen(tx, console.desk, me, conversation_id)
    if around is not None:
        found = _around(tx, conversation_id, around, limit)
    elif after is not None:
        found = tx.all(m.MESSAGES_AFTER, conversation_id=conversation_id, bound=after, limit=limit)
    else:
        found = _before(tx, conversation_id, before or MAX_ID, limit)
    shown = cards.cards_for(tx, found, console.view, me.id)
    return shown, *_beyond(tx, conversation_id, found, before, after)


def _before(tx: Tx, conversation_id: int, bound: int, limit: int) -> list[Message]:
    page = tx.all(m.MESSAGES_BEFORE, conversation_id=conversation_id, bound=bound, limit=limit)
    return page[::-1]


def _around(tx: Tx, conversation_id: int, message_id: int, limit: int) -> list[Message]:
    """Return the message with as many before it as after; raises `not_found`."""
    middle = tx.one(m.MESSAGE_BY_ID, id=message_id)
    if middle is None or middle.conversation_id != conversation_id:
        raise RefusedError("not_found")
    # What is held stands in the thread as the line of its flood.
    message_id = middle.flood_id or message_id
    later = tx.all(
        m.MESSAGES_AFTER,
        conversation_id=conversation_id,
        bound=message_id,
        limit=limit // 2,
    )
    return [*_before(tx, conversation_id, message_id + 1, limit - len(later)), *later]


def _beyond(
    tx: Tx, conversation_id: int, page: Sequence[Message], before: int | None, after: int | None
) -> tuple[bool, bool]:
    """Say whether there is more before and after a page."""
    if page:
        first, last = page[0].id, page[-1].id
    elif after is not None:
        first, last = after + 1, after
    else:
        first, last = before or 1, (before or 1) - 1
    earlier = {"conversation_id": conversation_id, "bound": first}
    later = {"conversation_id": conversation_id, "bound": last}
    tx.foresee((b.IS_BEFORE, earlier), (b.IS_AFTER, later))
    return bool(tx.the(b.IS_BEFORE, **earlier)), bool(tx.the(b.IS_AFTER, **later))


@post("/conversations/{conversation_id:int}/messages", opt={BOTS_TOO: True})
async def write(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[NewMessage]
) -> Response[Stored]:
    """Answer the customer, or leave a note; 200 for what was stored before."""
    written = Written(
        agent_id=me.agent.id,
        text=data.text,
        attachments=data.attachments,
        reply_to=data.reply_to,
        client_key=f"{me.agent.id}/{data.client_id}",
        mentions=data.mentions,
    )
    store = actions.reply if data.kind == "reply" else actions.note
    message_id, is_new = await console.write(
        store,
        console.desk,
        me.agent,
        conversation_id,
        written,
        draft_revision=data.draft_revision,
    )
    return await _stored(console, me, conversation_id, message_id, is_new=is_new)


@post("/conversations/{conversation_id:int}/forwards")
async def forward(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[Forwarded]
) -> Response[Stored]:
    """Answer the customer with a file of any message the agent sees; 200 as in writing."""
    written = Written(
        agent_id=me.agent.id, text=data.text, client_key=f"{me.agent.id}/{data.client_id}"
    )
    message_id, is_new = await console.write(
        actions.forward, console.desk, me.agent, conversation_id, written, data.attachment
    )
    return await _stored(console, me, conversation_id, message_id, is_new=is_new)


async def _stored(
    console: Console, me: Caller, conversation_id: int, message_id: int, *, is_new: bool
) -> Response[Stored]:
    now = await changed(console, me, conversation_id)
    message = await _card(console, me, message_id)
    stored = Stored(message=message, row=now.row, cursor=now.cursor)
    return Response(stored, status_code=201 if is_new else 200)


async def _card(console: Console, me: Caller, message_id: int) -> w.Message:
    return await console.read(_one, console, me.agent.id, message_id)


def _one(tx: Tx, console: Console, agent_id: str, message_id: int) -> w.Message:
    found = tx.all(b.MESSAGES, ids=b.ids([message_id]))
    return cards.cards_for(tx, found, console.view, agent_id)[0]


@patch("/messages/{message_id:int}", opt={BOTS_TOO: True})
async def edit(console: Given, me: Me, message_id: PathId, data: JSONBody[NewText]) -> OneMessage:
    """Change the text of one's own message or note, here and where it went.

    403 where `conversation.allow_edit` is off. The text it has already changes nothing.
    """
    await console.write(actions.edit, console.desk, me.agent, message_id, data.text)
    return OneMessage(message=await _card(console, me, message_id))


@delete("/messages/{message_id:int}", status_code=200)
async def take_back(console: Given, me: Me, by: Acting, message_id: PathId) -> OneMessage:
    """Take a message or a note back, here and where it went.

    403 where `conversation.allow_delete` is off. Taking it back again changes nothing.
    """
    deed = Deed("message_deleted", f"message:{message_id}")
    await console.act(by, deed, actions.delete, console.desk, me.agent, message_id)
    return OneMessage(message=await _card(console, me, message_id))


@post("/messages/{message_id:int}/retry", status_code=200, opt={BOTS_TOO: True})
async def retry(
    console: Given,
    me: Me,
    message_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> OneMessage:
    """Send again what has failed."""
    await console.write(actions.retry, console.desk, me.agent, message_id)
    return OneMessage(message=await _card(console, me, message_id))


@post("/messages/{message_id:int}/settle", status_code=200)
async def settle(console: Given, me: Me, message_id: PathId, data: JSONBody[Verdict]) -> OneMessage:
    """Say of an uncertain message whether it arrived."""
    await console.write(actions.settle, console.desk, me.agent, message_id, arrived=data.arrived)
    return OneMessage(message=await _card(console, me, message_id))


@post("/messages/{message_id:int}/mail/retry", status_code=200)
async def retry_mail(
    console: Given,
    me: Me,
    message_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> OneMessage:
    """Send again the mail with this message, which has failed."""
    await console.write(actions.retry_mail, console.desk, me.agent, message_id)
    return OneMessage(message=await _card(console, me, message_id))


@post("/messages/{message_id:int}/mail/settle", status_code=200)
async def settle_mail(
    console: Given, me: Me, message_id: PathId, data: JSONBody[Verdict]
) -> OneMessage:
    """Say of the uncertain mail with this message whether it arrived."""
    await console.write(
        actions.settle_mail, console.desk, me.agent, message_id, arrived=data.arrived
    )
    return OneMessage(message=await _card(console, me, message_id))


@get("/conversations/{conversation_id:int}/notes")
async def notes(console: Given, me: Me, conversation_id: PathId) -> Notes:
    """Return the notes of a conversation (D50)."""
    return Notes(messages=await console.read(_notes, console, me.agent, conversation_id))


def _notes(tx: Tx, console: Console, me: Agent, conversation_id: int) -> list[w.Message]:
    actions.seen(tx, console.desk, me, conversation_id)
    found = tx.all(m.NOTES_IN, conversation_id=conversation_id)
    return cards.cards_for(tx, found, console.view, me.id)


@get("/conversations/{conversation_id:int}/attachments")
async def attachments(
    console: Given, me: Me, conversation_id: PathId, kind: FromQuery[Literal["image", "file"]]
) -> AttachmentItems:
    """Return the pictures of a conversation, or its other files."""
    found = await console.read(_files, console, me.agent, conversation_id, kind)
    return AttachmentItems(items=found)


def _files(
    tx: Tx, console: Console, me: Agent, conversation_id: int, kind: Literal["image", "file"]
) -> list[AttachmentItem]:
    actions.seen(tx, console.desk, me, conversation_id)
    statement = b.IMAGES_IN if kind == "image" else b.FILES_IN
    return [
        AttachmentItem(
            attachment=cards.attachment(console.view(one)),
            message_id=one.message_id or 0,
            at=one.created_at,
        )
        for one in tx.all(statement, conversation_id=conversation_id)
    ]


HANDLERS = [
    messages,
    write,
    forward,
    edit,
    take_back,
    retry,
    settle,
    retry_mail,
    settle_mail,
    notes,
    attachments,
]
