"""Items of an album are one message, whenever, in whatever order and however often they come."""

import asyncio
import itertools
from collections.abc import Sequence

import pytest

from bridge import channel as ch
from bridge.models import Attachment
from bridge.search import Filters, Hit, brought_up_to_date, search
from bridge.store import messages as m
from bridge.store.sight import Sight
from bridge.store.transactions import Tx
from tests.routing.world import World

ALBUM = "olena/977"
CAPTION = "Ось три фото 📷"


def item(world: World, place: int, text: str = "", **more: object) -> ch.InboundMessage:
    """Return the item at a place, with a picture named by it."""
    picture = ch.InboundMedia(kind="image", ref=f"r{place}", name=f"{place}.jpg", size=5)
    given = {"external_id": f"olena/{place}", "media": [picture], "album": ch.Album(ALBUM, place)}
    return world.message("olena", text, **given | more)


async def all_of(world: World, places: Sequence[int], **words: str) -> ch.Answer:
    """Bring these items one after the other; return what became of the last."""
    return [await world.comes(item(world, n, words.get(f"of_{n}", ""))) for n in places][-1]


async def names(world: World, answer: ch.Answer) -> list[str]:
    """Return the files of a message in their order."""
    files: list[Attachment] = await world.store.read(
        lambda tx: tx.all(m.ATTACHMENTS_OF, message_id=answer.message_id)
    )
    return [one.name for one in files]


async def test_the_items_of_an_album_are_one_message_with_its_words(world: World) -> None:
    answers = [await world.comes(item(world, n, CAPTION if n == 2 else "")) for n in (1, 2, 3)]
    assert {one.outcome for one in answers} == {"stored"}
    assert len({one.message_id for one in answers}) == 1
    message = await world.message_of(answers[0])
    assert (message.text, message.attachment_count) == (CAPTION, 3)
    assert message.edited_at is None
    conversation = await world.conversation(message.conversation_id)
    assert conversation.incoming_count == 1


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
async def test_in_whatever_order_and_however_often_they_come_they_stand_as_they_were_sent(
    world: World, order: tuple[int, ...]
) -> None:
    answer = await all_of(world, order * 5, of_2=CAPTION)
    assert answer.outcome == "duplicate"
    assert await world.count("messages WHERE kind = 'incoming'") == 1
    assert await names(world, answer) == ["1.jpg", "2.jpg", "3.jpg"]
    assert (await world.message_of(answer)).attachment_count == 3
    assert (await world.message_of(answer)).text == CAPTION


async def test_items_that_come_all_at_once_are_one_message(world: World) -> None:
    items = [item(world, n % 10) for n in range(50)]
    answers = await asyncio.gather(*map(world.comes, items))
    assert len({one.message_id for one in answers}) == 1
    assert sum(one.outcome == "stored" for one in answers) == 10
    assert len(await names(world, answers[0])) == 10


async def test_an_album_is_announced_once_and_then_only_changes(world: World) -> None:
    answer = await all_of(world, (1, 2, 3))
    kinds = [one.kind for one in await world.events() if one.message_id == answer.message_id]
    assert (kinds.count("message.added"), kinds.count("message.changed")) == (1, 2)


async def test_several_captions_are_paragraphs_in_the_order_of_their_items(world: World) -> None:
    await world.comes(item(world, 2, "ззаду"))
    answer = await world.comes(item(world, 1, "спереду"))
    assert (await world.message_of(answer)).text == "спереду\n\nззаду"


async def test_a_plain_caption_beside_a_marked_one_is_shown_as_it_was_typed(world: World) -> None:
    await world.comes(item(world, 1, "2*3*4"))
    answer = await world.comes(item(world, 2, "**так**", format="markdown"))
    message = await world.message_of(answer)
    assert (message.text, message.format) == ("2\\*3\\*4\n\n**так**", "markdown")


async def test_an_edit_of_any_item_changes_its_own_words_alone(world: World) -> None:
    answer = await all_of(world, (1, 2, 3), of_1="фото 1", of_2="фото 2", of_3="фото 3")
    edit = ch.MessageEdited(
        sender=ch.Sender(external_id="olena"),
        external_id="olena/2",
        edited_at=world.clock.now(),
        text="друге",
    )
    assert (await world.comes(edit)).message_id == answer.message_id
    message = await world.message_of(answer)
    assert message.text == "фото 1\n\nдруге\n\nфото 3"
    assert message.edited_at == world.clock.now()
    assert (await world.comes(edit)).outcome == "duplicate"


