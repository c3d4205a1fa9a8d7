"""What the model's Web API takes and refuses, by the strings that Slack documents."""

from typing import Any

import aiohttp
import pytest

from bridge.sandbox.faults import Fault
from bridge.sandbox.slack import APP_TOKEN, BOT, BOT_TOKEN, BOT_USER
from tests.bridge.sandbox.slack.app import App

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}}
BUTTON = {
    "type": "button",
    "action_id": "take",
    "value": "7",
    "text": {"type": "plain_text", "text": "Take"},
}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Transfer"},
    "blocks": [SECTION],
}


# --- Tokens --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-wrong", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type")],
)
async def test_a_call_without_the_bots_token_is_refused(app: App, token: Any, error: str) -> None:
    assert await app.ask("auth.test", token=token) == {"ok": False, "error": error}


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive"])
async def test_a_token_can_be_taken_away(app: App, error: str) -> None:
    app.slack.server.token_error = error
    assert (await app.post())["error"] == error


async def test_a_scope_that_is_missing_is_named(app: App) -> None:
    app.slack.server.scopes.discard("chat:write.customize")
    assert (await app.post())["ok"]
    answer = await app.post(username="Олена", icon_url="https://example.com/a.png")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write.customize")


async def test_the_app_learns_who_it_is(app: App) -> None:
    answer = await app.ask("auth.test")
    assert (answer["user_id"], answer["bot_id"]) == (BOT_USER, BOT)


async def test_a_method_that_does_not_exist_is_unknown(app: App) -> None:
    assert (await app.ask("chat.sing"))["error"] == "unknown_method"


# --- Posting -------------------------------------------------------------------------


async def test_a_post_stands_in_the_channel_under_its_time(app: App) -> None:
    answer = await app.post("Привіт 🐤", metadata={"event_type": "m", "event_payload": {"id": 7}})
    message = app.support.messages[answer["ts"]]
    assert (message.text, message.bot_id, message.user) == ("Привіт 🐤", BOT, BOT_USER)
    assert answer["message"]["metadata"]["event_payload"] == {"id": 7}


async def test_a_reply_stands_in_its_thread_even_below_another_reply(app: App) -> None:
    parent = (await app.post("parent"))["ts"]
    first = (await app.post("first", thread_ts=parent))["ts"]
    second = await app.post("second", thread_ts=first)
    assert second["message"]["thread_ts"] == parent
    answer = await app.ask("conversations.replies", {"channel": app.support.id, "ts": parent})
    assert [one["text"] for one in answer["messages"]] == ["parent", "first", "second"]
    history = await app.ask("conversations.history", {"channel": app.support.id})
    assert [one["text"] for one in history["messages"]] == ["parent"]


async def test_a_post_under_another_name_has_no_user(app: App) -> None:
    answer = await app.post(username="Олена", icon_url="https://example.com/a.png")
    told = answer["message"]
    assert (told["subtype"], told["username"]) == ("bot_message", "Олена")
    assert "user" not in told


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": None}, "no_text"),
        ({"channel": "C404"}, "channel_not_found"),
        ({"thread_ts": "yesterday"}, "invalid_thread_ts"),
        ({"metadata": {"event_type": "m"}}, "invalid_metadata_format"),
        (
            {"metadata": {"event_type": "m", "event_payload": {"a": "x" * 9000}}},
            "metadata_too_large",
        ),
        ({"blocks": {}}, "invalid_blocks_format"),
        ({"blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "hologram"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]},
            "invalid_blocks",
        ),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5},
            "msg_blocks_too_long",
        ),
        ({"blocks": [{"type": "actions", "elements": []}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [BUTTON] * 26}]}, "invalid_blocks"),
        ({"blocks": [SECTION | {"block_id": "a"}] * 2}, "invalid_blocks"),
        (
            {"blocks": [{"type": "actions", "elements": [BUTTON | {"value": "x" * 2001}]}]},
            "invalid_blocks",
        ),
    ],
)
async def test_a_post_is_checked(app: App, more: dict[str, Any], error: str) -> None:
    assert (await app.post(**more))["error"] == error
    assert app.support.messages == {}


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ({"is_archived": True}, "is_archived"),
        ({"restricted": True}, "restricted_action"),
        ({"members": set()}, "not_in_channel"),
        ({"members": set(), "is_private": True}, "channel_not_found"),
    ],
)
async def test_a_channel_may_be_closed_to_the_app(
    app: App, state: dict[str, Any], error: str
) -> None:
    for name, value in state.items():
        setattr(app.support, name, value)
    assert (await app.post())["error"] == error


async def test_a_post_of_more_than_forty_thousand_characters_is_cut(app: App) -> None:
    answer = await app.post("я" * 40_001)
    assert len(answer["message"]["text"]) == 40_000


