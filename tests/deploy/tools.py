"""The programs that read what `deploy/` holds."""

import subprocess

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
