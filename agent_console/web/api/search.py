"""Search over messages and people."""

import asyncio
import contextlib
from typing import Annotated

from litestar import get
from litestar.di import Provide
from litestar.params import FromQuery, QueryParameter

from agent_console import cards
from agent_console.actions import sight_on
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Limit, Me, Ours
from agent_console.web.api.narrowing import NARROWED
from agent_console.web.console import Console
from bridge import search as index
from bridge.channel import StorageUnavailableError
from bridge.models import Agent, MessageKind
from bridge.search import LONGEST_QUERY
from bridge.store import bulk as b
from bridge.store.transactions import Tx
from bridge.web import QueryId

# How long a search waits for what has come in the last second, in seconds.
_PATIENCE = 5.0


class Piece(w.Shape, frozen=True, kw_only=True, gc=False):
    """A stretch of a found text; `hit` is what was looked for."""

    text: str
    hit: bool


class FoundMessage(w.Shape, frozen=True, kw_only=True, gc=False):
    """A message in which something was found."""

    id: int
    at: int
    author: w.Author
    kind: MessageKind
    snippet: list[Piece]


class Hit(w.Shape, frozen=True, kw_only=True, gc=False):
    """A conversation; without a message, its contact is what was found."""

    row: w.Row
    message: FoundMessage | None


class Hits(w.Shape, frozen=True, kw_only=True, gc=False):
    """What was found; `next` is the `after` of the next page."""

    hits: list[Hit]
    next: str | None


def narrowed(
    me: Me,
    narrow: Ours[cards.Narrow],
    folder: FromQuery[cards.Folder | None] = None,
    status: FromQuery[cards.Status | None] = None,
) -> index.Filters:
    """Return what narrows the search."""
    return index.Filters(
        folder=folder,
        status=status,
        inbox=narrow.inbox,
        assignee=narrow.assignee,
        language=narrow.language,
        last_by=narrow.last_by,
        contact=narrow.contact,
        team=narrow.team_id,
        no_team=narrow.team == cards.NONE,
        topic=narrow.topic_id,
        other_topic=narrow.topic == cards.OTHER,
        no_topic=narrow.topic == cards.NONE,
        tags=narrow.tags,
        has_status=narrow.has_status,
        or_unset=narrow.or_unset,
        untagged=narrow.untagged,
        pinned=narrow.pinned,
        bot=narrow.bot,
        agent=me.agent.id,
    )


@get("/search", dependencies=NARROWED | {"filters": Provide(narrowed, sync_to_thread=False)})
async def search(
    console: Given,
    me: Me,
    q: Annotated[str, QueryParameter(max_length=LONGEST_QUERY)],
    filters: Ours[index.Filters],
    limit: Limit = 30,
    after: QueryId = None,
) -> Hits:
    """Find messages and people by the beginnings of words (D48)."""
    # Where nothing can be written just now, what is in the index can still be found.
    with contextlib.suppress(StorageUnavailableError, TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await index.brought_up_to_date(console.store)
    return await console.read(_search, console, me.agent, q, filters, limit, after)


def _search(
    tx: Tx,
    console: Console,
    me: Agent,
    words: str,
    filters: index.Filters,
    limit: int,
    after: int | None,
) -> Hits:
    sight = sight_on(console.desk, me)
    found = index.search(tx, words, filters=filters, sight=sight, limit=limit, before=after)
    ids = list(dict.fromkeys(one.conversation_id for one in found))
    rows = {row.conversation.id: row for row in cards.rows(tx, me, console.desk.policy, ids)}
    in_messages = [one.message_id for one in found if one.message_id is not None]
    messages = tx.all(b.MESSAGES, ids=b.ids(in_messages)) if in_messages else []
    shown = {card.id: card for card in cards.cards(tx, messages, console.view)}
    hits = [
        Hit(row=rows[one.conversation_id], message=_message(one, shown))
        for one in found
        if one.conversation_id in rows
    ]
    # The index tells pages apart by the last message of each.
    more = len(in_messages) == limit
    return Hits(hits=hits, next=str(in_messages[-1]) if more else None)


def _message(hit: index.Hit, shown: dict[int, w.Message]) -> FoundMessage | None:
    if hit.message_id is None:
        return None
    card = shown[hit.message_id]
    return FoundMessage(
        id=card.id,
        at=card.at,
        author=card.author,
        kind=card.kind,
        snippet=[Piece(text=piece.text, hit=piece.hit) for piece in hit.snippet],
    )


HANDLERS = [search]
