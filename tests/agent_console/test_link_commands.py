"""`deskbridge agent link|unlink`, and what `list` shows of it."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bridge.cli import app
from tests.agent_console.office import ROOT


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the shipped configuration, run from a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESKBRIDGE_CONFIG", raising=False)
    path = tmp_path / "deskbridge.yaml"
    shutil.copy(ROOT / "config" / "deskbridge.yaml", path)
    return path


def _run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["agent", *words, "-c", str(config)])


def test_accounts_are_linked_listed_and_taken_away(config: Path) -> None:
    made = _run(config, "link", "anna", "--slack", "U024BE7LH", "--telegram", "777")
    assert made.exit_code == 0, made.output
    assert "U024BE7LH in Slack is Анна Коваль from now on." in made.output

    listed = _run(config, "list").output
    assert "Slack U024BE7LH (linked), Telegram 777 (linked)" in listed

    gone = _run(config, "unlink", "anna", "--slack")
    assert (gone.exit_code, gone.output) == (0, "U024BE7LH is Анна Коваль no more.\n")
    listed = _run(config, "list").output
    assert "Telegram 777 (linked)" in listed
    assert "U024BE7LH" not in listed
    assert _run(config, "unlink", "anna").exit_code == 0
    none = _run(config, "unlink", "anna")
    assert (none.exit_code, "anna has no linked account" in none.output) == (1, True)


def test_a_code_is_printed_as_it_is_sent(config: Path) -> None:
    result = _run(config, "link", "pavel", "--code")
    assert result.exit_code == 0, result.output
    assert re.search(r"^  /start [A-Z2-9]{5}-[A-Z2-9]{5}$", result.output, re.MULTILINE)


def test_what_the_yaml_says_is_listed_and_cannot_be_given_to_another(config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    changed = re.sub(r"(\n  pavel: \{)", r"\1telegram: 555, ", text)
    assert changed != text
    config.write_text(changed, encoding="utf-8")

    assert "Telegram 555" in _run(config, "list").output
    taken = _run(config, "link", "anna", "--telegram", "555")
    assert taken.exit_code == 1
    assert "(agents.pavel.telegram)" in taken.output
    kept = _run(config, "unlink", "pavel")
    assert (kept.exit_code, "telegram: 555" in kept.output) == (0, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody", "--code"), "there is no agent nobody"),
        (("anna",), "say --slack ID, --telegram NUMBER or --code"),
        (("anna", "--slack", "anna"), "anna is no member id of Slack"),
    ],
)
def test_link_says_what_it_needs(config: Path, words: tuple[str, ...], said: str) -> None:
    result = _run(config, "link", *words)
    assert result.exit_code == 1
    assert said in result.output
