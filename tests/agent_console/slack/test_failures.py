"""What Slack refuses, and what nobody knows: each as the core must take it."""

import logging
from pathlib import Path
from typing import Any

import pytest

from agent_console.slack import budgets
from agent_console.surface import CanProve, HasHome, PlaceGoneError, PostGoneError, ThreadGoneError
from bridge.channel import (
    MediaKind,
    MisconfiguredError,
    OutcomeUnknownError,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
)
from bridge.pace import Budget
from bridge.sandbox.faults import Fault
from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN
from tests.agent_console.slack.workspace import Workspace, a_card, a_file

REFUSALS: dict[str, type[SendError]] = {
    **dict.fromkeys(
        (
            "token_revoked",
            "account_inactive",
            "invalid_auth",
            "access_denied",
            "ekm_access_denied",
            "missing_scope",
        ),
        MisconfiguredError,
    ),
    **dict.fromkeys(
        ("channel_not_found", "is_archived", "not_in_channel", "restricted_action"), PlaceGoneError
    ),
    **dict.fromkeys(("msg_too_long", "no_text", "invalid_blocks"), RejectedError),
    "thread_not_found": ThreadGoneError,
    "ratelimited": ThrottledError,
    "internal_error": OutcomeUnknownError,
    "fatal_error": OutcomeUnknownError,
}
SECRET_WORDS = "canary Привіт 4711"


