"""Who somebody of the workspace is, asked once in a while.

docs.slack.dev/reference/objects/user-object.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from agent_console.slack.account import Accounts
from agent_console.slack.client import Client
from agent_console.surface import Person
from bridge.channel import SendError
from bridge.clock import Clock

# Known for so long, in ms: whoever leaves the workspace is no agent soon after.
LASTS = 10 * 60_000
_MOST = 5000
_SLACKBOT = "USLACKBOT"
_GUESTS = ("is_restricted", "is_ultra_restricted", "is_stranger")


class People:
    """The people of one workspace."""

    def __init__(self, client: Client, accounts: Accounts, clock: Clock) -> None:
        """Know nobody yet."""
        self._client = client
        self._accounts = accounts
        self._clock = clock
        self._known: OrderedDict[str, tuple[Person, int]] = OrderedDict()

    async def person(self, id: str) -> Person:
        """Return who it is; where Slack does not say now, by the id alone."""
        known = self._known.get(id)
        if known is not None and self._clock.now() - known[1] < LASTS:
            return known[0]
        try:
            account = await self._accounts.account()
            answer = await self._client.call(
                "users.info", repeatable=True, user=id, include_locale=True
            )
        except SendError:
            return known[0] if known else Person(id=id)
        found = person_of(answer.get("user") or {}, id, account.team)
        self._known[id] = found, self._clock.now()
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return found

    async def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return what these are called, as far as they are people."""
        people = [await self.person(one) for one in ids if one[:1] in "UW"]
        return {one.id: one.name for one in people if one.name}


def person_of(user: Mapping[str, Any], id: str, team: str) -> Person:
    """Return what Slack says of somebody.

    Their address counts only where it was confirmed, and of members of this very workspace: a
    guest, or somebody of another company in a shared channel, is not known by it.
    """
    profile = user.get("profile") or {}
    member = user.get("team_id") == team and not any(user.get(one) for one in _GUESTS)
    proven = member and user.get("is_email_confirmed") is True and not user.get("deleted")
    locale = str(user.get("locale") or "")
    return Person(
        id=id,
        name=str(profile.get("display_name") or profile.get("real_name") or user.get("name") or ""),
        username=str(user.get("name") or ""),
        language=locale.partition("-")[0] or None,
        email=(profile.get("email") or None) if proven else None,
        is_program=bool(user.get("is_bot")) or id == _SLACKBOT,
    )
