"""What goes out stands in the trace of the request that wrote it."""

import asyncio

from bridge import tracing
from bridge.tracing.otlp import OtlpTracer
from tests.bridge.delivery.rig import Rig
from tests.bridge.tracing.collector import collecting


async def test_a_delivery_joins_the_trace_of_what_wrote_its_message(rig: Rig) -> None:
    here = await rig.conversation()
    with collecting() as collector:
        tracing.use(OtlpTracer(collector.url, "0"))
        try:
            with tracing.span("request"):
                message = await rig.say(here, "canary of an agent")
                tracing.carry([message])
            async with rig.working():
                await rig.reaches(**{"canary of an agent": "sent"})
        finally:
            await asyncio.to_thread(tracing.end)
    [request] = collector.named("request")
    [delivery] = collector.named("delivery")
    assert (delivery.trace, delivery.parent) == (request.trace, request.id)
    assert delivery.attributes["deskbridge.message"] == message
    # That it was sent was recorded inside of it.
    inside = [one for one in collector.named("transaction") if one.parent == delivery.id]
    assert len(inside) >= 1
    assert not any(b"canary" in one for one in collector.bodies)
