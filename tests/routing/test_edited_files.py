"""An edit brings the files that a message has from then on; those it had are kept with it."""

from collections.abc import Sequence

import pytest

from bridge import channel as ch
from bridge.models import Attachment
from bridge.store import bulk as b
from bridge.store import messages as m
from bridge.store.transactions import Tx
from tests.routing.world import World

WHO = ch.Sender(external_id="olena")
ALBUM = "olena/977"


def file(name: str, *, key: str = "", ref: str = "") -> ch.InboundMedia:
    return ch.InboundMedia(kind="image", ref=ref or name, key=key, name=f"{name}.jpg", size=5)


def edit(
    media: Sequence[ch.InboundMedia] | None, text: str = "", *, at: int = 1, message: str = "77"
) -> ch.MessageEdited:
    return ch.MessageEdited(sender=WHO, external_id=message, edited_at=at, text=text, media=media)


async def sent(world: World, *media: ch.InboundMedia, text: str = "") -> ch.Answer:
    return await world.says("olena", text, external_id="77", media=media)


async def files(world: World, answer: ch.Answer) -> list[Attachment]:
    found: list[Attachment] = await world.store.read(
        lambda tx: tx.all(m.ATTACHMENTS_OF, message_id=answer.message_id)
    )
    return found


async def names(world: World, answer: ch.Answer) -> list[str]:
    return [one.name for one in await files(world, answer)]


async def test_another_picture_takes_the_place_of_the_one_that_was_sent(world: World) -> None:
    answer = await sent(world, file("a"), text="ось")
    changed = await world.comes(edit([file("b")], "ось так"))
    assert (changed.outcome, changed.message_id) == ("stored", answer.message_id)
    (new,) = await files(world, answer)
    assert (new.name, new.state, new.owner) == ("b.jpg", "pending", "visitor:pager/olena")
    message = await world.message_of(answer)
    assert (message.text, message.attachment_count, message.edited_at) == ("ось так", 1, 1)
    assert [event.kind for event in await world.events()][-1] == "message.changed"


async def test_the_picture_that_was_replaced_is_kept_with_the_revision_that_had_it(
    world: World,
) -> None:
    await sent(world, file("a"))
    await world.comes(edit([file("b")]))
    await world.comes(edit([file("c")], at=2))
    assert await world.count("message_revisions") == 2
    assert await world.count("attachments WHERE name = 'a.jpg' AND last_revision = 1") == 1
    assert await world.count("attachments WHERE name = 'b.jpg' AND last_revision = 2") == 1
    assert await world.count("attachments WHERE last_revision IS NULL") == 1


async def test_a_picture_that_stays_is_the_very_same_under_whatever_handle(world: World) -> None:
    answer = await sent(world, file("a", key="A", ref="link-1"), file("b", key="B"))
    before = await files(world, answer)
    media = [file("a", key="A", ref="link-2"), file("c", key="C")]
    await world.comes(edit(media))
    after = await files(world, answer)
    assert [one.name for one in after] == ["a.jpg", "c.jpg"]
    assert after[0] == before[0]
    assert await world.count("attachments") == 3


async def test_an_edit_of_the_words_leaves_every_file_alone(world: World) -> None:
    answer = await sent(world, file("a", key="A"), text="з помилкою")
    before = await files(world, answer)
    await world.comes(edit([file("a", key="A", ref="another link")], "без помилки"))
    assert (await world.message_of(answer)).text == "без помилки"
    await world.comes(edit(None, "ще раз", at=2))
    assert await files(world, answer) == before
    assert await world.count("attachments") == 1


async def test_files_stand_in_the_order_that_the_edit_gives_them(world: World) -> None:
    answer = await sent(world, file("a"), file("b"))
    await world.comes(edit([file("c"), file("b"), file("a")]))
    assert await names(world, answer) == ["c.jpg", "b.jpg", "a.jpg"]
    await world.comes(edit([file("a"), file("b"), file("c")], at=2))
    assert await names(world, answer) == ["a.jpg", "b.jpg", "c.jpg"]
    assert await world.count("attachments") == 3


async def test_one_file_that_stands_twice_is_two(world: World) -> None:
    answer = await sent(world, file("a"))
    await world.comes(edit([file("a"), file("a")]))
    assert await names(world, answer) == ["a.jpg", "a.jpg"]


async def test_an_edit_may_take_every_file_away(world: World) -> None:
    answer = await sent(world, file("a"), text="фото")
    await world.comes(edit([], "без фото"))
    assert await files(world, answer) == []
    assert (await world.message_of(answer)).attachment_count == 0


async def test_the_same_edit_five_times_is_one(world: World) -> None:
    await sent(world, file("a"))
    outcomes = [(await world.comes(edit([file("b")]))).outcome for _ in range(5)]
    assert outcomes == ["stored", *["duplicate"] * 4]
    assert await world.count("attachments") == 2
    assert await world.count("message_revisions") == 1


