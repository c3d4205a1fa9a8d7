"""On a server the process that has a surface shows what comes as soon as on a file."""

import pytest

from agent_console.fanout.ahead import Ahead
from agent_console.fanout.steps import AnyStep
from bridge.store.transactions import Tx
from tests import postgres
from tests.bench.staff import group
from tests.databases import until


async def test_what_is_said_is_claimed_with_its_message_where_the_process_has_the_surface(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, reckon = list[int](), Ahead.reckon

    def reckoned(ahead: Ahead, tx: Tx, conversation_id: int) -> AnyStep | None:
        found.append(conversation_id)
        return reckon(ahead, tx, conversation_id)

    monkeypatch.setattr(Ahead, "reckon", reckoned)
    server = postgres.fresh()
    try:
        async with group(server.url, limited=False) as staff:
            await staff.shown("first")
            fanout = staff.program.staff["group"].fanout
            await until(lambda: not fanout._tasks)  # The test looks inside.
            found.clear()
            await staff.shown("second")
            assert found == []
    finally:
        postgres.drop(server)
