"""What staff do in Slack, as the desk hears it, over a socket and by calls."""

from typing import Any

import pytest

from agent_console.slack import intake
from agent_console.surface import (
    PlaceChanged,
    Said,
    SaidAnew,
    Signed,
    ThreadMoved,
    Unsaid,
    UntakenError,
)
from bridge.sandbox.slack import BOT, BOT_USER, Message
from tests.agent_console.slack.workspace import Workspace, rich, words


async def test_a_reply_in_a_thread_of_ours_is_heard(workspace: Workspace) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        written = await workspace.anna.writes(thread.place, "Вже їде 🐤", thread_ts=thread.id)
    assert written.answered
    (said,) = workspace.desk.heard
    assert isinstance(said, Said)
    assert (said.place, said.thread, said.external_id) == (thread.place, thread.id, written.ts)
    assert (said.text, said.key) == ("Вже їде 🐤", f"{thread.place}:{written.ts}")
    assert said.by.id == workspace.anna.id
    assert (said.by.name, said.by.email) == ("anna", "anna@example.com")


async def test_what_is_typed_with_marks_comes_in_our_own(workspace: Workspace) -> None:
    thread = await workspace.thread()
    blocks = rich(
        words("Ціна ", bold=True),
        {"type": "link", "url": "https://example.com/a", "text": "тут"},
        words(" і "),
        words("код", code=True),
        {"type": "emoji", "name": "hatching_chick", "unicode": "1f423"},
        words(" 2 * 3 * 4"),
    )
    async with workspace.running():
        await workspace.anna.writes(thread.place, "…", thread_ts=thread.id, blocks=blocks)
    (said,) = workspace.desk.heard
    assert isinstance(said, Said)
    assert said.format == "markdown"
    assert said.text == r"**Ціна** [тут](https://example.com/a) і `код`🐣 2 \* 3 \* 4"


async def test_files_are_heard_and_come_down_with_the_token(workspace: Workspace) -> None:
    thread = await workspace.thread()
    files = {"чек.pdf": b"%PDF-1", "a.png": b"png"}
    async with workspace.running():
        await workspace.anna.writes(thread.place, "Ось", thread_ts=thread.id, files=files)
    (said,) = workspace.desk.heard
    assert isinstance(said, Said)
    assert [(one.name, one.kind, one.size) for one in said.files] == [
        ("чек.pdf", "file", 6),
        ("a.png", "image", 3),
    ]
    got = [chunk async for chunk in workspace.surface.download(said.files[0].ref)]
    assert b"".join(got) == b"%PDF-1"


async def test_a_clip_that_is_spoken_is_a_voice_message(workspace: Workspace) -> None:
    thread = await workspace.thread()
    clip = {
        "id": "F0CLIP0001",
        "name": "audio_message.m4a",
        "mimetype": "audio/mp4",
        "subtype": "slack_audio",
        "mode": "hosted",
        "size": 4000,
    }
    event = {
        "subtype": "file_share",
        "channel": thread.place,
        "ts": "1795000000.000100",
        "thread_ts": thread.id,
        "user": workspace.anna.id,
        "text": "",
        "files": [clip],
    }
    async with workspace.running():
        _, answered = await workspace.slack.telling.event("message", event)
    assert answered
    (said,) = workspace.desk.heard
    assert isinstance(said, Said)
    assert [(one.kind, one.size, one.ref) for one in said.files] == [("voice", 4000, "F0CLIP0001")]


async def test_a_reply_that_is_shown_in_the_channel_too_is_heard_once(workspace: Workspace) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id, broadcast=True)
    assert [type(one) for one in workspace.desk.heard] == [Said]


async def test_who_is_called_by_name_is_told_with_it(workspace: Workspace) -> None:
    thread, boris = await workspace.thread(), workspace.boris.id
    called = rich({"type": "user", "user_id": boris}, words(" глянь"))
    alone = rich({"type": "user", "user_id": boris}, words(" "))
    async with workspace.running():
        for text, blocks in ((f"<@{boris}> глянь", called), (f"<@{boris}>", alone)):
            await workspace.anna.writes(thread.place, text, thread_ts=thread.id, blocks=blocks)
            await workspace.anna.writes(thread.place, text, thread_ts=thread.id)
    heard = [one for one in workspace.desk.heard if isinstance(one, Said)]
    assert [one.mentions for one in heard] == [[boris]] * 4
    assert [one.only_mentions for one in heard] == [False, False, True, True]
    assert {one.text for one in heard[:2]} == {"@boris глянь"}


