"""A visitor's network address goes when it was not seen for its time; all else stays."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bridge import channel as ch
from bridge import written
from bridge.media import MediaStore
from bridge.models import VisitRow
from bridge.settings import Settings
from bridge.store import people as p
from bridge.store import quarantine
from bridge.store.transactions import Tx
from routing import addresses
from routing.configured import housekeeping_of
from tests.databases import by_hand, everything_in
from tests.routing.world import World

DAY = 24 * 3600
KEPT_MS = 30 * DAY * 1000
IP = "203.0.113.7"
VISIT = ch.Visit(
    url="https://x/a", first_url="https://x/", browser="Firefox", ip=IP, utm={"ip": "чай 🍵"}
)


async def moves(world: World, visit: ch.Visit, customer: str = "olena") -> None:
    event = ch.PageVisited(
        sender=ch.Sender(external_id=customer), visit=visit, at=world.clock.now()
    )
    assert (await world.comes(event, inbox="site")).outcome == "stored"


async def visit_of(world: World, customer: str = "olena") -> VisitRow:
    identity = await world.identity(customer, "site")
    assert identity is not None
    return await world.store.read(lambda tx: tx.the(p.VISIT_OF, identity_id=identity.id))


async def ip_of(world: World, customer: str = "olena") -> str | None:
    row = await visit_of(world, customer)
    return msgspec.json.decode(row.facts, type=dict[str, Any]).get("ip")


async def everything(world: World) -> str:
    return await world.store.read(everything_in)


async def test_an_address_goes_when_its_time_is_over_and_all_else_of_the_visit_stays(
    world: World,
) -> None:
    await world.begun(inbox="site", visit=VISIT, address=IP)
    before = await visit_of(world)
    world.clock.tick(30 * DAY)
    await addresses.forget(world.store, KEPT_MS)
    after = await visit_of(world)
    facts = msgspec.json.decode(before.facts, type=dict[str, Any])
    assert facts.pop("ip") == IP
    assert msgspec.json.decode(after.facts) == facts
    assert msgspec.structs.replace(after, facts="") == msgspec.structs.replace(before, facts="")
    assert IP not in await everything(world)


async def test_an_address_is_there_until_its_time_is_over(world: World) -> None:
    await world.begun(inbox="site", visit=VISIT)
    world.clock.tick(30 * DAY - 1)
    await addresses.forget(world.store, KEPT_MS)
    assert await ip_of(world) == IP


async def test_a_visit_that_goes_on_keeps_its_address_from_when_it_was_seen_last(
    world: World,
) -> None:
    await world.begun(inbox="site", visit=VISIT)
    world.clock.tick(20 * DAY)
    await moves(world, ch.Visit(url="https://x/b"))
    world.clock.tick(20 * DAY)
    await addresses.forget(world.store, KEPT_MS)
    assert await ip_of(world) == IP
    world.clock.tick(10 * DAY)
    await addresses.forget(world.store, KEPT_MS)
    assert await ip_of(world) is None


async def test_whoever_is_on_the_site_is_seen_though_nothing_moves(world: World) -> None:
    await world.begun(inbox="site", visit=replace(VISIT, online=True))
    world.clock.tick(40 * DAY)
    await addresses.forget(world.store, KEPT_MS)
    assert await ip_of(world) == IP
    await moves(world, ch.Visit(online=False))
    world.clock.tick(30 * DAY)
    await addresses.forget(world.store, KEPT_MS)
    assert await ip_of(world) is None


async def test_the_address_of_a_visitor_who_comes_back_is_kept_anew(world: World) -> None:
    await world.begun(inbox="site", visit=VISIT)
    world.clock.tick(30 * DAY)
    await addresses.forget(world.store, KEPT_MS)
    await moves(world, ch.Visit(ip="198.51.100.4"))
    world.clock.tick(30 * DAY - 1)
    await addresses.forget(world.store, KEPT_MS)
    assert await ip_of(world) == "198.51.100.4"
    world.clock.tick(1)
    await addresses.forget(world.store, KEPT_MS)
    assert await ip_of(world) is None


async def test_a_visitor_who_comes_back_in_the_last_moment_keeps_theirs(world: World) -> None:
    await world.begun(inbox="site", visit=VISIT)
    world.clock.tick(30 * DAY)
    one = (await visit_of(world)).identity_id
    await moves(world, ch.Visit(url="https://x/b"))
    assert await world.store.write(addresses.forget_visitors, KEPT_MS, [one]) == 0
    assert await ip_of(world) == IP


async def test_many_go_a_piece_at_a_time_and_consoles_hear_of_each(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "LOOKED_THROUGH", 3)
    monkeypatch.setattr(addresses, "AT_ONCE", 2)
    pieces: list[int] = []
    forgets = addresses.forget_visitors

    def counted(tx: Tx, kept: int, ids: Sequence[int]) -> int:
        pieces.append(len(ids))
        return forgets(tx, kept, ids)

    monkeypatch.setattr(addresses, "forget_visitors", counted)
    for number in range(7):
        await world.begun(f"visitor-{number}", inbox="site", visit=VISIT)
    world.clock.tick(30 * DAY)
    await world.begun("late", inbox="site", visit=VISIT)
    last = await world.last_event()
    await addresses.forget(world.store, KEPT_MS)
    assert pieces == [2, 1, 2, 1, 1]
    assert {await ip_of(world, f"visitor-{number}") for number in range(7)} == {None}
    assert await ip_of(world, "late") == IP
    told = [one for one in await world.events(last) if one.kind == "visit.changed"]
    assert len({one.identity_id for one in told}) == len(told) == 7
    assert all(one.contact_id for one in told)
    # What has none is not looked into again.
    await addresses.forget(world.store, KEPT_MS)
    assert len(pieces) == 5


# --- what was set aside ---


def sets_aside(tx: Tx, raw: bytes, form: quarantine.Form = "event") -> None:
    quarantine.put(tx, "site", raw, "InboundMessage: KeyError", form)


async def kept_aside(world: World) -> list[tuple[bytes, int]]:
    def read(tx: Tx) -> list[tuple[bytes, int]]:
        rows = by_hand(tx, "SELECT raw, kept FROM quarantine ORDER BY id").fetchall()
        return [(bytes(raw), kept) for raw, kept in rows]

    return await world.store.read(read)


async def test_events_that_were_set_aside_lose_their_addresses_and_come_in_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "ASIDE_AT_ONCE", 1)
    message = world.message("olena", visit=VISIT, address=IP)
    visited = ch.PageVisited(sender=message.sender, visit=VISIT, at=1)
    raws = [written.of(message), written.of(visited)]
    for raw in raws:
        await world.store.write(sets_aside, raw)
    world.clock.tick(30 * DAY - 1)
    await addresses.forget(world.store, KEPT_MS)
    assert [raw for raw, _ in await kept_aside(world)] == raws
    world.clock.tick(1)
    await addresses.forget(world.store, KEPT_MS)
    bare = replace(VISIT, ip=None)
    rows = await kept_aside(world)
    assert [raw for raw, _ in rows] == [
        written.of(replace(message, visit=bare, address=None)),
        written.of(replace(visited, visit=bare)),
    ]
    assert [kept for _, kept in rows] == [len(raw) for raw, _ in rows]
    # What it is known by is still that of what came.
    await world.store.write(sets_aside, raws[0])
    assert len(await kept_aside(world)) == 2


async def test_what_was_set_aside_of_others_is_left_as_it_came(world: World) -> None:
    others = [b'{"update_id": 1, "ip": "203.0.113.7"}', b"From: a\r\n\r\nip='203.0.113.7'", b"\xff"]
    for raw in others:
        await world.store.write(sets_aside, raw, "update")
    world.clock.tick(40 * DAY)
    await addresses.forget(world.store, KEPT_MS)
    assert [raw for raw, _ in await kept_aside(world)] == others


# --- housekeeping ---


@pytest.mark.parametrize(
    ("told", "after", "left"),
    [
        ({}, 30 * DAY, None),
        ({}, 30 * DAY - 1, IP),
        ({"visitor_ip": "7d"}, 7 * DAY, None),
        ({"visitor_ip": "off"}, 4000 * DAY, IP),
    ],
)
async def test_the_yaml_says_for_how_long(
    world: World, tmp_path: Path, told: dict[str, str], after: int, left: str | None
) -> None:
    await world.begun(inbox="site", visit=VISIT)
    world.clock.tick(after)
    media = MediaStore(world.store, tmp_path, clock=world.clock, secret=b"s" * 32)
    settings = Settings.model_validate({"version": 1, "storage": {"retention": told}})
    await housekeeping_of(world.store, media, settings)._tidy_up()
    assert await ip_of(world) == left
