"""Whose token it is: the app's own ids, and where its workspace is."""

from collections.abc import Sequence
from typing import NamedTuple

from agent_console.slack.client import Client
from bridge.channel import MisconfiguredError

SCOPES: Sequence[str] = (
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "reactions:read",
    "reactions:write",
    "users:read",
    "users:read.email",
)
"""What the app is used for: docs.slack.dev/reference/scopes."""


class Account(NamedTuple):
    """The app in one workspace. `home` is the workspace's address, with a slash."""

    user: str
    bot: str
    team: str
    name: str
    workspace: str
    home: str
    scopes: frozenset[str]


class Accounts:
    """Knows the account once Slack was asked."""

    def __init__(self, client: Client) -> None:
        """Ask nothing yet."""
        self._client = client
        self.known: Account | None = None

    async def account(self) -> Account:
        """Return the account; raises `SendError` while it cannot be asked for."""
        return self.known or await self.ask()

    async def ask(self) -> Account:
        """Ask Slack anew; raises `SendError`."""
        data, headers = await self._client.who()
        told = next((v for k, v in headers.items() if k.lower() == "x-oauth-scopes"), "")
        self.known = Account(
            user=str(data.get("user_id", "")),
            bot=str(data.get("bot_id", "")),
            team=str(data.get("team_id", "")),
            name=str(data.get("user", "")),
            workspace=str(data.get("team", "")),
            home=str(data.get("url", "")),
            scopes=frozenset(one.strip() for one in told.split(",") if one.strip()),
        )
        return self.known

    def permalink(self, place: str, ts: str, thread: str | None = None) -> str | None:
        """Return the address of a message for whoever is in its channel."""
        if self.known is None or not self.known.home:
            return None
        address = f"{self.known.home}archives/{place}/p{ts.replace('.', '')}"
        return f"{address}?thread_ts={thread}&cid={place}" if thread else address


def check_scopes(account: Account) -> None:
    """Raise `MisconfiguredError` for what the app was not given."""
    missing = [one for one in SCOPES if one not in account.scopes]
    if missing:
        raise MisconfiguredError(
            f"The app lacks the scopes {', '.join(missing)}. Add them under OAuth & Permissions "
            "on the app's page, and install the app to the workspace again.",
            reason="no_permission",
        )