async def test_what_a_message_asks_of_the_bot_whom_it_calls_first_is_told_with_it(
    workspace: Workspace,
) -> None:
    thread, boris = await workspace.thread(), workspace.boris.id
    texts = (
        f"<@{BOT_USER}> close",
        f" <@{BOT_USER}|deskbridge>: assign <@{boris}> глянь &amp; дай",
        f"<@{BOT_USER}>",
        f"закрий, <@{BOT_USER}> close",
        f"<@{boris}> <@{BOT_USER}> close",
    )
    async with workspace.running():
        for text in texts:
            await workspace.anna.writes(thread.place, text, thread_ts=thread.id)
        picture = {"a.png": b"png"}
        await workspace.anna.writes(thread.place, texts[0], thread_ts=thread.id, files=picture)
    heard = [one for one in workspace.desk.heard if isinstance(one, Said)]
    assert [one.asked for one in heard] == [
        "close",
        "assign @boris глянь & дай",
        "help",
        "",
        "",
        "",
    ]


async def test_everybody_being_called_is_told_too(workspace: Workspace) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        await workspace.anna.writes(thread.place, "<!here> хто візьме?", thread_ts=thread.id)
    (said,) = workspace.desk.heard
    assert isinstance(said, Said)
    assert (said.mentions, said.text) == (["here"], "@here хто візьме?")


async def test_an_edit_and_a_deletion_of_an_agents_own_words_are_heard(
    workspace: Workspace,
) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        written = await workspace.anna.writes(thread.place, "Завтра", thread_ts=thread.id)
        await workspace.anna.edits(thread.place, written.ts, "Сьогодні")
        await workspace.anna.deletes(thread.place, written.ts)
    _, changed, gone = workspace.desk.heard
    assert isinstance(changed, SaidAnew)
    assert (changed.external_id, changed.text) == (written.ts, "Сьогодні")
    assert isinstance(gone, Unsaid)
    assert (gone.external_id, gone.thread, gone.by.id) == (
        written.ts,
        thread.id,
        workspace.anna.id,
    )


async def test_a_preview_that_unfolds_is_no_edit(workspace: Workspace) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        written = await workspace.anna.writes(thread.place, "https://a.b", thread_ts=thread.id)
        message = workspace.message(written.ts).as_json("")
        event = {"subtype": "message_changed", "channel": thread.place, "ts": "1793448999.000001"}
        await workspace.slack.telling.event(
            "message", {**event, "message": {**message, "attachments": [{}]}}
        )
    assert len(workspace.desk.heard) == 1


async def test_eyes_and_a_tick_on_a_card_mean_take_and_done(workspace: Workspace) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        await workspace.anna.reacts(thread.place, thread.id, "eyes")
        await workspace.anna.unreacts(thread.place, thread.id, "eyes")
        await workspace.boris.reacts(thread.place, thread.id, "white_check_mark")
        await workspace.boris.reacts(thread.place, thread.id, "tada")
    heard = [one for one in workspace.desk.heard if isinstance(one, Signed)]
    assert [(one.sign, one.gone) for one in heard] == [
        ("eyes", False),
        ("eyes", True),
        ("done", False),
        ("seen", False),
    ]
    assert {one.thread for one in heard} == {thread.id}
    assert len({one.key for one in workspace.desk.heard}) == 4


async def test_a_reaction_to_a_post_of_ours_says_that_it_was_seen_and_means_no_more(
    workspace: Workspace,
) -> None:
    async with workspace.running():
        thread = await workspace.thread()
        [ts] = (await workspace.surface.post(thread, workspace.post("Привіт"))).external_ids
        await workspace.anna.reacts(thread.place, ts, "white_check_mark")
        await workspace.anna.unreacts(thread.place, ts, "white_check_mark")
        await workspace.settled()
    [heard] = workspace.desk.heard
    assert isinstance(heard, Signed)
    assert (heard.sign, heard.thread, heard.external_id) == ("seen", "", ts)


async def test_a_tick_that_joins_our_own_mark_below_a_message_closes_nothing(
    workspace: Workspace,
) -> None:
    async with workspace.running():
        thread = await workspace.thread()
        written = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
        await workspace.surface.mark(thread, written.ts, "accepted")
        await workspace.boris.reacts(thread.place, written.ts, "white_check_mark")
        await workspace.settled()
    assert [type(one) for one in workspace.desk.heard] == [Said]


