"""A process that is killed has lost nothing it had answered for."""

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.db import Place, Server
from tests import desk
from tests.databases import watching

WRITER = (sys.executable, "-m", "tests.bridge.store.writes_until_killed")


def answered_before_kill(database: Place, lines: int) -> list[str]:
    """Let the writer run until it has answered so many, kill it, return all it has said."""
    url = database.url if isinstance(database, Server) else f"sqlite:///{database}"
    process = subprocess.Popen([*WRITER, url], cwd=desk.ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    said += process.stdout.readlines()
    process.stdout.close()
    process.wait(10)
    # The last line may be torn; what was written whole was answered.
    return [line.decode().strip() for line in said if line.endswith(b"\n")]


@pytest.mark.parametrize("lines", [1, 37, 400])
def test_what_a_killed_process_had_answered_is_there_whole_after_it(
    database: Place, lines: int
) -> None:
    answered = answered_before_kill(database, lines)
    assert len(answered) >= lines
    with watching(database) as connection:
        if isinstance(database, Path):
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        keys = {key for (key,) in connection.execute("SELECT key FROM meta")}
        events = [kind for (kind,) in connection.execute("SELECT kind FROM events ORDER BY id")]
    assert keys >= set(answered)
    # Both halves of each transaction, once, and each writer's in its order.
    assert keys == set(events)
    assert len(events) == len(keys)
    for writer in range(8):
        mine = [event for event in events if event.startswith(f"{writer}/")]
        assert mine == [f"{writer}/{number}" for number in range(len(mine))]
