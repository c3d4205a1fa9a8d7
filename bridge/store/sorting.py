"""Queries about topics and tags: which there are, and what is sorted by them."""

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import delete, exists, func, literal_column, select, update

from bridge.models import (
    CONTACT_TAG,
    CONVERSATION,
    CONVERSATION_TOPIC,
    TAG,
    TOPIC,
    Tag,
    Topic,
)
from bridge.models.base import columns
from bridge.store.sight import Kind, seen
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, among, nothing, param, value

_p = param
_on = CONVERSATION_TOPIC.c
_of = CONTACT_TAG.c


# --- what the YAML declares ---------------------------------------------------------------

TOPICS = Statement(Topic, select(*columns(TOPIC, Topic)).order_by(TOPIC.c.place, TOPIC.c.id))
TAGS = Statement(Tag, select(*columns(TAG, Tag)).order_by(TAG.c.place, TAG.c.id))
# One that can still be given: retired ones stand only where they stood.
TOPIC_IN_USE = Statement(
    Topic,
    select(*columns(TOPIC, Topic)).where(TOPIC.c.id == _p("id"), TOPIC.c.retired_at.is_(None)),
)
TAG_IN_USE = Statement(
    Tag, select(*columns(TAG, Tag)).where(TAG.c.id == _p("id"), TAG.c.retired_at.is_(None))
)
PUT_TOPIC = Statement(
    nothing,
    (topic := upsert(TOPIC))
    .values(id=_p("id"), label=_p("label"), place=_p("place"), retired_at=None)
    .on_conflict_do_update(
        index_elements=["id"],
        set_={"label": topic.excluded.label, "place": topic.excluded.place, "retired_at": None},
    ),
)
PUT_TAG = Statement(
    nothing,
    (tag := upsert(TAG))
    .values(
        id=_p("id"),
        label=_p("label"),
        color=_p("color"),
        pinned=_p("pinned"),
        place=_p("place"),
        retired_at=None,
    )
    .on_conflict_do_update(
        index_elements=["id"],
        set_={
            "label": tag.excluded.label,
            "color": tag.excluded.color,
            "pinned": tag.excluded.pinned,
            "place": tag.excluded.place,
            "retired_at": None,
        },
    ),
)
RETIRE_TOPIC = Statement(
    nothing,
    update(TOPIC)
    .where(TOPIC.c.id == _p("of"), TOPIC.c.retired_at.is_(None))
    .values(retired_at=_p("at")),
)
# It stays with the people who have it, and no longer stands under their names.
RETIRE_TAG = Statement(
    nothing,
    update(TAG)
    .where(TAG.c.id == _p("of"), TAG.c.retired_at.is_(None))
    .values(retired_at=_p("at"), pinned=0),
)


# --- topics of a conversation -------------------------------------------------------------


class TopicOf(NamedTuple):
    """A topic of a conversation: a declared one's id, or else what was typed."""

    conversation_id: int
    topic_id: str | None
    other: str | None


TOPICS_OF = Statement(
    TopicOf,
    select(_on.conversation_id, _on.topic_id, _on.other)
    .where(among(_on.conversation_id))
    .order_by(_on.id),
)
HAS_TOPIC = Statement(value, select(exists().where(_on.conversation_id == _p("conversation_id"))))
IS_ABOUT = Statement(
    value,
    select(
        exists().where(_on.conversation_id == _p("conversation_id"), _on.topic_id == _p("topic_id"))
    ),
)
OTHER_TOPIC = Statement(
    value,
    select(_on.other).where(_on.conversation_id == _p("conversation_id"), _on.other.is_not(None)),
)
ADD_TOPIC = Statement(
    nothing,
    upsert(CONVERSATION_TOPIC)
    .values(conversation_id=_p("of"), topic_id=_p("topic_id"), other=_p("other"), added_at=_p("at"))
    .on_conflict_do_nothing(),
)
DROP_TOPIC = Statement(
    nothing,
    delete(CONVERSATION_TOPIC).where(
        _on.conversation_id == _p("of"), _on.topic_id == _p("topic_id")
    ),
)
DROP_OTHER = Statement(
    nothing,
    delete(CONVERSATION_TOPIC).where(_on.conversation_id == _p("of"), _on.other.is_not(None)),
)


# --- tags of a person ---------------------------------------------------------------------


class TagOf(NamedTuple):
    """A tag that a contact has."""

    contact_id: int
    tag_id: str


class TagCount(NamedTuple):
    """In how many conversations a tag is, counted up to `:limit`."""

    tag_id: str
    conversations: int


TAGS_OF = Statement(
    TagOf,
    select(_of.contact_id, _of.tag_id)
    .join(TAG, TAG.c.id == _of.tag_id)
    .where(among(_of.contact_id))
    .order_by(TAG.c.place, TAG.c.id),
)
HAS_TAG = Statement(
    value,
    select(exists().where(_of.contact_id == _p("contact_id"), _of.tag_id == _p("tag_id"))),
)
ADD_TAG = Statement(
    nothing,
    upsert(CONTACT_TAG)
    .values(contact_id=_p("of"), tag_id=_p("tag_id"), added_at=_p("at"))
    .on_conflict_do_nothing(),
)
DROP_TAG = Statement(
    nothing,
    delete(CONTACT_TAG).where(_of.contact_id == _p("of"), _of.tag_id == _p("tag_id")),
)
CARRY_TAGS_OVER = Statement(
    nothing,
    upsert(CONTACT_TAG)
    .from_select(
        ["contact_id", "tag_id", "added_at"],
        select(literal_column(":to"), _of.tag_id, _of.added_at).where(_of.contact_id == _p("of")),
    )
    .on_conflict_do_nothing(),
)


@lru_cache
def tag_counts(kind: Kind | None) -> Statement[TagCount]:
    """Return how many conversations in sight each tag is in, counted up to `:limit`.

    No further than anybody reads: it must not cost more the longer the house exists.
    """
    some = (
        select(literal_column("1"))
        .select_from(CONTACT_TAG)
        .join(CONVERSATION, CONVERSATION.c.contact_id == _of.contact_id)
        .where(_of.tag_id == TAG.c.id, *([] if kind is None else [seen(kind)]))
        .limit(_p("limit"))
        .correlate(TAG)
        .subquery()
    )
    count = select(func.count()).select_from(some).scalar_subquery()
    return Statement(TagCount, select(TAG.c.id, count).order_by(TAG.c.place, TAG.c.id))