async def test_our_own_doings_are_not_heard(workspace: Workspace) -> None:
    async with workspace.running():
        thread = await workspace.thread()
        ids = (await workspace.surface.post(thread, workspace.post("Привіт"))).external_ids
        await workspace.surface.change(thread, workspace.post("Вітаю"), ids)
        await workspace.surface.shut(thread, shut=True)
        await workspace.surface.shut(thread, shut=False)
        await workspace.surface.remove(thread, ids)
        await workspace.surface.remove(thread, [thread.card])
        await workspace.settled()
    assert not workspace.desk.heard
    assert not workspace.desk.aside


async def test_a_card_that_another_process_deletes_is_our_own_doing() -> None:
    async with Workspace("hook").open() as workspace:
        owner = workspace.new_surface()
        async with workspace.running(owner):
            thread = await workspace.thread()
            await owner.remove(thread, [thread.card])
            await workspace.settled()
        assert "chat.delete" in {one.method for one in workspace.slack.ledger.calls}
        assert not workspace.desk.heard


async def test_other_programs_comings_and_the_channels_own_talk_are_not_heard(
    workspace: Workspace,
) -> None:
    thread = await workspace.thread()
    other = Message("1793448001.900001", "beep", user="U0OTHERBOT", bot_id="B0OTHER")
    async with workspace.running():
        top = await workspace.anna.writes(thread.place, "Хто обідає?")
        await workspace.boris.writes(thread.place, "Я", thread_ts=top.ts)
        await workspace.anna.reacts(thread.place, top.ts, "eyes")
        await workspace.slack.agent("vera").joins(thread.place)
        told = {**other.as_json(""), "channel": thread.place, "thread_ts": thread.id}
        await workspace.slack.telling.event("message", told)
        elsewhere = workspace.slack.channel("random", workspace.anna)
        root = await workspace.anna.writes(elsewhere.id, "о")
        await workspace.anna.writes(elsewhere.id, "а", thread_ts=root.ts)
    assert not workspace.desk.heard


async def test_a_reply_is_heard_before_the_desk_knows_of_the_thread(workspace: Workspace) -> None:
    thread = await workspace.thread()
    workspace.desk.threads.clear()
    async with workspace.running():
        await workspace.anna.writes(thread.place, "Швидко!", thread_ts=thread.id)
    assert [type(one) for one in workspace.desk.heard] == [Said]


@pytest.mark.parametrize("answered", [True, False])
async def test_a_card_that_an_administrator_deletes_is_a_thread_that_is_gone(
    workspace: Workspace,
    *,
    answered: bool,
) -> None:
    thread = await workspace.thread()
    if answered:
        await workspace.surface.post(thread, workspace.post("Привіт"))
    async with workspace.running():
        await workspace.boris.deletes_any(thread.place, thread.id)
    (moved,) = workspace.desk.heard
    assert isinstance(moved, ThreadMoved)
    assert (moved.thread, moved.to, moved.by.is_program) == (thread.id, "deleted", True)


async def test_a_channel_that_is_lost_and_found_is_told(workspace: Workspace) -> None:
    place = workspace.support.id
    async with workspace.running():
        await workspace.anna.archives(place)
        await workspace.anna.archives(place, again=True)
        await workspace.anna.removes_app(place)
        await workspace.anna.invites_app(place)
        event = {"old_channel_id": place, "new_channel_id": "C0NEWNAME1"}
        await workspace.slack.telling.event("channel_id_changed", event)
        await workspace.slack.telling.event("channel_deleted", {"channel": place})
    heard = [one for one in workspace.desk.heard if isinstance(one, PlaceChanged)]
    assert [(one.to, one.new_place) for one in heard] == [
        ("lost", ""),
        ("found", ""),
        ("lost", ""),
        ("found", ""),
        ("moved", "C0NEWNAME1"),
        ("lost", ""),
    ]
    assert {one.place for one in heard} == {place}


async def test_a_channel_with_a_new_id_is_heard_under_it_after_a_restart_too(
    workspace: Workspace,
) -> None:
    thread = await workspace.thread()
    channels = workspace.slack.team.channels
    channels["C0NEWNAME1"] = channels.pop(thread.place)
    channels["C0NEWNAME1"].id = "C0NEWNAME1"
    workspace.desk.threads["C0NEWNAME1", thread.id] = 1
    async with workspace.running():
        written = await workspace.anna.writes("C0NEWNAME1", "Так", thread_ts=thread.id)
        await workspace.anna.reacts("C0NEWNAME1", thread.id, "eyes")
        await workspace.anna.writes("C0NEWNAME1", "Ніхто не чує")
    said, signed = workspace.desk.heard
    assert isinstance(said, Said)
    assert (said.place, said.external_id) == ("C0NEWNAME1", written.ts)
    assert isinstance(signed, Signed)


