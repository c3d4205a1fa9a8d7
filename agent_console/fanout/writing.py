"""What agents write, change and take back in a thread: answers and notes like any other."""

from collections.abc import Sequence

import msgspec

from agent_console import actions
from agent_console.fanout.deck import Deck
from agent_console.fanout.hints import about, is_in, tell
from agent_console.fanout.speech import Spoken, spoken
from agent_console.surface import Said, SaidAnew, Unsaid
from bridge.channel import TextFormat
from bridge.markup import escape
from bridge.models import Agent, SurfaceHeard, SurfaceThread
from bridge.store import heard as h
from bridge.store import messages as m
from bridge.store import surfaces as s
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing.outbound import Written

Did = Said | SaidAnew | Unsaid


def said(
    tx: Tx,
    deck: Deck,
    thread: SurfaceThread,
    me: Agent,
    items: Sequence[Said],
    files: Sequence[str] | None,
) -> None:
    """Answer the customer, or leave a note; `items` are those of one album, or one alone."""
    first, text = items[0], "\n\n".join(one.text for one in items if one.text)
    answers = about(deck, thread, first)
    if files is None:
        tell(tx, thread.id, first.by.id, deck.voice.lost_file(first.by), about=answers)
        return
    called = list(dict.fromkeys(one for item in items for one in item.mentions))
    whole = msgspec.structs.replace(first, text=text, mentions=called)
    meant = spoken(whole, deck.prefixes, explicit=deck.explicit)
    if not meant.text and not files:
        return
    written = _written(tx, deck, thread, me, whole, meant, files)
    write = actions.reply if meant.kind == "reply" else actions.note
    message_id, new = write(tx, deck.desk, me, thread.conversation_id, written)
    if new and is_in(deck, thread, first):
        _heard_as(tx, thread, message_id, [one.external_id for one in items])
    if meant.kind == "aside":
        tell(tx, thread.id, first.by.id, deck.voice.aside(first.by), about=answers, once="aside")


def said_anew(tx: Tx, deck: Deck, thread: SurfaceThread, me: Agent, event: SaidAnew) -> None:
    """Change what was written, while it is held or after it went."""
    held = _held(tx, deck, event.place, event.external_id)
    if held is not None:
        first = msgspec.json.decode(held.event, type=Said)
        changed = msgspec.structs.replace(
            first,
            text=event.text,
            format=event.format,
            mentions=event.mentions,
            only_mentions=event.only_mentions,
        )
        tx.run(h.REHEARD, of=held.id, to_event=msgspec.json.encode(changed).decode())
        return
    message_id = _named(tx, deck, thread, event, event.external_id)
    if message_id is None:
        return
    meant = spoken(_as_said(event), deck.prefixes, explicit=deck.explicit)
    if tx.the(m.MESSAGE_BY_ID, id=message_id).kind == "outgoing" and meant.kind != "reply":
        # The answer has gone and stays as it is; what is for colleagues goes to them alone.
        text = _marked_up(meant.text, event.format)
        key = f"{me.id}/{deck.surface_id}:{event.key}"
        written = Written(agent_id=me.id, text=text, client_key=key)
        actions.note(tx, deck.desk, me, thread.conversation_id, written)
        told = deck.voice.aside(event.by)
        tell(tx, thread.id, event.by.id, told, about=about(deck, thread, event))
        return
    actions.edit(tx, deck.desk, me, message_id, _marked_up(meant.text, event.format))
    message = tx.the(m.MESSAGE_BY_ID, id=message_id)
    for post in tx.all(s.POSTS_OF_MESSAGE, thread_id=thread.id, message_id=message_id):
        # It was written here: the thread shows it already.
        tx.run(s.REVISED, of=post.id, to_revision=message.revision)


def unsaid(tx: Tx, deck: Deck, thread: SurfaceThread, me: Agent, event: Unsaid) -> None:
    """Take back what was written; what is still held never goes."""
    held = _held(tx, deck, event.place, event.external_id)
    if held is not None:
        tx.run(h.HEARD_DONE, of=held.id, at=tx.now)
        return
    message_id = _named(tx, deck, thread, event, event.external_id)
    if message_id is None:
        return
    actions.delete(tx, deck.desk, me, message_id)
    for post in tx.all(s.POSTS_OF_MESSAGE, thread_id=thread.id, message_id=message_id):
        tx.run(s.DROP_POST, of=post.id)


def writer_of(tx: Tx, deck: Deck, thread: SurfaceThread, event: Unsaid) -> Agent | None:
    """Return who wrote what was taken back, where nobody says who has taken it back."""
    held = _held(tx, deck, event.place, event.external_id)
    if held is not None:
        return deck.voice.agent(tx, msgspec.json.decode(held.event, type=Said).by)
    message_id = _named(tx, deck, thread, event, event.external_id)
    written = None if message_id is None else tx.one(m.MESSAGE_BY_ID, id=message_id)
    if written is None or written.agent_id is None:
        return None
    found = tx.one(AGENT_BY_ID, id=written.agent_id)
    return None if found is None or found.retired_at is not None else found


def _written(
    tx: Tx,
    deck: Deck,
    thread: SurfaceThread,
    me: Agent,
    whole: Said,
    meant: Spoken,
    files: Sequence[str],
) -> Written:
    reply_to = None
    if whole.reply_to is not None:
        reply_to = _named(tx, deck, thread, whole, whole.reply_to)
    return Written(
        agent_id=me.id,
        text=_marked_up(meant.text, whole.format),
        attachments=files,
        reply_to=reply_to,
        client_key=f"{me.id}/{deck.surface_id}:{whole.place}:{whole.external_id}",
    )


def _heard_as(tx: Tx, thread: SurfaceThread, message_id: int, external_ids: Sequence[str]) -> None:
    """Keep that the message is in the thread already, so that it is marked there, not shown."""
    tx.run(
        s.ADD_POST,
        thread_id=thread.id,
        message_id=message_id,
        part=0,
        key="",
        state="heard",
        body="{}",
        revision=1,
        external_ids=msgspec.json.encode(list(external_ids)).decode(),
    )
    for one in external_ids:
        tx.run(s.PUT_NAME, thread_id=thread.id, external_id=one, message_id=message_id)


def _named(tx: Tx, deck: Deck, thread: SurfaceThread, event: Did, external_id: str) -> int | None:
    """Return the message that stands in a thread as this."""
    if not is_in(deck, thread, event):
        return None
    return tx.one(s.NAMED, thread_id=thread.id, external_id=external_id)


def _held(tx: Tx, deck: Deck, place: str, external_id: str) -> SurfaceHeard | None:
    of = {"surface_id": deck.surface_id, "of_place": place, "external_id": external_id}
    return tx.one(h.HELD, **of)


def _as_said(event: SaidAnew) -> Said:
    return Said(
        key=event.key,
        place=event.place,
        thread=event.thread,
        by=event.by,
        at=event.at,
        external_id=event.external_id,
        text=event.text,
        format=event.format,
        mentions=event.mentions,
        only_mentions=event.only_mentions,
    )


def _marked_up(text: str, format: TextFormat) -> str:
    return text if format == "markdown" else escape(text)
