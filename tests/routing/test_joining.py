"""Two people whom agents find to be one, and the ways back."""

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import channel as ch
from bridge import search
from bridge.models import Identity
from bridge.store import conversations as q
from bridge.store import joins as j
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import contacts, joining
from routing.contacts import Known
from routing.refusal import RefusedError
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.world import World, living
from tests.sights import WHOLE

CUSTOMERS = ("olena", "petro", "lucia")


async def person(world: World, customer: str, **facts: Any) -> int:
    """Have somebody write for the first time; return the conversation."""
    return await world.begun(customer, sender=ch.Sender(external_id=customer, **facts))


async def joined(world: World, one: str, other: str) -> int:
    into, part = await world.contact(one), await world.contact(other)
    join_id: int = await world.store.write(joining.join, into, part, by="anna")
    return join_id


async def undone(world: World, join_id: int) -> None:
    def work(tx: Tx) -> None:
        joining.undo(tx, tx.the(j.JOIN_BY_ID, id=join_id), by="anna")

    await world.store.write(work)


async def set_apart(world: World, customer: str) -> int:
    account = await world.identity(customer)
    assert account is not None
    made: int = await world.store.write(joining.set_apart, account, by="anna")
    return made


async def note(world: World, customer: str, text: str) -> None:
    contact = await world.contact(customer)
    about = {"contact_id": contact.id, "agent_id": "anna", "text": text, "created_at": 1}
    await world.store.write(lambda tx: tx.the(p.ADD_CONTACT_NOTE, **about))


async def known(world: World, customer: str) -> tuple[Known, list[str], list[str]]:
    """Return what is known of a person, their accounts, and the notes about them."""
    contact = await world.contact(customer)

    def read(tx: Tx) -> tuple[Known, list[str], list[str]]:
        accounts = tx.all(p.IDENTITIES_OF_CONTACT, contact_id=contact.id)
        notes = tx.all(p.CONTACT_NOTES, contact_id=contact.id)
        found = [one.external_id for one in accounts], [one.text for one in notes]
        return Known.of(contact), *found

    return await world.store.read(read)


async def found_by(world: World, words: str) -> list[int]:
    return await world.store.read(search.people, words, sight=WHOLE, limit=10)


async def test_r46_two_who_are_joined_have_one_history_and_one_set_of_facts(world: World) -> None:
    first = await person(world, "olena", name="Олена", phone="+380441234567")
    second = await person(
        world, "petro", name="Petro", email="o@example.com", attributes={"a": "b"}
    )
    await note(world, "olena", "постійна")
    await note(world, "petro", "любить чай")

    await joined(world, "olena", "petro")

    olena = await world.contact("olena")
    assert {(await world.conversation(one)).contact_id for one in (first, second)} == {olena.id}
    facts, accounts, notes = await known(world, "petro")
    assert facts.fields == {
        "name": "Олена",
        "email": "o@example.com",
        "phone": "+380441234567",
        "language": None,
    }
    assert facts.attributes == {"a": "b"}
    assert (accounts, notes) == (["olena", "petro"], ["постійна", "любить чай"])
    for conversation, other in ((first, "Petro"), (second, "Олена")):
        last = (await world.activities(conversation))[-1]
        assert last == {"verb": "people_joined", "by": "anna", "other": other}


async def test_r46_a_join_that_is_undone_leaves_both_as_they_were(world: World) -> None:
    await person(world, "olena", name="Олена")
    await person(world, "petro", name="Petro", email="p@example.com", attributes={"a": "b"})
    await note(world, "petro", "любить чай")
    before = [await known(world, one) for one in ("olena", "petro")]

    await undone(world, await joined(world, "olena", "petro"))

    assert [await known(world, one) for one in ("olena", "petro")] == before


async def test_what_came_since_goes_with_the_account_it_came_by(world: World) -> None:
    await person(world, "olena")
    await person(world, "petro")
    join_id = await joined(world, "olena", "petro")
    later = await world.begun("petro", inbox="pager")

    await undone(world, join_id)

    assert (await world.conversation(later)).contact_id == (await world.contact("petro")).id
    assert (await world.contact("petro")).id != (await world.contact("olena")).id


async def test_what_an_agent_typed_since_stays_with_who_stayed(world: World) -> None:
    await person(world, "olena")
    await person(world, "petro", email="p@example.com", phone="+380441234567")
    join_id = await joined(world, "olena", "petro")
    olena = await world.contact("olena")

    def types(tx: Tx) -> None:
        now = Known.of(olena)
        contacts.store(tx, olena, now.fields | {"email": "new@example.com"}, {}, ["email"])

    await world.store.write(types)
    await undone(world, join_id)

    after = (await known(world, "olena"))[0]
    assert after.fields["email"] == "new@example.com"
    assert after.fields["phone"] is None
    assert after.typed == ["email"]