async def test_an_older_edit_that_comes_late_brings_no_file_back(world: World) -> None:
    answer = await sent(world, file("a"), text="1")
    await world.comes(edit([file("c")], "3", at=30))
    assert (await world.comes(edit([file("b")], "2", at=20))).outcome == "stored"
    assert (await world.comes(edit([file("b")], "3", at=20))).outcome == "duplicate"
    assert await names(world, answer) == ["c.jpg"]
    assert (await world.message_of(answer)).text == "3"
    assert await world.count("attachments") == 2


async def test_an_edit_that_comes_before_its_message_brings_its_files_to_it(world: World) -> None:
    for at, name in ((20, "b"), (30, "c")):
        assert (await world.comes(edit([file(name, key=name)], name, at=at))).outcome == "parked"
    answer = await sent(world, file("a"), text="a")
    assert await names(world, answer) == ["c.jpg"]
    message = await world.message_of(answer)
    assert (message.text, message.attachment_count, message.revision) == ("c", 1, 3)
    assert (await sent(world, file("a"), text="a")).outcome == "duplicate"
    assert await names(world, answer) == ["c.jpg"]


@pytest.mark.parametrize("media", [None, [], [file("b")]])
async def test_nothing_is_put_into_a_message_that_was_taken_back(
    world: World, media: list[ch.InboundMedia] | None
) -> None:
    await sent(world, file("a"))
    await world.comes(ch.MessageDeleted(sender=WHO, external_id="77", deleted_at=1))
    assert (await world.comes(edit(media, "b"))).outcome == "duplicate"
    assert await world.count("attachments") == 1


# --- where it is shown ---


async def test_agents_see_the_new_picture_and_no_longer_the_old(world: World) -> None:
    answer = await sent(world, file("a"))
    await world.comes(edit([file("b")]))

    def shown(tx: Tx) -> list[list[str]]:
        in_the_thread = tx.all(b.ATTACHMENTS, ids=b.ids([answer.message_id or 0]))
        in_the_panel = tx.all(b.IMAGES_IN, conversation_id=answer.conversation_id)
        return [[one.name for one in found] for found in (in_the_thread, in_the_panel)]

    assert await world.store.read(shown) == [["b.jpg"], ["b.jpg"]]


async def test_a_row_tells_of_the_file_that_is_there_and_of_none_that_was(world: World) -> None:
    answer = await sent(world, file("a"))

    async def first_kinds() -> list[str]:
        ids = b.ids([answer.message_id or 0])
        return await world.store.read(
            lambda tx: [one.kind for one in tx.all(b.FIRST_KINDS, ids=ids)]
        )

    await world.comes(edit([ch.InboundMedia(kind="video", ref="v")]))
    assert await first_kinds() == ["video"]
    await world.comes(edit([], "жодного", at=2))
    assert await first_kinds() == []


# --- albums ---


def item(place: int, *, text: str = "") -> ch.InboundMessage:
    return ch.InboundMessage(
        sender=WHO,
        external_id=f"olena/{place}",
        sent_at=1,
        text=text,
        media=[file(f"{place}")],
        album=ch.Album(ALBUM, place),
    )


@pytest.mark.parametrize("times", [1, 5])
async def test_another_picture_in_one_item_of_an_album_changes_that_item_alone(
    world: World, times: int
) -> None:
    answer = [await world.comes(item(place, text=f"№{place}")) for place in (1, 2, 3)][-1]
    before = await files(world, answer)
    for _ in range(times):
        await world.comes(edit([file("new")], "№2", message="olena/2"))
    after = await files(world, answer)
    assert [one.name for one in after] == ["1.jpg", "new.jpg", "3.jpg"]
    assert (after[0], after[2]) == (before[0], before[2])
    message = await world.message_of(answer)
    assert (message.text, message.attachment_count) == ("№1\n\n№2\n\n№3", 3)
    replaced = f"name = '2.jpg' AND last_revision = {message.revision - 1}"
    assert await world.count(f"attachments WHERE {replaced}") == 1


async def test_another_picture_that_comes_before_its_item_waits_for_it(world: World) -> None:
    edited = edit([file("new")], "№2", message="olena/2")
    assert (await world.comes(edited)).outcome == "parked"
    answer = [await world.comes(item(place)) for place in (3, 2, 1)][-1]
    assert await names(world, answer) == ["1.jpg", "new.jpg", "3.jpg"]
    assert (await world.message_of(answer)).attachment_count == 3


async def test_an_item_that_is_taken_back_leaves_none_of_its_pictures(world: World) -> None:
    answer = [await world.comes(item(place)) for place in (1, 2)][-1]
    await world.comes(edit([file("new")], message="olena/1"))
    gone = ch.MessageDeleted(sender=WHO, external_id="olena/1", deleted_at=2)
    await world.comes(gone)
    assert await names(world, answer) == ["2.jpg"]
    assert (await world.message_of(answer)).attachment_count == 1
    assert await world.count("attachments") == 1


async def test_an_edit_of_an_item_that_says_nothing_of_files_keeps_its_picture(
    world: World,
) -> None:
    answer = await world.comes(item(1))
    await world.comes(edit(None, "слова", message="olena/1"))
    assert await names(world, answer) == ["1.jpg"]
    assert (await world.message_of(answer)).attachment_count == 1
