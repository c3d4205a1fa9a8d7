"""Going on in another inbox behind a one-time token: who is tied to whom, and who learns what."""

import re
from typing import Any

import pytest

from bridge import channel as ch
from routing import start_tokens
from tests.databases import everything_in
from tests.routing.world import World

HOUR = 3_600_000


async def link(world: World, conversation_id: int, *, to: str = "pager", valid: int = HOUR) -> str:
    """Make a token that carries a conversation on, as a visitor or an agent would."""
    token = start_tokens.new_token()
    await world.store.write(
        start_tokens.keep, token, conversation_id=conversation_id, inbox_id=to, valid=valid
    )
    return token


async def starts(
    world: World, customer: str, token: str, *, inbox: str = "pager", **more: Any
) -> int:
    """Have somebody press Start in the messenger, and return the conversation."""
    visit = ch.Visit(source=token)
    return await world.begun(customer, inbox=inbox, text="/start", visit=visit, **more)


async def contact_of(world: World, conversation_id: int) -> int:
    return (await world.conversation(conversation_id)).contact_id


async def everything_kept(world: World) -> str:
    """Return every text of every table: nothing readable may be left of a token."""
    return await world.store.read(everything_in)


@pytest.mark.parametrize("_", range(20))
def test_a_token_is_of_the_alphabet_and_length_that_every_network_carries(_: int) -> None:
    token = start_tokens.new_token()
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", token)
    assert start_tokens.is_token(token)


@pytest.mark.parametrize("source", ["", "autumn_sale", "go_", "go_autumn", "go_" + "a" * 44, None])
def test_a_start_parameter_of_another_shape_is_no_token(source: str | None) -> None:
    assert not start_tokens.is_token(source)


