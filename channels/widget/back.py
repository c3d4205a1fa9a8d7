"""The way back into the widget, for a visitor whom a link has brought."""

from typing import Annotated
from urllib.parse import quote, urlsplit

from msgspec import Meta, Struct

from channels.widget.contacts import NOTHING, sender
from channels.widget.origins import AllowedOrigins
from channels.widget.parts import Parts
from channels.widget.tokens import Session

# Of a path, what a link may hold as it is; brackets would end it where mails are written.
_IN_A_PATH = "/%:@!$&+,;=~"


class ComeBack(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A link back to the site has brought the visitor, with this in its fragment."""

    token: Annotated[str, Meta(min_length=1, max_length=100)]


class CameBack(Struct, frozen=True, kw_only=True):
    """The conversation that the link has opened, among the visitor's from now on.

    `null` where the link is used, out of time or made up: nobody learns which.
    """

    thread: str | None


def address(parts: Parts, token: str, page: str | None) -> str | None:
    """Return the address of a page with the widget on it, with the token in its fragment.

    Browsers send no fragment, so that the token is in no log and no `Referer`, and whoever
    merely fetches the link uses nothing up.
    """
    stands = _without_query(page, parts.origins) or parts.context.home
    return None if stands is None else f"{stands}#deskbridge={token}"


def _without_query(page: str | None, origins: AllowedOrigins) -> str | None:
    """Return the page if its site may show the widget.

    A browser has told it and can tell anything: what a query does there, a redirect to
    another site perhaps, is not ours to know.
    """
    if page is None:
        return None
    try:
        parts = urlsplit(page)
    except ValueError:
        return None
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return origin + quote(parts.path or "/", safe=_IN_A_PATH) if origins.allow(origin) else None


async def enter(parts: Parts, session: Session, token: str) -> str | None:
    """Use a link's token up; return the thread that it opens, `None` if it opens nothing."""
    door = parts.context.way_back
    thread = None if door is None else await door.enter(sender(session, NOTHING), token)
    if thread is not None:
        parts.presence.known(session.customer)
    return thread


async def selves(parts: Parts, customer: str) -> list[str]:
    """Return as whom a visitor is on the site: themselves, and whose conversations they are in."""
    door = parts.context.way_back
    return [customer, *(await door.hosts(customer) if door is not None else ())]
