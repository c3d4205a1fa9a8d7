"""A backlog goes out at nearly all of the allowed rate, and no network refuses one message."""

import random

import pytest

from bridge.sandbox.faults import Fault
from tests import postgres
from tests.channels.drain.backlog import Drained, Kind, drained
from tests.channels.drain.limited import Limited, Mail, Telegram, Viber, Vk

# Of messages: enough for the first burst to weigh little.
BACKLOGS: list[tuple[Kind, int]] = [(Telegram, 450), (Vk, 300), (Viber, 1010), (Mail, 80)]


def all_went(went: Drained, messages: int) -> bool:
    """Say whether every message went out once and ended well."""
    ends = went.ends.get("sent", 0) + went.ends.get("delivered", 0)
    return (went.sent, ends, sum(went.ends.values())) == (messages, messages, messages)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "messages"), BACKLOGS, ids=[one.name for one, _ in BACKLOGS])
def test_a_backlog_goes_at_95_percent_of_the_rate_and_is_never_refused(
    kind: Kind, messages: int
) -> None:
    went = drained(kind, messages, people=10 if kind is Viber else None)
    assert went.refused == 0
    assert all_went(went, messages)
    # More than all would mean that the limit is another than it is said to be.
    assert 0.95 <= went.share <= 1.0001


@pytest.mark.slow
def test_a_backlog_on_a_server_goes_at_the_same_rate() -> None:
    server = postgres.fresh()
    try:
        went = drained(Telegram, 450, server=server)
    finally:
        postgres.drop(server)
    assert went.refused == 0
    assert all_went(went, 450)
    assert 0.95 <= went.share <= 1.0001


@pytest.mark.slow
def test_chats_that_may_have_one_a_second_leave_the_rest_of_the_rate_to_others() -> None:
    # One chat's answers were all written before the next one's.
    went = drained(Telegram, 900, in_turn=False)
    assert went.refused == 0
    assert all_went(went, 900)
    # At the end fewer than thirty chats are left. Were those that rest in others' way, it
    # would be 16 a second, half of the rate.
    assert went.share >= 0.9


def _jitter(call: str, longest: float) -> list[tuple[str, Fault]]:
    chance = random.Random(20261127)
    return [
        (call, Fault(delay=chance.uniform(0, longest), after_effect=chance.random() < 0.5))
        for _ in range(90)
    ]


def _telegram_is_slow(network: Limited) -> None:
    assert isinstance(network, Telegram)
    for call, fault in _jitter("sendMessage", 2.0):
        network._telegram.telegram.faults.plan(call, fault)


def _vk_is_slow(network: Limited) -> None:
    assert isinstance(network, Vk)
    for call, fault in _jitter("messages.send", 2.0):
        network._vk.vk.faults.plan(call, fault)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "trouble"), [(Telegram, _telegram_is_slow), (Vk, _vk_is_slow)], ids=["telegram", "vk"]
)
def test_however_calls_bunch_on_their_way_none_is_refused(kind: Kind, trouble: object) -> None:
    assert callable(trouble)
    went = drained(kind, 90, trouble=trouble)
    assert went.refused == 0
    assert all_went(went, 90)


@pytest.mark.slow
def test_the_models_would_have_refused_one_more() -> None:
    """Break the pace: what is proven above is not that the models refuse nobody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bridge.pace._LONGER", 0.5)
        assert drained(Telegram, 150).refused > 0
        assert drained(Vk, 100).refused > 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("channels.email.smtp.MOST_AT_ONCE", 5)
        assert drained(Mail, 20).refused > 0
