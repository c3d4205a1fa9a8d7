"""The programs that read what `deploy/` holds."""

import subprocess
from collections.abc import Sequence

import typer

from bridge.cli import app
from tests.desk import ROOT
from tests.servers import program

DEPLOY = ROOT / "deploy"


def run(name: str, *arguments: str) -> str:
    """Run a program to its end; fails with what it says when it is not content."""
    ended = subprocess.run(
        (program(name), *arguments), capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def understood(words: Sequence[str]) -> dict[str, object]:
    """Return what the program makes of its own command line, without doing it; fails at a fault."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    command = group.commands[words[0]]
    with command.make_context(words[0], list(words[1:])) as context:
        return dict(context.params)