async def test_r56_a_visitor_who_starts_with_the_token_is_the_same_contact(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    there = await starts(world, "5001", await link(world, here))
    assert there != here
    assert await contact_of(world, there) == await contact_of(world, here)
    assert (await world.contact("5001")).id == (await world.contact("anon-1", "site")).id


async def test_both_conversations_say_that_one_goes_on_in_the_other(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    there = await starts(world, "5001", await link(world, here))
    assert {"verb": "continued", "other": here, "inbox": "site"} in await world.activities(there)
    assert {"verb": "continued_in", "other": there, "inbox": "pager"} in await world.activities(
        here
    )


async def test_what_is_said_next_stays_in_the_new_conversation_and_says_it_once(
    world: World,
) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    there = await starts(world, "5001", await link(world, here))
    assert await world.begun("5001", text="Ось я тут") == there
    assert (await world.verbs(there)).count("continued") == 1
    assert (await world.conversation(here)).state == "open"


async def test_who_answered_there_answers_here(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    await world.takes("anna", here)
    there = await starts(world, "5001", await link(world, here))
    assert (await world.conversation(there)).assignee_id == "anna"
    assert {"verb": "assigned", "to": "anna"} in await world.activities(there)


async def test_nobody_answers_here_if_the_earlier_one_was_closed(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    await world.takes("anna", here)
    await world.closes("anna", here)
    there = await starts(world, "5001", await link(world, here))
    assert (await world.conversation(there)).assignee_id is None


async def test_whoever_answers_here_already_is_not_replaced(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    await world.takes("anna", here)
    there = await world.begun("5001")
    await world.takes("boris", there)
    assert await starts(world, "5001", await link(world, here)) == there
    assert (await world.conversation(there)).assignee_id == "boris"


# --- a token that is good for nothing ---


async def assert_nothing_was_gained(world: World, there: int, here: int) -> None:
    assert await contact_of(world, there) != await contact_of(world, here)
    assert await world.verbs(there) == ["opened"]


async def test_a_second_person_with_the_same_link_gets_nothing(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    token = await link(world, here)
    await starts(world, "5001", token)
    stolen = await starts(world, "6666", token)
    assert await contact_of(world, stolen) != await contact_of(world, here)
    assert await world.verbs(stolen) == ["opened"]


async def test_a_token_out_of_time_gives_nothing(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    token = await link(world, here)
    world.clock.tick(HOUR / 1000)
    await assert_nothing_was_gained(world, await starts(world, "5001", token), here)


async def test_a_token_is_good_until_its_last_moment(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    token = await link(world, here)
    world.clock.tick(HOUR / 1000 - 1)
    there = await starts(world, "5001", token)
    assert await contact_of(world, there) == await contact_of(world, here)


async def test_a_token_of_another_inbox_gives_nothing_and_stays_good(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    token = await link(world, here)
    elsewhere = await starts(world, "anon-2", token, inbox="site", thread="t2")
    await assert_nothing_was_gained(world, elsewhere, here)
    assert await contact_of(world, await starts(world, "5001", token)) == await contact_of(
        world, here
    )


async def test_a_forged_token_gives_nothing(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    await link(world, here)
    forged = await starts(world, "6666", start_tokens.new_token())
    await assert_nothing_was_gained(world, forged, here)


async def test_no_token_good_or_not_can_be_read_anywhere(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    used, unused, forged = await link(world, here), await link(world, here), "go_" + "f" * 43
    await starts(world, "5001", used)
    await starts(world, "5002", used)
    await starts(world, "5003", forged)
    kept = await everything_kept(world)
    assert "anon-1" in kept
    assert not [one for one in (used, unused, forged) if one in kept]


async def test_any_other_start_parameter_is_kept_as_it_came(world: World) -> None:
    there = await starts(world, "5001", "autumn_sale")
    [opened] = await world.activities(there)
    assert opened == {"verb": "opened", "source": "autumn_sale"}


# --- somebody with a history of their own ---


async def test_two_people_with_a_history_are_not_made_one(world: World) -> None:
    known = await world.begun("5001")
    here = await world.begun("anon-1", inbox="site", thread="t1")
    assert await starts(world, "5001", await link(world, here)) == known
    assert await contact_of(world, known) != await contact_of(world, here)
    told = {"verb": "continued_apart", "other": here, "inbox": "site"}
    assert told in await world.activities(known)
    told = {"verb": "continued_in_apart", "other": known, "inbox": "pager"}
    assert told in await world.activities(here)


async def test_one_who_comes_back_again_goes_on_as_the_one_person_they_are(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    there = await starts(world, "5001", await link(world, here))
    again = await starts(world, "5001", await link(world, here))
    assert again == there
    assert (await world.verbs(there)).count("continued") == 2


# --- networks that tell of the start before anything is said ---


async def opens(world: World, customer: str, source: str | None) -> ch.Answer:
    sender = ch.Sender(external_id=customer, name="Ганна")
    return await world.comes(ch.ContactStarted(sender=sender, at=1, source=source))


async def test_who_starts_in_silence_goes_on_once_they_write(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    assert (await opens(world, "v1", await link(world, here))).outcome == "stored"
    assert await world.count("conversations") == 1
    there = await world.begun("v1", text="Це я")
    assert await contact_of(world, there) == await contact_of(world, here)
    assert {"verb": "continued", "other": here, "inbox": "site"} in await world.activities(there)


async def test_who_starts_with_a_conversation_open_goes_on_in_it_at_once(world: World) -> None:
    there = await world.begun("v1")
    here = await world.begun("anon-1", inbox="site", thread="t1")
    await opens(world, "v1", await link(world, here))
    assert (await world.verbs(there))[-1] == "continued_apart"


@pytest.mark.parametrize("source", [None, "autumn_sale", "go_" + "f" * 43])
async def test_a_stranger_who_only_looks_in_leaves_nothing(
    world: World, source: str | None
) -> None:
    assert (await opens(world, "v1", source)).outcome == "ignored"
    assert await world.count("contacts") == 0


async def test_a_known_person_is_seen_to_come_from_where_they_came(world: World) -> None:
    await world.begun("v1")
    assert (await opens(world, "v1", "autumn_sale")).outcome == "stored"
    assert "autumn_sale" in await everything_kept(world)


# --- what becomes of it all ---


async def test_a_conversation_that_moved_to_another_contact_takes_the_link_along(
    world: World,
) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    token = await link(world, here)
    signed_in = ch.ContactUpdated(
        sender=ch.Sender(external_id="user-7", verified=True), absorbs="anon-1"
    )
    await world.comes(signed_in, inbox="site")
    there = await starts(world, "5001", token)
    assert await contact_of(world, there) == (await world.contact("user-7", "site")).id


async def test_the_same_start_told_twice_is_taken_once(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    event = world.message("5001", "/start", visit=ch.Visit(source=await link(world, here)))
    first, second = await world.comes(event), await world.comes(event)
    assert (first.outcome, second.outcome) == ("stored", "duplicate")
    assert first.conversation_id == second.conversation_id
    assert await world.count("conversations") == 2


async def test_old_tokens_are_forgotten(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    await link(world, here)
    world.clock.tick(HOUR / 1000)
    await world.store.write(start_tokens.forget)
    assert await world.count("start_tokens") == 1
    world.clock.tick(start_tokens.KEPT_AFTER_ITS_TIME / 1000)
    await world.store.write(start_tokens.forget)
    assert await world.count("start_tokens") == 0
