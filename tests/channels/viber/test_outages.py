"""An hour of outage on either side, and what a crash leaves."""

import asyncio

import pytest

import channels.viber.webhook
from bridge.channel import (
    DeliveryReport,
    MisconfiguredError,
    OutcomeUnknownError,
    UnavailableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.viber.callbacks import RETRY_AFTER
from tests.channels.rig import eventually
from tests.channels.viber.desk import ViberDesk


async def test_what_came_while_we_were_down_for_most_of_an_hour_is_all_there_once(
    desk: ViberDesk,
) -> None:
    anna = await desk.anna()
    desk.core.down = True
    for n in range(20):
        assert not (await anna.writes(f"number {n}")).answered
    desk.clock.tick(50 * 60)
    assert desk.core.book.keys() == {1}
    desk.core.down = False
    desk.waits.set()
    await desk.viber.world.settled()
    assert {one.text for one in desk.core.book.values()} == {
        "Добрий день",
        *(f"number {n}" for n in range(20)),
    }
    assert desk.viber.ledger.lost == []


async def test_what_came_while_we_were_down_for_longer_is_lost_by_viber(desk: ViberDesk) -> None:
    anna = await desk.anna()
    desk.core.down = True
    told = await anna.writes("lost")
    desk.waits.set()
    await desk.viber.world.settled()
    assert desk.viber.ledger.lost == [told.token]
    assert sum(RETRY_AFTER) <= 3600


async def test_while_viber_is_down_for_an_hour_nothing_is_claimed_to_be_sent(
    desk: ViberDesk,
) -> None:
    anna = await desk.anna()
    await desk.viber.go_down()
    for _ in range(12):
        with pytest.raises(UnavailableError):
            await desk.channel.send(desk.part(anna.id, "Hello"), key="same")
        desk.clock.tick(300)
    await desk.viber.come_up()
    await desk.channel.send(desk.part(anna.id, "Hello"), key="same")
    await desk.viber.world.settled()
    assert anna.texts == ["Hello"]


async def test_a_start_while_viber_is_out_of_reach_sets_the_webhook_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channels.viber.webhook, "PAUSES", (0.01, 0.02))
    desk = ViberDesk()
    await desk.start()
    desk.viber.faults.plan("set_webhook", Fault(reset=True))
    desk.viber.faults.plan("set_webhook", Fault(status=502))
    desk.viber.faults.plan("set_webhook", Fault(error=12))
    await desk.viber.go_down()
    running = asyncio.create_task(desk.channel.run(desk.core))
    await asyncio.sleep(0.05)
    assert not running.done()
    await desk.viber.come_up()
    await eventually(lambda: desk.viber.account.webhook)
    assert desk.viber.arrived["set_webhook"] == 4
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await desk.stop()


@pytest.mark.parametrize("status", [1, 2, 9])
async def test_a_webhook_that_viber_refuses_is_said_in_words(status: int) -> None:
    desk = ViberDesk()
    await desk.start()
    desk.viber.faults.plan("set_webhook", Fault(error=status))
    with pytest.raises(MisconfiguredError):
        await desk.channel.run(desk.core)
    await desk.stop()


async def test_a_token_that_was_replaced_is_named_by_the_check(desk: ViberDesk) -> None:
    assert await desk.channel.check() == "the Viber bot Крамниця"
    desk.viber.account.token = "another-token-0123456789-0123456789-01234"
    with pytest.raises(MisconfiguredError) as caught:
        await desk.channel.check()
    assert str(caught.value) == "Viber does not know the token."


async def test_after_a_crash_between_effect_and_record_the_phones_report_is_the_proof(
    desk: ViberDesk,
) -> None:
    anna = await desk.anna()
    desk.viber.faults.plan("send_message", Fault(reset=True, after_effect=True))
    with pytest.raises(OutcomeUnknownError):
        await desk.channel.send(desk.part(anna.id, "perhaps"), key="k")
    await desk.viber.world.settled()
    await anna.gets(anna.inbox[-1].token)
    (report,) = desk.core.of_type(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert (report.recipient, report.state) == (anna.id, "delivered")
    assert list(report.external_ids) == [str(anna.inbox[-1].token)]


async def test_a_webhook_that_viber_took_away_is_noticed_told_and_set_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channels.viber.webhook, "WATCH", 0.02)
    desk = ViberDesk()
    await desk.start()
    async with desk.running():
        await eventually(lambda: desk.health.state == "well")
        desk.health.words.clear()
        desk.viber.account.webhook = ""
        await eventually(lambda: desk.viber.account.webhook)
        await eventually(lambda: desk.health.state == "well")
        assert "down" in desk.health.words
    await desk.stop()


async def test_while_viber_is_out_of_reach_the_inbox_is_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channels.viber.webhook, "PAUSES", (0.01,))
    desk = ViberDesk()
    await desk.start()
    await desk.viber.go_down()
    running = asyncio.create_task(desk.channel.run(desk.core))
    await eventually(lambda: desk.health.state == "down")
    assert desk.health.reason == "unavailable"
    await desk.viber.come_up()
    await eventually(lambda: desk.health.state == "well")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await desk.stop()
