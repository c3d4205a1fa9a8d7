"""What a Telegram staff group must know again after a restart, by the real program's parts."""

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

import pytest

from agent_console.telegram_forum import known
from agent_console.telegram_forum.questions import WAITS, Open
from agent_console.telegram_forum.surface import TelegramForum
from bridge.store import kept as k
from bridge.store.statement import Statement
from tests.agent_console.surfaces.hall import SURFACE
from tests.agent_console.surfaces.telegram import TelegramHall


async def begun(group: TelegramHall) -> None:
    """Let a customer write, and Pavel take it."""
    await group.office.customer_writes("Добрий день")
    await group.settled()
    await group.presses("pavel", "take")


def open_questions(group: TelegramHall) -> Open:
    """Return what the surface thinks it has asked."""
    surface = group.staffed.surface
    assert isinstance(surface, TelegramForum)
    return surface._intake._presses._open  # The test looks inside.


async def kept(group: TelegramHall, sort: str) -> dict[str, str]:
    """Return what is kept in the database."""
    return await group.office.store.read(
        lambda tx: dict(tx.all(k.KEPT, surface_id=SURFACE, of_sort=sort))
    )


def what_never_ends() -> tuple[asyncio.Event, Callable[..., Coroutine[Any, Any, Any]]]:
    """Return a function that never returns, and what says that it was called."""
    reached = asyncio.Event()

    async def never(*_: Any, **__: Any) -> Any:
        reached.set()
        await asyncio.Event().wait()

    return reached, never


# --- names ---


async def test_a_colleague_heard_before_a_restart_is_one_in_mid_sentence(
    group: TelegramHall,
) -> None:
    await begun(group)
    group.people["anna"].say("я тут")
    await group.settled()
    await group.restart()
    await group.says("pavel", "питаю @anna_k про нього, він бреше")
    await group.settled()
    assert await group.outgoing() == []
    assert await group.notes() == ["питаю @anna_k про нього, він бреше"]


async def test_a_name_of_nobody_in_the_group_is_for_the_customer(group: TelegramHall) -> None:
    await begun(group)
    await group.restart()
    await group.says("pavel", "пишіть нашому каналу @shop_news")
    await group.settled()
    assert await group.outgoing() == ["пишіть нашому каналу @shop_news"]


async def test_whoever_calls_a_colleague_before_they_have_written_calls_one_all_the_same(
    group: TelegramHall,
) -> None:
    await begun(group)
    await group.stop()
    await group.says("pavel", "може @ivan_k знає")
    group.people["ivan"].say("привіт")
    await group.start()
    await group.settled()
    assert await group.outgoing() == []


@pytest.mark.parametrize("how", ["reacts", "is answered", "joins", "changes a message"])
async def test_a_colleague_is_known_by_whatever_they_did_in_the_group(
    group: TelegramHall, how: str
) -> None:
    await begun(group)
    anna, first = group.people["anna"], group.people["pavel"].say("хто тут?")
    match how:
        case "reacts":
            anna.react(first["message_id"], "👍")
        case "is answered":
            anna.chat.messages[77_000] = {"message_id": 77_000, "from": anna.user.raw}
            group.people["pavel"].say("так", reply_to=77_000)
        case "joins":
            anna.send({"new_chat_members": [anna.user.raw]})
        case "changes a message":
            group.chat.messages[first["message_id"]]["from"] = anna.user.raw
            anna.edit(first["message_id"], "хто?")
    await group.settled()
    await group.restart()
    await group.says("pavel", "питаю @anna_k")
    await group.settled()
    assert await group.outgoing() == []


async def test_strangers_who_write_to_the_bot_in_private_are_not_kept(group: TelegramHall) -> None:
    await group.commands("stranger", "help")
    assert "stranger_k" not in await kept(group, "people")


async def test_names_are_kept_as_long_as_somebody_is_seen_and_so_many_at_most(
    group: TelegramHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "MOST", 2)
    for who in ("pavel", "anna", "ivan"):
        group.people[who].say("привіт")
        await group.settled()
        group.office.clock.tick(60)
    assert set(await kept(group, "people")) == {"anna_k", "ivan_k"}
    before = await kept(group, "people")
    group.people["anna"].say("ще раз")
    await group.settled()
    assert await kept(group, "people") == before, "it is written down once a day"
    group.office.clock.tick(25 * 3600)
    group.people["anna"].say("знову")
    await group.settled()
    assert (await kept(group, "people"))["anna_k"] != before["anna_k"]


# --- questions ---


@pytest.mark.parametrize("how", ["answering it", "just writing"])
async def test_a_question_asked_before_a_restart_is_answered_after_it(
    group: TelegramHall, how: str
) -> None:
    await begun(group)
    await group.presses("pavel", "note")
    await group.restart()
    assert group.questions("pavel") == 1
    if how == "answering it":
        await group.fills("pavel", note="він сердитий")
    else:
        await group.says("pavel", "він сердитий")
        await group.settled()
    assert await group.outgoing() == []
    assert await group.notes() == ["він сердитий"]
    assert group.questions("pavel") == 0
    assert await kept(group, "asked") == {}
    await group.says("pavel", "Добрий день!")
    await group.settled()
    assert await group.outgoing() == ["Добрий день!"]


async def test_words_written_while_the_program_was_down_answer_what_was_asked(
    group: TelegramHall,
) -> None:
    await begun(group)
    await group.presses("pavel", "note")
    await group.stop()
    await group.says("pavel", "він сердитий")
    await group.start()
    await group.settled()
    assert (await group.outgoing(), await group.notes()) == ([], ["він сердитий"])