async def test_nothing_is_acknowledged_before_it_is_stored(workspace: Workspace) -> None:
    thread = await workspace.thread()
    sockets, webhooks = workspace.slack.sockets, workspace.slack.webhooks
    async with workspace.running():
        sockets.patience = webhooks.patience = 0.4
        workspace.desk.broken = True
        written = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
        assert not written.answered
        workspace.desk.broken = False
        assert (await workspace.slack.telling.again(written.event_id, 1)).ok
    assert [one.key for one in workspace.desk.heard] == [f"{thread.place}:{written.ts}"]


async def test_what_comes_again_is_one_thing(workspace: Workspace) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        written = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
        edited = await workspace.anna.edits(thread.place, written.ts, "Ні")
        reacted = await workspace.anna.reacts(thread.place, thread.id, "eyes")
        for one in (written, edited, reacted):
            assert (await workspace.slack.telling.again(one.event_id, 1)).ok
    assert len(workspace.desk.heard) == 3


async def test_what_cannot_be_understood_is_kept_aside_and_stops_nobody(
    workspace: Workspace,
) -> None:
    thread = await workspace.thread()
    place = thread.place
    broken = [
        {"channel": place},
        {"channel": place, "ts": "x", "user": workspace.anna.id, "thread_ts": thread.id},
        {"channel": place, "subtype": "message_changed"},
    ]
    async with workspace.running():
        for one in broken:
            _, answered = await workspace.slack.telling.event("message", one)
            assert answered
        _, answered = await workspace.slack.telling.event("reaction_added", {"reaction": "eyes"})
        assert answered
        await workspace.anna.writes(place, "Так", thread_ts=thread.id)
    assert len(workspace.desk.aside) == 3
    assert [type(one) for one in workspace.desk.heard] == [Said]


async def test_what_was_set_aside_is_heard_later_once_it_is_understood(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_old(*_: Any) -> Any:
        raise KeyError("subtype")

    thread = await workspace.thread()
    async with workspace.running():
        with monkeypatch.context() as old:
            old.setattr(intake, "heard", too_old)
            await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
            ((raw, why),) = workspace.desk.aside
            assert why == "not understood: KeyError"
            with pytest.raises(UntakenError, match="not understood: KeyError"):
                await workspace.surface.take_again(raw)
        for _ in range(2):
            await workspace.surface.take_again(raw)
    assert [one.text for one in workspace.desk.heard if isinstance(one, Said)] == ["Так"]
    assert len(workspace.desk.aside) == 1


# --- Who -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["email_confirmed", "guest", "stranger", "deleted"])
async def test_an_address_counts_only_of_a_confirmed_member(
    workspace: Workspace, fault: str
) -> None:
    setattr(workspace.anna.user, fault, fault != "email_confirmed")
    thread = await workspace.thread()
    async with workspace.running():
        await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
    assert workspace.desk.heard[0].by.email is None
    assert workspace.desk.heard[0].by.id == workspace.anna.id


async def test_a_person_is_asked_about_once_and_speaks_their_language(
    workspace: Workspace,
) -> None:
    workspace.anna.user.locale = "uk-UA"
    thread = await workspace.thread()
    async with workspace.running():
        for text in ("раз", "два", "три"):
            await workspace.anna.writes(thread.place, text, thread_ts=thread.id)
    assert {one.by.language for one in workspace.desk.heard} == {"uk"}
    assert workspace.asked("users.info") == 1


async def test_a_person_slack_says_nothing_of_is_known_by_their_id(workspace: Workspace) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        workspace.slack.server.scopes.discard("users:read")
        await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
    (said,) = workspace.desk.heard
    assert (said.by.id, said.by.email) == (workspace.anna.id, None)


async def test_our_own_ids_are_known_before_the_first_event(workspace: Workspace) -> None:
    async with workspace.running():
        pass
    assert (BOT_USER, BOT) == ("U0DESKBOT1", "B0DESK0001")
    assert workspace.asked("auth.test") >= 1