async def test_own_messages_can_be_changed_and_taken_back_and_nobody_elses(app: App) -> None:
    ours = (await app.post("befor"))["ts"]
    theirs = (await app.anna.writes(app.support.id, "mine")).ts
    here = {"channel": app.support.id}
    assert (await app.ask("chat.update", here | {"ts": ours, "text": "before"}))["ok"]
    assert app.support.messages[ours].text == "before"
    long = await app.ask("chat.update", here | {"ts": ours, "text": "x" * 4001})
    assert long["error"] == "msg_too_long"
    refused = await app.ask("chat.update", here | {"ts": theirs, "text": "x"})
    assert refused["error"] == "cant_update_message"
    assert (await app.ask("chat.delete", here | {"ts": theirs}))["error"] == "cant_delete_message"
    assert (await app.ask("chat.delete", here | {"ts": ours}))["ok"]
    gone = await app.ask("chat.delete", here | {"ts": ours})
    assert gone["error"] == "message_not_found"


async def test_what_only_one_person_sees_is_in_no_history(app: App) -> None:
    here = {"channel": app.support.id, "text": "psst", "user": app.anna.id}
    assert (await app.ask("chat.postEphemeral", here))["ok"]
    assert app.support.messages == {}
    stranger = app.slack.agent("boris")
    refused = await app.ask("chat.postEphemeral", here | {"user": stranger.id})
    assert refused["error"] == "user_not_in_channel"


async def test_about_one_post_a_second_goes_into_a_channel(app: App) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    answers = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(6):
            body = {"channel": app.support.id, "text": "x"}
            async with session.post(app.slack.url + "chat.postMessage", json=body) as response:
                answers.append((response.status, response.headers.get("Retry-After")))
    assert answers == [(200, None)] * 4 + [(429, "1")] * 2
    assert app.slack.ledger.calls[-1].error == "ratelimited"
    assert (await app.post())["ok"]


# --- Reading -------------------------------------------------------------------------


async def test_history_comes_in_pages_and_between_times(app: App) -> None:
    times = [(await app.post(f"number {n}"))["ts"] for n in range(5)]
    here = {"channel": app.support.id}
    page = await app.ask("conversations.history", here | {"limit": 2})
    assert [one["text"] for one in page["messages"]] == ["number 4", "number 3"]
    assert page["has_more"]
    cursor = page["response_metadata"]["next_cursor"]
    page = await app.ask("conversations.history", here | {"limit": 9, "cursor": cursor})
    assert [one["text"] for one in page["messages"]] == ["number 2", "number 1", "number 0"]
    assert not page["has_more"]
    after = await app.ask("conversations.history", here | {"oldest": times[2]})
    assert [one["text"] for one in after["messages"]] == ["number 4", "number 3"]
    wrong = await app.ask("conversations.history", here | {"cursor": "x"})
    assert wrong["error"] == "invalid_cursor"


async def test_metadata_is_shown_to_who_asks_for_it(app: App) -> None:
    metadata = {"event_type": "m", "event_payload": {"outbox_id": 7}}
    ts = (await app.post(metadata=metadata))["ts"]
    here = {"channel": app.support.id, "ts": ts}
    (plain,) = (await app.ask("conversations.replies", here))["messages"]
    (whole,) = (await app.ask("conversations.replies", here | {"include_all_metadata": True}))[
        "messages"
    ]
    assert "metadata" not in plain
    assert whole["metadata"] == metadata


async def test_a_thread_that_is_not_there_is_said_as_such(app: App) -> None:
    answer = await app.ask("conversations.replies", {"channel": app.support.id, "ts": "1.1"})
    assert answer["error"] == "thread_not_found"


async def test_people_are_found_by_id_and_by_address(app: App) -> None:
    info = await app.ask("users.info", {"user": app.anna.id})
    assert info["user"]["profile"]["email"] == "anna@example.com"
    found = await app.ask("users.lookupByEmail", {"email": "Anna@Example.com"})
    assert found["user"]["id"] == app.anna.id
    assert (await app.ask("users.info", {"user": "U404"}))["error"] == "user_not_found"
    nobody = await app.ask("users.lookupByEmail", {"email": "x@example.com"})
    assert nobody["error"] == "users_not_found"
    everybody = await app.ask("users.list", {"limit": 1})
    assert everybody["response_metadata"]["next_cursor"] == "1"


async def test_the_app_enters_public_channels_by_itself_only(app: App) -> None:
    public = app.slack.channel("sales", invited=False)
    private = app.slack.channel("secret", private=True)
    assert (await app.ask("conversations.join", {"channel": public.id}))["channel"]["is_member"]
    refused = await app.ask("conversations.join", {"channel": private.id})
    assert refused["error"] == "method_not_supported_for_channel_type"
    assert (await app.ask("conversations.info", {"channel": private.id}))["channel"]["is_private"]


# --- Reactions, files, views ---------------------------------------------------------