async def test_a_choice_below_a_question_of_before_a_restart_still_counts(
    group: TelegramHall,
) -> None:
    await begun(group)
    await group.presses("pavel", "tag")
    await group.restart()
    question = group._question("pavel")
    group._press("pavel", question, "VIP")
    await group.settled()
    await group.restart()
    await group.confirms("pavel")
    assert (await group.row())["contact"]["tags"] == ["vip"]


async def test_a_question_on_its_way_at_a_kill_swallows_what_might_answer_it_and_says_so(
    group: TelegramHall,
) -> None:
    await begun(group)
    reached, never = what_never_ends()
    surface = group.staffed.surface
    assert isinstance(surface, TelegramForum)
    surface._line.say = never  # type: ignore[method-assign]
    topic = await group.topic(1)
    group.people["pavel"].say("/note", topic=topic)
    await reached.wait()
    await group.restart()
    await group.says("pavel", "він бреше")
    await group.settled()
    assert await group.outgoing() == []
    assert any("went to nobody" in one for one in group.told("pavel"))
    await group.says("pavel", "Добрий день!")
    await group.settled()
    assert await group.outgoing() == ["Добрий день!"]


async def test_an_answer_cut_short_by_a_kill_is_never_taken_for_a_word_to_the_customer(
    group: TelegramHall,
) -> None:
    await begun(group)
    await group.presses("pavel", "note")
    reached, never = what_never_ends()
    surface = group.staffed.surface
    assert isinstance(surface, TelegramForum)
    surface._intake._presses._desk.press = never  # type: ignore[method-assign]
    await group.says("pavel", "він бреше")
    await reached.wait()
    await group.stop()
    await group.says("pavel", "він таки бреше")
    await group.start()
    await group.settled()
    assert await group.outgoing() == []
    assert group.questions("pavel") == 0, "nobody knows whether it is done: it is taken away"
    assert any("question is over" in one for one in group.told("pavel"))


async def test_a_question_that_waits_for_too_long_is_taken_away_before_words_go_out_again(
    group: TelegramHall,
) -> None:
    await begun(group)
    await group.presses("pavel", "note")
    group.office.clock.tick(WAITS / 1000 + 1)
    await group.says("pavel", "він бреше")
    await group.settled()
    assert await group.outgoing() == [], "it was still to be seen"
    await group.presses("pavel", "note")
    group.office.clock.tick(WAITS / 1000 + 1)
    group.people["anna"].say("привіт")
    await group.settled()
    assert group.questions("pavel") == 0
    await group.says("pavel", "він знову бреше")
    await group.settled()
    assert await group.outgoing() == [], "it was taken away a moment ago"
    group.office.clock.tick(120)
    group.people["anna"].say("привіт")
    await group.settled()
    assert await kept(group, "asked") == {}
    await group.says("pavel", "Добрий день!")
    await group.settled()
    assert await group.outgoing() == ["Добрий день!"]


async def test_what_was_asked_about_a_conversation_goes_with_it(group: TelegramHall) -> None:
    await begun(group)
    await group.presses("pavel", "note")
    assert len(await kept(group, "asked")) == 1
    purge = "UPDATE conversations SET state = 'purged'"
    await group.office.store.write(lambda tx: tx.run(Statement(lambda: None, purge)))
    group.staffed.fanout.look(1)
    await group.settled()
    assert await kept(group, "asked") == {}


# --- groups ---


async def test_a_group_with_a_new_number_is_heard_at_once_after_a_restart(
    group: TelegramHall,
) -> None:
    await begun(group)
    new = group.people["pavel"].upgrade("Support 2")
    await group.settled()
    await group.restart()
    assert await kept(group, "moved") == {str(group.chat.id): str(new.id)}
    surface = group.staffed.surface
    assert isinstance(surface, TelegramForum)
    assert new.id in surface._groups.known


# --- words ---


async def test_a_note_below_a_card_of_telegrams_is_one(group: TelegramHall) -> None:
    await begun(group)
    topic = await group.topic(1)
    paid = {"paid_media": {"star_count": 5, "paid_media": []}, "caption": "// він бреше"}
    inside = {"message_thread_id": topic, "is_topic_message": True}
    group.people["pavel"].send(paid, **inside)
    await group.settled()
    assert await group.outgoing() == []
    assert [one.split("\n")[0] for one in await group.notes()] == ["він бреше"]


# --- a life ---


@pytest.mark.parametrize("seed", range(4))
async def test_o12_whatever_happens_over_restarts_nothing_of_ours_reaches_the_customer(
    group: TelegramHall, seed: int
) -> None:
    """O12, S05: notes, answers to questions, strangers' words; all that is meant does."""
    random, meant = Random(seed), []  # A life that can be lived again.
    await begun(group)
    group.people["anna"].say("я тут")
    await group.settled()
    for number in range(24):
        step = random.choice(["say", "note", "mention", "ask", "answer", "stranger", "restart"])
        waits = group.questions("pavel") > 0
        down = step == "restart"
        if down:
            await group.stop()
            step = random.choice(["say", "note", "mention", "answer", "stranger"])
        secret, topic = f"таємно {number}", await group.topic(1)
        match step:
            case "say" | "answer":
                await group.says("pavel", secret if waits else f"відповідь {number}")
                meant += [] if waits else [f"відповідь {number}"]
            case "note":
                await group.says("pavel", f"// {secret}")
            case "mention":
                await group.says("pavel", f"питаю @anna_k: {secret}")
            case "ask":
                group.people["pavel"].say(random.choice(["/note", "/block"]), topic=topic)
            case "stranger":
                await group.says("stranger", secret)
        if down:
            await group.start()
        await group.settled()
    assert await group.outgoing() == meant
