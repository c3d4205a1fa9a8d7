"""What VK's refusals and the network's failures mean, as PLATFORMS.md classes them."""

import logging
import socket
from pathlib import Path

import pytest

from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import Customer, VkPlatform
from channels.vk import api, errors
from tests.bridge.sandbox.vk.caller import PNG
from tests.channels.vk.office import Office, file_of

ANNA = 1001
CANARY = "текст-канарейка-🐤"

CLASSES: dict[type[SendError], list[int]] = {
    UnreachableError: [900, 901, 902, 18, 917, 922, 925, 927, 932, 936, 945, 946, 1012, 950],
    RejectedError: [100, 910, 911, 914, 913, 921],
    MisconfiguredError: [5, 7, 15, 27, 28, 1117, 17, 3609, 14, 3300],
    ThrottledError: [6, 9, 29],
    UnavailableError: [1, 10, 32, 43],
    OutcomeUnknownError: [36],
}


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    anna = platform.customer(ANNA)
    anna.allow()
    return anna


async def failure(office: Office, key: str = "1") -> SendError:
    """Send something that fails; return how."""
    with pytest.raises(SendError) as caught:
        await office.channel.send(office.part(ANNA, CANARY), key=key)
    assert CANARY not in str(caught.value)
    assert caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind, codes in CLASSES.items() for code in codes]
)
async def test_every_error_of_vks_has_its_class(
    office: Office, anna: Customer, platform: VkPlatform, kind: type[SendError], code: int
) -> None:
    platform.faults.plan("messages.send", Fault(error=code))
    failed = await failure(office)
    assert type(failed) is kind
    assert str(failed).endswith(".")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (18, "account_gone"),
        (900, "blacklisted"),
        (902, "blocked"),
        (936, "no_such_recipient"),
        (950, "closed_window"),
        (910, "too_large"),
        (914, "too_long"),
        (924, "not_changeable"),
        (5, "credentials_refused"),
        (7, "no_permission"),
        (14, "suspended"),
        (10, "unavailable"),
    ],
)
def test_what_people_would_act_on_differently_has_a_code_of_its_own(code: int, reason: str) -> None:
    assert errors.refused(code).reason == reason


async def test_a_refusal_of_the_one_recipient_is_no_success(office: Office, anna: Customer) -> None:
    anna.deny()
    failed = await failure(office)
    assert (type(failed), failed.reason) == (UnreachableError, "blocked")


