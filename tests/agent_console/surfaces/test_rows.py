"""What a row of FEATURES promises of a staff chat, on each platform, through the kernel."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from random import Random
from typing import Any, cast

import pytest

from bridge.channel import Channel, InboundMedia, MediaKind
from bridge.media import Fetcher
from routing.queues import Queues
from tests.agent_console.surfaces.hall import Hall


def _chunk(name: bytes, content: bytes) -> bytes:
    whole = name + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    + _chunk(b"IEND", b"")
)
FILES = {"photo": PNG, "document": b"%PDF-1.4 order 12"}
FILE_OF: dict[str, tuple[str, MediaKind, str]] = {
    "photo": ("чек.png", "image", "image/png"),
    "document": ("рахунок.pdf", "file", "application/pdf"),
}


async def begun(hall: Hall, *, by: str | None = "pavel", **more: Any) -> int:
    """Let a customer write, and somebody take it."""
    conversation, _ = await hall.office.customer_writes("Де моє замовлення?", **more)
    await hall.settled()
    if by is not None:
        await hall.presses(by, "take", conversation)
    return conversation


async def test_d01_whoever_is_offline_is_refused_until_a_command_makes_them_online(
    hall: Hall,
) -> None:
    await hall.commands("pavel", "offline")
    conversation = await begun(hall)
    assert (await hall.row())["assignee"] is None
    await hall.says("pavel", "Вітаю", conversation)
    await hall.settled()
    assert await hall.outgoing() == []
    assert len([one for one in hall.told("pavel") if "ffline" in one]) >= 2
    await hall.commands("pavel", "online")
    await hall.presses("pavel", "take")
    await hall.says("pavel", "Вітаю")
    await hall.settled()
    assert (await hall.row())["assignee"] == "pavel"
    assert await hall.outgoing() == ["Вітаю"]


@pytest.mark.parametrize("changes", [{"channels.blog.team": "sales"}])
async def test_d05_a_message_is_shown_where_those_are_who_answer_that_inbox(hall: Hall) -> None:
    support, _ = await hall.office.customer_writes("Хто тут?")
    sales, _ = await hall.office.customer_writes("Скільки коштує?", inbox="blog", customer="b" * 16)
    await hall.settled()
    assert (await hall.where(support))[0] != (await hall.where(sales))[0]
    for conversation, text in ((support, "Хто тут?"), (sales, "Скільки коштує?")):
        await hall.look(conversation)
        assert text in "\n".join(hall.thread(conversation))


async def test_d11_of_two_who_take_at_once_one_wins_and_the_other_sees_who(hall: Hall) -> None:
    await begun(hall, by=None)
    await asyncio.gather(hall.presses("pavel", "take"), hall.presses("anna", "take"))
    winner = (await hall.row())["assignee"]
    loser, name = ("anna", "Павел") if winner == "pavel" else ("pavel", "Анна")
    assert winner in ("pavel", "anna")
    assert hall.said_to(loser, name)
    assert name in hall.card()


async def test_d14_an_answer_in_a_colleagues_conversation_is_refused_with_their_name(
    hall: Hall,
) -> None:
    await begun(hall, by="anna")
    await hall.says("pavel", "Я краще знаю")
    await hall.settled()
    assert await hall.outgoing() == []
    assert hall.said_to("pavel", "Анна Коваль")


async def test_d17_what_is_released_is_new_and_anybodys_at_once(hall: Hall) -> None:
    await begun(hall)
    await hall.presses("pavel", "release")
    assert (await hall.row())["assignee"] is None
    await hall.says("anna", "Вже дивлюсь")
    await hall.settled()
    assert (await hall.row())["assignee"] == "anna"
    assert await hall.outgoing() == ["Вже дивлюсь"]


class _Network:
    """As much of an adapter as fetching a file needs."""

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield what a reference stands for."""
        yield FILES[ref]


@pytest.mark.parametrize("role", ["photo", "document"])
async def test_d21_what_customers_send_is_in_the_thread(hall: Hall, role: str) -> None:
    name, kind, mime = FILE_OF[role]
    media = [InboundMedia(kind=kind, ref=role, name=name, mime=mime)]
    office = hall.office
    fetcher = Fetcher(
        office.store,
        office.media,
        {"site": cast("Channel", _Network())},
        clock=office.clock,
        limit=1 << 20,
    )
    await office.customer_writes("", media=media)
    fetching = asyncio.create_task(fetcher.run())
    try:
        await hall.look(1)
        await hall.until(lambda: FILES[role] in hall.files(1))
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)


async def test_d25_d30_a_customer_is_blocked_from_the_card_and_let_in_again(hall: Hall) -> None:
    await begun(hall)
    await hall.presses("anna", "block")
    await hall.fills("anna", scope="", until="", reason="спам")
    assert (await hall.row())["blocked"]
    await hall.says("pavel", "Вітаю")
    await hall.settled()
    assert "Вітаю" not in await hall.outgoing()
    await hall.presses("anna", "unblock")
    assert not (await hall.row())["blocked"]
    await hall.says("pavel", "Знову вітаю")
    await hall.settled()
    assert (await hall.outgoing())[-1] == "Знову вітаю"


async def test_d45_s08_what_is_closed_in_the_chat_is_closed_everywhere(hall: Hall) -> None:
    await begun(hall)
    await hall.presses("pavel", "close")
    if hall.questions("pavel"):
        await hall.fills("pavel")
    assert (await hall.row())["state"] == "closed"
    olga = await hall.owner()
    assert await olga.listed("closed") == [1]
    assert "Reopen" in hall.card()


