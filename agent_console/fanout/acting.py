"""What one thing that staff did changes: a verb of the agent's whose account it was."""

from collections.abc import Sequence

import msgspec

from agent_console import actions
from agent_console.fanout import attention, outages, records
from agent_console.fanout.deck import Deck
from agent_console.fanout.hints import about, tell
from agent_console.fanout.unfinished import unfinished
from agent_console.fanout.writing import said, said_anew, unsaid, writer_of
from agent_console.surface import (
    AnyHeard,
    PlaceChanged,
    Said,
    SaidAnew,
    Signed,
    ThreadMoved,
    Unsaid,
)
from bridge.models import Agent, SurfaceHeard, SurfaceThread
from bridge.store import bulk
from bridge.store import heard as h
from bridge.store import surfaces as s
from bridge.store.transactions import Tx
from routing.refusal import RefusedError

_DECODER = msgspec.json.Decoder(AnyHeard)
Files = Sequence[str] | None
"""The public ids of what was sent with a message; `None` where that could not be had."""


def decoded(row: SurfaceHeard) -> AnyHeard:
    """Return what was heard."""
    return read(row.event)


def read(event: str) -> AnyHeard:
    """Return what was heard, as it was written down; raises `msgspec.MsgspecError`."""
    found: AnyHeard = _DECODER.decode(event)
    return found


def with_its_album(tx: Tx, deck: Deck, row: SurfaceHeard) -> list[SurfaceHeard]:
    """Return what was heard with the other items of its album, in their order."""
    if row.album is None:
        return [row]
    of = {"surface_id": deck.surface_id, "of_place": row.place, "of_album": row.album}
    return tx.all(h.ALBUM, **of)


def act(tx: Tx, deck: Deck, of: Sequence[SurfaceHeard], files: Files) -> list[int]:
    """Act on what is still to be acted on; return the conversations to look at then.

    `of` is one row, or those of an album whose files were fetched.
    """
    # As they are now: a held one may have been changed, or dealt with, since it was read.
    rows = tx.all(h.STILL_HEARD, ids=bulk.ids(one.id for one in of))
    if not rows:
        return []
    for one in rows:
        tx.run(h.HEARD_DONE, of=one.id, at=tx.now)
    row, event = rows[0], decoded(rows[0])
    if isinstance(event, PlaceChanged):
        return _place(tx, deck, event)
    thread = _thread(tx, deck, event, row)
    if thread is None:
        return []
    if isinstance(event, ThreadMoved) and event.to == "deleted":
        # It is gone, whoever has done it; one that is known to be gone has another by now.
        if row.thread == thread.thread:
            records.lose_thread(tx, thread)
        return [thread.conversation_id]
    if event.by.is_program:
        return []
    _in_thread(tx, deck, thread, [decoded(one) for one in rows], files)
    return [thread.conversation_id]


def _thread(tx: Tx, deck: Deck, event: AnyHeard, row: SurfaceHeard) -> SurfaceThread | None:
    if row.thread.startswith(records.ADRIFT):
        return tx.one(s.THREAD_BY_ID, of=int(row.thread.removeprefix(records.ADRIFT)))
    of = {"surface_id": deck.surface_id, "of_place": row.place}
    if isinstance(event, Signed) and not event.thread:
        return tx.one(s.THREAD_WITH, **of, external_id=event.external_id)
    found = tx.one(s.THREAD_AT, **of, of_thread=row.thread)
    if found is None and isinstance(event, (Said, SaidAnew, Unsaid)):
        # It was written before the thread was gone, and comes late.
        return records.instead_of(tx, deck.surface_id, row.place, row.thread)
    return found


def _place(tx: Tx, deck: Deck, event: PlaceChanged) -> list[int]:
    shown = tx.all(s.SHOWN_AT, surface_id=deck.surface_id, of_place=event.place)
    if event.to == "lost":
        outages.lose(tx, deck.surface_id, event.place, event.why)
    elif event.to == "found":
        outages.find(tx, deck.surface_id, event.place)
    else:
        to = event.new_place
        records.move(tx, deck.surface_id, event.place, to, carries=deck.carries)
    return [*shown, *unfinished(tx, deck.surface_id)]