async def test_an_error_nobody_has_heard_of_is_a_no_with_its_number(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    platform.faults.plan("messages.send", Fault(error=777))
    failed = await failure(office)
    assert (type(failed), failed.reason) == (RejectedError, "rejected")
    assert "777" in str(failed)


@pytest.mark.parametrize(("code", "shortest"), [(6, 0.5), (9, 30), (29, 600)])
async def test_too_fast_is_answered_with_patience(code: int, shortest: float) -> None:
    failed = errors.refused(code)
    assert isinstance(failed, ThrottledError)
    assert failed.after >= shortest


# --- lost on the way ---


@pytest.mark.parametrize(
    "fault",
    [
        Fault(reset=True),
        Fault(reset=True, after_effect=True),
        Fault(error=36, after_effect=True),
        Fault(status=502),
        Fault(status=504, after_effect=True),
        Fault(status=200, body="<html>maintenance</html>"),
        Fault(status=200, body='"nothing"'),
        Fault(status=200, body="{}"),
        Fault(status=200, body='{"response": []}'),
        Fault(status=200, body='{"response": [{"peer_id": 1001}]}'),
        Fault(status=301),
    ],
    ids=str,
)
async def test_where_nobody_can_know_it_is_unknown_and_sent_again_it_is_no_double(
    office: Office, anna: Customer, platform: VkPlatform, fault: Fault
) -> None:
    platform.faults.plan("messages.send", fault)
    assert type(await failure(office)) is OutcomeUnknownError
    receipt = await office.channel.send(office.part(ANNA, CANARY), key="1")
    assert [one.text for one in anna.received] == [CANARY]
    assert list(receipt.external_ids) == [f"{ANNA}/{anna.received[0].cmid}"]


async def test_a_silent_vk_is_waited_for_less_long_than_a_send_may_take(
    office: Office, anna: Customer, platform: VkPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sum(api.TIMEOUTS) < 60
    monkeypatch.setattr(api, "TIMEOUTS", (1.0, 0.1))
    platform.faults.plan("messages.send", Fault(delay=0.5))
    assert type(await failure(office)) is OutcomeUnknownError


@pytest.mark.parametrize("status", [429, 403, 413])
async def test_a_gateway_that_turns_us_away_has_sent_nothing(
    office: Office, anna: Customer, platform: VkPlatform, status: int
) -> None:
    platform.faults.plan("messages.send", Fault(status=status))
    kind = ThrottledError if status == 429 else UnavailableError
    assert type(await failure(office)) is kind


async def test_who_is_not_there_has_certainly_sent_nothing(platform: VkPlatform) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    office = Office(platform, mode="longpoll", api_base=f"http://127.0.0.1:{port}")
    failed = await failure(office)
    assert (type(failed), failed.reason) == (UnavailableError, "unavailable")


async def test_a_name_that_is_none_has_certainly_sent_nothing(platform: VkPlatform) -> None:
    office = Office(platform, mode="longpoll", api_base="http://vk.invalid")
    assert type(await failure(office)) is UnavailableError


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("photos.getMessagesUploadServer", Fault(reset=True, after_effect=True)),
        ("photos.getMessagesUploadServer", Fault(error=36)),
        ("upload", Fault(reset=True, after_effect=True)),
        ("upload", Fault(status=502)),
        ("upload", Fault(status=200, body="[]")),
        ("photos.saveMessagesPhoto", Fault(status=502)),
    ],
    ids=str,
)
async def test_an_upload_that_fails_is_never_uncertain(
    office: Office,
    anna: Customer,
    platform: VkPlatform,
    tmp_path: Path,
    method: str,
    fault: Fault,
) -> None:
    platform.faults.plan(method, fault)
    photo = file_of(tmp_path, "a.png", PNG, kind="image", mime="image/png")
    with pytest.raises(UnavailableError):
        await office.channel.send(office.part(ANNA, "look", media=[photo]), key="1")
    assert not anna.received
    await office.channel.send(office.part(ANNA, "look", media=[photo]), key="1")
    assert len(anna.received) == 1


async def test_a_storm_of_refusals_lets_everything_through_once_in_the_end(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    platform.faults.plan("messages.send", Fault(error=6), times=20)
    left = {str(n): office.part(ANNA, f"number {n}") for n in range(1, 6)}
    while left:
        key, part = next(iter(left.items()))
        try:
            await office.channel.send(part, key=key)
        except ThrottledError:
            continue
        del left[key]
    assert [one.text for one in anna.received] == [f"number {n}" for n in range(1, 6)]


# --- who we are ---


async def test_the_check_names_the_community(office: Office, platform: VkPlatform) -> None:
    assert platform.world.group_name in await office.channel.check()


async def test_the_token_of_another_community_is_named_by_the_check(platform: VkPlatform) -> None:
    office = Office(platform, mode="longpoll", group_id=5)
    with pytest.raises(MisconfiguredError) as caught:
        await office.channel.check()
    assert caught.value.reason == "misconfigured"
    assert "group_id" in str(caught.value)


@pytest.mark.parametrize("code", [5, 27, 1117])
async def test_a_token_that_was_revoked_is_named_by_the_check(
    office: Office, platform: VkPlatform, code: int
) -> None:
    platform.faults.plan("groups.getById", Fault(error=code))
    with pytest.raises(MisconfiguredError):
        await office.channel.check()


async def test_nothing_of_a_failed_call_is_logged(
    office: Office, anna: Customer, platform: VkPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for fault in (Fault(error=6), Fault(error=14), Fault(reset=True), Fault(status=502)):
        platform.faults.plan("messages.send", fault)
        await failure(office)
    assert platform.world.token not in caplog.text
    assert CANARY not in caplog.text
