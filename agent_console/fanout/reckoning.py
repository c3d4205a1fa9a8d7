"""What a conversation's thread is still owed: reckoned from what is, against what was shown.

Nothing is remembered of what has happened: whatever was missed, stopped or undone in between,
the next reckoning finds the same difference. So nothing can be lost here, and what is shown
twice says so.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from agent_console.fanout import steps
from agent_console.fanout.changes import changed_in, next_change
from agent_console.fanout.deck import Deck
from agent_console.fanout.hints import EVERYBODY, HintBody, tell
from agent_console.fanout.mails import next_mail, tell_of
from agent_console.fanout.marks import marks_owed, next_mark
from agent_console.fanout.placing import is_lost, settled_place
from agent_console.fanout.posts import ids_of, new_post, next_post
from agent_console.surface import Card, Hint, Press, Thread, Urgency
from bridge.models import Conversation, SurfaceThread
from bridge.store import conversations as q
from bridge.store import surfaces as s
from bridge.store.abreast import Abreast
from bridge.store.owing import OWING, Owing
from bridge.store.transactions import Tx
from bridge.store.tx import Asked
from routing.flooding import is_untold

_log = logging.getLogger(__name__)
# Of a conversation that was there before its thread, the last so many messages are shown.
LAST = 10


class _Standing(NamedTuple):
    """A conversation on one surface: where it is to be shown, and where it is or was."""

    conversation: Conversation
    place: str | None
    row: SurfaceThread | None
    """Its thread in that place."""
    left: steps.Draw | steps.Shut | None
    """What a thread in a place that is its no more is still owed."""


class Claimed(NamedTuple):
    """What was found when a call was to be claimed."""

    owed: bool
    """Whether the conversation may be owed a call."""
    step: steps.Put | None


def reckon(tx: Tx, deck: Deck, conversation_id: int) -> steps.AnyStep | None:
    """Return the next call that the conversation is owed here, claimed where that matters."""
    tx.foresee(*asked_of(deck, conversation_id))
    found = _standing(tx, deck, conversation_id)
    if found is None:
        return _taken_away(tx, deck, conversation_id)
    if found.left is not None:
        return found.left
    row = found.row
    if row is None and found.place is not None and found.conversation.state == "open":
        row = _begun(tx, deck, found.conversation, found.place)
    return None if row is None else _in_thread(tx, deck, row, found.conversation)


def claim_said(
    tx: Tx, deck: Deck, conversation_id: int, has_room: Callable[[str], bool]
) -> Abreast[Claimed]:
    """Claim the next call, if it posts what was said and may go at once.

    Where anything stands before it nothing is claimed.
    """
    found = yield from _stood(tx, deck, conversation_id)
    return Claimed(owed=True, step=(yield from _claim_said(tx, deck, found, has_room)))


def claim_next(
    tx: Tx, deck: Deck, conversation_id: int, has_room: Callable[[str], bool]
) -> Abreast[Claimed]:
    """Claim as `claim_said` does, and see whether the conversation may be owed a call at all."""
    found = yield from _stood(tx, deck, conversation_id)
    # With what a claim asks goes what `_peek` does if there is nothing to claim.
    owing = OWING, _here(deck.surface_id, conversation_id)
    step = yield from _claim_said(tx, deck, found, has_room, owing)
    owed = step is not None or _peek(tx, deck, conversation_id, found) is not None
    return Claimed(owed, step)


def _stood(tx: Tx, deck: Deck, conversation_id: int) -> Abreast[_Standing | None]:
    yield asked_of(deck, conversation_id)
    return _standing(tx, deck, conversation_id)


def _claim_said(
    tx: Tx,
    deck: Deck,
    found: _Standing | None,
    has_room: Callable[[str], bool],
    *more: Asked,
) -> Abreast[steps.Put | None]:
    if found is None or found.left is not None or (row := found.row) is None:
        return None
    thread = _thread(row)
    if thread is None or row.shut_at is not None:
        return None
    return (
        yield from new_post(tx, deck, row, found.conversation, thread, has_room=has_room, more=more)
    )


def peek(tx: Tx, deck: Deck, conversation_id: int) -> tuple[str, Urgency] | None:
    """Return where there may be something to show next and how urgent it is; claims nothing."""
    owing = OWING, _here(deck.surface_id, conversation_id)
    tx.foresee(*asked_of(deck, conversation_id), owing)
    return _peek(tx, deck, conversation_id, _standing(tx, deck, conversation_id))


def _peek(
    tx: Tx, deck: Deck, conversation_id: int, found: _Standing | None
) -> tuple[str, Urgency] | None:
    if found is None:
        rows = tx.all(s.THREADS_OF, **_here(deck.surface_id, conversation_id))
        return (rows[0].place, "words") if rows else None
    if found.left is not None:
        return found.left.on.place, "cards"
    if found.place is None:
        return None
    urgency = _urgency(tx, deck, found.row, found.conversation)
    return None if urgency is None else (found.place, urgency)


def asked_of(deck: Deck, conversation_id: int) -> Sequence[Asked]:
    """Return what says how a conversation stands here."""
    return (
        (q.CONVERSATION_BY_ID, {"id": conversation_id}),
        (s.THREADS_OF, _here(deck.surface_id, conversation_id)),
        (s.PLACES, {"surface_id": deck.surface_id}),
    )


def _here(surface_id: str, conversation_id: int) -> dict[str, str | int]:
    return {"surface_id": surface_id, "conversation_id": conversation_id}


def _standing(tx: Tx, deck: Deck, conversation_id: int) -> _Standing | None:
    """Return how a conversation stands here, `None` for one that was purged."""
    conversation = tx.one(q.CONVERSATION_BY_ID, id=conversation_id)
    if conversation is None or conversation.state == "purged":
        return None
    rows = tx.all(s.THREADS_OF, **_here(deck.surface_id, conversation.id))
    place = None
    if not is_untold(conversation):
        place = settled_place(tx, deck, conversation, [one.place for one in rows])
    left = (_left(tx, deck, one, conversation) for one in rows if one.place != place)
    return _Standing(
        conversation,
        place,
        next((one for one in rows if one.place == place), None),
        next((step for step in left if step is not None), None),
    )


def _urgency(
    tx: Tx, deck: Deck, row: SurfaceThread | None, conversation: Conversation
) -> Urgency | None:
    if row is None or (thread := _thread(row)) is None:
        return "words" if conversation.state == "open" else None
    owing = _owing(tx, row)
    if _says_something(tx, row, owing):
        return "words"
    if owing.ours and next_mark(tx, row) is not None:
        return "marks"
    looks = (
        _opened_again(row, conversation, thread)
        or _redrawn(tx, deck, row, conversation, thread)
        or _shut(row, conversation, thread)
    )
    return None if looks is None else "cards"


def _owing(tx: Tx, row: SurfaceThread) -> Owing:
    every = tx.all(OWING, **_here(row.surface_id, row.conversation_id))
    return next(one for one in every if one.thread_id == row.id)


def _says_something(tx: Tx, row: SurfaceThread, owing: Owing) -> bool:
    return (
        owing.said
        or owing.posts
        or owing.hints
        or bool(owing.changed and changed_in(tx, row, 1))
        or bool(owing.trouble and next_mail(tx, row))
    )


def _in_thread(
    tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation
) -> steps.AnyStep | None:
    if (thread := _thread(row)) is None:
        return _opening(tx, deck, row, conversation)
    return (
        _opened_again(row, conversation, thread)
        or next_post(tx, deck, row, conversation, thread)
        or next_change(tx, deck, row, conversation, thread)
        or _next_hint(tx, deck, row, thread)
        or marks_owed(tx, deck, row, thread)
        or _redrawn(tx, deck, row, conversation, thread)
        or _shut(row, conversation, thread)
    )


def _begun(tx: Tx, deck: Deck, conversation: Conversation, place: str) -> SurfaceThread:
    row = tx.the(
        s.ADD_THREAD,
        surface_id=deck.surface_id,
        conversation_id=conversation.id,
        place=place,
        message_id=before_the_last(tx, conversation.id),
        created_at=tx.now,
    )
    return tx.the(s.THREAD_BY_ID, of=row)


def _left(
    tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation
) -> steps.Draw | steps.Shut | None:
    """A thread in a place that is the conversation's no more says so, and is closed."""
    thread = _thread(row)
    if thread is None or row.shut_at is not None or is_lost(tx, deck, row.place):
        return None
    drawn = _redrawn(tx, deck, row, conversation, thread)
    return drawn or _shutting(row, thread, shut=True)


