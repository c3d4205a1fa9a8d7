"""One of several processes: another may have heard a customer, or greeted them."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from bridge.channel import DeliveryReport, UnavailableError
from tests.channels.viber.desk import ViberDesk


class Others:
    """Other processes on the same inbox."""

    async def tell(self, here: Mapping[str, bool]) -> None:
        """Keep nothing: nobody is on a site of Viber's."""

    async def was_here(self, customer: str, *, within: float) -> bool:
        """Say that nobody was."""
        return False

    async def first(self, what: str, *, until: int) -> bool:
        """Say that nothing was used."""
        return True


@contextlib.asynccontextmanager
async def among_others(**settings: Any) -> AsyncIterator[ViberDesk]:
    """Have a desk that is one of several, standing and running."""
    desk = ViberDesk(**settings)
    desk.elsewhere = Others()
    await desk.start()
    async with desk.running():
        yield desk
    await desk.stop()


async def test_who_has_answered_to_another_process_is_written_to_within_a_minute() -> None:
    async with among_others() as desk:
        anna = await desk.anna()
        for _ in range(100):
            await desk.channel.send(desk.part(anna.id, "?"), key="k")
        # Viber is asked, and would not take it either: that is this customer's alone.
        for _ in range(2):
            with pytest.raises(UnavailableError) as caught:
                await desk.channel.send(desk.part(anna.id, "?"), key="k")
            assert (caught.value.reason, caught.value.after) == ("throttled", 60.0)
        assert [one.status for one in desk.viber.ledger.of("send_message")] == [0] * 100 + [12]
        anna.person.unanswered.clear()
        desk.clock.tick(60)
        for _ in range(100):
            await desk.channel.send(desk.part(anna.id, "good"), key="k")
        with pytest.raises(UnavailableError):
            await desk.channel.send(desk.part(anna.id, "?"), key="k")


async def test_a_report_on_what_another_process_may_have_greeted_with_proves_nothing() -> None:
    for greeting, certain in (("Welcome", False), (None, True)):
        async with among_others(welcome=greeting) as desk:
            anna = await desk.anna()
            await desk.channel.send(desk.part(anna.id, "Hello"), key="k")
            await desk.viber.world.settled()
            await anna.gets(anna.inbox[0].token)
            [report] = [one for one in desk.core.events if isinstance(one, DeliveryReport)]
            assert report.certain is certain
