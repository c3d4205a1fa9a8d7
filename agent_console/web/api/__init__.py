"""The console's HTTP API, grouped by subject; OpenAPI at `/schema` documents it."""

from litestar import Router
from litestar.di import Provide

from agent_console.web.api import (
    contacts,
    conversations,
    drafts,
    lists,
    messages,
    quick_replies,
    search,
    session,
    uploads,
)
from agent_console.web.api.given import caller_of
from agent_console.web.auth import guard
from agent_console.web.console import Console

PREFIX = "/api"


def api_routers(console: Console) -> list[Router]:
    """Return the routers: one that anybody may call, to sign in, and one for agents."""

    def given() -> Console:
        return console

    console_given = {"console": Provide(given, sync_to_thread=False)}
    door = Router(
        PREFIX,
        route_handlers=session.DOOR,
        dependencies=console_given,
        guards=[session.own_page(console)],
        tags=["Signing in"],
    )
    inside = Router(
        PREFIX,
        route_handlers=[
            *session.HANDLERS,
            *lists.HANDLERS,
            *conversations.HANDLERS,
            *messages.HANDLERS,
            *drafts.HANDLERS,
            *contacts.HANDLERS,
            *search.HANDLERS,
            *quick_replies.HANDLERS,
            *uploads.HANDLERS,
        ],
        dependencies=console_given | {"me": Provide(caller_of, sync_to_thread=False)},
        guards=[guard(console.sessions, console.settings.server.public_url)],
        tags=["Console"],
    )
    return [door, inside]
