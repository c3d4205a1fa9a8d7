"""What was said since a thread was last brought up: queued as rows, and posted one by one."""

import secrets
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import msgspec

from agent_console.fanout import bodies as b
from agent_console.fanout import steps
from agent_console.fanout.deck import Deck
from agent_console.surface import Post, Thread
from bridge.models import Conversation, Message, SurfacePost, SurfaceThread
from bridge.store import desk
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store import surfaces as s
from bridge.store.abreast import Abreast
from bridge.store.transactions import Tx
from bridge.store.tx import Asked

# Queued in one reckoning.
AT_ONCE = 50
# For so long (ms) a message waits for its files before it goes with their names.
FILES_WAIT = 30_000


def next_post(
    tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation, thread: Thread
) -> steps.Put | steps.Prove | None:
    """Return the call that posts what comes next, or finds out what became of the last one."""
    owed = _owed(tx, deck, row, conversation)
    if not owed:
        return None
    first = owed[0]
    if first.state == "queued":
        return _claimed(tx, deck, row, conversation, thread, _together(owed), first.again_at)
    if deck.proves:
        since = first.begun_at or tx.now
        return steps.Prove(on=row, thread=thread.id, key=first.key, since=since)
    group = [one for one in owed if one.state == "posting" and one.key == first.key]
    return _claimed(tx, deck, row, conversation, thread, group, tx.now)


def new_post(
    tx: Tx,
    deck: Deck,
    row: SurfaceThread,
    conversation: Conversation,
    thread: Thread,
    *,
    has_room: Callable[[str], bool],
    more: Sequence[Asked] = (),
) -> Abreast[steps.Put | None]:
    """Claim the call that posts what comes next, unless one before it has no known end.

    `None` where there is none; `more` is asked with the rest.
    """
    yield *asked_by_a_look(row, conversation), (s.OWED_POSTS, _at_most(row)), *more
    said, owed = _said_since(tx, row), tx.all(s.OWED_POSTS, **_at_most(row))
    in_doubt = any(one.state == "posting" for one in owed)
    if not (said.messages or owed) or in_doubt or not has_room(row.place):
        return None
    yield ()
    _queue(tx, deck, row, conversation, said)
    yield _asked_anew(row, said) if said.messages else ()
    owed = tx.all(s.OWED_POSTS, **_at_most(row))
    yield ()
    if not owed:
        return None
    return _claimed(tx, deck, row, conversation, thread, _together(owed), owed[0].again_at)


def _owed(
    tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation
) -> Sequence[SurfacePost]:
    tx.foresee(*asked_by_a_look(row, conversation))
    said = _said_since(tx, row)
    _queue(tx, deck, row, conversation, said)
    if said.messages:
        tx.foresee(*_asked_anew(row, said))
    return tx.all(s.OWED_POSTS, **_at_most(row))


def _together(owed: Sequence[SurfacePost]) -> list[SurfacePost]:
    """Return what waits and may go in one post, the first of it at least."""
    return b.merge([one for one in owed if one.state == "queued"])


def _claimed(
    tx: Tx,
    deck: Deck,
    row: SurfaceThread,
    conversation: Conversation,
    thread: Thread,
    group: Sequence[SurfacePost],
    again: int | None,
) -> steps.Put:
    """Claim a group of posts; `again` is since when it may be there already."""
    key = secrets.token_hex(8)
    for one in group:
        tx.put_off(s.BEGIN_POST, of=one.id, of_key=key, at=tx.now, again=again)
    begun = [msgspec.structs.replace(one, key=key, again_at=again) for one in group]
    return steps.Put(
        on=row,
        thread=thread,
        post=shown(tx, deck, row, conversation, begun),
        messages=[one.message_id for one in begun],
        rows=[one.id for one in begun],
    )


def shown(
    tx: Tx,
    deck: Deck,
    row: SurfaceThread,
    conversation: Conversation,
    group: Sequence[SurfacePost],
    *,
    edited: bool = False,
) -> Post:
    """Return the post that a group of rows stands for."""
    first = group[0]
    message = tx.one(m.MESSAGE_BY_ID, id=first.message_id)
    quoted = message.reply_to_id if message is not None and first.part == 0 else None
    reply_to = None
    if quoted is not None:
        reply_to = tx.one(s.NAME_OF, thread_id=row.id, message_id=quoted)
    photo = None
    if b.Body.of(first).role == "customer":
        photo = deck.photo(tx, tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id))
    return b.post_of(
        tx,
        deck.media,
        group,
        key=first.key,
        reply_to=reply_to,
        photo=photo,
        edited=edited,
    )


