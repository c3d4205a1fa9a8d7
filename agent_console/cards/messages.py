"""Messages as cards, in bulk: a page costs the same few queries whatever it holds."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType, structs

from agent_console.cards import shapes as w
from agent_console.cards.rows import preview
from bridge.channel import AttachmentView
from bridge.markup import to_rich
from bridge.models import Attachment, DeliveryState, Message
from bridge.store import bulk as b
from bridge.store import desk
from bridge.store import tickets as t
from bridge.store.floods import FLOODS_IN
from bridge.store.following import MENTIONS_IN
from bridge.store.statement import Statement
from bridge.store.transactions import Tx
from routing.continued.shown import mails_of
from routing.edits import that_count

ViewFile = Callable[[Attachment], AttachmentView]
"""How a file is described: its addresses are the media store's affair."""

# From the worst to the best, so that a mark never promises more than its slowest part.
_WORST_FIRST: tuple[DeliveryState, ...] = (
    "failed",
    "uncertain",
    "queued",
    "sending",
    "sent",
    "delivered",
    "read",
)
_RANK = {state: rank for rank, state in enumerate(_WORST_FIRST)}

_decode_activity = msgspec.json.Decoder(w.Activity).decode


@dataclass(frozen=True, slots=True)
class _Around:
    """What a page of messages refers to, read once for all of them."""

    names: Mapping[str, str]
    files: Mapping[int, list[w.Attachment]]
    more: Mapping[int, w.More | UnsetType]
    marks: Mapping[int, w.Mark]
    quotes: Mapping[int, w.Quote]
    mails: Mapping[int, w.Mailed]
    mentions: Mapping[int, list[str]]
    tickets: Mapping[int, w.Ticket]
    floods: Mapping[int, w.Flood]


def cards(tx: Tx, messages: Sequence[Message], view: ViewFile) -> list[w.Message]:
    """Return the messages as every agent sees them, in the order given."""
    if not messages:
        return []
    around = _around(tx, messages, view)
    return [_card(one, around) for one in messages]


def for_sender(card: w.Message, message: Message, agent_id: str) -> w.Message:
    """Return the card with the sender's own id of it, if `agent_id` is the sender."""
    own = client_id(message, agent_id)
    return card if own is None else structs.replace(card, client_id=own)


def client_id(message: Message, agent_id: str) -> str | None:
    """Return the client's own id of a message, if `agent_id` sent it with one."""
    if message.agent_id != agent_id or message.client_key is None:
        return None
    return message.client_key.partition("/")[2]


def cards_for(
    tx: Tx, messages: Sequence[Message], view: ViewFile, agent_id: str
) -> list[w.Message]:
    """Return the messages as one agent sees them."""
    shown = cards(tx, messages, view)
    return [for_sender(card, one, agent_id) for card, one in zip(shown, messages, strict=True)]


def attachment(file: AttachmentView, *, as_link: bool = False) -> w.Attachment:
    """Return a file as agents see it."""
    return w.Attachment(
        id=file.id,
        name=file.name,
        type=file.mime,
        size=file.size,
        kind=file.kind,
        state=file.state,
        url=file.url,
        preview_url=file.preview_url or UNSET,
        width=file.width or UNSET,
        height=file.height or UNSET,
        as_link=as_link or UNSET,
        size_limit=file.size_limit or UNSET,
    )


def mark(parts: Iterable[b.PartState], *, deleted: bool = False) -> w.Mark | UnsetType:
    """Return the worst state of a message's parts, the oldest of several; pure."""
    counted = that_count(parts, deleted=deleted)
    known = sorted(counted, key=lambda one: (_RANK[one.state], one.changed_at))
    if not known:
        return UNSET
    worst = known[0]
    return w.Mark(
        state=worst.state,
        at=worst.changed_at,
        of=worst.action if worst.action in ("edit", "delete") else UNSET,
        reason=worst.reason or UNSET,
        detail=worst.detail or UNSET,
        # A change made twice is the same change.
        may_be_double=any(one.doubled_at and one.action == "send" for one in known) or UNSET,
    )


def _around(tx: Tx, messages: Sequence[Message], view: ViewFile) -> _Around:
    with_files = [one.id for one in messages if one.attachment_count]
    outgoing = [one for one in messages if one.kind == "outgoing"]
    quoted = {one.reply_to_id for one in messages if one.reply_to_id is not None}
    notes = [one.id for one in messages if one.kind == "note"]
    about: list[tuple[Statement[Any], Collection[int]]] = [
        (b.ATTACHMENTS, with_files),
        (b.PART_STATES, [one.id for one in outgoing]),
        (b.QUOTED, quoted),
        (MENTIONS_IN, notes),
    ]
    tx.foresee((desk.AGENTS, {}), *((one, {"ids": b.ids(of)}) for one, of in about if of))
    files, marks = _files(tx, with_files), _marks(tx, outgoing)
    return _Around(
        {one.id: one.name for one in tx.all(desk.AGENTS)},
        {number: _shown(rows, view) for number, rows in files.items()},
        {number: _more(rows, view) for number, rows in files.items()},
        marks,
        _quotes(tx, quoted),
        _mails(tx, [one for one in outgoing if not one.deleted_at], marks),
        _mentions(tx, notes),
        _tickets(tx, messages),
        _floods(tx, messages),
    )