async def test_an_edit_that_comes_before_its_item_waits_for_it(world: World) -> None:
    edit = ch.MessageEdited(
        sender=ch.Sender(external_id="olena"),
        external_id="olena/2",
        edited_at=world.clock.now(),
        text="виправлено",
    )
    assert (await world.comes(edit)).outcome == "parked"
    await world.comes(item(world, 1))
    answer = await world.comes(item(world, 2, "з помилкою"))
    assert (await world.message_of(answer)).text == "виправлено"


async def test_an_item_taken_back_leaves_the_others_and_the_last_one_nothing(world: World) -> None:
    answer = await all_of(world, (1, 2), of_1="фото 1", of_2="фото 2")
    taken = [
        ch.MessageDeleted(
            sender=ch.Sender(external_id="olena"),
            external_id=f"olena/{place}",
            deleted_at=world.clock.now(),
        )
        for place in (1, 2)
    ]
    assert (await world.comes(taken[0])).outcome == "stored"
    message = await world.message_of(answer)
    assert (message.text, message.attachment_count, message.deleted_at) == ("фото 2", 1, None)
    assert await names(world, answer) == ["2.jpg"]
    assert (await world.comes(taken[0])).outcome == "duplicate"
    assert (await world.comes(item(world, 1))).outcome == "duplicate"
    await world.comes(taken[1])
    assert (await world.message_of(answer)).deleted_at == world.clock.now()


async def test_what_quotes_an_item_quotes_its_message(world: World) -> None:
    album = await all_of(world, (1, 2))
    answer = await world.says("olena", "ось це", reply_to="olena/2")
    assert (await world.message_of(answer)).reply_to_id == album.message_id


def _found(tx: Tx, query: str) -> list[Hit]:
    return search(tx, query, filters=Filters(), sight=Sight(agent="anna"), limit=9)


async def test_the_words_of_a_later_item_are_found(world: World) -> None:
    await world.comes(item(world, 1))
    # What is indexed already must be told of every change.
    await brought_up_to_date(world.store)
    answer = await world.comes(item(world, 2, "гарбуз"))
    assert len(await world.store.read(_found, "гарбуз")) == 1
    assert (await world.message_of(answer)).text == "гарбуз"


async def test_an_item_that_comes_after_the_conversation_was_closed_opens_it_again(
    world: World,
) -> None:
    first = await world.comes(item(world, 1))
    assert first.conversation_id is not None
    await world.closes("anna", first.conversation_id)
    late = await world.comes(item(world, 2, "ще одне"))
    assert late.message_id != first.message_id
    assert late.conversation_id is not None
    assert (await world.conversation(late.conversation_id)).state == "open"
    rest = await world.comes(item(world, 3))
    assert rest.message_id == late.message_id


async def test_an_item_that_comes_an_hour_later_is_a_message_that_is_noticed(world: World) -> None:
    first = await world.comes(item(world, 1))
    world.clock.tick(3600)
    late = await world.comes(item(world, 2))
    assert late.message_id != first.message_id
    assert late.outcome == "stored"


async def test_albums_of_two_people_are_two_messages(world: World) -> None:
    ours = await world.comes(item(world, 1))
    theirs = world.message(
        "pavlo",
        "",
        external_id="pavlo/1",
        media=[ch.InboundMedia(kind="image", ref="p")],
        album=ch.Album("pavlo/977", 1),
    )
    assert (await world.comes(theirs)).message_id != ours.message_id


async def test_a_text_that_an_edit_formats_is_shown_so(world: World) -> None:
    answer = await world.says("olena", "так", external_id="olena/9")
    edit = ch.MessageEdited(
        sender=ch.Sender(external_id="olena"),
        external_id="olena/9",
        edited_at=world.clock.now(),
        text="**так**",
        format="markdown",
    )
    await world.comes(edit)
    message = await world.message_of(answer)
    assert (message.text, message.format) == ("**так**", "markdown")
