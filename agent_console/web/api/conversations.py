"""One conversation: what it is, and the verbs that change who answers it."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from agent_console import actions, cards
from agent_console.audit import Action, Deed
from agent_console.cards import shapes as w
from agent_console.web.api.given import Acting, AgentId, Body, Given, Me, Nothing, PathId
from agent_console.web.auth import Caller
from agent_console.web.auth.guard import BOTS_TOO, VIEWERS_TOO
from agent_console.web.console import Console
from bridge.events import Whisper
from bridge.models import Agent
from bridge.settings import PanelFacts
from bridge.store import messages as m
from bridge.store.transactions import Tx
from bridge.web import Id
from routing.desk import Desk
from routing.refusal import RefusedError

Act = Callable[[Tx, Desk, Agent, int], None]


class Detail(w.Shape, frozen=True, kw_only=True, gc=False):
    """A conversation with all that its panel shows at once."""

    row: w.Row
    contact: w.Contact
    visit: w.Visit | None
    notes_count: int
    cursor: str


class Changed(w.Shape, frozen=True, kw_only=True, gc=False):
    """The row as it is now; null where what was done took it out of the caller's sight."""

    row: w.Row | None
    cursor: str


class Assignment(Body, frozen=True, kw_only=True):
    """To whom it goes."""

    agent: AgentId


class Company(Body, frozen=True, kw_only=True):
    """Who else is to answer."""

    agents: Annotated[list[AgentId], msgspec.Meta(min_length=1, max_length=50)]


class ItemLink(Body, frozen=True, kw_only=True):
    """What the conversation is about elsewhere: an order, a ticket, a task."""

    label: Annotated[str, msgspec.Meta(max_length=200)]
    url: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class ReadUpTo(Body, frozen=True, kw_only=True):
    """The last message that was read."""

    message_id: Id


class UnreadFrom(Body, frozen=True, kw_only=True):
    """The first message that counts as unread; without one, the customer's last."""

    message_id: Id | None = None


@get("/conversations/{conversation_id:int}", opt={BOTS_TOO: True})
async def conversation(console: Given, me: Me, conversation_id: PathId) -> Detail:
    """Return a conversation, its contact and the visitor's stay."""
    cursor = console.hub.cursor()
    return await console.read(_detail, console, me.agent, conversation_id, cursor)


def _detail(tx: Tx, console: Console, me: Agent, conversation_id: int, cursor: str) -> Detail:
    row = _row(tx, console.desk, me, conversation_id)
    inbox = console.settings.channels.get(row.conversation.inbox)
    return Detail(
        row=row,
        contact=cards.contact(tx, row.conversation.contact.id),
        visit=cards.visit_in(tx, conversation_id, inbox.panel if inbox else PanelFacts()),
        notes_count=tx.the(m.COUNT_NOTES, conversation_id=conversation_id),
        cursor=cursor,
    )


