"""What the model tells an app by HTTP, and how often."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs

from tests.bridge.sandbox.slack.app import App
from tests.bridge.sandbox.slack.test_web_api import BUTTON, MODAL


def payload(app: App) -> dict[str, Any]:
    """Return what somebody did, as the app was told last."""
    told: dict[str, Any] = json.loads(parse_qs(app.receiver.told[-1][1].decode())["payload"][0])
    return told


async def test_an_address_must_answer_the_challenge(app: App) -> None:
    assert app.slack.webhooks.events == app.receiver.url
    app.receiver.status = 500
    assert not await app.slack.verify_url(app.receiver.url.replace("events", "nowhere"))
    assert app.slack.webhooks.events == app.receiver.url


async def test_an_event_is_signed_with_its_time(app: App) -> None:
    await app.anna.writes(app.support.id, "Привіт")
    headers, body = app.receiver.told[-1]
    stamp = headers["X-Slack-Request-Timestamp"]
    assert int(stamp) == app.clock.now() // 1000
    secret = b"8f742231b10e8888abcd99yyyzzz85a5"
    made = hmac.new(secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Slack-Signature"] == f"v0={made}"


async def test_everything_that_happens_in_a_channel_is_told(app: App) -> None:
    here = app.support.id
    ts = (await app.anna.writes(here, "befor")).ts
    await app.anna.writes(here, "reply", thread_ts=ts)
    await app.anna.writes(here, "to all", thread_ts=ts, broadcast=True)
    await app.anna.writes(here, "look", files={"a.png": b"png"})
    await app.anna.edits(here, ts, "before")
    await app.anna.reacts(here, ts, "eyes")
    await app.anna.unreacts(here, ts, "eyes")
    await app.anna.deletes(here, ts)
    await app.slack.agent("boris").joins(here)
    await app.anna.opens_home()
    told = [(one["type"], one.get("subtype")) for one in app.receiver.events]
    assert told == [
        ("message", None),
        ("message", None),
        ("message", "thread_broadcast"),
        ("message", "file_share"),
        ("message", "message_changed"),
        ("reaction_added", None),
        ("reaction_removed", None),
        ("message", "message_deleted"),
        ("message", "channel_join"),
        ("member_joined_channel", None),
        ("app_home_opened", None),
    ]
    changed = app.receiver.events[4]
    assert changed["message"]["text"] == "before"
    assert changed["previous_message"]["text"] == "befor"
    assert app.receiver.events[7]["deleted_ts"] == ts


async def test_the_apps_own_messages_come_back_to_it_with_what_marks_them(app: App) -> None:
    metadata = {"event_type": "m", "event_payload": {"outbox_id": 7}}
    await app.post(metadata=metadata)
    await app.slack.telling.settled()
    (event,) = app.receiver.events
    assert event["bot_id"]
    assert event["metadata"] == metadata


async def test_a_channel_without_the_app_tells_it_nothing(app: App) -> None:
    sales = app.slack.channel("sales", app.anna, invited=False)
    await app.anna.writes(sales.id, "secret")
    assert app.receiver.told == []


async def test_what_is_not_answered_comes_again_at_once_after_a_minute_and_after_five(
    app: App,
) -> None:
    app.receiver.status = 503
    posted = await app.anna.writes(app.support.id, "Hi")
    assert not posted.answered
    await app.slack.telling.settled()
    assert app.slept == [0, 60, 300]
    retries = [headers.get("X-Slack-Retry-Num") for headers, _ in app.receiver.told]
    assert retries == [None, "1", "2", "3"]
    assert app.receiver.told[-1][0]["X-Slack-Retry-Reason"] == "http_error"
    assert len({body for _, body in app.receiver.told}) == 1
    assert app.slack.ledger.missed == [posted.event_id]


async def test_it_stops_coming_once_it_is_answered(app: App) -> None:
    app.receiver.failures = 2
    await app.anna.writes(app.support.id, "Hi")
    await app.slack.telling.settled()
    assert len(app.receiver.told) == 3
    assert app.slack.ledger.missed == []
    assert app.slack.ledger.attempts[-1].answered == 200


async def test_an_app_can_ask_not_to_be_told_again(app: App) -> None:
    app.receiver.status, app.receiver.headers = 500, {"X-Slack-No-Retry": "1"}
    await app.anna.writes(app.support.id, "Hi")
    await app.slack.telling.settled()
    assert len(app.receiver.told) == 1


async def test_an_answer_after_three_seconds_counts_as_none(app: App) -> None:
    app.slack.webhooks.patience, app.receiver.delay = 0.05, 0.2
    await app.anna.writes(app.support.id, "Hi")
    await app.slack.telling.settled()
    assert app.receiver.told[1][0]["X-Slack-Retry-Reason"] == "http_timeout"


async def test_the_same_event_can_be_told_twice(app: App) -> None:
    posted = await app.anna.writes(app.support.id, "Hi")
    assert (await app.slack.telling.again(posted.event_id)).ok
    first, second = (json.loads(body)["event_id"] for _, body in app.receiver.told)
    assert first == second


async def test_a_press_names_who_where_and_what(app: App) -> None:
    actions = {"type": "actions", "block_id": "b", "elements": [BUTTON]}
    ts = (await app.post(blocks=[actions]))["ts"]
    assert (await app.anna.presses(app.support.id, ts, "take")).ok
    told = payload(app)
    assert (told["type"], told["user"]["id"]) == ("block_actions", app.anna.id)
    assert told["container"]["message_ts"] == ts
    (action,) = told["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("take", "b", "7")


async def test_a_modal_that_is_submitted_may_be_answered_with_errors(app: App) -> None:
    ts = (await app.post())["ts"]
    await app.anna.shortcuts(app.support.id, ts, "transfer")
    told = payload(app)
    assert (told["type"], told["callback_id"]) == ("message_action", "transfer")
    opened = await app.ask("views.open", {"trigger_id": told["trigger_id"], "view": MODAL})
    view_id = opened["view"]["id"]
    app.receiver.body = {"response_action": "errors", "errors": {"who": "Choose somebody."}}
    values = {"who": {"agent": {"type": "users_select", "selected_user": app.anna.id}}}
    answer = await app.anna.submits(view_id, values)
    assert answer.body["response_action"] == "errors"
    assert view_id in app.slack.team.views
    app.receiver.body = None
    await app.anna.submits(view_id, values)
    assert payload(app)["view"]["state"]["values"] == values
    assert view_id not in app.slack.team.views
