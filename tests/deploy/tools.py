"""The programs that read what `deploy/` holds."""

import os
import shutil
import subprocess

import pytest

from tests.desk import ROOT

DEPLOY = ROOT / "deploy"
# Debian puts servers where only root's PATH looks.
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def tool(name: str) -> str:
    """Return the path of a program, or fail with what to do."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        pytest.fail(f"{name} is missing: run `make test`, or scripts/deploy-env.sh", pytrace=False)
    return found


def run(name: str, *arguments: str) -> str:
    """Run a program to its end; fails with what it says when it is not content."""
    ended = subprocess.run(
        (tool(name), *arguments), capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr
