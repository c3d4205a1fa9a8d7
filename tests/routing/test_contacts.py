"""What is known of a person, from the network, from an agent, and of two who are one."""

from typing import Any

import msgspec
import pytest

from bridge import channel as ch
from bridge import search
from bridge.models import VisitRow
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import contacts
from routing.attending import began_alone
from tests.clock import START
from tests.routing.world import World
from tests.sights import WHOLE


def who(customer: str = "olena", **facts: Any) -> ch.Sender:
    return ch.Sender(external_id=customer, **facts)


async def told(world: World, customer: str = "olena", **facts: Any) -> ch.Answer:
    return await world.comes(ch.ContactUpdated(sender=who(customer, **facts)))


async def test_new_facts_are_taken_over_and_untold_ones_stay(world: World) -> None:
    await world.says("olena", sender=who(name="Олена", phone="+380441234567"))
    await told(world, email="olena@example.com", name="Олена К.")
    contact = await world.contact("olena")
    assert (contact.name, contact.email, contact.phone) == (
        "Олена К.",
        "olena@example.com",
        "+380441234567",
    )


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Олена\nStatus: VIP", "Олена Status: VIP"),
        (" Олена\u2028\u0085К.\x1b[31m ", "Олена К. [31m"),
        ("Олена\u202egpj.exe\u2066", "Олена gpj.exe"),
        ("👩\u200d🚀 \u05d0\u200f", "👩\u200d🚀 \u05d0\u200f"),
        (" \u200b\u2060\u202e\n", None),
    ],
)
async def test_a_name_is_one_line_that_can_be_seen(
    world: World, told: str, kept: str | None
) -> None:
    await world.says("olena", sender=who(name=told))
    assert (await world.contact("olena")).name == kept


async def test_r17_what_an_agent_typed_is_never_overridden_by_the_network(world: World) -> None:
    await world.says("olena", sender=who(name="user_8842", email="a@example.com"))
    contact = await world.contact("olena")

    def types(tx: Tx) -> None:
        fields = {"name": "Олена Коваль", "email": contact.email, "phone": None, "language": None}
        contacts.store(tx, contact, fields, {}, ["name"])

    await world.store.write(types)
    await world.says("olena", sender=who(name="user_9000", email="b@example.com"))
    await told(world, name="user_9001")
    contact = await world.contact("olena")
    assert (contact.name, contact.email) == ("Олена Коваль", "b@example.com")
    # The account itself still says what the network calls it.
    identity = await world.identity("olena")
    assert identity is not None
    assert identity.name == "user_9001"


async def test_facts_about_a_stranger_are_ignored(world: World) -> None:
    assert (await told(world, "nobody", name="Ніхто")).outcome == "ignored"
    assert await world.count("contacts") == 0


async def test_what_changes_nothing_tells_nobody(world: World) -> None:
    await world.says("olena", sender=who(name="Олена"))
    before = await world.last_event()
    await told(world, name="Олена")
    assert await world.last_event() == before


async def test_a_change_tells_every_conversation_that_shows_the_person(world: World) -> None:
    one = await world.begun(inbox="site", thread="t1")
    other = await world.begun(inbox="site", thread="t2")
    before = await world.last_event()
    await world.comes(ch.ContactUpdated(sender=who(name="Олена")), inbox="site")
    events = await world.events(before)
    assert [event.kind for event in events] == ["contact.changed", *["conversation.changed"] * 2]
    assert {event.conversation_id for event in events[1:]} == {one, other}


async def test_facts_are_cut_to_what_a_row_can_show_and_bounded_in_number(world: World) -> None:
    attributes = {f"k{n}": "v" * 10_000 for n in range(1000)}
    await world.says("olena", sender=who(name="я" * 5000, attributes=attributes))
    contact = await world.contact("olena")
    kept = msgspec.json.decode(contact.attributes)
    assert len(contact.name or "") == contacts.LONGEST_FIELD
    assert len(kept) == contacts.MOST_ATTRIBUTES
    assert {len(value) for value in kept.values()} == {contacts.LONGEST_ATTRIBUTE}
    # A known one still changes when there is room for no more.
    await told(world, attributes={"k0": "new", "one too many": "x"})
    kept = msgspec.json.decode((await world.contact("olena")).attributes)
    assert kept["k0"] == "new"
    assert len(kept) == contacts.MOST_ATTRIBUTES


async def test_a_verified_person_stays_verified(world: World) -> None:
    await world.says("olena", sender=who(verified=True))
    verified = await world.identity("olena")
    world.clock.tick(60)
    await world.says("olena", sender=who(name="Олена"))
    identity = await world.identity("olena")
    assert identity is not None
    assert verified is not None
    assert identity.verified_at == verified.verified_at == world.clock.now() - 60_000


