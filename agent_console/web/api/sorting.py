"""Topics of conversations and tags of people: given, taken away, and counted."""

from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody, PathParameter

from agent_console import actions, cards
from agent_console.cards import shapes as w
from agent_console.web.api.conversations import Changed, changed
from agent_console.web.api.given import Body, Given, Me, PathId
from agent_console.web.auth.guard import BOTS_TOO

Name = Annotated[str, PathParameter(min_length=1, max_length=40)]
Chosen = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]

_TOPICS = "/conversations/{conversation_id:int}/topics"
_OTHER = "/conversations/{conversation_id:int}/other-topic"
_STATUS = "/conversations/{conversation_id:int}/status"
_TAGS = "/contacts/{contact_id:int}/tags"


class ChosenTopic(Body, frozen=True, kw_only=True):
    """What the conversation is about, too."""

    topic: Chosen


class OtherTopic(Body, frozen=True, kw_only=True):
    """What the conversation is about, in an agent's own words."""

    text: Annotated[str, msgspec.Meta(max_length=200)]


class ChosenStatus(Body, frozen=True, kw_only=True):
    """The status the conversation has from now on."""

    status: Chosen


class ChosenTag(Body, frozen=True, kw_only=True):
    """What kind of client it is, too."""

    tag: Chosen


@post(_TOPICS, status_code=200, opt={BOTS_TOO: True})
async def add_topic(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[ChosenTopic]
) -> Changed:
    """Give a conversation a topic."""
    await console.write(actions.add_topic, console.desk, me.agent, conversation_id, data.topic)
    return await changed(console, me, conversation_id)


@delete(_TOPICS + "/{topic_id:str}", status_code=200, opt={BOTS_TOO: True})
async def drop_topic(console: Given, me: Me, conversation_id: PathId, topic_id: Name) -> Changed:
    """Take a topic away."""
    await console.write(actions.drop_topic, console.desk, me.agent, conversation_id, topic_id)
    return await changed(console, me, conversation_id)


@put(_OTHER, opt={BOTS_TOO: True})
async def set_other_topic(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[OtherTopic]
) -> Changed:
    """Say in words what a conversation is about."""
    await console.write(actions.set_other_topic, console.desk, me.agent, conversation_id, data.text)
    return await changed(console, me, conversation_id)


@delete(_OTHER, status_code=200, opt={BOTS_TOO: True})
async def drop_other_topic(console: Given, me: Me, conversation_id: PathId) -> Changed:
    """Take the words away."""
    await console.write(actions.drop_other_topic, console.desk, me.agent, conversation_id)
    return await changed(console, me, conversation_id)


@put(_STATUS)
async def set_status(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[ChosenStatus]
) -> Changed:
    """Give a conversation a status; it is closed or opened again where that is of its kind."""
    await console.write(actions.set_status, console.desk, me.agent, conversation_id, data.status)
    return await changed(console, me, conversation_id)


@post(_TAGS, status_code=204, opt={BOTS_TOO: True})
async def add_tag(console: Given, me: Me, contact_id: PathId, data: JSONBody[ChosenTag]) -> None:
    """Give a person a tag."""
    await console.write(actions.add_tag, console.desk, me.agent, contact_id, data.tag)


@delete(_TAGS + "/{tag_id:str}", opt={BOTS_TOO: True})
async def drop_tag(console: Given, me: Me, contact_id: PathId, tag_id: Name) -> None:
    """Take a tag away."""
    await console.write(actions.drop_tag, console.desk, me.agent, contact_id, tag_id)


@get("/tags")
async def tags_in_use(console: Given, me: Me) -> list[w.TagCount]:
    """Return the tags that conversations have, and how many have each."""
    return await console.read(cards.tags_in_use, actions.sight_on(console.desk, me.agent))


HANDLERS = [
    add_topic,
    drop_topic,
    set_other_topic,
    drop_other_topic,
    set_status,
    add_tag,
    drop_tag,
    tags_in_use,
]