def asked_by_a_look(row: SurfaceThread, conversation: Conversation) -> Sequence[Asked]:
    """Return what says what there is to queue, and who has said it."""
    return (
        (s.MESSAGES_AFTER, _after(row)),
        (s.POSTED_AFTER, _posted_after(row)),
        (p.CONTACT_BY_ID, {"id": conversation.contact_id}),
        (p.IDENTITY_BY_ID, {"id": conversation.identity_id}),
    )


def _after(row: SurfaceThread) -> dict[str, int]:
    return {"conversation_id": row.conversation_id, "after": row.message_id, "limit": AT_ONCE}


def _posted_after(row: SurfaceThread) -> dict[str, int]:
    return {"thread_id": row.id, "after": row.message_id}


def _at_most(row: SurfaceThread) -> dict[str, int]:
    return {"thread_id": row.id, "limit": AT_ONCE}


def _asked_anew(row: SurfaceThread, said: "_Said") -> Sequence[Asked]:
    """Return what is asked once something was queued.

    The post that goes first is mostly of the first message.
    """
    return (s.OWED_POSTS, _at_most(row)), (m.MESSAGE_BY_ID, {"id": said.messages[0].id})


class _Said(NamedTuple):
    """What was said in a conversation since its thread was last brought up."""

    messages: Sequence[Message]
    has_posts: Collection[int]
    """Of which of them there are posts already."""


def _said_since(tx: Tx, row: SurfaceThread) -> _Said:
    found = tx.all(s.MESSAGES_AFTER, **_after(row))
    return _Said(found, set(tx.all(s.POSTED_AFTER, **_posted_after(row))) if found else ())


def _queue(tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation, said: _Said) -> None:
    """Queue what was said since, as far as its files are there."""
    upto = row.message_id
    for message in said.messages:
        is_done = message.deleted_at is not None or message.id in said.has_posts
        if not is_done and not _queue_one(tx, deck, row, conversation, message):
            break
        upto = message.id
    if upto != row.message_id:
        tx.put_off(s.ADVANCE, of=row.id, to=upto)


def _queue_one(
    tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation, message: Message
) -> bool:
    """Queue the posts of a message, if it needs any; say whether it is done with."""
    if message.kind == "activity":
        found = event(tx, deck, message)
    else:
        files = b.files_of(tx, message)
        if any(one.state == "pending" for one in files) and _young(tx, message):
            return False
        found = b.bodies(
            b.text_of(message), files, author(tx, deck, conversation, message), deck.can
        )
    for part, body in enumerate(found):
        add(tx, row, message, part, body)
    return True


def event(tx: Tx, deck: Deck, message: Message) -> list[b.Body]:
    """Return what is shown of something that was done, nothing where the card shows it."""
    line = deck.voice.event(tx, message)
    return [b.Body(text=line, role="event", author=deck.voice.program())] if line else []


def _young(tx: Tx, message: Message) -> bool:
    return tx.now - message.created_at < FILES_WAIT


def add(tx: Tx, row: SurfaceThread, message: Message, part: int, body: b.Body) -> None:
    """Queue one part of a message."""
    tx.put_off(
        s.ADD_POST,
        thread_id=row.id,
        message_id=message.id,
        part=part,
        key="",
        state="queued",
        body=body.written(),
        revision=message.revision,
        external_ids="[]",
    )


def author(tx: Tx, deck: Deck, conversation: Conversation, message: Message) -> b.Author:
    """Return who is shown as having said a message."""
    agent = tx.one(desk.AGENT_BY_ID, id=message.agent_id) if message.agent_id else None
    customer = deck.voice.customer(tx, conversation)
    return b.author_of(message, agent, customer, deck.voice.program())


def ids_of(post: SurfacePost) -> list[str]:
    """Return the platform's ids of a post."""
    found: list[str] = msgspec.json.decode(post.external_ids, type=list[str])
    return found
