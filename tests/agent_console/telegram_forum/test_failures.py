"""What refusals and silences of Telegram's mean, and what is left behind by them."""

from collections.abc import Callable
from typing import Any

import pytest

from agent_console.surface import (
    PlaceGoneError,
    PlaceMovedError,
    PostGoneError,
    ThreadGoneError,
    ThreadShutError,
)
from bridge.channel import (
    MediaTooLargeError,
    MisconfiguredError,
    OutcomeUnknownError,
    SendError,
    ThrottledError,
    UnavailableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import errors
from bridge.sandbox.telegram.errors import Refusal, bad_request, forbidden, too_many_requests
from tests.agent_console.telegram_forum.rig import RIGHTS, TOKEN, Group, a_card, a_post

REFUSALS: list[tuple[Refusal, type[SendError]]] = [
    (bad_request(errors.THREAD_NOT_FOUND), ThreadGoneError),
    (bad_request("TOPIC_DELETED"), ThreadGoneError),
    (bad_request(errors.TOPIC_ID_INVALID), ThreadGoneError),
    (bad_request(errors.TOPIC_CLOSED), ThreadShutError),
    (forbidden(errors.KICKED), PlaceGoneError),
    (forbidden(errors.KICKED_FROM_GROUP), PlaceGoneError),
    (forbidden(errors.NO_MEMBER), PlaceGoneError),
    (forbidden(errors.GROUP_DELETED), PlaceGoneError),
    (bad_request(errors.CHAT_NOT_FOUND), PlaceGoneError),
    (errors.migrated(-1009), PlaceMovedError),
    (bad_request("not enough rights to manage topics"), MisconfiguredError),
    (bad_request(errors.NO_FORUM), MisconfiguredError),
    (errors.UNAUTHORIZED, MisconfiguredError),
    (too_many_requests(7), ThrottledError),
    (Refusal(502, "Bad Gateway"), UnavailableError),
]


@pytest.mark.parametrize(("refusal", "error"), REFUSALS, ids=lambda one: str(one)[:40])
async def test_a_refusal_says_what_became_of_the_thread_or_the_place(
    group: Group, refusal: Refusal, error: type[SendError]
) -> None:
    thread = await group.opened()
    group.telegram.faults.plan("sendMessage", Fault(error=refusal))
    with pytest.raises(error) as raised:
        await group.surface.post(thread, a_post("таємниця"))
    assert type(raised.value) is error
    said = f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"
    assert "таємниця" not in said
    assert TOKEN not in said


async def test_a_group_that_moved_names_its_new_number(group: Group) -> None:
    thread = await group.opened()
    new = group.person().upgrade("Support")
    with pytest.raises(PlaceMovedError) as raised:
        await group.surface.post(thread, a_post())
    assert raised.value.place == str(new.id)


async def test_a_topic_deleted_by_hand_is_gone_for_every_call(group: Group) -> None:
    thread = await group.opened()
    number = (await group.posted(thread))[0]
    group.person().delete_topic(int(thread.id))

    calls: list[Callable[[], Any]] = [
        lambda: group.surface.post(thread, a_post()),
        lambda: group.surface.shut(thread, shut=True),
        lambda: group.surface.shut(thread, shut=False),
    ]
    for call in calls:
        with pytest.raises(ThreadGoneError):
            await call()
    with pytest.raises(PostGoneError):
        await group.surface.draw(thread, a_card(look="answer"))
    with pytest.raises(PostGoneError):
        await group.surface.mark(thread, number, "read")
    with pytest.raises(PostGoneError):
        await group.surface.change(thread, a_post("інше"), [number])
    await group.surface.remove(thread, [number])


async def test_what_lands_outside_of_its_topic_is_taken_away_and_never_left_in_general(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await group.opened()
    # A server that ignores a deleted topic has the words land in the main chat.
    monkeypatch.setattr("bridge.sandbox.telegram.sending.topic_of", lambda _call, _chat: 0)
    with pytest.raises(ThreadGoneError):
        await group.surface.post(thread, a_post("не туди"))
    assert not any("не туди" in one.get("text", "") for one in group.chat.messages.values())


@pytest.mark.parametrize("after_effect", [True, False])
async def test_no_answer_leaves_a_post_unknown(group: Group, *, after_effect: bool) -> None:
    thread = await group.opened()
    group.telegram.faults.plan("sendMessage", Fault(reset=True, after_effect=after_effect))
    with pytest.raises(OutcomeUnknownError):
        await group.surface.post(thread, a_post())


async def test_a_line_that_was_never_made_carried_nothing(group: Group) -> None:
    thread = await group.opened()
    await group.stop()
    await group.telegram.stop()
    with pytest.raises(UnavailableError):
        await group.new_surface().post(thread, a_post())
    await group.telegram.start()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(reset=True, after_effect=True), UnavailableError),
        (Fault(error=too_many_requests(3)), ThrottledError),
        (Fault(error=Refusal(502, "Bad Gateway")), UnavailableError),
    ],
)
async def test_a_topic_whose_card_could_not_be_put_in_is_taken_away_again(
    group: Group, fault: Fault, error: type[SendError]
) -> None:
    group.telegram.faults.plan("sendMessage", fault)
    with pytest.raises(error):
        await group.surface.open(group.place, a_card(), key="k")
    await group.surface._line.rest()
    assert group.chat.topics == {}


