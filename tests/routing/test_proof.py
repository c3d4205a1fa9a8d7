"""An uncertain part is settled by what the network says of it, and only if it must be that part."""

import pytest

from bridge import channel as ch
from routing import outbound
from routing.proof import WINDOW
from tests.routing.test_reports import LONG, report
from tests.routing.world import World


async def test_a_report_under_an_unknown_id_settles_the_only_uncertain_part(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.lost(ours)
    assert await world.states(ours) == ["uncertain"]
    answer = await world.comes(report("delivered", "n1"))
    assert (answer.outcome, answer.message_id) == ("stored", ours)
    assert await world.states(ours) == ["delivered"]


async def test_what_is_reported_later_under_the_same_id_is_about_the_same_part(
    world: World,
) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.lost(ours)
    for state in ("delivered", "read"):
        await world.comes(report(state, "n1"))
    assert await world.states(ours) == ["read"]


async def test_a_report_that_came_before_the_send_was_given_up_settles_it_too(
    world: World,
) -> None:
    ours = await world.replies("anna", await world.begun())
    on_the_wire = await world.goes_out(ours)
    world.clock.tick(1)
    assert (await world.comes(report("delivered", "n1"))).outcome == "parked"
    world.clock.tick(30)
    unknown = ch.OutcomeUnknownError("No answer came.", reason="timeout")
    await world.comes_back(on_the_wire, unknown)
    assert await world.states(ours) == ["delivered"]
    assert await world.count("parked_events") == 0


async def test_later_parts_go_on_once_the_first_is_proven(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    on_the_wire = await world.goes_out(ours)
    await world.comes(report("read", "n1"))
    await world.comes_back(on_the_wire, ch.OutcomeUnknownError("Lost.", reason="timeout"))
    assert await world.states(ours) == ["read", "queued", "queued"]
    await world.sent(ours, "n2", part=1)
    assert await world.states(ours) == ["read", "sent", "queued"]


async def test_what_was_to_be_sent_again_is_not_once_it_is_proven(world: World) -> None:
    world.under(uncertain="resend")
    ours = await world.replies("anna", await world.begun())
    on_the_wire = await world.goes_out(ours)
    await world.comes(report("delivered", "n1"))
    await world.comes_back(on_the_wire, ch.OutcomeUnknownError("Lost.", reason="timeout"))
    assert await world.states(ours) == ["delivered"]


# --- what proves nothing ---


async def test_of_two_uncertain_parts_neither_is_settled(world: World) -> None:
    here = await world.begun()
    both = [await world.replies("anna", here) for _ in range(2)]
    for one in both:
        await world.lost(one)
    assert (await world.comes(report("delivered", "n1"))).outcome == "parked"
    assert [await world.states(one) for one in both] == [["uncertain"], ["uncertain"]]


async def test_two_unknown_ids_prove_nothing_of_one_part(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    on_the_wire = await world.goes_out(ours)
    for one in ("n1", "n2"):
        await world.comes(report("delivered", one))
    await world.comes_back(on_the_wire, ch.OutcomeUnknownError("Lost.", reason="timeout"))
    assert await world.states(ours) == ["uncertain"]


async def test_a_report_of_another_customer_proves_nothing(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.lost(ours)
    await world.begun("petro")
    await world.comes(report("delivered", "n1", who="petro"))
    assert await world.states(ours) == ["uncertain"]


async def test_while_the_next_part_is_on_the_wire_a_report_may_be_about_that(
    world: World,
) -> None:
    here = await world.begun()
    first, second = [await world.replies("anna", here) for _ in range(2)]
    await world.lost(first)
    on_the_wire = await world.goes_out(second)
    assert (await world.comes(report("delivered", "n2"))).outcome == "parked"
    await world.comes_back(on_the_wire, ch.Receipt(external_ids=["n2"]))
    assert (await world.states(first), await world.states(second)) == (
        ["uncertain"],
        ["delivered"],
    )


async def test_what_only_waits_for_its_turn_is_not_what_a_report_is_about(world: World) -> None:
    here = await world.begun()
    first, second = [await world.replies("anna", here) for _ in range(2)]
    await world.lost(first)
    await world.goes_out(second, begun=False)
    await world.comes(report("delivered", "n1"))
    assert (await world.states(first), await world.states(second)) == (["delivered"], ["sending"])


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_an_agent_has_decided_about_may_be_meant_as_well(
    world: World, *, arrived: bool
) -> None:
    here = await world.begun()
    first, second = [await world.replies("anna", here) for _ in range(2)]
    await world.lost(first)
    await world.store.write(outbound.settle, first, arrived=arrived)
    await world.lost(second)
    await world.comes(report("delivered", "n1"))
    assert await world.states(second) == ["uncertain"]


async def test_a_report_long_after_proves_nothing(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.lost(ours)
    world.clock.tick(WINDOW / 1000 + 1)
    await world.comes(report("delivered", "n1"))
    assert await world.states(ours) == ["uncertain"]


async def test_a_report_of_failure_under_an_unknown_id_proves_nothing(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.lost(ours)
    await world.comes(report("failed", "n1"))
    assert await world.states(ours) == ["uncertain"]


async def test_a_report_that_may_be_about_a_greeting_proves_nothing(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.lost(ours)
    greeted = ch.DeliveryReport(
        recipient="olena", external_ids=["n1"], state="delivered", at=1, certain=False
    )
    await world.comes(greeted)
    assert await world.states(ours) == ["uncertain"]


async def test_where_the_network_knows_keys_it_is_asked_again_instead(world: World) -> None:
    can = ch.Capabilities(idempotent_send=True)
    world.desk.capabilities["pager"] = can  # type: ignore[index]
    ours = await world.replies("anna", await world.begun())
    await world.lost(ours)
    await world.comes(report("delivered", "n1"))
    assert await world.states(ours) == ["uncertain"]


# --- an answer to it ---


async def test_an_answer_to_a_message_proves_that_it_arrived(world: World) -> None:
    here = await world.begun()
    ours = await world.replies("anna", here)
    await world.sent(ours, "n1")
    await world.comes(report("failed", "n1"))
    await world.says("olena", "Дякую", reply_to="n1")
    assert await world.states(ours) == ["sent"]


async def test_an_answer_of_somebody_else_proves_nothing(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    await world.comes(report("failed", "n1"))
    await world.says("petro", "Дякую", reply_to="n1")
    assert await world.states(ours) == ["failed"]
