"""`deskbridge agent token add|list|revoke`."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent_console.web.auth.bearer import is_token
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


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["agent", "token", *words])


def test_a_token_is_printed_once_and_listed_without_itself(config: Path) -> None:
    words = ("--name", "ночной отчёт", "--expires", "90d", "--scope", "read")
    made = _run("add", "anna", *words, "-c", str(config))

    assert made.exit_code == 0, made.output
    token = made.output.split()[-1]
    assert is_token(token)
    listed = _run("list", "anna", "-c", str(config)).output
    assert "ночной отчёт" in listed
    assert "never" in listed
    assert token not in listed


def test_a_revoked_token_is_listed_no_more(config: Path) -> None:
    _run("add", "anna", "--name", "x", "-c", str(config))

    assert _run("revoke", "anna", "--name", "x", "-c", str(config)).exit_code == 0

    assert len(_run("list", "anna", "-c", str(config)).output.splitlines()) == 1
    again = _run("revoke", "anna", "--name", "x", "-c", str(config))
    assert (again.exit_code, "no token named x" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody", "--name", "x"), "there is no agent nobody"),
        (("anna", "--name", "x", "--scope", "all"), "there is no scope all"),
        (("anna", "--name", "x", "--expires", "soon"), "a duration is written"),
        (("anna", "--name", "  "), "needs a name"),
        (("anna", "--name", "twice"), "has a token named twice already"),
    ],
)
def test_what_cannot_be_made_is_said(config: Path, words: tuple[str, ...], said: str) -> None:
    _run("add", "anna", "--name", "twice", "-c", str(config))

    refused = _run("add", *words, "-c", str(config))

    assert refused.exit_code == 1
    assert said in refused.output
