"""The trace of a send holds its shape, and no secret and no word."""

import json
from typing import Any

import pytest

from bridge import wirelog

TEXT = "заказ на улицу Садовую, 5"
TOKEN = "7000000004:AAtoken-of-the-shop-bot-01234567890"


def traced(given: Any, status: str | int = 400, said: str = "") -> Any:
    """Return the trace of one call, as it is written down."""
    with wirelog.recording() as trace:
        wirelog.asked("sendMessage", lambda: given)(status, said)
    return json.loads(trace.written("RejectedError"))


def test_a_call_is_kept_with_its_shape_its_numbers_and_what_came_back() -> None:
    given = {"chat_id": 12, "text": TEXT, "parse_mode": "HTML", "reply": {"quiet": True}}
    assert traced(given, 400, "Bad Request: chat not found") == {
        "calls": [
            {
                "asked": "sendMessage",
                "with": {
                    "chat_id": 12,
                    "text": f"‹{len(TEXT)}›",
                    "parse_mode": "HTML",
                    "reply": {"quiet": True},
                },
                "answered": "400",
                "said": "Bad Request: chat not found",
            }
        ],
        "error": "RejectedError",
    }


@pytest.mark.parametrize(
    "given",
    [
        {"text": TEXT},
        {"type": TEXT},
        {"token": TOKEN},
        {"access_token": 12345678},
        {TEXT: 1},
        {"a": [{"b": [TEXT]}]},
        {"raw": TEXT.encode()},
        {"keyboard": json.dumps({"text": TEXT}, ensure_ascii=False)},
    ],
)
def test_no_word_and_no_secret_of_a_call_is_kept(given: Any) -> None:
    written = json.dumps(traced(given), ensure_ascii=False)
    for hidden in (TEXT, "Садовую", TOKEN, "12345678"):
        assert hidden not in written


@pytest.mark.parametrize(
    "said",
    [
        f'can\'t parse entities: unsupported tag "{TEXT}"',
        f"see https://api.example/bot{TOKEN}/sendMessage",
        "550 5.1.1 <olena@example.com>: no such user",
        "user olena@example.com is over quota",
        "call +380 44 123 45 67",
        f"the token {TOKEN} was revoked",
    ],
)
def test_a_platforms_sentence_is_kept_without_what_it_quotes(said: str) -> None:
    kept = traced({}, 400, said)["calls"][0]["said"]
    for hidden in (TEXT, TOKEN, "olena", "123 45", "api.example"):
        assert hidden not in kept


def test_nothing_is_worked_out_where_nobody_gathers() -> None:
    def fails() -> Any:
        raise AssertionError("nobody is to read it")

    wirelog.asked("sendMessage", fails)("ok", "")
    with wirelog.recording():
        wirelog.asked("sendMessage", fails)


def test_a_call_that_cannot_be_shown_does_not_undo_the_rest() -> None:
    with wirelog.recording() as trace:
        wirelog.asked("one", lambda: {"n": 1})
        wirelog.asked("two", lambda: 1 // 0)
    calls = json.loads(trace.written("X"))["calls"]
    assert [one["with"] for one in calls] == [{"n": 1}, "‹ZeroDivisionError›"]


def test_a_trace_stays_small_whatever_is_sent() -> None:
    with wirelog.recording() as trace:
        for _ in range(100):
            wirelog.asked("many", lambda: {f"key_{n}": n for n in range(5000)})
    assert len(trace.written("X")) <= wirelog.LONGEST
    assert len(trace.calls) == wirelog.MOST_CALLS


def test_what_came_in_is_shown_by_its_shape() -> None:
    assert wirelog.outline(b'{"event": "message", "text": "abc"}') == {
        "event": "message",
        "text": "‹3›",
    }
    assert wirelog.outline("Привіт".encode()) == "‹12 bytes›"
