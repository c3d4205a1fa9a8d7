"""What has become of messages since they were shown: edited, taken back."""

from collections.abc import Sequence

from agent_console.fanout import bodies as b
from agent_console.fanout import steps
from agent_console.fanout.deck import Deck
from agent_console.fanout.posts import AT_ONCE, add, author, event, ids_of, next_post, shown
from agent_console.surface import Thread
from bridge.models import Conversation, Message, SurfacePost, SurfaceThread
from bridge.store import afterwards
from bridge.store import messages as m
from bridge.store import surfaces as s
from bridge.store.transactions import Tx


def next_change(
    tx: Tx, deck: Deck, row: SurfaceThread, conversation: Conversation, thread: Thread
) -> steps.Change | steps.Remove | steps.Put | steps.Prove | None:
    """Return the next call that brings what is shown up to what messages are now."""
    for post in changed_in(tx, row, AT_ONCE):
        message = tx.the(m.MESSAGE_BY_ID, id=post.message_id)
        if post.state == "heard":
            _say_that_it_changed(tx, deck, row, post, message)
            return next_post(tx, deck, row, conversation, thread)
        if message.deleted_at is not None:
            step: steps.Change | steps.Remove | None = _removal(tx, row, thread, post)
        else:
            step = _change(tx, deck, row, conversation, thread, message)
        if step is not None:
            return step
    return None


def changed_in(tx: Tx, row: SurfaceThread, most: int) -> list[SurfacePost]:
    """Return posts of a thread whose messages have become something else since, oldest first."""
    of = {"thread_id": row.id, "conversation_id": row.conversation_id}
    return tx.all(afterwards.CHANGED_POSTS, **of, limit=most)


def _say_that_it_changed(
    tx: Tx, deck: Deck, row: SurfaceThread, post: SurfacePost, message: Message
) -> None:
    """What an agent wrote in the thread cannot be changed for them: a line says what it is now."""
    name = deck.voice.program()
    if message.deleted_at is not None:
        line = deck.voice.taken_back()
        tx.run(s.DROP_POST, of=post.id)
    else:
        line = deck.voice.edited(b.text_of(message))
        tx.run(s.REBODY, of=post.id, to_body=post.body, to_revision=message.revision)
    add(tx, row, message, s.ABOUT + message.revision, b.Body(text=line, role="event", author=name))


def _removal(tx: Tx, row: SurfaceThread, thread: Thread, post: SurfacePost) -> steps.Remove | None:
    """Return the call that takes a post away; out of one that shows more, only its words go."""
    group = tx.all(s.POSTS_AS, thread_id=row.id, of_key=post.key)
    if len(group) == 1:
        ids = ids_of(post)
        return steps.Remove(on=row, thread=thread, post_id=post.id, external_ids=ids)
    tx.run(s.DROP_POST, of=post.id)
    for one in group:
        # Whoever stops us now finds it out of date.
        tx.run(s.REBODY, of=one.id, to_body=one.body, to_revision=0)
    return None


def _change(
    tx: Tx,
    deck: Deck,
    row: SurfaceThread,
    conversation: Conversation,
    thread: Thread,
    message: Message,
) -> steps.Change | steps.Remove | None:
    """Return the call that shows a message as it is now; what needs other posts is shown anew."""
    posts = tx.all(s.POSTS_OF_MESSAGE, thread_id=row.id, message_id=message.id)
    old = [one for one in posts if one.state == "shown" and one.part < s.ABOUT]
    found = _now(tx, deck, conversation, message)
    if [one.media for one in found] != [b.Body.of(one).media for one in old]:
        return _shown_anew(tx, row, thread, message, old, found)
    for body, one in zip(found, old, strict=True):
        if one.revision == message.revision:
            continue
        if body == b.Body.of(one) and one.revision > 0:
            tx.run(s.REBODY, of=one.id, to_body=one.body, to_revision=message.revision)
            continue
        # Out of date until the platform has it.
        tx.run(s.REBODY, of=one.id, to_body=body.written(), to_revision=0)
        group = tx.all(s.POSTS_AS, thread_id=row.id, of_key=one.key)
        return steps.Change(
            on=row,
            thread=thread,
            post=shown(tx, deck, row, conversation, group, edited=True),
            external_ids=ids_of(one),
            post_id=one.id,
            revision=message.revision,
        )
    return None


def _now(tx: Tx, deck: Deck, conversation: Conversation, message: Message) -> list[b.Body]:
    if message.kind == "activity":
        return event(tx, deck, message)
    said_by = author(tx, deck, conversation, message)
    return b.bodies(b.text_of(message), b.files_of(tx, message), said_by, deck.can)


def _shown_anew(
    tx: Tx,
    row: SurfaceThread,
    thread: Thread,
    message: Message,
    old: Sequence[SurfacePost],
    found: Sequence[b.Body],
) -> steps.Remove | None:
    for one in old:
        if (step := _removal(tx, row, thread, one)) is not None:
            return step
    for part, body in enumerate(found):
        add(tx, row, message, part, body)
    return None
