"""What has been typed and not sent."""

from typing import Annotated

import msgspec
from litestar import get, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from agent_console import actions
from agent_console.actions.drafts import Kind
from agent_console.cards import shapes as w
from agent_console.web.api.given import Body, Given, Me, PathId
from bridge.web import MAX_ID


class DraftText(w.Shape, frozen=True, kw_only=True, gc=False):
    """A draft; an emptied one keeps its revision."""

    text: str
    revision: int


class Drafts(w.Shape, frozen=True, kw_only=True, gc=False):
    """The drafts of a conversation."""

    reply: DraftText | UnsetType = UNSET
    note: DraftText | UnsetType = UNSET


class NewDraft(Body, frozen=True, kw_only=True):
    """The text now, and the revision it grew from: 0 for the first."""

    text: str
    revision: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]


class Revision(w.Shape, frozen=True, kw_only=True, gc=False):
    """The revision a draft has now."""

    revision: int


@get("/conversations/{conversation_id:int}/drafts")
async def drafts(console: Given, me: Me, conversation_id: PathId) -> Drafts:
    """Return what the caller has not sent yet."""
    found = await console.read(actions.drafts, console.desk, me.agent, conversation_id)
    return Drafts(
        **{kind: DraftText(text=one.text, revision=one.revision) for kind, one in found.items()}
    )


@put("/conversations/{conversation_id:int}/drafts/{kind:str}")
async def put_draft(
    console: Given, me: Me, conversation_id: PathId, kind: FromPath[Kind], data: JSONBody[NewDraft]
) -> Revision:
    """Keep a draft; an empty text clears it."""
    revision = await console.write(
        actions.put_draft,
        console.desk,
        me.agent,
        conversation_id,
        kind,
        data.text,
        revision=data.revision,
    )
    return Revision(revision=revision)


HANDLERS = [drafts, put_draft]