async def test_a_reaction_is_added_once_and_taken_back_once(app: App) -> None:
    ts = (await app.post())["ts"]
    eyes = {"channel": app.support.id, "timestamp": ts, "name": "eyes"}
    answers = [
        (await app.ask(f"reactions.{method}", eyes)).get("error")
        for method in ("add", "add", "remove", "remove")
    ]
    assert answers == [None, "already_reacted", None, "no_reaction"]
    bad = [eyes | {"name": "no emoji!"}, eyes | {"timestamp": "1.1"}, eyes | {"timestamp": ""}]
    errors = [(await app.ask("reactions.add", one))["error"] for one in bad]
    assert errors == ["invalid_name", "message_not_found", "no_item_specified"]


async def test_a_file_goes_up_in_three_steps_and_comes_down_with_the_token(app: App) -> None:
    step = await app.ask("files.getUploadURLExternal", {"filename": "a.pdf", "length": 4})
    complete = {"files": [{"id": step["file_id"], "title": "A"}], "channel_id": app.support.id}
    early = await app.ask("files.completeUploadExternal", complete)
    assert early["error"] == "file_not_found"
    async with aiohttp.ClientSession() as session:
        async with session.post(step["upload_url"], data=b"%PD") as response:
            assert response.status == 400
        async with session.post(step["upload_url"], data=b"%PDF") as response:
            assert await response.text() == "OK - 4"
        done = await app.ask("files.completeUploadExternal", complete)
        assert done["files"] == [{"id": step["file_id"], "title": "A"}]
        told = (await app.ask("files.info", {"file": step["file_id"]}))["file"]
        url = told["url_private_download"]
        async with session.get(url) as response:
            assert (response.status, response.content_type) == (200, "text/html")
        headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
        async with session.get(url, headers=headers) as response:
            assert await response.read() == b"%PDF"
    (message,) = app.support.messages.values()
    assert (message.subtype, message.files[0].title) == ("file_share", "A")
    assert (await app.ask("files.info", {"file": step["file_id"]}))["file"]["size"] == 4


async def test_a_modal_opens_once_and_within_three_seconds_of_a_press(app: App) -> None:
    async def trigger() -> str:
        app.receiver.told.clear()
        await app.anna.shortcuts(app.support.id, ts, "transfer")
        return str(app.slack.ledger.attempts[-1].payload["trigger_id"])

    ts = (await app.anna.writes(app.support.id, "Hi")).ts
    good, late = await trigger(), await trigger()
    opened = await app.ask("views.open", {"trigger_id": good, "view": MODAL})
    assert opened["view"]["user"] == app.anna.id
    again = await app.ask("views.open", {"trigger_id": good, "view": MODAL})
    assert again["error"] == "exchanged_trigger_id"
    app.clock.tick(3.1)
    expired = await app.ask("views.open", {"trigger_id": late, "view": MODAL})
    assert expired["error"] == "expired_trigger_id"
    wrong = await app.ask("views.open", {"trigger_id": "x", "view": MODAL})
    assert wrong["error"] == "invalid_trigger_id"


async def test_a_view_is_changed_under_its_hash_only(app: App) -> None:
    home = {"type": "home", "blocks": [SECTION]}
    published = await app.ask("views.publish", {"user_id": app.anna.id, "view": home})
    view = {"view_id": published["view"]["id"], "view": home}
    conflict = await app.ask("views.update", view | {"hash": "old"})
    assert conflict["error"] == "hash_conflict"
    assert (await app.ask("views.update", view | {"hash": published["view"]["hash"]}))["ok"]
    assert (await app.ask("views.update", {"view_id": "V404", "view": home}))[
        "error"
    ] == "not_found"


@pytest.mark.parametrize(
    "view",
    [
        {"type": "modal", "blocks": [SECTION]},
        {"type": "home", "blocks": [SECTION] * 101},
        MODAL | {"title": {"type": "plain_text", "text": "x" * 25}},
        MODAL | {"private_metadata": "x" * 3001},
        MODAL | {"blocks": [{"type": "input", "label": {}, "element": {}}]},
    ],
)
async def test_a_view_is_checked(app: App, view: dict[str, Any]) -> None:
    method, more = "views.publish", {"user_id": app.anna.id}
    if view["type"] == "modal":
        method, more = "views.open", {"trigger_id": "x"}
    answer = await app.ask(method, {"view": view} | more)
    assert answer["error"] in ("invalid_arguments", "invalid_blocks")


# --- Faults --------------------------------------------------------------------------


async def test_a_fatal_error_may_come_after_the_effect(app: App) -> None:
    app.slack.faults.plan("chat.postMessage", Fault(error="fatal_error", after_effect=True))
    app.slack.faults.plan("chat.postMessage", Fault(error="internal_error"))
    assert (await app.post("posted"))["error"] == "fatal_error"
    assert (await app.post("not posted"))["error"] == "internal_error"
    assert [one.text for one in app.support.messages.values()] == ["posted"]


@pytest.mark.parametrize("posted", [0, 1])
async def test_a_connection_can_break_before_or_after_the_effect(app: App, posted: int) -> None:
    app.slack.faults.plan("chat.postMessage", Fault(reset=True, after_effect=posted == 1))
    with pytest.raises(aiohttp.ClientError):
        await app.post()
    assert len(app.support.messages) == posted