def _mentions(tx: Tx, notes: Sequence[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for one in tx.all(MENTIONS_IN, ids=b.ids(notes)) if notes else ():
        found[one.message_id].append(one.agent_id)
    return found


def _files(tx: Tx, ids: Sequence[int]) -> Mapping[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    for file in tx.all(b.ATTACHMENTS, ids=b.ids(ids)) if ids else ():
        if file.message_id is not None:
            found[file.message_id].append(file)
    return found


def _shown(files: Iterable[Attachment], view: ViewFile) -> list[w.Attachment]:
    return [
        attachment(view(file), as_link=file.role == "link")
        for file in files
        if file.role not in ("original", "text")
    ]


def _more(files: Iterable[Attachment], view: ViewFile) -> w.More | UnsetType:
    urls = {file.role: view(file).url for file in files if file.role in ("original", "text")}
    if not urls:
        return UNSET
    return w.More(text_url=urls.get("text", UNSET), original="original" in urls or UNSET)


def parts_of(tx: Tx, messages: Sequence[int]) -> Mapping[int, list[b.PartState]]:
    """Return of messages, by their ids, what marks are made of; none of one without parts."""
    parts: dict[int, list[b.PartState]] = defaultdict(list)
    for one in tx.all(b.PART_STATES, ids=b.ids(messages)) if messages else ():
        parts[one.message_id].append(one)
    return parts


def _marks(tx: Tx, messages: Sequence[Message]) -> Mapping[int, w.Mark]:
    parts = parts_of(tx, [one.id for one in messages])
    marks = {one.id: mark(parts[one.id], deleted=one.deleted_at is not None) for one in messages}
    return {message_id: one for message_id, one in marks.items() if one is not UNSET}


def _mails(
    tx: Tx, messages: Sequence[Message], marks: Mapping[int, w.Mark]
) -> Mapping[int, w.Mailed]:
    """Return how messages go by mail; what was read in the meantime no longer will."""
    read = {message_id for message_id, one in marks.items() if one.state == "read"}
    return {
        message_id: w.Mailed(
            state=one.state,
            at=one.at,
            to=one.to,
            reason=one.reason or UNSET,
            may_be_double=one.may_be_double or UNSET,
        )
        for message_id, one in (mails_of(tx, messages) if messages else {}).items()
        if one.state != "planned" or message_id not in read
    }


def _tickets(tx: Tx, messages: Sequence[Message]) -> Mapping[int, w.Ticket]:
    """Return the tasks that some of the activities show: of most pages there are none."""
    ids = [one.id for one in messages if one.activity and '"ticket"' in one.activity]
    return {
        one.message_id: w.Ticket(
            id=one.id,
            target=one.target,
            title=one.title,
            state=one.state,
            reason=one.reason or UNSET,
            url=one.url or UNSET,
        )
        for one in (tx.all(t.TICKETS_IN, ids=b.ids(ids)) if ids else ())
    }


def _floods(tx: Tx, messages: Sequence[Message]) -> Mapping[int, w.Flood]:
    """Return what some of the activities stand for: of most pages there are none."""
    ids = [one.id for one in messages if one.activity and '"flood"' in one.activity]
    return {
        one.message_id: w.Flood(why=one.why, held=one.held, ended_at=one.ended_at or UNSET)
        for one in (tx.all(FLOODS_IN, ids=b.ids(ids)) if ids else ())
    }


def _quotes(tx: Tx, ids: Iterable[int]) -> Mapping[int, w.Quote]:
    return {
        one.id: w.Quote(
            id=one.id,
            text="" if one.deleted_at else preview(one.text, one.format),
            author=one.agent_id,
            kind=one.kind,
        )
        for one in (tx.all(b.QUOTED, ids=b.ids(ids)) if ids else ())
    }


def _card(message: Message, around: _Around) -> w.Message:
    gone = message.deleted_at is not None
    rich = None if gone or message.kind == "activity" else to_rich(message.text, message.format)
    quote = None if message.reply_to_id is None else around.quotes.get(message.reply_to_id)
    return w.Message(
        id=message.id,
        conversation_id=message.conversation_id,
        kind=message.kind,
        author=_author(message, around.names),
        text="" if gone else message.text,
        rich=UNSET if rich is None else rich,
        reply_to=UNSET if gone or quote is None else quote,
        attachments=[] if gone else around.files.get(message.id, []),
        at=message.created_at,
        edited_at=message.edited_at or UNSET,
        deleted=gone or UNSET,
        revision=message.revision,
        mark=around.marks.get(message.id, UNSET),
        mail=around.mails.get(message.id, UNSET),
        inbox=message.inbox_id if message.kind == "incoming" else UNSET,
        sent_at=message.sent_at or UNSET,
        verified=UNSET if gone or message.verified is None else bool(message.verified),
        more=UNSET if gone else around.more.get(message.id, UNSET),
        activity=UNSET if message.activity is None else _decode_activity(message.activity),
        mentions=UNSET if gone else around.mentions.get(message.id, UNSET),
        ticket=around.tickets.get(message.id, UNSET),
        flood=around.floods.get(message.id, UNSET),
    )


def _author(message: Message, names: Mapping[str, str]) -> w.Author:
    if message.kind == "incoming":
        return w.Author(kind="customer")
    if message.agent_id is None:
        return w.Author(kind="system")
    name = names.get(message.agent_id, message.agent_id)
    return w.Author(kind="agent", id=message.agent_id, name=name)
