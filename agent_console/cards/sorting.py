"""Topics, tags and statuses as agents are shown them: what there is, and which a row has."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET

from agent_console.cards import shapes as w
from bridge.store import bulk as b
from bridge.store import sorting as s
from bridge.store.board import MOST_COUNTED
from bridge.store.doing import STATUSES
from bridge.store.sight import Sight
from bridge.store.transactions import Tx


@dataclass(slots=True)
class About:
    """What one conversation is about: declared topics by id, and what was typed."""

    topics: list[str] = field(default_factory=list)
    other: str | None = None


NOTHING = About()


def topics_of(tx: Tx, conversation_ids: Iterable[int]) -> dict[int, About]:
    """Return what each conversation is about, in the order the topics were given."""
    found: dict[int, About] = defaultdict(About)
    for one in tx.all(s.TOPICS_OF, ids=b.ids(conversation_ids)):
        about = found[one.conversation_id]
        if one.topic_id is None:
            about.other = one.other
        else:
            about.topics.append(one.topic_id)
    return found


def tags_of(tx: Tx, contact_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return each contact's tags, in the order of the YAML."""
    found: dict[int, list[str]] = defaultdict(list)
    for contact_id, tag_id in tx.all(s.TAGS_OF, ids=b.ids(contact_ids)):
        found[contact_id].append(tag_id)
    return found


def topics(tx: Tx) -> list[w.TopicRef]:
    """Return every topic, also those that are gone: they stand in old conversations."""
    return [
        w.TopicRef(id=one.id, label=_label(one.label), retired=one.retired_at is not None or UNSET)
        for one in tx.all(s.TOPICS)
    ]


def tags(tx: Tx) -> list[w.TagRef]:
    """Return every tag, also those that are gone: people still have them."""
    return [
        w.TagRef(
            id=one.id,
            label=_label(one.label),
            color=one.color,
            pinned=bool(one.pinned),
            retired=one.retired_at is not None or UNSET,
        )
        for one in tx.all(s.TAGS)
    ]


def statuses(tx: Tx) -> list[w.StatusRef]:
    """Return every status, also those that are gone: conversations still have them."""
    return [
        w.StatusRef(
            id=one.id,
            kind=one.kind,
            label=_label(one.label),
            color=one.color,
            retired=one.retired_at is not None or UNSET,
        )
        for one in tx.all(STATUSES)
    ]


def tags_in_use(tx: Tx, sight: Sight) -> list[w.TagCount]:
    """Return the tags that conversations in sight have, and how many have each (S35, S38)."""
    counted = tx.all(s.tag_counts(sight.kind), limit=MOST_COUNTED, **sight.parameters)
    return [
        w.TagCount(id=one.tag_id, count=one.conversations) for one in counted if one.conversations
    ]


def _label(text: str) -> str | dict[str, str]:
    return msgspec.json.decode(text, type=str | dict[str, str])
