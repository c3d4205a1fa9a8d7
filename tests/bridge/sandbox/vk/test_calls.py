"""What every call must have, whatever it asks for."""

import asyncio

import pytest

from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import VkPlatform
from bridge.sandbox.vk.errors import MESSAGES
from tests.bridge.sandbox.vk.caller import Caller

# Every code that PLATFORMS.md names.
NAMED = [
    1, 5, 6, 7, 9, 10, 14, 15, 17, 18, 27, 28, 29, 32, 36, 43, 100, 900, 901, 902, 910, 911,
    913, 914, 917, 921, 922, 925, 927, 932, 936, 945, 946, 950, 1012, 1117, 3300, 3609,
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"access_token": None}, 5),
        ({"access_token": "vk1.a.another"}, 5),
        ({"v": None}, 8),
        ({"v": "5.50"}, 8),
        ({"v": "five"}, 8),
    ],
)
async def test_a_call_without_token_or_version_is_refused(
    vk: Caller, given: dict[str, str | None], code: int
) -> None:
    assert await vk.refused("groups.getById", **given) == code


async def test_an_unknown_method_is_refused(vk: Caller) -> None:
    assert await vk.refused("messages.teleport") == 3
    assert await vk.refused("execute", code="return 1;") == 3


async def test_a_refusal_shows_what_was_given_but_never_the_token(
    vk: Caller, platform: VkPlatform
) -> None:
    answer = await vk.raw("messages.send", peer_id=1, message="hi", random_id=1)
    error = answer["error"]
    shown = {one["key"]: one["value"] for one in error["request_params"]}
    assert shown["peer_id"] == "1"
    assert platform.world.token not in str(answer)


async def test_more_than_twenty_calls_in_a_second_are_refused(
    vk: Caller, platform: VkPlatform
) -> None:
    answers = await asyncio.gather(*(vk.raw("groups.getById") for _ in range(23)))
    assert sum("response" in one for one in answers) == 20
    assert len(platform.ledger.refused(6)) == 3
    await asyncio.sleep(1.05)
    await vk("groups.getById")


@pytest.mark.parametrize("code", NAMED)
async def test_every_error_there_is_can_be_switched_on(
    vk: Caller, platform: VkPlatform, code: int
) -> None:
    platform.customer().allow()
    platform.faults.plan("messages.send", Fault(error=code))
    assert await vk.send_refused() == code
    assert code in MESSAGES
    assert not platform.customer().received
    await vk.send("and then it goes")


async def test_a_captcha_comes_with_its_picture(vk: Caller, platform: VkPlatform) -> None:
    platform.faults.plan("groups.getById", Fault(error=14))
    answer = await vk.raw("groups.getById")
    assert {"captcha_sid", "captcha_img"} <= set(answer["error"])


async def test_the_ledger_has_every_call_and_what_became_of_it(
    vk: Caller, platform: VkPlatform
) -> None:
    await vk("groups.getById")
    await vk.refused("messages.send", message="hi")
    first, second = platform.ledger.calls
    assert (first.method, first.error) == ("groups.getById", 0)
    assert (second.method, second.error, second.given["message"]) == ("messages.send", 100, "hi")
    assert "access_token" not in first.given


async def test_the_community_is_named_to_its_own_token(vk: Caller, platform: VkPlatform) -> None:
    answer = await vk("groups.getById")
    assert answer["groups"][0]["id"] == platform.world.group_id
    assert await vk.refused("groups.getById", group_id=5) == 100


async def test_people_are_told_with_the_fields_asked_for(vk: Caller, platform: VkPlatform) -> None:
    platform.customer(1001, first_name="Олена", last_name="Гай", photo_200="https://p/1.jpg")
    platform.customer(1002, deleted=True)
    people = await vk("users.get", user_ids="1001,1002,4040", fields="photo_200,screen_name")
    assert [one["id"] for one in people] == [1001, 1002]
    assert people[0]["first_name"] == "Олена"
    assert people[0]["photo_200"] == "https://p/1.jpg"
    assert people[0]["screen_name"] == "id1001"
    assert "language" not in people[0]
    assert people[1]["deactivated"] == "deleted"
    (bare,) = await vk("users.get", user_ids="1001")
    assert "photo_200" not in bare
