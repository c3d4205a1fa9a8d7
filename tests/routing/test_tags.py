"""What kinds of people write: tags given, taken away, kept."""

import pytest

from bridge.channel import Sender
from bridge.settings import LocalText
from bridge.settings.sections import Tag
from bridge.store import bulk, sorting
from routing import contacts, tags
from routing.declared import declare
from routing.refusal import RefusedError
from tests.routing.settings import settings_of
from tests.routing.world import World


def _tag(label: str, *, pinned: bool = False) -> Tag:
    return Tag(label=LocalText(label, {}), color="#D97706", pinned=pinned)


TAGS = {"vip": _tag("VIP", pinned=True), "gross": _tag("Опт")}


@pytest.fixture
async def declared(world: World) -> World:
    await world.store.write(declare, settings_of(tags=TAGS))
    return world


async def _tags(world: World, contact: int) -> list[str]:
    rows = await world.store.read(lambda tx: tx.all(sorting.TAGS_OF, ids=bulk.ids([contact])))
    return [one.tag_id for one in rows]


async def test_s33_a_tag_is_a_persons_and_every_row_of_theirs_is_told(declared: World) -> None:
    first = await declared.begun("olena", inbox="site", thread="a")
    second = await declared.begun("olena", inbox="site", thread="b")
    contact = (await declared.conversation(first)).contact_id
    before = await declared.last_event()
    for tag in ("gross", "vip", "vip"):
        await declared.store.write(tags.add, contact, tag, by="anna")

    assert await _tags(declared, contact) == ["vip", "gross"]
    told = [one for one in await declared.events(before) if one.kind == "conversation.changed"]
    assert sorted(one.conversation_id or 0 for one in told) == [first, first, second, second]
    assert (await declared.activities(second))[1:] == [
        {"verb": "tagged", "by": "anna", "tag": "gross"},
        {"verb": "tagged", "by": "anna", "tag": "vip"},
    ]


async def test_a_tag_is_taken_away_once(declared: World) -> None:
    conversation = await declared.begun()
    contact = (await declared.conversation(conversation)).contact_id
    await declared.store.write(tags.add, contact, "vip", by="anna")
    for _ in range(2):
        await declared.store.write(tags.drop, contact, "vip", by="boris")

    assert await _tags(declared, contact) == []
    assert (await declared.verbs(conversation))[1:] == ["tagged", "untagged"]


async def test_a_tag_that_vanished_from_the_yaml_stays_unpinned_and_is_given_no_more(
    declared: World,
) -> None:
    conversation = await declared.begun()
    contact = (await declared.conversation(conversation)).contact_id
    await declared.store.write(tags.add, contact, "vip", by="anna")
    await declared.store.write(declare, settings_of(tags={"gross": TAGS["gross"]}))

    assert await _tags(declared, contact) == ["vip"]
    with pytest.raises(RefusedError, match="tag_unknown"):
        await declared.store.write(tags.add, contact, "vip", by="anna")
    every = await declared.store.read(lambda tx: tx.all(sorting.TAGS))
    [vip] = [one for one in every if one.id == "vip"]
    assert (vip.pinned, vip.retired_at) == (0, declared.clock.now())


async def test_who_turns_out_to_be_somebody_known_brings_their_tags(declared: World) -> None:
    before = await declared.begun("visitor-one", inbox="site")
    stranger = (await declared.conversation(before)).contact_id
    await declared.store.write(tags.add, stranger, "gross", by="anna")
    sender = Sender(external_id="user-7", verified=True)
    await declared.begun("user-7", inbox="site", sender=sender)
    known = await declared.identity("user-7", "site")
    assert known is not None
    await declared.store.write(tags.add, known.contact_id, "vip", by="anna")

    await declared.store.write(contacts.absorb, known, "site", "visitor-one")

    assert await _tags(declared, known.contact_id) == ["vip", "gross"]
