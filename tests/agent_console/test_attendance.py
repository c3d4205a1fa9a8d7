"""Who has a console open is written down, whatever the database does meanwhile."""

from typing import Any

import pytest

from agent_console.web.live import attendance
from agent_console.web.live.attendance import Attendance
from bridge.channel import StorageUnavailableError
from bridge.store.presence import ATTENDANCE_OF
from routing.desk import Desk
from routing.policy import Policy
from tests.agent_console.office import Office
from tests.agent_console.test_presence import comes_true


async def presence(office: Office) -> str:
    """Return what everybody reads of Pavel."""
    one = await office.store.read(lambda tx: tx.the(ATTENDANCE_OF, id="pavel"))
    return one.presence


async def test_what_the_database_could_not_take_is_written_once_it_can(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    real = office.store.write

    async def sometimes(*given: Any) -> Any:
        tries.append(len(tries))
        if len(tries) < 3:
            raise StorageUnavailableError("the disk is full")
        return await real(*given)

    monkeypatch.setattr(attendance, "_AGAIN", 0.0)
    monkeypatch.setattr(office.store, "write", sometimes)
    here = Attendance(office.store, Desk(Policy()))
    assert here.opened("pavel")

    async def is_online() -> bool:
        return await presence(office) == "online"

    await comes_true(is_online, wanted=True)
    assert tries == [0, 1, 2]


async def test_a_second_console_is_no_coming_and_its_end_no_going(office: Office) -> None:
    here = Attendance(office.store, Desk(Policy()))
    told = [here.opened("pavel"), here.opened("pavel"), here.closed("pavel"), here.closed("pavel")]
    assert told == [True, False, False, True]
    assert here.here() == frozenset()


async def test_touches_close_together_in_one_conversation_are_written_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Any] = []

    async def noted(_work: Any, _policy: Any, _here: Any, worked: Any, _: Any) -> None:
        written.append(dict(worked))

    monkeypatch.setattr(office.store, "write", noted)
    here = Attendance(office.store, Desk(Policy()))

    async def settled() -> bool:
        return here._writing is None or here._writing.done()

    for conversation, after in ((1, 0.0), (1, 4.9), (2, 0.0), (2, 5.0)):
        office.clock.tick(after)
        here.touched("pavel", conversation)
        await comes_true(settled, wanted=True)
    assert written == [{"pavel": 1}, {"pavel": 2}, {"pavel": 2}]
