"""What became of the mails in which a visitor who has left gets answers: told where it is trouble.

A mail holds several messages; it is told of once, below the last of them that the thread has.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from agent_console.fanout.deck import Deck
from agent_console.fanout.hints import tell
from agent_console.fanout.posts import ids_of
from bridge.models import Delivery, SurfacePost, SurfaceThread
from bridge.store import afterwards
from bridge.store import continued as c
from bridge.store import surfaces as s
from bridge.store.transactions import Tx
from routing.continued.shown import Mailed, mailed_in

# Looked at for what became of it: what was written before these has its last word.
LOOKED_AT = 50
_TROUBLE = frozenset({"failed", "uncertain"})


class Untold(NamedTuple):
    """A mail that went wrong, which the thread does not know yet, and the message it is about."""

    post: SurfacePost
    external_id: str
    mail: Mailed
    once: str


def next_mail(tx: Tx, row: SurfaceThread) -> Untold | None:
    """Return the next mail that went wrong and is to be told of."""
    if tx.one(c.HAS_TROUBLE, conversation_id=row.conversation_id) is None:
        return None
    posts = ours_in(tx, row)
    return next(_untold(tx, row, posts, last_mails(tx, row.conversation_id)), None)


def ours_in(tx: Tx, row: SurfaceThread) -> list[SurfacePost]:
    """Return the posts of what our side said last in a thread, newest first."""
    of = {"thread_id": row.id, "conversation_id": row.conversation_id}
    return tx.all(afterwards.MARKED_POSTS, **of, limit=LOOKED_AT)


def _untold(
    tx: Tx, row: SurfaceThread, posts: Sequence[SurfacePost], mails: Mapping[int, Delivery]
) -> Iterator[Untold]:
    seen: set[int] = set()
    for post in posts:
        mail, ids = mails.get(post.message_id), ids_of(post)
        if mail is None or mail.id in seen or not ids or post.part >= s.ABOUT:
            continue
        seen.add(mail.id)
        once = f"mail {mail.id}/{mail.state}/{mail.changed_at}"
        is_told = tx.the(s.HINTED, thread_id=row.id, account="", once=once)
        if mail.state in _TROUBLE and not is_told:
            yield Untold(post, ids[0], mailed_in(mail)[post.message_id], once)


def last_mails(tx: Tx, conversation_id: int) -> dict[int, Delivery]:
    """Return the last mail that holds each message of a conversation, of those in any."""
    mails = tx.all(c.CONTINUED, conversation_id=conversation_id)
    return {message_id: mail for mail in mails for message_id in mailed_in(mail)}


def tell_of(tx: Tx, deck: Deck, row: SurfaceThread, found: Untold) -> None:
    """Have the thread told why, and what may be done about it."""
    told = deck.voice.mailed(found.post.message_id, found.mail)
    tell(tx, row.id, "", told, about=found.external_id, once=found.once)