async def test_without_the_right_nothing_is_pinned_and_nothing_fails(group: Group) -> None:
    group.chat.rights[group.bot.id] = {"can_manage_topics"}
    await group.surface.check()
    thread = await group.opened()
    assert group.chat.pinned == []
    await group.surface.shut(thread, shut=True)
    await group.quiet()
    assert group.chat.topics[int(thread.id)].closed


async def test_a_file_too_large_for_a_bot_says_so(group: Group) -> None:
    thread = await group.opened()
    group.person().show("document", b"x", topic=int(thread.id), size=30 * 1024 * 1024)
    await group.quiet()
    [said] = group.desk.heard
    with pytest.raises(MediaTooLargeError):
        _ = [chunk async for chunk in group.surface.download(said.files[0].ref)]  # type: ignore[union-attr]


# --- before anything is shown ---


async def test_the_check_names_the_bot_and_its_groups(group: Group) -> None:
    assert await group.surface.check() == "the bot @desk_bot in 1 group(s)"


async def test_the_check_names_what_the_bot_may_not_do_and_can_do_without(group: Group) -> None:
    group.chat.rights[group.bot.id] = {"can_manage_topics"}
    said = await group.surface.check()
    assert "may not delete messages" in said
    assert "may not pin messages" in said


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda g: setattr(g.chat, "is_forum", False), "turn Topics on"),
        (lambda g: g.chat.rights.update({g.bot.id: set()}), "Make it an administrator"),
        (
            lambda g: g.chat.rights.update({g.bot.id: {"can_delete_messages"}}),
            "the right to manage topics",
        ),
        (lambda g: g.chat.rights.clear(), "Add the bot to the group"),
        (lambda g: g.chat.kicked.add(g.bot.id), "Add the bot to the group"),
        (lambda g: setattr(g.chat, "deleted", True), "Add the bot to the group"),
        (lambda g: g.world.groups.clear(), "look at the group's number"),
    ],
)
async def test_the_check_says_what_to_do(break_it: Callable[[Group], Any], words: str) -> None:
    async with Group().open() as group:
        break_it(group)
        with pytest.raises(MisconfiguredError) as raised:
            await group.surface.check()
        assert words in str(raised.value)
        assert group.place in str(raised.value)


async def test_the_check_tells_all_faults_at_once() -> None:
    async with Group().open() as group:
        other = group.world.add_group("Flat", forum=False)
        other.rights[group.bot.id] = set(RIGHTS)
        group.chat.rights[group.bot.id] = set()
        both = group.new_surface(groups={"default": [group.chat.id, other.id]})
        with pytest.raises(MisconfiguredError) as raised:
            await both.check()
        assert str(group.chat.id) in str(raised.value)
        assert str(other.id) in str(raised.value)


async def test_the_check_follows_a_group_to_its_new_number() -> None:
    async with Group().open() as group:
        new = group.person().upgrade("Support")
        assert "in 1 group" in await group.surface.check()
        assert new.id in group.surface._groups.known


async def test_a_token_that_telegram_does_not_know_is_told_and_not_shown() -> None:
    async with Group().open() as group:
        group.world.bots.clear()
        with pytest.raises(MisconfiguredError) as raised:
            await group.surface.check()
        assert raised.value.reason == "credentials_refused"
        assert "canary" not in f"{raised.value!r} {group.surface!r}"
