"""Albums: the items come as messages of their own, and are one to who sent them.

A network hands them over one by one, in any order, twice, or with an hour between. The
first that is stored is the message; the others make it grow, each under its own name, so
that an edit of any of them is known. Nothing is waited for, so nothing can be lost waiting.
"""

from collections.abc import Sequence

from bridge import channel as ch
from bridge import search
from bridge.markup import escape
from bridge.models import AlbumItem, Message
from bridge.store import albums as a
from bridge.store import conversations as q
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import attachments, edits, known
from routing.outcomes import duplicate, stored

# What comes later than this would be overlooked above what was said since, in ms.
GROWS_FOR = 10 * 60_000


def message_that_grows(tx: Tx, inbox_id: str, album: ch.Album) -> Message | None:
    """Return the message to which one more item belongs; `None` for a new one."""
    message = tx.one(a.MESSAGE_OF_ALBUM, inbox_id=inbox_id, album=album.key)
    if message is None or message.deleted_at is not None:
        return None
    if tx.now - message.created_at > GROWS_FOR:
        return None
    conversation = tx.the(q.CONVERSATION_BY_ID, id=message.conversation_id)
    return message if conversation.state == "open" else None


def keep(tx: Tx, inbox_id: str, event: ch.InboundMessage, message_id: int) -> None:
    """Remember an item by its own name, if the message is one."""
    if event.album is None:
        return
    tx.run(
        a.ADD_ITEM,
        inbox_id=inbox_id,
        external_id=event.external_id,
        album=event.album.key,
        place=event.album.place,
        message_id=message_id,
        text=event.text,
        format=event.format,
    )


def grow(tx: Tx, inbox_id: str, event: ch.InboundMessage, message: Message) -> None:
    """Add an item's files and words to the message of its album."""
    keep(tx, inbox_id, event, message.id)
    owners = attachments.owners_of(event, inbox_id)
    attachments.add_inbound(tx, event, owners, message.id)
    quoted = known.quoted(tx, inbox_id, event.reply_to)
    _rewrite(tx, message, more=len(event.media), reply_to_id=quoted)


def edit(tx: Tx, item: AlbumItem, event: ch.MessageEdited, owner: str) -> ch.Answer:
    """Change the words and the files of one item, `owner` of its new files."""
    message = tx.the(m.MESSAGE_BY_ID, id=item.message_id)
    if item.deleted_at is not None or (item.edited_at or 0) > event.edited_at:
        return duplicate(message)
    files = tx.all(a.FILES_AT, message_id=message.id, place=item.place)
    replaced = attachments.replace(tx, message, files, event.media, owner=owner, place=item.place)
    if (item.text, item.format) == (event.text, event.format) and not replaced:
        return duplicate(message)
    at = min(event.edited_at, tx.now)
    tx.run(a.CHANGE_ITEM, of=item.id, text=event.text, format=event.format, at=at)
    words, style = _words(tx.all(a.ITEMS_OF, message_id=message.id))
    edits.change_text(tx, message, words, at, style)
    return stored(message)


def take_back(tx: Tx, item: AlbumItem, at: int) -> ch.Answer:
    """Take an item out of its message, and with the last one the message."""
    message = tx.the(m.MESSAGE_BY_ID, id=item.message_id)
    if item.deleted_at is not None:
        return duplicate(message)
    tx.run(a.DELETE_ITEM, of=item.id, at=at)
    if not tx.all(a.ITEMS_OF, message_id=message.id):
        return stored(message) if edits.take_back(tx, message, at) else duplicate(message)
    gone = tx.all(a.FILES_AT, message_id=message.id, place=item.place)
    tx.run(a.DROP_FILES_AT, message_id=message.id, place=item.place)
    _rewrite(tx, message, more=-len(gone))
    return stored(message)


def _rewrite(tx: Tx, message: Message, *, more: int, reply_to_id: int | None = None) -> None:
    words, style = _words(tx.all(a.ITEMS_OF, message_id=message.id))
    given = {"text": words, "format": style, "more": more, "reply_to_id": reply_to_id}
    tx.run(a.GROW, of=message.id, **given)
    if words != message.text:
        search.message_changed(tx, message.id, before=message.text, after=words)
    edits.message_changed(tx, message)


def _words(items: Sequence[AlbumItem]) -> tuple[str, ch.TextFormat]:
    """Return the captions as one text: a paragraph each, marked up if any of them is."""
    worded = [one for one in items if one.text]
    if all(one.format == "plain" for one in worded):
        return "\n\n".join(one.text for one in worded), "plain"
    marked = (escape(one.text) if one.format == "plain" else one.text for one in worded)
    return "\n\n".join(marked), "markdown"
