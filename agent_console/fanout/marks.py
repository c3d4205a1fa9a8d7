"""Which marks a thread is owed: what became of what agents wrote, on that very message."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from agent_console.cards import shapes
from agent_console.cards.messages import mark as mark_of
from agent_console.cards.messages import parts_of
from agent_console.fanout import steps
from agent_console.fanout.deck import Deck
from agent_console.fanout.hints import tell
from agent_console.fanout.mails import ours_in
from agent_console.fanout.posts import ids_of
from agent_console.surface import Mark, Thread
from bridge.models import SurfacePost, SurfaceThread
from bridge.store import bulk
from bridge.store import messages as m
from bridge.store import surfaces as s
from bridge.store.transactions import Tx
from routing.continued.shown import mails_of

_MARKS: Mapping[str, Mark] = {
    "queued": "queued",
    "sending": "queued",
    "sent": "accepted",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "uncertain": "uncertain",
}


class Owed(NamedTuple):
    """A mark that is not what it should be, on what; `known` is what the mark is made of."""

    post: SurfacePost
    external_id: str
    mark: Mark | None
    known: shapes.Mark | None


def next_mark(tx: Tx, row: SurfaceThread) -> Owed | None:
    """Return the mark to be set next."""
    posts = ours_in(tx, row)
    parts = parts_of(tx, [one.message_id for one in posts])
    for post in reversed(posts):
        ids, (mark, known) = ids_of(post), _mark(post, parts)
        if ids and mark != post.mark and post.part < s.ABOUT:
            return Owed(post, ids[0], mark, known)
    return None


def marks_owed(tx: Tx, deck: Deck, row: SurfaceThread, thread: Thread) -> steps.Sign | None:
    """Return the call that sets the next mark; trouble is also put into words."""
    owed = next_mark(tx, row)
    if owed is None:
        return None
    known = owed.known
    if known is not None and owed.mark in ("failed", "uncertain") and not _goes_on(tx, owed):
        _say(tx, deck, row, owed.post, owed.external_id, known)
    return steps.Sign(
        on=row,
        thread=thread,
        post_id=owed.post.id,
        external_id=owed.external_id,
        mark=owed.mark,
    )


def _goes_on(tx: Tx, owed: Owed) -> bool:
    """Say whether a mail brings the customer what they have left the site without seeing.

    What becomes of that is told by itself.
    """
    if owed.known is None or owed.known.reason != "visitor_left":
        return False
    message = tx.the(m.MESSAGE_BY_ID, id=owed.post.message_id)
    return message.id in mails_of(tx, [message])


def _mark(
    post: SurfacePost, parts: Mapping[int, list[bulk.PartState]]
) -> tuple[Mark | None, shapes.Mark | None]:
    """Return the mark of a post; what is shown of others is marked only where it went wrong."""
    found = mark_of(parts.get(post.message_id, ()))
    if isinstance(found, msgspec.UnsetType):
        return ("note" if post.state == "heard" else None), None
    mark = _MARKS[found.state]
    if post.state == "shown" and mark not in ("failed", "uncertain"):
        return None, None
    return mark, found


def _say(
    tx: Tx, deck: Deck, row: SurfaceThread, post: SurfacePost, about: str, mark: shapes.Mark
) -> None:
    told = deck.voice.trouble(post.message_id, mark)
    tell(tx, row.id, "", told, about=about, once=f"{post.message_id}/{mark.state}/{mark.at}")
