"""What `--help` says of every command is whole on a terminal of 80 columns."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bridge.cli import app

ROOT = get_command(app)


def below(command: Any, name: str = "deskbridge") -> Iterator[tuple[str, Any]]:
    """Yield a command and all below it, each with the words that one types."""
    yield name, command
    for word, one in getattr(command, "commands", {}).items():
        yield from below(one, f"{name} {word}")


ALL = dict(below(ROOT))
GROUPS = [name for name, one in ALL.items() if hasattr(one, "commands")]


def helped(name: str, columns: int = 80) -> list[str]:
    """Return the lines that `--help` prints."""
    words = name.split()[1:]
    ended = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": str(columns)})
    assert ended.exit_code == 0, ended.output
    return ended.output.splitlines()


def listed(name: str) -> dict[str, str]:
    """Return what the list of a group says of each command in it."""
    lines = helped(name)
    rows = [re.match(r"  (\S+)\s{2,}(\S.*)$", line) for line in lines[lines.index("Commands:") :]]
    return {row[1]: row[2] for row in rows if row}


@pytest.mark.parametrize("name", ALL)
def test_no_line_of_any_help_is_cut_or_too_long_for_80_columns(name: str) -> None:
    lines = helped(name)
    assert not [line for line in lines if len(line) > 80]
    # The usage has dots of its own: `[OPTIONS] COMMAND [ARGS]...`.
    said = [line for line in lines if not line.startswith("Usage:")]
    assert not [line for line in said if line.endswith(("...", "…"))]


@pytest.mark.parametrize("name", GROUPS)
def test_the_list_of_a_group_says_a_whole_sentence_of_each_command(name: str) -> None:
    rows = listed(name)
    assert list(rows) == list(ALL[name].commands)
    assert not [said for said in rows.values() if not said.endswith(".")]


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_every_option_says_what_it_does(name: str) -> None:
    assert ALL[name].help
    assert not [one.name for one in ALL[name].params if not one.help]
