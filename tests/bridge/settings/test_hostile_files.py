"""Files that never end, pipes into which nobody writes, and texts made to be costly."""

import os
import threading
from pathlib import Path

import pytest

from bridge.settings import ConfigError, load, reading
from bridge.settings.problems import MAX_SHOWN
from tests.bridge.settings.files import LONG, Desk

GOOD = "version: 1\nserver: {secret_key: '${file:key}'}\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.3)


def pipe(path: Path, content: str | None = None) -> None:
    """Make a pipe, and write into it as soon as somebody reads it."""
    os.mkfifo(path)
    if content is not None:
        threading.Thread(target=path.write_text, args=[content], daemon=True).start()


def unreadable(desk: Desk) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(desk.path, kinds=desk.kinds, environ={})
    return caught.value


def test_a_secret_may_come_through_a_pipe(desk: Desk) -> None:
    pipe(desk.folder / "key", LONG)
    secret = desk.load(GOOD).server.secret_key
    assert secret is not None
    assert secret.reveal() == LONG


def test_the_configuration_may_come_through_a_pipe(desk: Desk) -> None:
    pipe(desk.path, "version: 1\n")
    assert load(desk.path, kinds=desk.kinds, environ={}).version == 1


def test_a_pipe_into_which_nobody_writes_is_given_up(desk: Desk) -> None:
    pipe(desk.folder / "key")
    problem = desk.problem(GOOD)
    assert (problem.code, problem.line) == ("unreadable_reference", 2)
    assert "no end after" in problem.message


def test_a_pipe_that_is_never_closed_is_given_up(desk: Desk) -> None:
    pipe(desk.folder / "key")
    held = os.open(desk.folder / "key", os.O_RDWR)
    os.write(held, LONG.encode())
    problem = desk.problem(GOOD)
    os.close(held)
    assert "no end after" in problem.message
    assert LONG not in str(problem)


def test_a_configuration_that_is_a_pipe_into_which_nobody_writes_is_given_up(desk: Desk) -> None:
    pipe(desk.path)
    error = unreadable(desk)
    assert error.unreadable
    assert "no end after" in str(error)


@pytest.mark.parametrize("name", ["key", ".env", "deskbridge.yaml"])
def test_a_device_without_an_end_is_read_no_further_than_the_limit(desk: Desk, name: str) -> None:
    desk.write(GOOD)
    (desk.folder / "key").write_text(LONG)
    (desk.folder / name).unlink(missing_ok=True)
    (desk.folder / name).symlink_to("/dev/zero")
    assert "larger than" in str(unreadable(desk))


def test_a_file_that_is_no_utf_8_is_told_with_the_place_of_the_first_wrong_byte(desk: Desk) -> None:
    desk.path.write_bytes("version: 1\nagents: {anna: {name: Анна".encode() + b"\xff}}\n")
    error = unreadable(desk)
    assert error.unreadable
    assert (error.problems[0].line, error.problems[0].column) == (2, 27)


@pytest.mark.parametrize("depth", [100, 900, 20_000])
def test_references_that_stand_in_for_each_other_without_end_are_an_error(
    desk: Desk, depth: int
) -> None:
    nested = "${X:-" * depth + LONG + "}" * depth
    problem = desk.problem(f"version: 1\nserver: {{public_url: '{nested}'}}\n")
    assert (problem.code, problem.line) == ("bad_reference", 2)
    assert "nested too deeply" in problem.message


def test_some_references_may_stand_in_for_each_other(desk: Desk) -> None:
    nested = "${X:-" * 20 + "http://a.example" + "}" * 20
    settings = desk.load(f"version: 1\nserver: {{public_url: '{nested}'}}\n")
    assert "a.example" in str(settings.server.public_url)


def test_of_a_mistake_on_thousands_of_lines_somebody_is_shown_what_can_be_read(desk: Desk) -> None:
    error = desk.error("version: 1\nagents:\n" + "".join(f"  a{i}: 1\n" for i in range(2000)))
    assert len(error.problems) == 2000 > MAX_SHOWN
    told = str(error)
    assert told.count("error[") == MAX_SHOWN
    assert f"... and {len(error.problems) - MAX_SHOWN} more" in told
    assert told.endswith(f"{len(error.problems)} errors. Nothing was changed.")
