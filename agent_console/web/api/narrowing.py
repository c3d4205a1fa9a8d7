"""The filters of lists and of the search, as the API takes them."""

from typing import Annotated, Literal, NamedTuple

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
TAGS_PATTERN = f"^({_TAG}(,{_TAG}){{0,{MOST_TAGS - 1}}}|{cards.NONE})$"

TopicWord = Annotated[
    str | None,
    QueryParameter(
        pattern=TOPIC_PATTERN,
        description=f"A topic's id; `{cards.OTHER}`: a typed one, `{cards.NONE}`: without any.",
    ),
]
TagWords = Annotated[
    str | None,
    QueryParameter(
        pattern=TAGS_PATTERN,
        description=f"Tags that the person has all of, with commas; `{cards.NONE}`: without any.",
    ),
]


class Whom(NamedTuple):
    """Of which kinds of client: with all of these tags, without any, with a pinned one."""

    tags: tuple[str, ...]
    untagged: bool
    pinned: bool


class Having(NamedTuple):
    """With which status; `or_unset`: or with none given, while it is open."""

    status: str | None
    or_unset: bool


def whom(tags: TagWords = None, *, pinned: FromQuery[bool] = False) -> Whom:
    """Return whose conversations are meant; `pinned`: only people with a tag that is pinned."""
    listed = () if tags in (None, cards.NONE) else tuple(dict.fromkeys(tags.split(",")))
    return Whom(listed, tags == cards.NONE, pinned)


def having(console: Given, has_status: Word = None) -> Having:
    """Return which status is meant, an id of `conversation.statuses`."""
    unset = first_open(console.desk.statuses)
    return Having(has_status, has_status is not None and has_status == unset)


def narrow(
    whom: Ours[Whom],
    having: Ours[Having],
    inbox: Word = None,
    assignee: Word = None,
    language: Word = None,
    last_by: FromQuery[Literal["customer", "agent"] | None] = None,
    contact: QueryId = None,
    topic: TopicWord = None,
) -> cards.Narrow:
    """Return what narrows a list."""
    return cards.Narrow(
        inbox=inbox,
        assignee=assignee,
        language=language,
        last_by=last_by,
        contact=contact,
        topic=topic,
        tags=whom.tags,
        untagged=whom.untagged,
        pinned=whom.pinned,
        has_status=having.status,
        or_unset=having.or_unset,
    )


NARROWED = {
    "whom": Provide(whom, sync_to_thread=False),
    "having": Provide(having, sync_to_thread=False),
    "narrow": Provide(narrow, sync_to_thread=False),
}
