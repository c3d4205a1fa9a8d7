"""What the harness needs of a fresh machine is installed, or said to be missing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.desk import ROOT

SCRIPT = ROOT / "scripts" / "strace-env.sh"
NOT_RUN = "losses of power and kills at calls of the system are NOT RUN"


def prepared(folder: Path, **tools: str) -> subprocess.CompletedProcess[str]:
    """Run the script where there is no more than these tools, each a script of the shell's."""
    (folder / "dirname").symlink_to(shutil.which("dirname") or "")
    for name, text in tools.items():
        (tool := folder / name).write_text(f"#!/bin/sh\n{text}\n")
        tool.chmod(0o700)
    return subprocess.run(
        ["/bin/bash", SCRIPT],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_where_strace_looks_at_processes_nothing_is_said(tmp_path: Path) -> None:
    found = prepared(tmp_path, strace="exit 0")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_where_strace_may_not_look_at_processes_it_is_said_and_all_else_goes_on(
    tmp_path: Path,
) -> None:
    found = prepared(tmp_path, strace="exit 1")
    assert found.returncode == 0
    assert NOT_RUN in found.stdout


def test_where_nobody_can_install_strace_it_is_said_how_and_all_else_goes_on(
    tmp_path: Path,
) -> None:
    found = prepared(tmp_path)
    assert found.returncode == 0
    assert "losses of power need strace" in found.stderr
    assert NOT_RUN in found.stdout


@pytest.mark.parametrize("what", ["mail", "postgres", "redis", "strace"])
def test_a_run_of_the_faults_begins_with_all_that_it_needs(what: str) -> None:
    steps = subprocess.run(
        ["make", "--dry-run", "faults"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.splitlines()
    faults = next(number for number, one in enumerate(steps) if "-m tests." in one)
    assert f"scripts/{what}-env.sh" in steps[:faults]
