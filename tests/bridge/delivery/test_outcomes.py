"""What each answer of a network makes of a part."""

import asyncio
import functools
import math

import pytest

from bridge import channel as ch
from bridge.delivery import PATIENCE, pause_after
from bridge.delivery.outcomes import patience_of
from bridge.store import deliveries as d
from tests.bridge.delivery.pigeon import Gate
from tests.bridge.delivery.rig import Rig

DAY = PATIENCE / 1000


def unavailable() -> ch.UnavailableError:
    return ch.UnavailableError("the loft is closed", reason="unavailable")


def unknown() -> ch.OutcomeUnknownError:
    return ch.OutcomeUnknownError("the bird did not come back", reason="timeout")


async def test_an_accepted_part_is_sent_with_the_ids_the_network_gave(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["album"] = [ch.Receipt(external_ids=["a1", "a2"])]
    async with rig.working():
        await rig.say(here, "album")
        await rig.reaches(album="sent")
    part = (await rig.deliveries())["album"]
    assert (part.external_ids, part.attempts, part.reason) == ('["a1","a2"]', 1, None)
    for external_id in ("a1", "a2"):
        found = await rig.store.read(
            lambda tx, one: tx.the(d.DELIVERIES_BY_RECEIPT, inbox_id="loft", external_id=one),
            external_id,
        )
        assert found.id == part.id
    assert rig.witness.heard == [("sent", part.id)]


async def test_a_network_that_delivers_at_once_is_believed(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["hi"] = [ch.Receipt(external_ids=["1"], delivered=True)]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.reaches(hi="delivered")


async def test_a_part_that_was_certainly_not_sent_is_tried_again_under_the_same_key(
    rig: Rig,
) -> None:
    here = await rig.conversation()
    rig.network.fates["hi"] = [unavailable(), unavailable()]
    async with rig.working():
        await rig.say(here, "hi")
        for _ in range(2):
            await rig.reaches(hi="queued")
            await rig.a_moment()
            rig.pass_time(10)
        await rig.reaches(hi="sent")
    assert rig.network.called == ["hi"] * 3
    assert rig.network.arrived == ["hi"]
    assert len(rig.network.keys["hi"]) == 1
    assert [what for what, _ in rig.witness.heard] == ["delayed", "delayed", "sent"]


async def test_no_retry_comes_before_its_pause_is_over(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["hi"] = [unavailable()] * 6
    async with rig.working():
        await rig.say(here, "hi")
        for attempt in range(1, 7):
            await rig.tried("hi", attempt)
            due_at = (await rig.deliveries())["hi"].due_at
            rig.pass_time((due_at - rig.clock.now() - 1) / 1000)
            await rig.a_moment()
            assert len(rig.network.called) == attempt
            rig.pass_time(0.001)
        await rig.reaches(hi="sent")


def test_pauses_grow_to_minutes_and_no_two_alike() -> None:
    means = [sum(pause_after(n) for _ in range(300)) / 300 for n in range(1, 10)]
    assert means == sorted(means)
    assert 0.5 <= pause_after(1) <= 1
    assert all(150 <= pause_after(50) <= 300 for _ in range(50))
    assert len({pause_after(50) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (ch.RejectedError("too long", reason="too_long"), "failed", "too_long"),
        (ch.UnreachableError("gone", reason="blocked"), "failed", "blocked"),
        (
            ch.MisconfiguredError("no token", reason="credentials_refused"),
            "failed",
            "credentials_refused",
        ),
        (unknown(), "uncertain", "timeout"),
        (ch.SendError("of no class", reason="unknown"), "failed", "unknown"),
        (KeyError("a bug of the adapter's"), "uncertain", "internal"),
        (TimeoutError(), "uncertain", "timeout"),
        (asyncio.CancelledError(), "uncertain", "internal"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else value,
)
async def test_what_is_final_is_never_tried_again(
    rig: Rig, error: BaseException, state: str, reason: str
) -> None:
    here = await rig.conversation()
    rig.network.fates["hi"] = [error]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.say(here, "next")
        await rig.reaches(hi=state, next="sent")
        rig.pass_time(3 * DAY)
        await rig.a_moment()
    part = (await rig.deliveries())["hi"]
    assert (part.state, part.reason) == (state, reason)
    assert rig.network.called == ["hi", "next"]
    assert rig.witness.heard[0] == (state, part.id)


async def test_a_network_that_knows_its_keys_is_asked_again_whatever_became_of_the_part(
    idempotent_rig: Rig,
) -> None:
    rig = idempotent_rig
    here = await rig.conversation()
    rig.network.fates["hi"] = [unknown(), KeyError("bug"), unavailable()]
    async with rig.working():
        await rig.say(here, "hi")
        for attempt in range(1, 4):
            await rig.tried("hi", attempt)
            rig.pass_time(10)
        await rig.reaches(hi="sent")
    assert len(rig.network.keys["hi"]) == 1
    assert (await rig.deliveries())["hi"].doubled_at is None


async def test_retries_end_after_a_day_as_failed(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["hi"] = [unavailable()] * 3
    async with rig.working():
        await rig.say(here, "hi")
        await rig.tried("hi")
        rig.pass_time(DAY)
        await rig.reaches(hi="failed")
    assert (await rig.deliveries())["hi"].reason == "unavailable"
    assert len(rig.network.called) == 2


async def test_a_part_that_has_lain_for_more_than_a_day_is_not_sent_any_more(rig: Rig) -> None:
    here = await rig.conversation()
    await rig.say(here, "stale", "its second part")
    rig.pass_time(DAY + 1)
    await rig.say(here, "fresh")
    async with rig.working():
        await rig.reaches(stale="failed", fresh="sent")
        await rig.a_moment()
    part = (await rig.deliveries())["stale"]
    assert part.reason == "expired"
    assert rig.witness.heard[0] == ("failed", part.id)
    assert rig.network.called == ["fresh"]


async def test_what_nobody_knows_for_a_day_stays_uncertain_not_failed(idempotent_rig: Rig) -> None:
    rig = idempotent_rig
    here = await rig.conversation()
    rig.network.fates["hi"] = [unknown()] * 2
    async with rig.working():
        await rig.say(here, "hi")
        await rig.tried("hi")
        rig.pass_time(DAY)
        await rig.reaches(hi="uncertain")


async def test_one_unknown_attempt_keeps_the_end_uncertain_whatever_the_others_say(
    idempotent_rig: Rig,
) -> None:
    rig = idempotent_rig
    here = await rig.conversation()
    rig.network.fates["hi"] = [unknown(), unavailable(), unavailable()]
    rig.network.fates["lain"] = [unknown()]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.say(await rig.conversation("Tom"), "lain")
        for attempt in range(1, 3):
            await rig.tried("hi", attempt)
            rig.pass_time(10)
        await rig.tried("hi", 3)
        await rig.tried("lain")
        rig.pass_time(DAY)
        await rig.reaches(hi="uncertain", lain="sent")
    assert (await rig.deliveries())["hi"].reason in ("unavailable", "expired")


async def test_a_double_that_could_not_be_sent_in_time_is_uncertain_not_failed(rig: Rig) -> None:
    rig.witness.resend = True
    here = await rig.conversation()
    rig.network.fates["hi"] = [unknown(), unavailable()]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.tried("hi", 2)
        rig.pass_time(DAY + 1)
        await rig.reaches(hi="uncertain")


async def test_a_send_that_takes_too_long_is_uncertain(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["hi"] = [Gate(rig.network, "hi")]
    async with rig.working(send_timeout=0.05):
        await rig.say(here, "hi")
        await rig.reaches(hi="uncertain")
    assert (await rig.deliveries())["hi"].reason == "timeout"


# --- throttled ---


def throttled(after: float) -> ch.ThrottledError:
    return ch.ThrottledError("slow down", after=after)


async def test_a_throttled_network_is_not_called_for_as_long_as_it_asked(rig: Rig) -> None:
    first, other = await rig.conversation("Марія"), await rig.conversation("Tom")
    rig.network.fates["hi"] = [throttled(30)]
    async with rig.working():
        await rig.say(first, "hi")
        await rig.tried("hi")
        await rig.say(other, "to somebody else")
        await rig.a_moment()
        rig.pass_time(29.99)
        await rig.a_moment()
        assert rig.network.called == ["hi"]
        rig.pass_time(0.02)
        await rig.reaches(hi="sent", **{"to somebody else": "sent"})


async def test_a_shorter_pause_does_not_shorten_a_longer_one(rig: Rig) -> None:
    gates = {"long": asyncio.Event(), "short": asyncio.Event()}

    async def slow_down(name: str, after: float) -> ch.Receipt:
        await gates[name].wait()
        raise throttled(after)

    for name, after in (("long", 60.0), ("short", 1.0)):
        rig.network.fates[name] = [functools.partial(slow_down, name, after)]
        await rig.say(await rig.conversation(name), name)
    async with rig.working():
        await rig.reaches(long="sending", short="sending")
        gates["long"].set()
        await rig.reaches(long="queued")
        gates["short"].set()
        await rig.reaches(short="queued")
        rig.pass_time(59)
        await rig.a_moment()
        assert sorted(rig.network.called) == ["long", "short"]
        rig.pass_time(2)
        await rig.reaches(long="sent", short="sent")


async def test_what_was_claimed_just_before_the_pause_waits_too(rig: Rig) -> None:
    first, other = await rig.conversation("Марія"), await rig.conversation("Tom")
    rig.network.fates["first"] = [throttled(30)]
    await rig.say(first, "first")
    await rig.say(other, "second")
    async with rig.working():
        await rig.tried("first")
        await rig.reaches(second="queued")
        rig.pass_time(29)
        await rig.a_moment()
        assert rig.network.called == ["first"]
        rig.pass_time(2)
        await rig.reaches(first="sent", second="sent")


@pytest.mark.parametrize("after", [-5.0, math.nan, math.inf, 10.0**12])
def test_no_network_can_ask_for_an_absurd_pause(after: float) -> None:
    assert 0 <= patience_of(after) <= DAY


async def test_a_conversation_that_may_go_on_later_holds_up_no_other(rig: Rig) -> None:
    first, other = await rig.conversation("Марія"), await rig.conversation("Tom")
    later = ch.UnavailableError("not yet", reason="throttled", after=600.0)
    rig.network.fates["first"] = [later]
    async with rig.working():
        await rig.say(first, "first")
        await rig.tried("first")
        await rig.say(first, "behind it")
        await rig.say(other, "second")
        await rig.reaches(second="sent")
        rig.pass_time(599)
        await rig.a_moment()
        assert rig.network.called == ["first", "second"]
        rig.pass_time(2)
        await rig.reaches(first="sent", **{"behind it": "sent"})


# --- uncertain: resend ---


async def test_uncertain_resend_sends_once_more_and_marks_the_double(rig: Rig) -> None:
    rig.witness.resend = True
    here = await rig.conversation()
    rig.network.fates["hi"] = [unknown()]
    async with rig.working():
        await rig.say(here, "hi", "second part")
        await rig.reaches(hi="sent", **{"second part": "sent"})
    parts = await rig.deliveries()
    assert parts["hi"].doubled_at == rig.clock.now()
    assert parts["second part"].doubled_at is None
    assert rig.network.called == ["hi", "hi", "second part"]


async def test_uncertain_resend_never_sends_a_third_time(rig: Rig) -> None:
    rig.witness.resend = True
    here = await rig.conversation()
    rig.network.fates["hi"] = [unknown(), unknown()]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.tried("hi", 2)
        rig.pass_time(600)
        await rig.a_moment()
    assert rig.network.called == ["hi", "hi"]
    assert (await rig.deliveries())["hi"].doubled_at is not None


# --- ids that are known before ---


async def test_an_unreachable_customer_may_still_prove_the_part_later(rig: Rig) -> None:
    here = await rig.conversation()
    gone = ch.UnreachableError("gone", reason="visitor_left", external_ids=["later-1"])
    rig.network.fates["hi"] = [gone]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.reaches(hi="failed")
    found = await rig.store.read(
        lambda tx: tx.the(d.DELIVERIES_BY_RECEIPT, inbox_id="loft", external_id="later-1")
    )
    assert found.id == (await rig.deliveries())["hi"].id
    assert found.external_ids == '["later-1"]'


# --- edits and deletions ---


async def test_edits_and_deletions_go_in_the_lane_to_the_ids_the_network_gave(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["one"] = [ch.Receipt(external_ids=["77"])]
    async with rig.working():
        message = await rig.say(here, "one")
        await rig.change(message, "edit", "better", revision=2)
        await rig.change(message, "delete", "", revision=3)
        await rig.say(here, "after")
        await rig.reaches(after="sent")
    assert rig.network.arrived == ["one", "edit: better", "delete: 77", "after"]
    assert [part.external_ids for part in rig.network.parts[1:3]] == [["77"], ["77"]]


async def test_what_never_went_out_is_not_changed_there(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["one"] = [ch.RejectedError("no", reason="too_long")]
    async with rig.working():
        message = await rig.say(here, "one")
        await rig.change(message, "edit", "better")
        await rig.say(here, "after")
        await rig.reaches(**{"edit: better": "failed", "after": "sent"})
    assert (await rig.deliveries())["edit: better"].reason == "not_sent"
    assert rig.network.called == ["one", "after"]


async def test_an_edit_the_network_cannot_do_fails_and_says_so(rig: Rig) -> None:
    class Rigid(ch.Channel):
        kind = "rigid"
        capabilities = ch.Capabilities()
        check, run, download = rig.channel.check, rig.channel.run, rig.channel.download

        async def send(self, part: ch.OutboundPart, *, key: str) -> ch.Receipt:
            return ch.Receipt(external_ids=["1"])

    rig.channel = Rigid()  # type: ignore[assignment]
    here = await rig.conversation()
    async with rig.working():
        message = await rig.say(here, "one")
        await rig.change(message, "edit", "better")
        await rig.reaches(**{"edit: better": "failed"})
    assert (await rig.deliveries())["edit: better"].reason == "unsupported"


@pytest.mark.parametrize(
    "refusal",
    [
        ch.RejectedError("too long", reason="too_long"),
        ch.UnreachableError("blocked", reason="blocked"),
        ch.MisconfiguredError("revoked", reason="credentials_refused"),
    ],
)
async def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_arrived(
    idempotent_rig: Rig, refusal: ch.SendError
) -> None:
    rig = idempotent_rig
    here = await rig.conversation()
    rig.network.fates["hi"] = [unknown(), refusal]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.tried("hi")
        rig.pass_time(10)
        await rig.reaches(hi="uncertain")
    assert (await rig.deliveries())["hi"].reason == refusal.reason