@pytest.mark.parametrize("word", list(REFUSALS))
async def test_a_refusal_is_classed_and_says_nothing_of_the_text(
    silent: Workspace, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    thread = await silent.thread()
    silent.slack.faults.plan("chat.postMessage", Fault(error=word))
    with pytest.raises(REFUSALS[word]) as caught:
        await silent.surface.post(thread, silent.post(SECRET_WORDS))
    _says_nothing(caught.value, caplog)
    assert silent.asked("chat.postMessage") == 2


def _says_nothing(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    assert error.__cause__ is None
    assert error.__context__ is None
    told = [str(error), repr(error), *(one.getMessage() for one in caplog.records)]
    for secret in (BOT_TOKEN, APP_TOKEN, SECRET_WORDS, "4711"):
        assert not [one for one in told if secret in one]


async def test_what_slack_may_have_done_is_sent_once_and_found_again(silent: Workspace) -> None:
    thread = await silent.thread()
    since = silent.clock.now()
    silent.slack.faults.plan("chat.postMessage", Fault(reset=True, after_effect=True))
    post = silent.post("Привіт")
    with pytest.raises(OutcomeUnknownError):
        await silent.surface.post(thread, post)
    assert silent.asked("chat.postMessage") == 2
    found = await silent.surface.find(thread.place, thread.id, post.key, since)
    assert found is not None
    assert found.external_ids == [silent.replies(thread)[0].ts]
    assert await silent.surface.find(thread.place, thread.id, "another", since) is None


async def test_a_card_and_files_are_found_again_too(silent: Workspace, tmp_path: Path) -> None:
    since = silent.clock.now()
    silent.slack.faults.plan("chat.postMessage", Fault(error="fatal_error", after_effect=True))
    with pytest.raises(OutcomeUnknownError):
        await silent.surface.open(silent.support.id, a_card(), key="card-key")
    card = await silent.surface.find(silent.support.id, None, "card-key", since)
    assert card is not None
    assert card.external_ids == list(silent.support.messages)

    thread = await silent.thread(2)
    silent.slack.faults.plan("files.completeUploadExternal", Fault(reset=True, after_effect=True))
    post = silent.post("Ось", media=[a_file(tmp_path, "a.txt", b"a")])
    with pytest.raises(OutcomeUnknownError):
        await silent.surface.post(thread, post)
    found = await silent.surface.find(thread.place, thread.id, post.key, since)
    (shown,) = silent.replies(thread)
    assert found is not None
    assert found.external_ids == [shown.ts, shown.files[0].id]


@pytest.mark.parametrize(
    "fault", [Fault(reset=True), Fault(status=502), Fault(error="fatal_error")]
)
async def test_what_is_the_same_when_done_twice_may_be_done_again(
    silent: Workspace, fault: Fault
) -> None:
    thread = await silent.thread()
    (ts,) = (await silent.surface.post(thread, silent.post("Привіт"))).external_ids
    calls: dict[str, Any] = {
        "chat.update": silent.surface.draw(thread, a_card()),
        "reactions.add": silent.surface.mark(thread, ts, "accepted"),
        "chat.delete": silent.surface.remove(thread, [ts]),
    }
    for method, call in calls.items():
        silent.slack.faults.plan(method, fault)
        with pytest.raises(UnavailableError):
            await call
        assert silent.asked(method) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_gateways_page_leaves_a_message_uncertain(silent: Workspace, status: int) -> None:
    thread = await silent.thread()
    silent.slack.faults.plan("chat.postMessage", Fault(status=status))
    with pytest.raises(OutcomeUnknownError):
        await silent.surface.post(thread, silent.post("Привіт"))
    assert silent.asked("chat.postMessage") == 2


async def test_a_connection_that_was_never_made_carried_nothing(silent: Workspace) -> None:
    thread = await silent.thread()
    elsewhere = silent.new_surface(api_base="http://127.0.0.1:9")
    with pytest.raises(UnavailableError):
        await elsewhere.post(thread, silent.post("Привіт"))


async def test_a_wait_lasts_for_as_long_as_slack_asks(silent: Workspace) -> None:
    thread = await silent.thread()
    body, headers = '{"ok": false, "error": "ratelimited"}', {"Retry-After": "17"}
    fault = Fault(status=429, body=body, content_type="application/json", headers=headers)
    silent.slack.faults.plan("chat.postMessage", fault)
    with pytest.raises(ThrottledError) as caught:
        await silent.surface.post(thread, silent.post("Привіт"))
    assert caught.value.after == 17


async def test_a_post_that_is_gone_cannot_be_changed_or_marked(silent: Workspace) -> None:
    thread = await silent.thread()
    for call in (
        silent.surface.change(thread, silent.post("x"), ["1793448000.000001"]),
        silent.surface.mark(thread, "1793448000.000001", "accepted"),
    ):
        with pytest.raises(PostGoneError):
            await call


async def test_a_minute_that_is_used_up_is_waited_for_elsewhere(
    silent: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "PATIENCE", 0.05)
    monkeypatch.setattr(budgets, "TIERS", {"chat.delete": 1})
    thread = await silent.thread()
    await silent.surface.remove(thread, ["1793448000.000001"])
    with pytest.raises(ThrottledError):
        await silent.surface.remove(thread, ["1793448000.000002"])
    assert silent.asked("chat.delete") == 1


async def test_a_turn_with_nothing_to_do_gives_its_place_back(
    silent: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "POSTS_OF_A_CHANNEL", Budget(1, 0.02))
    surface = silent.new_surface()
    for urgency in ("words", "marks", "cards"):
        async with surface.turn(silent.support.id, urgency):
            pass
    async with surface.turn(silent.support.id, "marks"):
        await surface.open(silent.support.id, a_card(), key="x")


async def test_what_cannot_be_downloaded_says_why(silent: Workspace) -> None:
    with pytest.raises(RejectedError):
        [one async for one in silent.surface.download("F0NOTHERE1")]
    posted = await silent.anna.writes(silent.support.id, "x", files={"a.pdf": b"x"})
    (file,) = silent.message(posted.ts).files
    assert [one async for one in silent.surface.download(file.id)] == [b"x"]
    silent.slack.team.files[file.id].name = "a.pdf@evil"
    stranger = silent.new_surface(api_base=silent.slack.team.home.replace("127.0.0.1", "localhost"))
    with pytest.raises(RejectedError):
        [one async for one in stranger.download(file.id)]


async def test_a_sign_in_page_is_no_file(silent: Workspace) -> None:
    posted = await silent.anna.writes(silent.support.id, "x", files={"a.pdf": b"x"})
    (file,) = silent.message(posted.ts).files
    surface = silent.surface
    await surface.check()
    client = surface._client
    client._token = "xoxb-another"
    url = f"{silent.slack.team.home}/files-pri/T-{file.id}/a.pdf"
    with pytest.raises(RejectedError) as caught:
        [one async for one in client.fetch(url)]
    assert caught.value.reason == "no_permission"


def test_the_surface_proves_and_has_a_home_and_shows_nothing_of_its_tokens() -> None:
    surface = Workspace().new_surface(api_base="https://slack.com")
    assert isinstance(surface, CanProve)
    assert isinstance(surface, HasHome)
    assert BOT_TOKEN not in repr(surface) + repr(vars(surface))
    kinds: set[MediaKind] = {"image", "file", "voice", "video", "audio", "sticker"}
    assert set(surface.capabilities.media) == kinds
