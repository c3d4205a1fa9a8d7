"""A surface that has lost its place, and the other that keeps its conversations meanwhile."""

import asyncio

from bridge.sandbox.faults import ANY, Fault
from tests.agent_console.fanout.houses import RIGHTS, TwoHouses
from tests.channels.rig import eventually


def last(said: list[str]) -> str:
    """Return what was said last, nothing where nothing was."""
    return said[-1] if said else ""


async def test_a_lost_group_s_conversations_go_to_the_channel_and_come_home(
    houses: TwoHouses,
) -> None:
    office, health = houses.office, houses.health["group"]
    await office.customer_writes("Есть пионы?", customer="olena-0000001")
    await office.customer_writes("А розы?", customer="petro-0000001", thread="p")
    await eventually(lambda: len(houses.group.topics) == 2)
    assert houses.cards() == []

    houses.member.remove(houses.bot)
    await office.customer_writes("Алло?", customer="olena-0000001")
    await eventually(lambda: len(houses.cards()) == 2)
    await eventually(lambda: {last(one) for one in houses.threads()} == {"А розы?", "Алло?"})
    number = [last(one) for one in houses.threads()].index("Алло?")
    assert houses.in_channel(number) == ["Есть пионы?", "Алло?"]
    thread = houses.cards()[number].ts
    await houses.anna.writes(houses.channel.id, "Да, розовые", thread_ts=thread)
    await houses.is_kept("Да, розовые")
    await office.customer_writes("Беру!", customer="olena-0000001")
    await eventually(lambda: last(houses.in_channel(number)) == "Беру!")
    assert len(health.raised) == 1, "one alarm, however many conversations there are"
    assert str(houses.group.id) in health.raised[0]

    houses.member.promote(houses.bot, *RIGHTS)
    await eventually(lambda: "Беру!" in houses.in_topics())
    said = houses.in_topics()
    words = ("Алло?", "Да, розовые", "Беру!")
    order = [said.index(one) for one in words]
    assert order == sorted(order), "everything is there, in the order in which it was said"
    assert [said.count(one) for one in words] == [1, 1, 1], "and once"
    assert health.raised[1:] == [""], "and the alarm is over"
    await eventually(lambda: all(houses.is_closed(one) for one in houses.cards()))
    await office.customer_writes("Спасибо", customer="olena-0000001")
    await eventually(lambda: last(houses.in_topics()) == "Спасибо")
    assert "Спасибо" not in houses.in_channel(number)


async def test_a_lost_channel_s_conversations_go_to_the_group_and_come_home(
    houses: TwoHouses,
) -> None:
    office, health = houses.office, houses.health["slack"]
    await office.customer_writes("Где заказ?", inbox="blog")
    await eventually(lambda: houses.cards() and houses.in_channel() == ["Где заказ?"])
    assert not houses.group.topics

    await houses.anna.archives(houses.channel.id)
    await office.customer_writes("Ау!", inbox="blog")
    await eventually(lambda: houses.group.topics and last(houses.in_topics()) == "Ау!")
    (topic,) = houses.group.topics
    houses.member.say("Уже едет", topic=topic)
    await houses.is_kept("Уже едет")
    await office.customer_writes("Жду", inbox="blog")
    await eventually(lambda: last(houses.in_topics()) == "Жду")
    assert len(health.raised) == 1
    assert "archived" in health.raised[0]

    await houses.anna.archives(houses.channel.id, again=True)
    await eventually(lambda: last(houses.in_channel()) == "Жду")
    assert houses.in_channel() == ["Где заказ?", "Ау!", "Уже едет", "Жду"]
    assert len(houses.cards()) == 1, "in the thread that it had"
    assert health.raised[1:] == [""]
    await eventually(lambda: houses.group.topics[topic].closed)


async def test_a_revoked_token_is_a_lost_surface_and_a_new_one_brings_it_back(
    houses: TwoHouses,
) -> None:
    office, health = houses.office, houses.health["slack"]
    await office.customer_writes("Где заказ?", inbox="blog")
    await eventually(lambda: houses.cards() and houses.in_channel() == ["Где заказ?"])

    houses.slack.faults.plan(ANY, Fault(error="token_revoked"), times=10_000)
    await office.customer_writes("Ау!", inbox="blog")
    await eventually(lambda: houses.group.topics and last(houses.in_topics()) == "Ау!")
    assert len(health.raised) == 1

    # Nobody tells of it: the channel is asked after.
    houses.slack.faults.clear()
    await eventually(lambda: last(houses.in_channel()) == "Ау!")
    assert health.raised[1:] == [""]


async def test_a_place_that_is_lost_again_and_again_is_asked_after_less_and_less(
    houses: TwoHouses,
) -> None:
    houses.channel.restricted = True
    await houses.office.customer_writes("Где заказ?", inbox="blog")
    await eventually(lambda: houses.group.topics and last(houses.in_topics()) == "Где заказ?")
    await asyncio.sleep(2.0)
    # At once, and then after 0.3, 0.6 and 1.2 seconds.
    assert 1 <= len([one for one in houses.health["slack"].raised if one]) <= 4
