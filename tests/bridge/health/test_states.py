"""What follows from what is known of an inbox."""

import pytest

from bridge.channel import (
    MisconfiguredError,
    Reason,
    Receipt,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.health.states import (
    MANY,
    PATIENCE,
    Pulse,
    Shown,
    Source,
    Trouble,
    checked,
    receiving,
    sent,
    shown,
    troubled,
)
from bridge.models import HealthState

NOW = 1_000_000
TAKEN = Receipt(external_ids=["1"])


def state(pulse: Pulse, now: int = NOW) -> tuple[HealthState, Reason | None]:
    found = shown(pulse, Shown(), now)
    return found.state, found.reason


def with_trouble(
    source: Source, reason: Reason, *, since: int = NOW, down: bool = False, of: Pulse | None = None
) -> Pulse:
    return troubled(of or Pulse(), source, Trouble(reason, "why", since, down))


def test_nothing_is_up_before_it_was_seen_to_work() -> None:
    assert state(Pulse()) == ("starting", None)
    assert state(receiving(Pulse())) == ("up", None)
    assert state(checked(Pulse())) == ("up", None)
    assert state(sent(Pulse(), TAKEN, NOW)) == ("up", None)


@pytest.mark.parametrize("source", ["check", "run", "adapter", "sends"])
def test_a_refused_token_is_said_at_once_whoever_notices(source: Source) -> None:
    assert state(with_trouble(source, "credentials_refused"))[0] == "bad_credentials"


def test_what_receives_nothing_is_down_and_what_only_limps_is_degraded() -> None:
    assert state(with_trouble("adapter", "webhook_failing", down=True))[0] == "down"
    assert state(with_trouble("adapter", "no_permission"))[0] == "degraded"
    assert state(with_trouble("check", "suspended"))[0] == "down"


def test_what_often_passes_by_itself_is_told_only_if_it_lasts() -> None:
    pulse = with_trouble("run", "unavailable", down=True, of=receiving(Pulse()))
    assert state(pulse, NOW + PATIENCE - 1)[0] == "up"
    assert state(pulse, NOW + PATIENCE) == ("down", "unavailable")


def test_the_same_trouble_said_again_goes_on_from_its_beginning() -> None:
    pulse = with_trouble("run", "unavailable", down=True)
    again = with_trouble("run", "timeout", since=NOW + PATIENCE, down=True, of=pulse)
    assert shown(again, Shown(), NOW + PATIENCE).since == NOW


def test_the_worst_is_shown_and_the_rest_when_that_is_over() -> None:
    pulse = with_trouble("adapter", "no_permission")
    pulse = with_trouble("check", "credentials_refused", of=pulse)
    assert state(pulse)[0] == "bad_credentials"
    assert state(checked(pulse)) == ("degraded", "no_permission")


def test_a_check_that_goes_well_does_not_say_that_messages_come_in() -> None:
    pulse = with_trouble("run", "misconfigured", down=True)
    assert state(checked(pulse)) == ("down", "misconfigured")
    assert checked(pulse).down_since == NOW


def test_a_sign_that_messages_come_in_does_not_prove_that_answers_go_out() -> None:
    pulse = with_trouble("sends", "no_permission", of=with_trouble("run", "timeout", down=True))
    heard = receiving(pulse)
    assert heard.down_since is None
    assert state(heard) == ("degraded", "no_permission")


@pytest.mark.parametrize(
    "error",
    [
        RejectedError("", reason="too_long"),
        UnreachableError("", reason="blocked"),
        ThrottledError("", after=1),
    ],
)
def test_what_concerns_one_message_or_one_customer_is_no_trouble_of_the_inbox(
    error: SendError,
) -> None:
    pulse = receiving(Pulse())
    for _ in range(10):
        pulse = sent(pulse, error, NOW)
    assert state(pulse) == ("up", None)


def test_several_sends_in_a_row_that_go_wrong_are_and_one_that_goes_well_ends_it() -> None:
    pulse = receiving(Pulse())
    for _ in range(MANY - 1):
        pulse = sent(pulse, UnavailableError("", reason="unavailable"), NOW)
    assert state(pulse, NOW + PATIENCE)[0] == "up"
    pulse = sent(pulse, UnavailableError("", reason="unavailable"), NOW)
    assert state(pulse, NOW + PATIENCE) == ("degraded", "unavailable")
    assert state(sent(pulse, TAKEN, NOW), NOW + PATIENCE) == ("up", None)


def test_one_send_with_a_refused_token_is_enough() -> None:
    pulse = sent(receiving(Pulse()), MisconfiguredError("", reason="credentials_refused"), NOW)
    assert state(pulse)[0] == "bad_credentials"
    assert state(checked(pulse))[0] == "up"


def test_up_goes_on_since_it_began() -> None:
    before = Shown("up", since=5)
    assert shown(receiving(Pulse()), before, NOW) is before
