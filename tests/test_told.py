"""The lines of runs stand at the end of the tests, from processes beside each other too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk import ROOT

CONFTEST = "from tests.told import pytest_terminal_summary, tells\n"
TESTS = """
def test_that_passes(tells):
    tells("sqlite, a run, seed 1: lost 0")
    tells("sqlite, another run, seed 1: lost 0")


def test_that_fails(tells):
    tells("sqlite, a run, seed 2: lost 3")
    assert False


def test_that_tells_nothing():
    print("unseen")
"""
LINES = [
    "sqlite, a run, seed 1: lost 0",
    "sqlite, a run, seed 2: lost 3",
    "sqlite, another run, seed 1: lost 0",
]


def run(folder: Path, tests: str, *options: str) -> list[str]:
    """Run tests in a process of their own; return what was printed, a line each."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_runs.py").write_text(tests)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *options,
        str(folder),
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return str(done.stdout).splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two"])
def test_what_runs_came_to_stands_at_the_end_whether_they_passed_or_failed(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    printed = run(tmp_path, TESTS, *options)
    (begins,) = [n for n, one in enumerate(printed) if "what runs came to" in one]
    assert printed[begins + 1 : begins + 4] == LINES
    assert "unseen" not in printed


def test_where_nothing_was_told_there_is_no_such_part(tmp_path: Path) -> None:
    printed = run(tmp_path, "def test_that_tells_nothing():\n    pass\n")
    assert "what runs came to" not in "\n".join(printed)
