"""Taking a visitor's press of a button under a message of ours."""

from collections.abc import Sequence

from bridge.channel import ButtonPressed, ButtonView
from bridge.web import ApiError
from channels.widget import protocol
from channels.widget.buttons import NewPress
from channels.widget.contacts import NOTHING, sender
from channels.widget.parts import Parts
from channels.widget.protocol import MessageAnswer
from channels.widget.tokens import Session


async def press(parts: Parts, session: Session, new: NewPress) -> MessageAnswer:
    """Return the message as the press has left it.

    Raises `ApiError`: 404 for a button that this visitor has not been offered, 409 where it
    counts no more.
    """
    view = await parts.customers.message(session.customer, new.message_id)
    button = _named(view.buttons if view else (), new.button)
    if view is None or button is None:
        raise ApiError(404, "not_found", "There is no such button.")
    answer = await parts.intake.accept(
        ButtonPressed(
            sender=sender(session, NOTHING),
            external_id=protocol.external_id(session.namespace, new.client_id),
            button=button.text,
            id=button.id,
            at=parts.clock.now(),
            thread=view.thread,
        )
    )
    if answer.outcome not in ("stored", "duplicate"):
        raise ApiError(409, "too_late", "This has been answered, or asked too long ago.")
    left = await parts.customers.message(session.customer, new.message_id)
    _, cursor = await parts.customers.threads(session.customer)
    return MessageAnswer(protocol.message(left or view), answer.cursor or cursor)


def _named(offered: Sequence[ButtonView], button: str) -> ButtonView | None:
    return next((one for one in offered if one.id == button), None)
