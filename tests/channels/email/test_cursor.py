"""How far a mailbox was read, and what makes that mean nothing any more."""

import asyncio
import json
from dataclasses import replace

import pytest

from channels.email import cursor as cursors
from channels.email.cursor import Cursor, Folder, Rescan
from tests.channels.email.mails import letter
from tests.channels.email.rig import EmailRig, texts
from tests.channels.rig import eventually

NOW = 1_793_448_000_000


async def test_a_new_uidvalidity_loses_nothing_and_doubles_nothing(rig: EmailRig) -> None:
    async with rig.running():
        for n in range(5):
            await rig.arrives(letter(f"number {n}"))
    before = cursors.read(rig.core.poller)
    await asyncio.sleep(1.1)  # A UIDVALIDITY is a time in seconds.
    rig.server.forget_uids(rig.user)
    rig.deliver(letter("after the restore"))
    async with rig.running():
        await eventually(lambda: len(rig.core.book) == 6)
        await rig.arrives(letter("and on"))
    after = cursors.read(rig.core.poller)
    assert before is not None
    assert after is not None
    assert before.validity != after.validity
    assert after.rescan is None
    assert texts(rig) == [*(f"number {n}" for n in range(5)), "after the restore", "and on"]


async def test_a_rescan_that_breaks_off_goes_on_where_it_was(rig: EmailRig) -> None:
    async with rig.running():
        for n in range(4):
            await rig.arrives(letter(f"number {n}"))
    cursor = cursors.read(rig.core.poller)
    assert cursor is not None
    rig.core.poller = str(replace(cursor, uid=2, rescan=Rescan(cursor.at, 4)))
    rig.core.events.clear()
    async with rig.running():
        await eventually(lambda: cursors.read(rig.core.poller) == cursor)
    assert [one.text for one in rig.core.messages] == ["number 2", "number 3"]


@pytest.mark.parametrize(
    "text", [None, "", "x", "[]", "[1,2]", '{"a":1}', "[1,2,3,[4]]", '["a",1,2,null]']
)
def test_a_cursor_that_is_none_of_ours_is_none(text: str | None) -> None:
    assert cursors.read(text) is None


@pytest.mark.parametrize("cursor", [Cursor(1, 2, 3), Cursor(4, 5, 6, Rescan(7, 8), place=9)])
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    assert cursors.read(str(cursor)) == cursor


def test_a_rescan_begins_two_days_early_as_servers_know_days_only() -> None:
    assert Rescan(1_793_448_000_000, 1).day == "29-Oct-2026"


def test_a_rescan_that_begins_anew_goes_as_far_back_as_the_one_that_broke_off() -> None:
    broken = Cursor(1, 2, NOW, Rescan(NOW - 1000, 4), place=7)
    anew = cursors.begin(broken, Folder(7, 2, 9), now=NOW, backlog=0)
    assert anew == Cursor(2, 0, NOW, Rescan(NOW - 1000, 8), place=7)


def test_a_rescan_of_mails_that_are_no_more_begins_anew() -> None:
    broken = Cursor(1, 2, NOW, Rescan(NOW - 1000, 400), place=7)
    anew = cursors.begin(broken, Folder(7, 1, 9), now=NOW, backlog=0)
    assert anew.rescan == Rescan(NOW - 1000, 8)


def test_where_the_server_does_not_tell_the_last_mails_may_have_been_deleted() -> None:
    known = Cursor(1, 9, NOW, place=7)
    assert cursors.begin(known, Folder(7, 1, 4, told=False), now=NOW, backlog=0) == known
    assert cursors.begin(known, Folder(7, 1, 10), now=NOW, backlog=0) == known


def test_a_version_that_knows_of_no_place_looks_again_rather_than_past() -> None:
    validity, uid, at, rescan = json.loads(str(Cursor(5, 6, NOW, place=7)))
    assert validity != 5
    assert (uid, at, rescan) == (6, NOW, None)
