"""When the next mail is due: never too early, never two too close."""

from hypothesis import given
from hypothesis import strategies as st

from routing.continued.due import Silence, due_at
from routing.policy import Policy

_TIMES = st.integers(0, 10**13)
_SPANS = st.integers(0, 10**9)
_SILENCES = st.builds(
    Silence, unseen_since=_TIMES, mailed_at=st.one_of(st.none(), _TIMES), by_mail=st.booleans()
)


@given(silence=_SILENCES)
def test_switched_off_no_mail_is_ever_due(silence: Silence) -> None:
    assert due_at(Policy(email_if_unseen=None), silence) is None


@given(silence=_SILENCES, wait=_SPANS, interval=_SPANS)
def test_a_mail_is_due_as_soon_as_both_times_are_over(
    silence: Silence, wait: int, interval: int
) -> None:
    due = due_at(Policy(email_if_unseen=wait, mail_min_interval=interval), silence)
    waited = silence.unseen_since + (0 if silence.by_mail else wait)
    apart = waited if silence.mailed_at is None else silence.mailed_at + interval
    assert due is not None
    assert due >= waited
    assert due >= apart
    assert due in (waited, apart)
