"""The demo, where the configuration asks for it: its shop's pages, and its agents' first links."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from agent_console.web.auth.links import link_url, make_link
from bridge.settings import Settings
from bridge.store.transactions import Store


def routes(settings: Settings) -> Sequence[ControllerRouterHandler]:
    """Return the demo shop's pages, which show the first widget of a demo configuration."""
    shown = _shown(settings)
    if shown is None:
        return []
    # An adapter is imported only where one of its kind is configured.
    from channels.widget.pages import demo_routes  # noqa: PLC0415
    from channels.widget.settings import WidgetSettings  # noqa: PLC0415

    inbox = settings.channels[shown]
    url = settings.server.public_url
    return demo_routes(url, inbox.key) if isinstance(inbox, WidgetSettings) else []


def home(inbox_id: str, settings: Settings) -> str | None:
    """Return the page of our own that shows an inbox to its customers."""
    return f"{settings.server.public_url}/demo" if _shown(settings) == inbox_id else None


async def links(store: Store, settings: Settings) -> dict[str, str]:
    """Make a one-time sign-in for every agent; return the addresses by agent."""
    url = settings.server.public_url
    return {
        agent_id: link_url(url, await store.write(make_link, agent_id, "sign_in"))
        for agent_id, agent in settings.agents.items()
        if agent.role != "bot"
    }


def _shown(settings: Settings) -> str | None:
    if not settings.server.demo:
        return None
    return next((key for key, one in settings.channels.items() if one.type == "widget"), None)
