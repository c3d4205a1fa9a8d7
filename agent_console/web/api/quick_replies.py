"""Ready answers (D23, S18)."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from agent_console.cards import shapes as w
from agent_console.web.api.given import Body, Given, Me
from bridge.web import QueryId


class QuickReplyList(w.Shape, frozen=True, kw_only=True, gc=False):
    """Every ready answer."""

    items: list[w.QuickReply]


class NewQuickReply(Body, frozen=True, kw_only=True):
    """A text worth keeping, and what to type for it."""

    shortcut: Annotated[str, msgspec.Meta(max_length=200)]
    text: Annotated[str, msgspec.Meta(max_length=50_000)]


@get("/quick-replies")
async def quick_replies(console: Given, me: Me, conversation: QueryId = None) -> QuickReplyList:
    """Return the ready answers, filled in for a conversation in its customer's language."""
    items = await console.read(console.quick_replies.list, console.desk, me.agent, conversation)
    return QuickReplyList(items=items)


@post("/quick-replies")
async def add_quick_reply(console: Given, me: Me, data: JSONBody[NewQuickReply]) -> w.QuickReply:
    """Keep a text as a ready answer for everybody."""
    return await console.write(console.quick_replies.add, me.agent, data.shortcut, data.text)


HANDLERS = [quick_replies, add_quick_reply]
