"""The filters of lists and of the search, as the API takes them."""

from dataclasses import replace
from typing import Annotated, Literal

from litestar.di import Provide
from litestar.params import FromQuery, QueryParameter

from agent_console import cards
from agent_console.web.api.given import Given, Ours, Word
from bridge.web import QueryId
from routing.statused import first_open

# More would find nobody, and each costs a lookup.
MOST_TAGS = 10
_TAG = "[a-z0-9_]{1,40}"
TOPIC_PATTERN = f"^({_TAG}|{cards.NONE}|{cards.OTHER})$"
TEAM_PATTERN = f"^({_TAG}|{cards.NONE})$"
TAGS_PATTERN = f"^({_TAG}(,{_TAG}){{0,{MOST_TAGS - 1}}}|{cards.NONE})$"

TopicWord = Annotated[
    str | None,
    QueryParameter(
        pattern=TOPIC_PATTERN,
        description=f"A topic's id; `{cards.OTHER}`: a typed one, `{cards.NONE}`: without any.",
    ),
]
TeamWord = Annotated[
    str | None,
    QueryParameter(
        pattern=TEAM_PATTERN,
        description=f"A team's id; `{cards.NONE}`: of no team.",
    ),
]
TagWords = Annotated[
    str | None,
    QueryParameter(
        pattern=TAGS_PATTERN,
        description=f"Tags that the person has all of, with commas; `{cards.NONE}`: without any.",
    ),
]


def about(
    topic: TopicWord = None, tags: TagWords = None, *, pinned: FromQuery[bool] = False
) -> cards.Narrow:
    """Return what narrows a list by how it is sorted; `pinned`: by any tag that is pinned."""
    listed = () if tags in (None, cards.NONE) else tuple(dict.fromkeys(tags.split(",")))
    return cards.Narrow(topic=topic, tags=listed, untagged=tags == cards.NONE, pinned=pinned)


def having(
    console: Given,
    about: Ours[cards.Narrow],
    has_status: Word = None,
    *,
    bot: FromQuery[bool] = False,
) -> cards.Narrow:
    """Return the same, narrowed by an id of `conversation.statuses`; `bot`: to what bots have."""
    unset = has_status is not None and has_status == first_open(console.desk.statuses)
    return replace(about, has_status=has_status, or_unset=unset, bot=bot)


def narrow(
    having: Ours[cards.Narrow],
    inbox: Word = None,
    assignee: Word = None,
    language: Word = None,
    last_by: FromQuery[Literal["customer", "agent"] | None] = None,
    contact: QueryId = None,
    team: TeamWord = None,
) -> cards.Narrow:
    """Return what narrows a list."""
    return replace(
        having,
        inbox=inbox,
        assignee=assignee,
        language=language,
        last_by=last_by,
        contact=contact,
        team=team,
    )


NARROWED = {
    "about": Provide(about, sync_to_thread=False),
    "having": Provide(having, sync_to_thread=False),
    "narrow": Provide(narrow, sync_to_thread=False),
}
