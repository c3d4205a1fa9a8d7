"""What an answer answers, said in words where the network has no quotes."""

from typing import Any

import msgspec
import pytest

from bridge import channel as ch
from bridge.delivery import Body
from bridge.markup import to_plain
from bridge.split import length
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import outbound
from tests.routing.world import World

PLAIN = ch.Capabilities(max_text=400, text_unit=ch.TextUnit.UTF16, edits=True, deletes=True)
SMALL = ch.Capabilities(max_text=60)


def without_quotes(world: World, capabilities: ch.Capabilities = PLAIN) -> None:
    world.desk.capabilities["pager"] = capabilities  # type: ignore[index]


async def texts(world: World, message_id: int) -> list[str]:
    parts = await world.deliveries(message_id)
    return [msgspec.json.decode(one.body, type=Body).text for one in parts]


async def asked(world: World, text: str, **more: Any) -> tuple[int, int]:
    """Have the customer ask; return the conversation and the message."""
    answer = await world.says("olena", text, **more)
    assert answer.conversation_id is not None
    assert answer.message_id is not None
    return answer.conversation_id, answer.message_id


async def test_the_first_line_of_what_is_answered_stands_above_the_answer(world: World) -> None:
    without_quotes(world)
    here, question = await asked(world, "\nСкільки коштує  доставка?\nІ коли?")
    ours = await world.replies("anna", here, "Безкоштовно 🎉", reply_to=question)
    assert await texts(world, ours) == ["> Скільки коштує доставка?\n\nБезкоштовно 🎉"]
    assert (await world.texts(here))[-1] == "Безкоштовно 🎉"


async def test_where_the_network_has_quotes_nothing_is_put_above(world: World) -> None:
    here, question = await asked(world, "Скільки?")
    ours = await world.replies("anna", here, "100", reply_to=question)
    assert await texts(world, ours) == ["100"]


async def test_what_looks_like_markup_in_a_question_is_quoted_as_it_was_typed(
    world: World,
) -> None:
    without_quotes(world)
    here, question = await asked(world, "> 2 * 3 * 4 `x`?")
    ours = await world.replies("anna", here, "24", reply_to=question)
    [text] = await texts(world, ours)
    assert to_plain(text, "markdown") == "> > 2 * 3 * 4 `x`?\n24"


@pytest.mark.parametrize("capabilities", [PLAIN, SMALL])
async def test_a_long_line_is_cut_in_the_networks_unit(
    world: World, capabilities: ch.Capabilities
) -> None:
    without_quotes(world, capabilities)
    here, question = await asked(world, "🐤 дуже довге запитання " * 30)
    ours = await world.replies("anna", here, "Так", reply_to=question)
    [text] = await texts(world, ours)
    quoted, answer = text.split("\n\n")
    assert answer == "Так"
    assert quoted.endswith("…")
    most = min(100, (capabilities.max_text or 0) // 4)
    assert most // 2 < length(quoted.removeprefix("> "), capabilities.text_unit) <= most


async def test_an_answer_and_its_quote_are_split_together(world: World) -> None:
    without_quotes(world, SMALL)
    here, question = await asked(world, "Скільки?")
    ours = await world.replies("anna", here, "слово " * 15, reply_to=question)
    parts = await texts(world, ours)
    assert len(parts) == 2
    assert parts[0].startswith("> Скільки?")
    assert all(len(part) <= 60 for part in parts)


@pytest.mark.parametrize(
    ("language", "kind", "said"),
    [
        ("uk", "image", "Зображення"),
        ("ru-RU", "voice", "Голосовое сообщение"),
        ("es", "sticker", "Pegatina"),
        ("de", "video", "Video"),
        (None, "image", "Picture"),
        ("uk", "file", "чек.pdf"),
    ],
)
async def test_of_a_message_without_words_the_customer_reads_what_it_was(
    world: World, language: str | None, kind: ch.MediaKind, said: str
) -> None:
    without_quotes(world)
    media = ch.InboundMedia(kind=kind, ref="r", name="чек.pdf")
    sender = ch.Sender(external_id="olena", language=language)
    here, question = await asked(world, "", media=[media], sender=sender)
    ours = await world.replies("anna", here, "Дякую", reply_to=question)
    assert await texts(world, ours) == [f"> {said}\n\nДякую"]


async def test_a_note_is_never_quoted_to_the_customer(world: World) -> None:
    without_quotes(world)
    here = await world.begun()
    note = await world.notes("anna", here, "складний клієнт")
    ours = await world.replies("anna", here, "Так", reply_to=note)
    assert await texts(world, ours) == ["Так"]


async def test_what_the_customer_took_back_is_not_said_again(world: World) -> None:
    without_quotes(world)
    here, question = await asked(world, "мій пароль", external_id="x")
    taken_back = ch.MessageDeleted(
        sender=ch.Sender(external_id="olena"), external_id="x", deleted_at=1
    )
    await world.comes(taken_back)
    ours = await world.replies("anna", here, "Так", reply_to=question)
    assert await texts(world, ours) == ["Так"]


async def test_an_edit_keeps_the_quote_above_the_new_text(world: World) -> None:
    without_quotes(world)
    here, question = await asked(world, "Скільки?")
    ours = await world.replies("anna", here, "10", reply_to=question)
    await world.sent(ours, "n1")

    def change(tx: Tx) -> None:
        outbound.edit(tx, world.desk, tx.the(m.MESSAGE_BY_ID, id=ours), "100")

    await world.store.write(change)
    assert await texts(world, ours) == ["> Скільки?\n\n10", "> Скільки?\n\n100"]