# --- two who are one ---


async def absorbs(world: World, into: str, old: str, **facts: Any) -> ch.Answer:
    event = ch.ContactUpdated(sender=who(into, verified=True, **facts), absorbs=old)
    return await world.comes(event, inbox="site")


async def owner(world: World, conversation_id: int) -> str:
    conversation = await world.conversation(conversation_id)
    identity = await world.store.read(
        lambda tx: tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    )
    return identity.external_id


async def test_a_visitor_who_signs_in_brings_their_conversations_along(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    assert (await absorbs(world, "user-7", "anon-1", name="Олена")).outcome == "stored"
    assert await owner(world, here) == "user-7"
    contact = await world.contact("user-7", "site")
    assert (await world.conversation(here)).contact_id == contact.id
    assert (await world.contact("anon-1", "site")).id == contact.id
    # And the thread goes on.
    assert await world.begun("user-7", inbox="site", thread="t1") == here


async def test_answers_then_go_to_the_account_they_signed_in_with(world: World) -> None:
    here = await world.begun("anon-1", inbox="site", thread="t1")
    ours = await world.replies("anna", here)
    await world.sent(ours, f"{ours}")
    await absorbs(world, "user-7", "anon-1")
    report = ch.DeliveryReport(recipient="user-7", external_ids=[f"{ours}"], state="read", at=1)
    assert (await world.comes(report, inbox="site")).outcome == "stored"
    assert await world.states(ours) == ["read"]


async def test_what_was_known_of_the_visitor_fills_the_gaps_only(world: World) -> None:
    await world.begun(
        "anon-1",
        inbox="site",
        sender=who("anon-1", name="хтось", phone="+380441234567", attributes={"a": "1", "b": "1"}),
    )
    await absorbs(world, "user-7", "anon-1", name="Олена", attributes={"b": "2"})
    contact = await world.contact("user-7", "site")
    assert (contact.name, contact.phone) == ("Олена", "+380441234567")
    assert msgspec.json.decode(contact.attributes) == {"a": "1", "b": "2"}


async def test_one_who_has_never_written_brings_nothing_and_makes_nobody(world: World) -> None:
    assert (await absorbs(world, "user-7", "anon-1")).outcome == "ignored"
    assert await world.count("contacts") == 0


async def test_the_same_again_changes_nothing_more(world: World) -> None:
    here = await world.begun("anon-1", inbox="site")
    await absorbs(world, "user-7", "anon-1")
    before = await world.contact("user-7", "site")
    await absorbs(world, "user-7", "anon-1")
    await absorbs(world, "user-7", "user-7")
    assert await world.contact("user-7", "site") == before
    assert await owner(world, here) == "user-7"


async def test_two_open_conversations_of_one_thread_both_stay_open(world: World) -> None:
    old = await world.begun("anon-1", inbox="site", thread="t1")
    mine = await world.begun("user-7", inbox="site", thread="t1")
    assert (await absorbs(world, "user-7", "anon-1")).outcome == "stored"
    assert [(await world.conversation(one)).state for one in (old, mine)] == ["open", "open"]
    assert await owner(world, old) == "user-7"
    assert await world.begun("user-7", inbox="site", thread="t1") == mine


async def test_notes_on_the_visitor_stay_with_the_person(world: World) -> None:
    await world.begun("anon-1", inbox="site")
    contact = await world.contact("anon-1", "site")
    await world.store.write(
        lambda tx: tx.the(
            p.ADD_CONTACT_NOTE, contact_id=contact.id, agent_id="anna", text="VIP", created_at=1
        )
    )
    await absorbs(world, "user-7", "anon-1")
    person = await world.contact("user-7", "site")
    notes = await world.store.read(lambda tx: tx.all(p.CONTACT_NOTES, contact_id=person.id))
    assert [note.text for note in notes] == ["VIP"]


async def test_nobody_is_found_by_the_one_they_were_before(world: World) -> None:
    await world.begun("anon-1", inbox="site", sender=who("anon-1", name="Невідомий"))
    await absorbs(world, "user-7", "anon-1", name="Олена")

    async def found(word: str) -> int:
        nothing = search.Filters()
        hits = await world.store.read(
            lambda tx: search.search(tx, word, filters=nothing, sight=WHOLE, limit=9)
        )
        return len(hits)

    assert (await found("Невідомий"), await found("Олена")) == (0, 1)


async def test_a_second_user_who_began_as_the_same_stranger_learns_nothing_of_the_first(
    world: World,
) -> None:
    await world.begun("anon-1", inbox="site", thread="t1")
    first = who("user-1", name="Перша", email="one@example.com", verified=True)
    await world.comes(ch.ContactUpdated(sender=first, absorbs="anon-1"), inbox="site")
    late = await world.begun("anon-1", inbox="site", thread="t2")
    await world.comes(
        ch.ContactUpdated(sender=who("user-2", verified=True), absorbs="anon-1"), inbox="site"
    )
    second = await world.contact("user-2", "site")
    assert (second.name, second.email) == (None, None)
    assert (await world.contact("user-1", "site")).name == "Перша"
    assert await owner(world, late) == "user-2"


# --- where they are on the site ---


async def visits(world: World, **facts: Any) -> VisitRow:
    visit = ch.Visit(**facts)
    event = ch.PageVisited(sender=who(), visit=visit, at=world.clock.now())
    assert (await world.comes(event, inbox="site")).outcome == "stored"
    return await seen(world)


async def seen(world: World) -> VisitRow:
    identity = await world.identity("olena", "site")
    assert identity is not None
    return await world.store.read(lambda tx: tx.the(p.VISIT_OF, identity_id=identity.id))


async def test_d36_the_current_page_moves_on_and_the_first_one_stays(world: World) -> None:
    first = ch.Visit(url="https://x/a", first_url="https://x/a", utm={"source": "ad"}, online=True)
    await world.begun(inbox="site", visit=first)
    row = await visits(
        world, url="https://x/b", first_url="https://x/b", title="Кошик", online=True
    )
    facts = msgspec.json.decode(row.facts)
    assert (facts["url"], facts["first_url"], facts["title"]) == (
        "https://x/b",
        "https://x/a",
        "Кошик",
    )
    assert facts["utm"] == {"source": "ad"}


async def test_d37_open_pages_are_the_latest_number_told(world: World) -> None:
    await world.begun(inbox="site", visit=ch.Visit(open_pages=1, online=True))
    assert (await visits(world, open_pages=2, online=True)).open_pages == 2
    assert (await visits(world, open_pages=0, online=False)).open_pages == 0


async def test_d38_time_on_site_adds_up_over_stays_and_not_between_them(world: World) -> None:
    await world.begun(inbox="site", visit=ch.Visit(online=True))
    world.clock.tick(60)
    await visits(world, online=True)
    world.clock.tick(30)
    row = await visits(world, online=False)
    assert (row.seconds, row.online_since) == (90, None)
    world.clock.tick(3600)
    row = await visits(world, online=True)
    assert (row.seconds, row.online_since) == (90, world.clock.now())
    world.clock.tick(10)
    assert (await visits(world, online=False)).seconds == 100


async def test_a_clock_set_back_takes_no_time_from_the_stay(world: World) -> None:
    await world.begun(inbox="site", visit=ch.Visit(online=True))
    world.clock.jump(-3600)
    assert (await visits(world, online=False)).seconds == 0


async def test_a_start_in_the_future_is_not_believed(world: World) -> None:
    visit = ch.Visit(online=True, started_at=world.clock.now() + 10**9)
    await world.begun(inbox="site", visit=visit)
    assert (await seen(world)).started_at == world.clock.now()


async def test_after_a_restart_nobody_is_on_the_site_before_their_browser_says_so(
    world: World,
) -> None:
    await world.begun(inbox="site", visit=ch.Visit(online=True, open_pages=2))
    world.clock.tick(20)
    await visits(world, online=True)
    world.clock.tick(1000)
    await world.store.write(began_alone, world.desk.policy)
    row = await seen(world)
    assert (row.seconds, row.online_since, row.open_pages) == (20, None, 0)


async def test_a_stranger_on_the_site_is_nobody_yet(world: World) -> None:
    event = ch.PageVisited(sender=who("nobody"), visit=ch.Visit(online=True), at=1)
    assert (await world.comes(event, inbox="site")).outcome == "ignored"
    assert await world.count("visits") == 0


@pytest.mark.parametrize("online", [True, False])
async def test_who_comes_back_to_the_site_can_be_reached_again(
    world: World, *, online: bool
) -> None:
    await world.begun(inbox="site")
    gone = ch.ContactUnreachable(sender=who(), at=START, reason="visitor_left")
    await world.comes(gone, inbox="site")
    await visits(world, online=online)
    identity = await world.identity("olena", "site")
    assert identity is not None
    assert (identity.unreachable_at is None) is online