def _row(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> w.Row:
    actions.seen(tx, desk, me, conversation_id)
    return cards.rows(tx, me, desk.policy, [conversation_id])[0]


def _row_if_seen(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> w.Row | None:
    try:
        return _row(tx, desk, me, conversation_id)
    except RefusedError:
        return None


async def changed(console: Console, me: Caller, conversation_id: int) -> Changed:
    """Return the row after a change of it."""
    cursor = console.hub.cursor()
    row = await console.read(_row_if_seen, console.desk, me.agent, conversation_id)
    return Changed(row=row, cursor=cursor)


def _verb(
    name: str, act: Act, summary: str, action: Action | None = None, *, bots: bool = False
) -> HTTPRouteHandler:
    """Return the handler of a verb that needs to be told nothing; `action`: the trail has it."""

    async def handler(
        console: Given,
        me: Me,
        by: Acting,
        conversation_id: PathId,
        data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
    ) -> Changed:
        given = console.desk, me.agent, conversation_id
        if action is None:
            await console.write(act, *given)
        else:
            await console.act(by, Deed(action, f"conversation:{conversation_id}"), act, *given)
        return await changed(console, me, conversation_id)

    path = f"/conversations/{{conversation_id:int}}/{name}"
    return post(path, status_code=200, summary=summary, name=name, opt={BOTS_TOO: bots})(handler)


VERBS = [
    _verb("take", actions.take, "Take a conversation: it is yours to answer from then on."),
    _verb("release", actions.release, "Put a conversation back into New.", bots=True),
    _verb("close", actions.close, "Close a conversation.", bots=True),
    _verb("reopen", actions.reopen, "Open a closed conversation again."),
    _verb("join", actions.join, "Take part beside the one who answers."),
    _verb("leave", actions.leave, "Take part no longer."),
    _verb("follow", actions.follow, "Have it among one's own, and hear of its notes."),
    _verb("unfollow", actions.unfollow, "Follow it no longer."),
    _verb(
        "restore",
        actions.restore,
        "Make a deleted conversation what it was.",
        "conversation_restored",
    ),
]


def _out_of_it(name: str, act: Act, summary: str, action: Action) -> HTTPRouteHandler:
    """Return the handler of a verb after which there is no row to answer with."""

    async def handler(
        console: Given,
        me: Me,
        by: Acting,
        conversation_id: PathId,
        data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
    ) -> None:
        deed = Deed(action, f"conversation:{conversation_id}")
        await console.act(by, deed, act, console.desk, me.agent, conversation_id)

    path = f"/conversations/{{conversation_id:int}}/{name}"
    return post(path, status_code=204, summary=summary, name=name)(handler)


TRASH = [
    _out_of_it(
        "delete",
        actions.delete_conversation,
        "Delete a conversation; it can be restored.",
        "conversation_deleted",
    ),
    _out_of_it(
        "purge",
        actions.purge,
        "Delete a conversation for ever, with its messages and files.",
        "conversation_purged",
    ),
]


@post("/conversations/{conversation_id:int}/assign", status_code=200, opt={BOTS_TOO: True})
async def assign(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[Assignment]
) -> Changed:
    """Hand a conversation to somebody."""
    await console.write(actions.assign, console.desk, me.agent, conversation_id, data.agent)
    return await changed(console, me, conversation_id)


@put("/conversations/{conversation_id:int}/item")
async def link(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[ItemLink]
) -> Changed:
    """Link a conversation to something in another system."""
    await console.write(
        actions.link, console.desk, me.agent, conversation_id, data.label, data.url or None
    )
    return await changed(console, me, conversation_id)


@delete("/conversations/{conversation_id:int}/item", status_code=200)
async def unlink(console: Given, me: Me, conversation_id: PathId) -> Changed:
    """Let a conversation stand alone again."""
    await console.write(actions.unlink, console.desk, me.agent, conversation_id)
    return await changed(console, me, conversation_id)


@post("/conversations/{conversation_id:int}/participants", status_code=200)
async def add_participants(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[Company]
) -> Changed:
    """Let colleagues answer too."""
    await console.write(
        actions.add_participants, console.desk, me.agent, conversation_id, data.agents
    )
    return await changed(console, me, conversation_id)


@delete("/conversations/{conversation_id:int}/participants/{agent_id:str}", status_code=200)
async def remove_participant(
    console: Given, me: Me, conversation_id: PathId, agent_id: FromPath[str]
) -> Changed:
    """Take somebody out again."""
    await console.write(
        actions.remove_participant, console.desk, me.agent, conversation_id, agent_id
    )
    return await changed(console, me, conversation_id)


@post(
    "/conversations/{conversation_id:int}/read",
    status_code=204,
    opt={BOTS_TOO: True, VIEWERS_TOO: True},
)
async def mark_read(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[ReadUpTo]
) -> None:
    """Count everything up to a message as read, for the caller alone."""
    await console.write(actions.mark_read, console.desk, me.agent, conversation_id, data.message_id)


@post("/conversations/{conversation_id:int}/unread", status_code=204, opt={VIEWERS_TOO: True})
async def mark_unread(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[UnreadFrom]
) -> None:
    """Count a message and those after it as unread, for the caller alone."""
    await console.write(
        actions.mark_unread, console.desk, me.agent, conversation_id, data.message_id
    )


@post("/conversations/{conversation_id:int}/typing", status_code=204, opt={BOTS_TOO: True})
async def typing(
    console: Given,
    me: Me,
    conversation_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> None:
    """Show colleagues that the caller is writing, and the customer, if it may go to them."""
    found, to_customer = await console.read(
        actions.may_reply, console.desk, me.agent, conversation_id
    )
    whisper = Whisper(
        "agent_typing",
        conversation_id=found.id,
        identity_id=found.identity_id if to_customer else None,
        agent_id=me.agent.id,
    )
    console.hub.whisper(whisper)


HANDLERS = [
    *VERBS,
    *TRASH,
    conversation,
    assign,
    add_participants,
    remove_participant,
    link,
    unlink,
    mark_read,
    mark_unread,
    typing,
]
