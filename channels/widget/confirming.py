"""What a visitor's widget confirms: this has arrived, this has been seen.

Ids are only believed after a look at whose they are: a visitor confirms what was sent to
them and nothing else.
"""

from collections.abc import Iterable

from bridge.channel import ConversationRead, DeliveryReport, InboundEvent, Sender
from channels.widget.parts import Parts


async def mark_delivered(parts: Parts, customer: str, ids: Iterable[int]) -> None:
    """Report the agents' messages among `ids` as delivered."""
    arrived = []
    for one in ids:
        view = await parts.customers.message(customer, one)
        if view is not None and view.author == "agent":
            arrived.append(str(one))
    if arrived:
        report = DeliveryReport(
            recipient=customer, external_ids=arrived, state="delivered", at=parts.clock.now()
        )
        await parts.intake.report([report])


async def mark_read(parts: Parts, customer: str, thread: str, message_id: int) -> bool:
    """Report the thread as read up to a message of it; `False` if it is not the visitor's."""
    view = await parts.customers.message(customer, message_id)
    if view is None or view.thread != thread:
        return False
    now = parts.clock.now()
    events: list[InboundEvent] = [
        ConversationRead(
            sender=Sender(external_id=customer), thread=thread, message_id=message_id, at=now
        )
    ]
    if view.author == "agent":
        events.append(
            DeliveryReport(recipient=customer, external_ids=[str(message_id)], state="read", at=now)
        )
    await parts.intake.report(events)
    return True
