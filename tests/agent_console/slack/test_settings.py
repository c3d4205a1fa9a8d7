"""The keys of the YAML, and what is refused at load."""

from pathlib import Path
from typing import Any

import pytest

from agent_console.registry import SETTINGS, SURFACES
from agent_console.slack.settings import SlackSettings
from agent_console.slack.surface import SlackSurface
from bridge.settings import ConfigError, Kinds, load
from channels.registry import load_class

VARIABLES = {"BOT": "xoxb-1", "APP": "xapp-1", "SECRET": "s3cret", "WRONG": "nonsense"}
WHOLE = "{type: slack, bot_token: '${BOT}', app_token: '${APP}', channels: {default: C0DESK0001}}"


def loaded(tmp_path: Path, keys: str) -> SlackSettings:
    """Load a file with one surface."""
    path = tmp_path / "deskbridge.yaml"
    text = f"version: 1\nteams: {{support: {{}}}}\nstaff:\n  slack_main: {keys}\n"
    path.write_text(text, encoding="utf-8")
    found = load(path, kinds=Kinds(surfaces=SETTINGS), environ=VARIABLES).staff["slack_main"]
    assert isinstance(found, SlackSettings)
    return found


def refused(tmp_path: Path, old: str, new: str) -> Any:
    """Load a file that is refused; return its one problem."""
    assert old in WHOLE
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, WHOLE.replace(old, new))
    (problem,) = caught.value.problems
    return problem


def test_what_one_gets_unasked(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE)
    assert found.note_prefix == ("//", ";;", "note:", "🔒")
    assert (found.reply, found.on_close, found.undo_send) == ("thread", "collapse", None)
    assert (found.api_base, found.proxy) == ("https://slack.com", None)


def test_the_class_is_found_by_its_kind() -> None:
    assert load_class(SURFACES["slack"]) is SlackSurface


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("C0DESK0001", "'#support'", "bad_text"),
        ("C0DESK0001", "support", "bad_text"),
        ("'${BOT}'", "'${WRONG}'", "bad_text"),
        ("'${BOT}'", "xoxb-1", "inline_secret"),
        ("'${APP}'", "'${BOT}'", "bad_text"),
        (", app_token: '${APP}'", "", "missing_key"),
        ("type: slack", "type: slack, reply: sometimes", "not_a_choice"),
        ("type: slack", "type: slack, on_close: burn", "not_a_choice"),
        ("type: slack", "type: slack, undo_send: 2m", "bad_duration"),
        ("type: slack", "type: slack, note_prefix: ['//', ' ']", "bad_prefix"),
        ("default: C0DESK0001", "suport: C0DESK0001", "unknown_id"),
    ],
)
def test_what_cannot_work_is_refused_at_load(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert refused(tmp_path, old, new).code == code


def test_a_signing_secret_does_in_place_of_a_socket(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE.replace("app_token: '${APP}'", "signing_secret: '${SECRET}'"))
    assert found.app_token is None
    assert found.signing_secret is not None


def test_a_team_has_a_channel_of_its_own(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE.replace("default:", "support: C0SUPPORT1, default:"))
    assert found.channels == {"support": "C0SUPPORT1", "default": "C0DESK0001"}
