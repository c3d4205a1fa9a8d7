"""What conversations are about: given, taken away, asked for before closing."""

import pytest

from bridge.settings import LocalText
from bridge.settings.sections import Topic
from bridge.store import bulk, sorting
from routing import conversations, topics
from routing.declared import declare
from routing.ending import end_inactive
from routing.refusal import RefusedError
from tests.routing.settings import settings_of
from tests.routing.world import World

BOTH = {"prices": Topic(label=LocalText("Prices", {})), "orders": Topic(label=LocalText("Ор", {}))}


async def _declared(world: World, **which: Topic) -> None:
    await world.store.write(declare, settings_of(topics=which or BOTH))


async def _about(world: World, conversation: int) -> list[str]:
    rows = await world.store.read(
        lambda tx: tx.all(sorting.TOPICS_OF, ids=bulk.ids([conversation]))
    )
    return [one.topic_id or f"«{one.other}»" for one in rows]


async def test_j26_a_conversation_has_several_topics_and_each_once(world: World) -> None:
    await _declared(world)
    conversation = await world.begun()
    for topic in ("prices", "orders", "prices"):
        await world.does(topics.add, conversation, topic, by="anna")

    assert await _about(world, conversation) == ["prices", "orders"]
    assert (await world.activities(conversation))[1:] == [
        {"verb": "topic_added", "by": "anna", "topic": "prices"},
        {"verb": "topic_added", "by": "anna", "topic": "orders"},
    ]


async def test_r53_a_typed_topic_stands_beside_those_of_the_list_and_is_one(world: World) -> None:
    await _declared(world)
    conversation = await world.begun()
    await world.does(topics.add, conversation, "prices", by="anna")
    for words in ("  подарки   🎁 ", "гарантия"):
        await world.does(topics.set_other, conversation, world.desk.policy, words, by="anna")

    assert await _about(world, conversation) == ["prices", "«гарантия»"]
    await world.does(topics.drop_other, conversation, by="anna")
    await world.does(topics.drop, conversation, "prices", by="anna")
    assert await _about(world, conversation) == []
    told = [(one["verb"], one.get("other")) for one in await world.activities(conversation)]
    assert told[2:5] == [
        ("topic_added", "подарки 🎁"),
        ("topic_added", "гарантия"),
        ("topic_removed", "гарантия"),
    ]


@pytest.mark.parametrize("words", ["", "   ", "ё" * 81])
async def test_no_words_and_too_many_are_no_topic(world: World, words: str) -> None:
    conversation = await world.begun()
    with pytest.raises(RefusedError) as refused:
        await world.does(topics.set_other, conversation, world.desk.policy, words, by="anna")
    assert refused.value.code == "invalid"


async def test_typing_a_topic_can_be_switched_off(world: World) -> None:
    world.under(other_topic=False)
    conversation = await world.begun()
    with pytest.raises(RefusedError, match="unsupported"):
        await world.does(topics.set_other, conversation, world.desk.policy, "x", by="anna")


async def test_a_topic_that_vanished_from_the_yaml_stays_where_it_was_and_is_given_no_more(
    world: World,
) -> None:
    await _declared(world)
    old, new = await world.begun("olena"), await world.begun("tom")
    await world.does(topics.add, old, "orders", by="anna")
    await _declared(world, prices=BOTH["prices"])

    assert await _about(world, old) == ["orders"]
    with pytest.raises(RefusedError, match="topic_unknown"):
        await world.does(topics.add, new, "orders", by="anna")
    await _declared(world)
    await world.does(topics.add, new, "orders", by="anna")
    assert await _about(world, new) == ["orders"]


async def test_j27_a_conversation_without_a_topic_cannot_be_closed_by_an_agent(
    world: World,
) -> None:
    await _declared(world)
    world.under(topic_to_close=True)
    conversation = await world.begun()
    with pytest.raises(RefusedError, match="topic_required"):
        await world.closes("anna", conversation)
    assert (await world.conversation(conversation)).state == "open"
    assert "closed" not in await world.verbs(conversation)

    await world.does(topics.add, conversation, "prices", by="anna")
    await world.closes("anna", conversation)
    assert (await world.conversation(conversation)).state == "closed"


async def test_j27_a_typed_topic_is_enough(world: World) -> None:
    world.under(topic_to_close=True)
    conversation = await world.begun()
    await world.does(topics.set_other, conversation, world.desk.policy, "прочее", by="anna")
    await world.closes("anna", conversation)
    assert (await world.conversation(conversation)).state == "closed"


async def test_j27_a_customers_silence_closes_without_one(world: World) -> None:
    world.under(topic_to_close=True)
    conversation = await world.begun()
    await world.replies("anna", conversation)
    await world.store.write(end_inactive, world.desk, conversation)
    assert (await world.conversation(conversation)).closed_by == "inactivity"


async def test_one_that_is_closed_already_says_so_whatever_it_is_about(world: World) -> None:
    conversation = await world.begun()
    await world.closes("anna", conversation)
    world.under(topic_to_close=True)
    with pytest.raises(RefusedError) as refused:
        await world.does(conversations.close, conversation, world.desk.policy, by="anna")
    assert refused.value.code == "state"


async def test_s31_who_wrote_last_is_a_person_and_not_a_note(world: World) -> None:
    conversation = await world.begun()
    assert (await world.conversation(conversation)).last_by == "customer"
    await world.notes("anna", conversation)
    assert (await world.conversation(conversation)).last_by == "customer"
    await world.replies("anna", conversation)
    assert (await world.conversation(conversation)).last_by == "agent"
    await world.says("olena", "ещё")
    assert (await world.conversation(conversation)).last_by == "customer"
