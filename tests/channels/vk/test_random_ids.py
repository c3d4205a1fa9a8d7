"""The number under which VK knows a part."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.sandbox.vk import VkPlatform
from channels.vk.random_ids import random_id
from tests.channels.vk.office import Office

HERE, THERE = b"one installation", b"another"


@given(st.integers(min_value=0, max_value=2**63))
def test_it_is_an_int32_and_never_0_which_would_switch_the_check_off(number: int) -> None:
    value = random_id(str(number), HERE)
    assert -(2**31) <= value < 2**31
    assert value != 0


@given(st.text())
def test_any_other_key_has_its_number_too(key: str) -> None:
    assert random_id(key, HERE) == random_id(key, HERE) != 0


def test_a_hundred_thousand_parts_in_a_row_have_as_many_numbers() -> None:
    assert len({random_id(str(n), HERE) for n in range(100_000)}) == 100_000


@given(st.integers(min_value=1, max_value=2**32 - 2), st.integers(min_value=0, max_value=2**31))
def test_two_counters_less_than_four_billion_apart_never_meet(apart: int, start: int) -> None:
    assert random_id(str(start), HERE) != random_id(str(start + apart), HERE)


def test_another_installation_that_counts_from_1_as_well_has_other_numbers() -> None:
    ours = {random_id(str(n), HERE) for n in range(10_000)}
    theirs = {random_id(str(n), THERE) for n in range(10_000)}
    assert not ours & theirs


@given(st.integers(min_value=0, max_value=2**31))
def test_a_life_of_the_database_has_numbers_of_its_own(number: int) -> None:
    restored = random_id(f"a1b2c3d4.{number}", HERE)
    assert restored == random_id(f"a1b2c3d4.{number}", HERE)
    assert restored not in (random_id(str(number), HERE), random_id(f"00000000.{number}", HERE))
    assert -(2**31) <= restored < 2**31
    assert restored != 0


def test_a_hundred_thousand_parts_of_two_lives_share_no_number() -> None:
    before = {random_id(str(n), HERE) for n in range(100_000)}
    after = {random_id(f"a1b2c3d4.{n}", HERE) for n in range(100_000)}
    assert len(after) == 100_000
    assert not before & after


async def test_a_part_that_is_counted_anew_after_a_restore_is_not_swallowed(
    platform: VkPlatform,
) -> None:
    anna = platform.customer(1001)
    anna.allow()
    office = Office(platform, mode="longpoll")
    await office.channel.send(office.part(1001, "before the crash"), key="17")
    await office.channel.send(office.part(1001, "lost to VK"), key="17")
    await office.channel.send(office.part(1001, "after the restore"), key="a1b2c3d4.17")
    await office.channel.close()
    assert [one.text for one in anna.received] == ["before the crash", "after the restore"]


async def test_the_same_part_is_carried_once_after_a_restart_too(platform: VkPlatform) -> None:
    anna = platform.customer(1001)
    anna.allow()
    ids = []
    for _ in range(3):
        office = Office(platform, mode="longpoll")
        ids.append(await office.channel.send(office.part(1001, "once"), key="17"))
    assert len(anna.received) == 1
    assert ids[0] == ids[1] == ids[2]
