"""Inviting a customer to go on elsewhere, or to come back: the link, its code, and the words."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody

from agent_console import actions
from agent_console.actions.invitations import Invited, Link, Wording
from agent_console.cards import shapes as w
from agent_console.web.api.given import Body, Given, Me, PathId
from agent_console.web.console import Console
from bridge.channel import SendError
from bridge.clock import ms
from bridge.models import Agent
from bridge.store.transactions import Tx
from bridge.web import ApiError, Qr, qr
from routing import start_tokens
from routing.desk import Desk


class NewInvitation(Body, frozen=True, kw_only=True):
    """Into which inbox."""

    inbox: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Invitation(w.Shape, frozen=True, kw_only=True, gc=False):
    """The link, the same as a QR code, and a text with name, topic, link and number."""

    url: str
    qr: Qr
    text: str
    expires_at: int


@post("/conversations/{conversation_id:int}/invitations")
async def invite(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[NewInvitation]
) -> Invitation:
    """Make a link with which the customer goes on in another inbox; it knows them once.

    Into the conversation's own inbox, one that leads back to the site.
    """
    own_inbox = await console.read(_inbox_of, console.desk, me.agent, conversation_id)
    words, desk = _wording(console, own_inbox), console.desk
    made: Invited | None = None
    if data.inbox == own_inbox:
        made = await console.write(actions.invite_back, desk, me.agent, conversation_id, words)
    elif link := await _link(console, data.inbox):
        made = await console.write(actions.invite, desk, me.agent, conversation_id, link, words)
    if made is None:
        fields = {"inbox": "No link leads from here to this inbox."}
        raise ApiError(422, "invalid", "Some fields are not right.", None, fields)
    return Invitation(url=made.url, qr=qr(made.url), text=made.text, expires_at=made.expires_at)


def _inbox_of(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> str:
    return actions.seen(tx, desk, me, conversation_id).inbox_id


async def _link(console: Console, inbox_id: str) -> Link | None:
    way = next(iter(console.start_links.ways([inbox_id])), None)
    if way is None:
        return None
    token = start_tokens.new_token()
    try:
        url = await console.start_links.url(way.inbox_id, token)
    except SendError:
        raise ApiError(503, "unavailable", "The network cannot be reached; try again.") from None
    valid = ms(console.settings.conversation.invitation_valid)
    return Link(url=url or "", token=token, to=way, valid=valid)


def _wording(console: Console, inbox_id: str) -> Wording:
    settings = console.settings
    inbox = settings.channels.get(inbox_id)
    title = getattr(inbox, "title", None)
    name = inbox_id if inbox is None else inbox.name
    default = settings.locale.default
    titles: dict[str, str] = {
        one: name if title is None else title.pick(one, default)
        for one in settings.locale.available
    }
    return Wording(titles=titles, locale=default, zone=settings.locale.timezone)


HANDLERS = [invite]