async def test_d48_two_hits_in_one_conversation_are_two_results_and_none_is_said(
    hall: Hall,
) -> None:
    await begun(hall)
    await hall.office.customer_writes("ще раз: замовлення 12")
    await hall.settled()
    await hall.commands("pavel", "find замовлення")
    (found,) = [one for one in hall.told("pavel") if "замовлення" in one][-1:]
    assert "Де моє замовлення" in found
    assert "ще раз: замовлення 12" in found
    await hall.commands("pavel", "find немає-такого")
    assert hall.said_to("pavel", "немає-такого")


async def test_d49_r26_notes_are_seen_by_colleagues_and_go_to_no_customer(hall: Hall) -> None:
    await begun(hall)
    await hall.says("pavel", "// він сердитий")
    await hall.says("anna", "// дам знижку")
    await hall.presses("pavel", "note")
    await hall.fills("pavel", text="чекаємо склад")
    await hall.settled()
    assert await hall.outgoing() == []
    assert await hall.notes() == ["він сердитий", "дам знижку", "чекаємо склад"]
    assert any("чекаємо склад" in one for one in hall.thread())
    anna = await hall.office.sign_in("anna")
    await anna.says(1, "з консолі", kind="note")
    await hall.settled()
    assert any("з консолі" in one for one in hall.thread())


@pytest.mark.parametrize(
    "changes",
    [{"channels.site.team": "support", "teams.support.strategy": "round_robin"}],
)
async def test_r34_a_break_keeps_ones_own_and_brings_nothing_new(hall: Hall) -> None:
    await hall.commands("pavel", "online")
    await begun(hall, by=None)
    queues = Queues(hall.office.store, hall.office.desk)
    giving, hall.beside = asyncio.create_task(queues.run()), queues.committed
    try:
        await hall.until_is("pavel", 1)
        await hall.commands("pavel", "break")
        await hall.says("pavel", "Хвилинку")
        await hall.settled()
        assert await hall.outgoing() == ["Хвилинку"]
        assert (await hall.row())["assignee"] == "pavel"
        other, _ = await hall.office.customer_writes("А я?", customer="c" * 16)
        await hall.settled()
        assert (await hall.row(other))["assignee"] is None
        await hall.commands("anna", "online")
        await hall.until_is("anna", other)
    finally:
        giving.cancel()
        await asyncio.gather(giving, return_exceptions=True)


async def test_r42_a_colleague_is_added_where_nobody_is_and_listed_where_somebody_is(
    hall: Hall,
) -> None:
    await begun(hall)
    assert await hall.offers("Add a colleague")
    await hall.presses("pavel", "participants")
    await hall.fills("pavel", who="Анна")
    assert (await hall.row())["participants"] == ["anna"]
    assert not await hall.offers("Add a colleague")
    assert await hall.offers("Participants")
    await hall.says("anna", "І я тут")
    await hall.settled()
    assert await hall.outgoing() == ["І я тут"]


async def test_o06_what_many_customers_write_is_in_its_threads_within_seconds(hall: Hall) -> None:
    before = asyncio.get_running_loop().time()
    ids = [
        (await hall.office.customer_writes(f"слово {n}", customer=f"visitor-{n:08}"))[0]
        for n in range(16)
    ]
    for number, conversation in enumerate(ids):
        await hall.look(conversation)
        said = f"слово {number}"
        await hall.until(lambda c=conversation, t=said: any(t in one for one in hall.thread(c)))  # type: ignore[misc]
    assert asyncio.get_running_loop().time() - before < 60


@pytest.mark.parametrize("seed", range(2))
async def test_o12_no_internal_message_ever_goes_out(hall: Hall, seed: int) -> None:
    random, meant = Random(seed), []  # A life that can be lived again.
    await begun(hall)
    await hall.says("anna", "// я тут")
    await hall.settled()
    for number in range(20):
        secret = f"таємно {number}"
        match random.choice(["say", "note", "mention", "stranger", "viewer", "form"]):
            case "say":
                await hall.says("pavel", f"відповідь {number}")
                meant.append(f"відповідь {number}")
            case "note":
                prefix = random.choice(["//", "// ", "//\n"])
                await hall.says(random.choice(["pavel", "anna"]), prefix + secret)
            case "mention":
                await hall.says("pavel", f"питаю @anna_k: {secret}")
            case "stranger":
                await hall.says("stranger", secret)
            case "viewer":
                await hall.says("vera", secret)
            case "form":
                await hall.presses("pavel", "note")
                await hall.fills("pavel", text=secret)
        await hall.settled()
    assert await hall.outgoing() == meant


async def test_j33_a_press_accepts_and_typed_and_quick_replies_go_out(hall: Hall) -> None:
    await begun(hall)
    row = await hall.row()
    assert (row["assignee"], row["state"]) == ("pavel", "open")
    await hall.says("pavel", "Вітаю")
    await hall.settled()
    await hall.presses("pavel", "template")
    await hall.fills("pavel", which="/wait", then="Send")
    assert (await hall.outgoing())[0] == "Вітаю"
    assert "One moment" in (await hall.outgoing())[1]


async def test_j33_a_first_reply_accepts(hall: Hall) -> None:
    await begun(hall, by=None)
    await hall.says("pavel", "Вітаю")
    await hall.settled()
    assert (await hall.row())["assignee"] == "pavel"
    assert await hall.outgoing() == ["Вітаю"]


@pytest.mark.parametrize("way", ["eyes", "button"])
async def test_d11_it_is_taken_by_a_reaction_as_by_a_button(hall: Hall, way: str) -> None:
    await begun(hall, by=None)
    if way == "eyes":
        await hall.takes_by_eyes("pavel")
    else:
        await hall.presses("pavel", "take")
    assert (await hall.row())["assignee"] == "pavel"
    assert "Павел" in hall.card()
