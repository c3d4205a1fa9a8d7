"""The console's HTTP API, grouped by subject; OpenAPI at `/schema` documents it."""

from typing import Any, Self

from litestar import Router
from litestar.di import Provide
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from agent_console.web.api import (
    blocks,
    bulk,
    channels,
    chats,
    contacts,
    conversations,
    dead,
    door,
    drafts,
    held,
    history,
    invitations,
    joins,
    lists,
    me,
    meetings,
    messages,
    oidc,
    operations,
    originals,
    persons,
    preferences,
    presence,
    profile,
    quick_replies,
    reports,
    search,
    second_factor,
    session,
    sessions,
    snoozing,
    sorting,
    suggestions,
    teams,
    tickets,
    tokens,
    trail,
    uploads,
    views,
)
from agent_console.web.api.given import acting, caller_of
from agent_console.web.auth import guard
from agent_console.web.auth.guard import refuse_token
from agent_console.web.console import Console
from bridge.web.site import Connection

PREFIX = "/api"


def api_router(console: Console) -> Router:
    """Return the router of everything under `/api`, each handler behind its guard."""

    def given() -> Console:
        return console

    return _Once(
        PREFIX,
        route_handlers=[
            *door.HANDLERS,
            *oidc.HANDLERS,
            *session.HANDLERS,
            *me.HANDLERS,
            *profile.HANDLERS,
            *tokens.HANDLERS,
            *sessions.HANDLERS,
            *second_factor.HANDLERS,
            *lists.HANDLERS,
            *views.HANDLERS,
            *bulk.HANDLERS,
            *channels.HANDLERS,
            *conversations.HANDLERS,
            *blocks.HANDLERS,
            *teams.HANDLERS,
            *held.HANDLERS,
            *messages.HANDLERS,
            *originals.HANDLERS,
            *drafts.HANDLERS,
            *presence.HANDLERS,
            *preferences.HANDLERS,
            *contacts.HANDLERS,
            *persons.HANDLERS,
            *history.HANDLERS,
            *joins.HANDLERS,
            *sorting.HANDLERS,
            *snoozing.HANDLERS,
            *invitations.HANDLERS,
            *tickets.HANDLERS,
            *search.HANDLERS,
            *quick_replies.HANDLERS,
            *suggestions.HANDLERS,
            *chats.HANDLERS,
            *meetings.HANDLERS,
            *uploads.HANDLERS,
            *reports.HANDLERS,
            *trail.HANDLERS,
            *operations.HANDLERS,
            *dead.HANDLERS,
        ],
        dependencies={
            "console": Provide(given, sync_to_thread=False),
            "me": Provide(caller_of, sync_to_thread=False),
            "by": Provide(acting, sync_to_thread=False),
        },
        guards=[_guard(console)],
        tags=["Console"],
    )


class _Once(Router):
    """A router that is registered once: Litestar would copy all there is to each handler."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return itself."""
        return self


def _guard(console: Console) -> Guard:
    """Return the one guard: strangers may knock at the door, all else is for agents."""
    outside = door.own_page(console)
    inside = guard(console.sessions, console.settings.server.public_url)

    async def check(connection: Connection, handler: BaseRouteHandler) -> None:
        if handler.opt.get(door.DOOR):
            refuse_token(connection)
            await outside(connection, handler)
        else:
            await inside(connection, handler)

    return check
