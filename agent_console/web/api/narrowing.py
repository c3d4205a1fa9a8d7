"""The filters of lists and of the search, as the API takes them."""

from typing import Annotated, Literal

from litestar.di import Provide
from litestar.params import FromQuery, QueryParameter

from agent_console import cards
from agent_console.web.api.given import Word
from bridge.web import QueryId

# More would find nobody, and each costs a lookup.
MOST_TAGS = 10
_TAG = "[a-z0-9_]{1,40}"

TopicWord = Annotated[
    str | None,
    QueryParameter(
        pattern=f"^({_TAG}|{cards.NONE}|{cards.OTHER})$",
        description=f"A topic's id; `{cards.OTHER}`: a typed one, `{cards.NONE}`: without any.",
    ),
]
TagWords = Annotated[
    str | None,
    QueryParameter(
        pattern=f"^({_TAG}(,{_TAG}){{0,{MOST_TAGS - 1}}}|{cards.NONE})$",
        description=f"Tags that the person has all of, with commas; `{cards.NONE}`: without any.",
    ),
]


def narrow(  # noqa: PLR0913  # One for each filter.
    inbox: Word = None,
    assignee: Word = None,
    language: Word = None,
    last_by: FromQuery[Literal["customer", "agent"] | None] = None,
    contact: QueryId = None,
    topic: TopicWord = None,
    tags: TagWords = None,
    *,
    pinned: FromQuery[bool] = False,
    bot: FromQuery[bool] = False,
) -> cards.Narrow:
    """Return what narrows a list; `pinned`: people with such a tag, `bot`: what bots have."""
    listed = () if tags in (None, cards.NONE) else tuple(dict.fromkeys(tags.split(",")))
    return cards.Narrow(
        inbox=inbox,
        assignee=assignee,
        language=language,
        last_by=last_by,
        contact=contact,
        topic=topic,
        tags=listed,
        untagged=tags == cards.NONE,
        pinned=pinned,
        bot=bot,
    )


NARROWED = {"narrow": Provide(narrow, sync_to_thread=False)}