async def test_r17_what_an_agent_typed_of_the_other_is_not_overridden_by_the_network(
    world: World,
) -> None:
    await person(world, "olena")
    await person(world, "petro")
    petro = await world.contact("petro")
    fields = Known.of(petro).fields | {"name": "Петро Петренко"}
    await world.store.write(contacts.store, petro, fields, {}, ["name"])
    await joined(world, "olena", "petro")

    await world.comes(ch.ContactUpdated(sender=ch.Sender(external_id="olena", name="user_1")))

    assert (await world.contact("olena")).name == "Петро Петренко"


async def test_who_is_part_of_somebody_is_found_as_that_one(world: World) -> None:
    await person(world, "olena", name="Олена")
    await person(world, "petro", email="petro@example.com")
    olena, petro = await world.contact("olena"), await world.contact("petro")

    join_id = await joined(world, "olena", "petro")
    assert await found_by(world, "petro") == [olena.id]

    await undone(world, join_id)
    assert await found_by(world, "petro") == [petro.id]


async def test_nobody_is_joined_with_themselves_or_with_who_is_part_of_somebody(
    world: World,
) -> None:
    await person(world, "olena")
    await person(world, "petro")
    olena, petro = await world.contact("olena"), await world.contact("petro")
    with pytest.raises(RefusedError, match="state"):
        await world.store.write(joining.join, olena, olena, by="anna")
    await joined(world, "olena", "petro")
    with pytest.raises(RefusedError, match="state"):
        await world.store.write(joining.join, olena, petro, by="anna")


async def test_a_join_is_undone_once(world: World) -> None:
    await person(world, "olena")
    await person(world, "petro")
    join_id = await joined(world, "olena", "petro")
    await undone(world, join_id)
    with pytest.raises(RefusedError, match="state"):
        await undone(world, join_id)


async def test_s12_an_account_is_set_apart_as_a_person_of_its_own(world: World) -> None:
    await person(world, "olena", name="Олена", email="o@example.com")
    second = await person(world, "petro", name="Petro")
    await joined(world, "olena", "petro")

    made = await set_apart(world, "petro")

    assert (await world.contact("petro")).id == made
    assert (await world.conversation(second)).contact_id == made
    assert (await known(world, "petro"))[0].fields["name"] == "Petro"
    assert (await known(world, "olena"))[1] == ["olena"]
    assert (await world.verbs(second))[-1] == "people_parted"


async def test_s12_the_only_account_of_a_person_cannot_be_set_apart(world: World) -> None:
    await person(world, "olena")
    with pytest.raises(RefusedError, match="state"):
        await set_apart(world, "olena")


async def test_everybody_who_shows_one_of_the_two_is_told(world: World) -> None:
    first, second = await person(world, "olena"), await person(world, "petro")
    ids = [(await world.contact(one)).id for one in ("olena", "petro")]
    before = await world.last_event()

    await joined(world, "olena", "petro")

    events = await world.events(before)
    assert {one.contact_id for one in events if one.kind == "contact.changed"} == {*ids}
    changed = {one.conversation_id for one in events if one.kind == "conversation.changed"}
    assert changed == {first, second}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.sampled_from(CUSTOMERS), st.sampled_from(CUSTOMERS)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.none()),
        st.tuples(st.just("apart"), st.sampled_from(CUSTOMERS), st.none()),
        st.tuples(st.just("write"), st.sampled_from(CUSTOMERS), st.none()),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_whatever_is_joined_and_parted_nobody_and_no_conversation_is_lost(
    steps: list[tuple[str, Any, Any]],
) -> None:
    async def live() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with living(fresh_database(Path(folder)), ManualClock()) as world:
                await live_through(world, steps)

    asyncio.run(live())


async def live_through(world: World, steps: list[tuple[str, Any, Any]]) -> None:
    """Do what can be done, and look after each step."""
    for one in CUSTOMERS:
        await world.says(one)
    joins: list[int] = []
    for step, first, second in steps:
        with contextlib.suppress(RefusedError):
            if step == "join":
                joins.append(await joined(world, first, second))
            elif step == "undo" and first < len(joins):
                await undone(world, joins[first])
            elif step == "apart":
                await set_apart(world, first)
            elif step == "write":
                await world.says(first)
        await check_all_is_there(world)


async def check_all_is_there(world: World) -> None:
    """Every conversation is of the person its account belongs to, and each has an account."""

    def read(tx: Tx) -> list[tuple[Identity, list[int]]]:
        found = []
        for one in CUSTOMERS:
            account = tx.the(p.FIND_IDENTITY, inbox_id="pager", external_id=one)
            theirs = tx.all(q.CONVERSATIONS_OF_IDENTITY, identity_id=account.id)
            found.append((account, [each.contact_id for each in theirs]))
        return found

    for account, of in await world.store.read(read):
        assert of
        assert {*of} == {account.contact_id}
