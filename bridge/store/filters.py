"""What narrows a list of conversations: one condition for each filter, all of them AND.

A filter that few conversations pass leads by an index of its own where the list has no end
(closed ones); among the open ones, of which there are some thousands at most, the list is
read in its order and each row is looked up.
"""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, literal_column, or_, select

from bridge.models import AGENT, CONTACT_TAG, CONVERSATION, CONVERSATION_TOPIC, TAG
from bridge.store.statement import param

_p = param
_c = CONVERSATION.c
_on = CONVERSATION_TOPIC.c
_of = CONTACT_TAG.c


class Filters(NamedTuple):
    """Which filters a page has; their values are parameters of the same names.

    `tags` is how many tags are wanted, the parameters `tag_0`, `tag_1` and so on.
    `no_team`, `other_topic`, `no_topic`, `or_unset`, `no_tags`, `pinned` and `bot` have no
    value. `or_unset` lets an open conversation pass that was given no status.
    """

    inbox_id: bool = False
    assignee_id: bool = False
    language: bool = False
    last_by: bool = False
    contact_id: bool = False
    team_id: bool = False
    no_team: bool = False
    topic_id: bool = False
    other_topic: bool = False
    no_topic: bool = False
    status_id: bool = False
    or_unset: bool = False
    tags: int = 0
    no_tags: bool = False
    pinned: bool = False
    bot: bool = False

    @property
    def lead(self) -> bool:
        """Say whether one of them finds its conversations by an index of its own."""
        by_topic = self.topic_id or self.other_topic
        return self.contact_id or by_topic or self.tags > 0 or self.pinned


_COLUMNS = ("inbox_id", "assignee_id", "language", "last_by", "contact_id", "team_id")


def conditions(filters: Filters, *, leading: bool) -> list[ColumnElement[bool]]:
    """Return the conditions; `leading` lets topic and tags find rows, not only look them up."""
    found: list[ColumnElement[bool]] = [
        _c[name] == _p(name) for name in _COLUMNS if getattr(filters, name)
    ]
    if filters.status_id:
        found.append(_has_status(filters))
    if filters.no_team:
        found.append(_c.team_id.is_(None))
    if filters.bot:
        found.append(_c.assignee_id.in_(select(AGENT.c.id).where(AGENT.c.role == "bot")))
    found += _topics(filters, leading=leading)
    return [*found, *_tags(filters, leading=leading)]


def _has_status(filters: Filters) -> ColumnElement[bool]:
    given = _c.status_id == _p("status_id")
    # With a plus, so that SQLite goes on by the index of the order.
    is_open = literal_column("+conversations.state") == "open"
    return or_(given, and_(_c.status_id.is_(None), is_open)) if filters.or_unset else given


def _topics(filters: Filters, *, leading: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.topic_id:
        found.append(_about(_on.topic_id == _p("topic_id"), leading=leading))
    if filters.other_topic:
        found.append(_about(_on.other.is_not(None), leading=leading))
    if filters.no_topic:
        found.append(~_there_is(_on.conversation_id == _c.id))
    return found


def _about(what: ColumnElement[bool], *, leading: bool) -> ColumnElement[bool]:
    if leading:
        return _c.id.in_(select(_on.conversation_id).where(what))
    return _there_is(_on.conversation_id == _c.id, what)


def _tags(filters: Filters, *, leading: bool) -> list[ColumnElement[bool]]:
    # Of several the first one leads: an index finds rows by one only.
    found = [
        _who_has(_of.tag_id == _p(f"tag_{number}"), leading=leading and number == 0)
        for number in range(filters.tags)
    ]
    if filters.no_tags:
        found.append(~_there_is(_of.contact_id == _c.contact_id))
    if filters.pinned:
        is_pinned = _of.tag_id.in_(select(TAG.c.id).where(TAG.c.pinned == 1))
        found.append(_who_has(is_pinned, leading=leading and not filters.tags))
    return found


def _who_has(what: ColumnElement[bool], *, leading: bool) -> ColumnElement[bool]:
    if leading:
        return _c.contact_id.in_(select(_of.contact_id).where(what))
    return _there_is(_of.contact_id == _c.contact_id, what)


def _there_is(*where: Any) -> ColumnElement[bool]:
    return exists().where(*where).correlate(CONVERSATION)
