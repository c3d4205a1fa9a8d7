"""A conversation as the card at the head of its thread, for everybody in the place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from agent_console import cards
from agent_console.cards import shapes as w
from agent_console.surface import Card
from agent_console.verbs.asking import given, name_of
from agent_console.verbs.buttons import Having, buttons_of
from agent_console.verbs.front import Front
from agent_console.verbs.looks import look_of, state_of, wait_of
from agent_console.verbs.words import Words, listed, words_in
from bridge.markup import to_plain
from bridge.models import Conversation, Message
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.bulk import CONVERSATIONS, ids
from bridge.store.desk import AGENTS
from bridge.store.transactions import Tx
from routing.refusal import RefusedError
from routing.wellformed import one_line

LONGEST_SAID = 300
STARS = 5
# Among so many stand how it was opened, and what was said first.
_FIRST = 12


def card_of(tx: Tx, front: Front, conversation_id: int, language: str, url: str) -> Card:
    """Return the card as it is now, in the language of the place.

    It shows what every agent of the team may see, and changes by the minute at most where
    somebody waits. Raises `RefusedError("not_found")` for what was purged.
    """
    tx.foresee(
        (CONVERSATIONS, {"ids": ids([conversation_id])}),
        (AGENTS, {}),
        (m.MESSAGES_AFTER, _first_of(conversation_id)),
    )
    row = cards.shared(tx, [conversation_id]).get(conversation_id)
    if row is None:
        raise RefusedError("not_found")
    words = words_in(language, front.locale)
    names = {one.id: one.name for one in tx.all(AGENTS)}
    inbox = front.inboxes.get(row.inbox)
    having, policy = _having(front, row), front.desk.policy
    first, more = buttons_of(
        row.state,
        having,
        policy,
        words,
        blocked=row.blocked,
        snoozed=isinstance(row.snoozed_until, int),
        accompanied=any(one != row.assignee for one in row.participants),
    )
    waits = wait_of(row, policy, tx.now)
    began = _beginning(tx, row.id, words)
    return Card(
        conversation_id=row.id,
        title=name_of(row.contact, words),
        inbox=inbox.name if inbox else row.inbox,
        network=inbox.kind if inbox else "",
        look=look_of(row, waits, front.max_wait),
        state=state_of(row, names, words, waits, front.zone, steady=True),
        lines=[
            (label, told)
            for label, said in _lines(tx, front, row, began, names, words)
            if (told := one_line(said))
        ],
        said=began.said,
        buttons=first,
        more=more,
        url=url,
    )


def _having(front: Front, row: w.Conversation) -> Having:
    if row.assignee is None:
        return "untaken"
    return "taken" if front.desk.policy.bot(row.assignee) is None else "bot"


def _lines(
    tx: Tx,
    front: Front,
    row: w.Conversation,
    began: "_Beginning",
    names: Mapping[str, str],
    words: Words,
) -> Iterable[tuple[str, str]]:
    yield words("line.source"), began.source
    yield words("line.page"), began.page
    yield words("field.language"), row.language or ""
    yield words("line.team"), _team(front, given(row.team), words)
    beside = [names.get(one, one) for one in row.participants if one != row.assignee]
    yield words("line.participants"), listed(beside)
    yield words("tags.name"), _tags(tx, row, words)
    yield words("topics.name"), _topics(tx, row, words)
    yield words("status.name"), _status(front, given(row.status), words)
    scale = front.desk.policy.rating_scale or STARS
    yield words("line.rating"), stars(row.rated, scale) if isinstance(row.rated, int) else ""
    if isinstance(row.item, w.Item):
        link = [row.item.label, given(row.item.url)]
        yield words("line.link"), " ".join(one for one in link if one)
    if isinstance(row.block, w.Block):
        yield words("line.blocked"), until_of(row.block.until, front, words)


def _team(front: Front, team: str | None, words: Words) -> str:
    crew = front.desk.teams.crews.get(team) if team else None
    return words.pick(crew.label) or team or "" if crew else ""


def _status(front: Front, status: str | None, words: Words) -> str:
    chosen = front.desk.statuses.get(status) if status else None
    return words.pick(chosen.label) or status or "" if chosen else ""


def _tags(tx: Tx, row: w.Conversation, words: Words) -> str:
    labels = {one.id: one.label for one in cards.tags(tx)} if row.contact.tags else {}
    return listed(words.pick(labels.get(one, one)) for one in row.contact.tags)


def until_of(until: int | None, front: Front, words: Words) -> str:
    """Return until when somebody is blocked, in words."""
    if until is None:
        return words("blocked.forever")
    return words("blocked.until", time=words.moment(until, front.zone))


def _topics(tx: Tx, row: w.Conversation, words: Words) -> str:
    labels = {one.id: one.label for one in cards.topics(tx)} if row.topics else {}
    names = [words.pick(labels.get(one, one)) for one in row.topics]
    return listed([*names, *filter(None, [given(row.other_topic)])])


def stars(score: int, scale: int) -> str:
    """Return a rating as stars, and as a number where they would be too many; pure."""
    if scale > STARS:
        return f"{score}/{scale}"
    return "★" * score + "☆" * max(0, scale - score)


@dataclass(frozen=True, slots=True)
class _Beginning:
    """How a conversation began: where from, on which page, and with which words."""

    source: str = ""
    page: str = ""
    said: str = ""


def _beginning(tx: Tx, conversation_id: int, words: Words) -> _Beginning:
    first = tx.all(m.MESSAGES_AFTER, **_first_of(conversation_id))
    opened = next((data for one in first if (data := _opened(one)) is not None), {})
    asked = [one for one in first if one.kind == "incoming" and one.deleted_at is None]
    return _Beginning(
        source=str(opened.get("source") or ""),
        page=str(opened.get("url") or ""),
        said=_said(asked[0], words) if asked else "",
    )


def _first_of(conversation_id: int) -> dict[str, int]:
    return {"conversation_id": conversation_id, "bound": 0, "limit": _FIRST}


def _opened(message: Message) -> Mapping[str, object] | None:
    if message.activity is None:
        return None
    told = msgspec.json.decode(message.activity, type=w.Activity)
    return told.data if told.verb == "opened" else None


def _said(message: Message, words: Words) -> str:
    """Return the customer's words, or that they sent something instead."""
    text = cards.line(to_plain(message.text, message.format), LONGEST_SAID)
    return text or (words("attachment.file") if message.attachment_count else "")


def customer_of(tx: Tx, conversation: Conversation, words: Words) -> str:
    """Return what colleagues call the customer of a conversation."""
    contact = tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
    return contact.name or contact.email or words("contact.anonymous", id=contact.id)
