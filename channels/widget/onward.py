"""Leading a visitor on to another network, where the conversation outlives the page."""

from bridge.channel import SendError, StartLink
from bridge.clock import ms
from bridge.web import ApiError
from channels.widget.config import networks_on
from channels.widget.parts import Parts
from channels.widget.tokens import Session


async def link(parts: Parts, session: Session, thread: str, network: str) -> StartLink:
    """Return a link on to the network for this visitor.

    Raises `ApiError`: 404 for a network that is not offered, 503 while it cannot be asked.
    """
    inbox_id = networks_on(parts.settings, parts.context).get(network)
    if parts.context.onward is None or inbox_id is None:
        raise _not_offered()
    valid = ms(parts.settings.continue_within)
    try:
        made = await parts.context.onward.link(
            session.customer, thread, to=inbox_id, source=parts.settings.key, valid=valid
        )
    except SendError:
        raise ApiError(
            503, "unavailable", "The network cannot be reached; try again.", {"retry_after": 5}
        ) from None
    if made is None:
        raise _not_offered()
    return made


def _not_offered() -> ApiError:
    return ApiError(404, "not_found", "The conversation cannot go on there.")
