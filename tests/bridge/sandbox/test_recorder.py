"""Payloads as files."""

import json
from pathlib import Path
from typing import Any

from bridge.sandbox.ledger import Wire
from bridge.sandbox.recorder import Recorder


def written(folder: Path) -> dict[str, Any]:
    return {one.name: json.loads(one.read_text("utf-8")) for one in sorted(folder.iterdir())}


def test_an_event_is_written_as_a_webhook_gets_it(tmp_path: Path) -> None:
    wire = Wire()
    Recorder(tmp_path).record(wire, ())
    wire.told("message", {"text": "Добрий день 🌷", "n": 1, "deep": [None, True]})
    assert written(tmp_path) == {
        "0001_message.json": {"text": "Добрий день 🌷", "n": 1, "deep": [None, True]}
    }


def test_a_call_is_written_with_its_answer_and_numbers_go_on(tmp_path: Path) -> None:
    (tmp_path / "0041_earlier.json").write_text("{}", encoding="utf-8")
    wire = Wire()
    Recorder(tmp_path).record(wire, ())
    wire.asked("sendMessage", {"chat_id": 1}, {"ok": True})
    assert written(tmp_path)["0042_sendMessage.json"] == {
        "given": {"chat_id": 1},
        "answer": {"ok": True},
    }


def test_no_secret_is_written_under_whatever_key(tmp_path: Path) -> None:
    wire = Wire()
    Recorder(tmp_path).record(wire, ["the-token"])
    address = "http://127.0.0.1/media/1?exp=5&sig=abc123"
    body = {"secret": "s3cret", "url": "/bot-the-token/x", "media": address}
    wire.told("event", body)
    text = (tmp_path / "0001_event.json").read_text("utf-8")
    assert not [one for one in ("s3cret", "the-token", "abc123") if one in text]


def test_the_name_of_an_event_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    wire = Wire()
    Recorder(tmp_path / "in").record(wire, ())
    wire.told("../../out", {})
    assert [one.name for one in (tmp_path / "in").iterdir()] == ["0001_.._.._out.json"]
