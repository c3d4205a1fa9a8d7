"""Places on a database that several share, and ports that are taken before anybody is answered."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from bridge import start
from bridge.settings import Address
from bridge.start import StartError, listen, lock, lock_beside, port_to_be_had, running
from tests.ports import free_port


def test_of_a_folder_that_machines_share_each_knows_its_own_processes_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, here = tmp_path / "desk.db", start._here()
    with monkeypatch.context() as elsewhere:
        # There, the number is another process's.
        elsewhere.setattr(start, "_here", lambda: "another-machine pid:[1]")
        theirs = lock_beside(path)
    ours = lock_beside(path)
    assert running(path) == [os.getpid()]
    ours.close()
    assert running(path) == []
    monkeypatch.setattr(start, "_here", lambda: "another-machine pid:[1]")
    assert running(path) == [os.getpid()]
    assert here != start._here()
    theirs.close()


def test_a_file_is_refused_while_a_process_of_any_machine_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(start, "_here", lambda: "another-machine pid:[1]")
        first, second = lock_beside(path), lock_beside(path)
    first.close()
    with pytest.raises(StartError, match="another deskbridge already runs"):
        lock(path)
    second.close()
    lock(path).close()


def test_one_of_several_refuses_whoever_connects_before_it_answers() -> None:
    port = free_port()
    with listen("127.0.0.1", port, at_once=False), socket.socket() as asking:
        assert asking.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def test_the_only_one_has_whoever_connects_wait_until_it_answers() -> None:
    port = free_port()
    with listen("127.0.0.1", port), socket.socket() as asking:
        assert asking.connect_ex(("127.0.0.1", port)) == 0


def test_a_port_that_another_took_in_between_is_told_of_in_one_line() -> None:
    port = free_port()
    with listen("127.0.0.1", port, at_once=False) as ours, socket.socket() as theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        theirs.bind(("127.0.0.1", port))
        theirs.listen(1)
        with (
            pytest.raises(StartError, match=f"port {port} on 127.0.0.1 is in use"),
            port_to_be_had(Address("127.0.0.1", port)),
        ):
            ours.listen(1)


@pytest.mark.parametrize("take", [lock, lock_beside])
def test_a_folder_that_cannot_be_made_or_written_is_told_of_in_one_line(
    take: Callable[[Path], IO[str]], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "desk.lock").mkdir()
    for path in (tmp_path / "file" / "desk.db", tmp_path / "desk.db"):
        with pytest.raises(StartError, match=r"cannot be written: .*storage\.database") as told:
            take(path)
        assert "\n" not in str(told.value)