def _in_thread(
    tx: Tx, deck: Deck, thread: SurfaceThread, events: Sequence[AnyHeard], files: Files
) -> None:
    event, voice = events[0], deck.voice
    answers = about(deck, thread, event)
    if event.by.is_hidden:
        tell(tx, thread.id, event.by.id, voice.hidden(event.by), about=answers)
        return
    me = _agent(tx, deck, thread, event)
    if me is None:
        if isinstance(event, Said):
            tell(tx, thread.id, event.by.id, voice.unknown(event.by), about=answers, once="unknown")
        return
    if event.by.id and not (isinstance(event, Signed) and event.found):
        # What was found by looking has no time, or nobody who did it.
        attention.is_there(tx, deck, me, event.at)
        attention.has_seen(tx, deck, thread, me, event.at)
    try:
        with tx.attempt():
            _do(tx, deck, thread, me, events, files)
    except RefusedError as error:
        told = voice.refused(error, event.by, me)
        tell(tx, thread.id, event.by.id, told, about=answers)
        _as_it_was(tx, thread, event)


def _agent(tx: Tx, deck: Deck, thread: SurfaceThread, event: AnyHeard) -> Agent | None:
    if isinstance(event, Unsaid) and not event.by.id:
        return writer_of(tx, deck, thread, event)
    return deck.voice.agent(tx, event.by)


def _as_it_was(tx: Tx, thread: SurfaceThread, event: AnyHeard) -> None:
    """Have a thread that somebody moved, who may not, put back."""
    if isinstance(event, ThreadMoved):
        tx.run(s.SHUT, of=thread.id, at=tx.now if event.to == "closed" else None)


def _do(
    tx: Tx,
    deck: Deck,
    thread: SurfaceThread,
    me: Agent,
    events: Sequence[AnyHeard],
    files: Files,
) -> None:
    event = events[0]
    match event:
        case Said(asked=words) if words and _asked(tx, deck, thread, me, event):
            pass
        case Said():
            items = [one for one in events if isinstance(one, Said)]
            said(tx, deck, thread, me, items, files)
        case SaidAnew():
            said_anew(tx, deck, thread, me, event)
        case Unsaid():
            unsaid(tx, deck, thread, me, event)
        case Signed(sign="eyes", gone=False):
            actions.take(tx, deck.desk, me, thread.conversation_id)
        case Signed(sign="done", gone=False):
            _close(tx, deck, me, thread, event)
        case ThreadMoved():
            _moved(tx, deck, thread, me, event)


def _asked(tx: Tx, deck: Deck, thread: SurfaceThread, me: Agent, event: Said) -> bool:
    """Do what was asked of us by name; say whether it was anything that can be asked."""
    told = deck.voice.asked(tx, me, event, thread.conversation_id)
    if told is not None and told.text:
        tell(tx, thread.id, event.by.id, told, about=about(deck, thread, event))
    return told is not None


def _close(
    tx: Tx, deck: Deck, me: Agent, thread: SurfaceThread, event: Signed | ThreadMoved
) -> None:
    # Of what was found by looking nobody knows when it was done.
    found = isinstance(event, Signed) and event.found
    at = None if found else event.at
    actions.close(tx, deck.desk, me, thread.conversation_id, asked_at=at)


def _moved(tx: Tx, deck: Deck, thread: SurfaceThread, me: Agent, event: ThreadMoved) -> None:
    if event.to == "closed":
        _close(tx, deck, me, thread, event)
        tx.run(s.SHUT, of=thread.id, at=tx.now)
    else:
        actions.reopen(tx, deck.desk, me, thread.conversation_id)
        tx.run(s.SHUT, of=thread.id, at=None)