def before_the_last(tx: Tx, conversation_id: int) -> int:
    """Return the id after which a thread that is made now shows messages."""
    last = tx.all(s.LAST_MESSAGES, conversation_id=conversation_id, limit=LAST)
    return min(last) - 1 if last else 0


def _opening(
    tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation
) -> steps.AnyStep | None:
    is_open = conversation.state == "open"
    if row.begun_at is not None and row.key is not None:
        if deck.proves:
            return steps.Prove(on=row, thread=None, key=row.key, since=row.begun_at)
        if is_open:
            _told_of_two(tx, deck, row, row.key)
    if not is_open:
        return None
    card = deck.voice.card(tx, conversation)
    key = secrets.token_hex(8)
    tx.run(s.BEGIN_THREAD, of=row.id, at=tx.now, of_key=key)
    return steps.Open(on=row, card=card, digest=digest_of(card), key=key)


def _told_of_two(tx: Tx, deck: Deck, row: SurfaceThread, key: str) -> None:
    """Where nothing can be proven, one thread too many may stand empty: who works there is told."""
    _log.warning("%s may have an empty thread too many in %s", deck.surface_id, row.place)
    tell(tx, row.id, EVERYBODY, deck.voice.maybe_two(), once=f"maybe two {key}")


def _opened_again(
    row: SurfaceThread, conversation: Conversation, thread: Thread
) -> steps.Shut | None:
    if row.shut_at is None or conversation.state != "open":
        return None
    return _shutting(row, thread, shut=False)


