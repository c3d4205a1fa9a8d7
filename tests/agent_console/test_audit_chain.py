"""The audit trail misses what was changed in it, taken out of it, or cut off from it."""

from datetime import timedelta

import pytest

from agent_console.audit import By, Deed, record
from bridge.store import chain
from bridge.store.chain import Found, check
from bridge.store.transactions import Store, Tx
from routing.housekeeping import forget_acts
from tests.agent_console.office import Agent, Office
from tests.clock import ManualClock
from tests.databases import by_hand

DAY = 86_400


async def _five(store: Store) -> None:
    """Write five acts down, one a transaction; their ids are 1 to 5."""
    for number in range(1, 6):
        deed = Deed("exported", "audit", {"n": number, "слово": "ї"})
        await store.write(record, By(surface="command"), deed)


async def _tampered(store: Store, *statements: str) -> Found:
    def tamper(tx: Tx) -> None:
        for one in statements:
            assert by_hand(tx, one).rowcount > 0

    await store.write(tamper)
    return await store.read(check)


async def test_a_trail_that_nobody_touched_is_whole(store: Store) -> None:
    assert await store.read(check) == Found(0, chain.End(0, ""), ())
    await _five(store)

    found = await store.read(check)

    assert (found.acts, found.end.id, found.faults) == (5, 5, ())


@pytest.mark.parametrize(
    "change",
    [
        "at = at + 1",
        "action = 'sign_in'",
        "subject = NULL",
        "surface = 'console'",
        "address = '192.0.2.1'",
        "detail = '{}'",
        "hash = 'x'",
    ],
)
async def test_an_act_that_was_changed_is_named(store: Store, change: str) -> None:
    await _five(store)

    found = await _tampered(store, f"UPDATE audit SET {change} WHERE id = 3")  # noqa: S608

    assert (3, "changed") in found.faults
    assert {act for act, _ in found.faults} <= {3, 4}


async def test_an_act_that_was_changed_with_its_hash_is_missed_by_the_next(store: Store) -> None:
    await _five(store)
    act: chain.Act = {
        "at": 1,
        "agent_id": None,
        "action": "sign_in",
        "subject": None,
        "surface": "console",
        "address": None,
        "detail": "{}",
    }
    before = await store.read(_hash_of, 2)
    forged = chain.digest(before, act)

    found = await _tampered(
        store,
        "UPDATE audit SET at = 1, action = 'sign_in', subject = NULL, surface = 'console', "  # noqa: S608
        f"detail = '{{}}', hash = '{forged}' WHERE id = 3",
    )

    assert found.faults == ((4, "missing_before"),)


def _hash_of(tx: Tx, act_id: int) -> str:
    row = by_hand(tx, "SELECT hash FROM audit WHERE id = ?", [act_id]).fetchone()
    return str(row[0])


async def test_an_act_that_was_taken_out_is_told_by_where_it_stood(store: Store) -> None:
    await _five(store)

    found = await _tampered(store, "DELETE FROM audit WHERE id = 3")

    assert found.faults == ((4, "missing_before"),)


async def test_a_beginning_that_was_taken_out_is_told(store: Store) -> None:
    await _five(store)

    found = await _tampered(store, "DELETE FROM audit WHERE id < 3")

    assert found.faults == ((3, "missing_before"),)


async def test_an_end_that_was_cut_off_is_told(store: Store) -> None:
    await _five(store)

    found = await _tampered(store, "DELETE FROM audit WHERE id > 3")

    assert found.faults == ((3, "cut_off"),)


async def test_a_whole_trail_that_was_thrown_away_is_told(store: Store) -> None:
    await _five(store)

    assert (await _tampered(store, "DELETE FROM audit")).faults == ((0, "cut_off"),)


async def test_a_trail_that_was_written_anew_lacks_the_end_that_was_noted(store: Store) -> None:
    await _five(store)
    noted = (await store.read(check)).end
    assert (await store.read(check, noted)).faults == ()
    await _tampered(store, "DELETE FROM audit", "DELETE FROM meta WHERE key = 'audit_head'")
    for _ in range(6):
        await store.write(record, By(surface="command"), Deed("sign_in"))

    assert (await store.read(check)).faults == ()
    assert (await store.read(check, noted)).faults == ((5, "not_in_it"),)


async def test_what_is_forgotten_because_it_is_old_is_no_fault(
    store: Store, clock: ManualClock
) -> None:
    await _five(store)
    noted = (await store.read(check)).end
    clock.tick(2 * DAY)
    await store.write(record, By(surface="command"), Deed("exported"))
    assert await store.write(forget_acts, timedelta(days=1)) == 5

    found = await store.read(check, noted)

    assert (found.acts, found.faults) == (1, ())
    assert (await _tampered(store, "DELETE FROM audit")).faults == ((5, "cut_off"),)


async def test_a_clock_that_was_set_back_makes_no_hole_in_the_trail(
    store: Store, clock: ManualClock
) -> None:
    await _five(store)
    clock.tick(-30 * DAY)
    await store.write(record, By(surface="command"), Deed("exported"))
    clock.tick(30 * DAY)

    assert await store.write(forget_acts, timedelta(days=1)) == 0
    assert (await store.read(check)).faults == ()


async def test_what_is_undone_leaves_the_chain_as_it_was(store: Store) -> None:
    await _five(store)

    def undone(tx: Tx) -> None:
        record(tx, By(surface="command"), Deed("exported"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(undone)
    await store.write(record, By(surface="command"), Deed("exported"))

    assert (await store.read(check)).faults == ()


async def test_all_that_a_console_does_stands_in_one_chain(office: Office, anna: Agent) -> None:
    here, _ = await office.customer_writes()
    order = {"scope": "contact", "until": None, "reason": "x"}
    await anna.act("block", here, order)
    olga = await office.sign_in("olga")
    await olga.ask("GET", "/api/audit/export", expect=200)

    found = await office.store.read(check)

    assert (found.acts, found.faults) == (4, ())