def _shut(row: SurfaceThread, conversation: Conversation, thread: Thread) -> steps.Shut | None:
    if row.shut_at is not None or conversation.state == "open":
        return None
    return _shutting(row, thread, shut=True)


def _shutting(row: SurfaceThread, thread: Thread, *, shut: bool) -> steps.Shut:
    return steps.Shut(on=row, thread=thread, shut=shut)


def _next_hint(tx: Tx, deck: Deck, row: SurfaceThread, thread: Thread) -> steps.Tell | None:
    if (mail := next_mail(tx, row)) is not None:
        tell_of(tx, deck, row, mail)
    owed = tx.one(s.OWED_HINT, thread_id=row.id)
    if owed is None:
        return None
    body = msgspec.json.decode(owed.body, type=HintBody)
    buttons = [Press(verb=verb, label=label, value=value) for verb, label, value in body.buttons]
    return steps.Tell(
        on=row,
        thread=thread,
        hint_id=owed.id,
        hint=Hint(
            to=owed.account,
            text=body.text,
            about=owed.about,
            conversation_id=row.conversation_id,
            buttons=buttons,
        ),
    )


def _redrawn(
    tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation, thread: Thread
) -> steps.Draw | None:
    card = deck.voice.card(tx, conversation)
    digest = digest_of(card)
    if digest == row.drawn:
        return None
    return steps.Draw(on=row, thread=thread, card=card, digest=digest)


def digest_of(card: Card) -> str:
    """Return what is the same for cards that look the same."""
    return hashlib.sha256(repr(card).encode()).hexdigest()[:16]


def _taken_away(tx: Tx, deck: Deck, conversation_id: int) -> steps.AnyStep | None:
    """Take away what a purged conversation shows, a post at a time, and its row at last."""
    rows = tx.all(s.THREADS_OF, **_here(deck.surface_id, conversation_id))
    if not rows:
        return None
    row, thread = rows[0], _thread(rows[0])
    if thread is None:
        return steps.Forget(on=row)
    if posts := tx.all(s.ALL_POSTS, thread_id=row.id, limit=1):
        ids = ids_of(posts[0])
        return steps.Remove(on=row, thread=thread, post_id=posts[0].id, external_ids=ids)
    if row.card is not None:
        return steps.Remove(on=row, thread=thread, post_id=0, external_ids=[row.card])
    return steps.Forget(on=row)


def _thread(row: SurfaceThread) -> Thread | None:
    """Return the platform's ids of a thread that has been made."""
    if row.thread is None:
        return None
    return Thread(place=row.place, id=row.thread, card=row.card or row.thread)
