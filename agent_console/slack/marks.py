"""What became of an agent's message, as the app's own reactions to it.

✓ is one tick and ✓✓ are two, so that a mark grows by what is added: Slack lets reactions be
taken away only twenty times a minute. Eyes are never set: with them people take conversations.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from agent_console.slack.account import Accounts
from agent_console.slack.budgets import Budgets
from agent_console.slack.client import Client
from agent_console.surface import Mark
from bridge.clock import Clock

SIGNS: Mapping[Mark | None, Sequence[str]] = {
    None: (),
    "queued": ("hourglass_flowing_sand",),
    "accepted": ("white_check_mark",),
    "delivered": ("white_check_mark",),
    "read": ("white_check_mark", "ballot_box_with_check"),
    "failed": ("x",),
    "uncertain": ("grey_question",),
    "note": ("lock",),
}
OURS = frozenset(sign for signs in SIGNS.values() for sign in signs)
TICK = "white_check_mark"
# Of so many messages it is known which signs they bear; of others Slack is asked.
_KNOWN = 5000


class Marks:
    """Sets the signs of one app."""

    def __init__(self, client: Client, accounts: Accounts, budgets: Budgets, clock: Clock) -> None:
        """Know of no sign that was set before."""
        self._client = client
        self._accounts = accounts
        self._budgets = budgets
        self._since = clock.now()
        self._shown: OrderedDict[tuple[str, str], frozenset[str]] = OrderedDict()

    async def put(self, place: str, ts: str, mark: Mark | None) -> None:
        """Set a mark in place of what was there; raises `SendError`.

        The clock is left out while signs can hardly be taken away.
        """
        wanted = frozenset(SIGNS[mark])
        if mark == "queued" and not self._budgets.has_room("reactions.remove"):
            wanted = frozenset()
        shown = await self._signs(place, ts)
        for sign in SIGNS[mark]:
            if sign in wanted - shown:
                await self.add(place, ts, sign)
        for sign in sorted(shown - wanted):
            await self.remove(place, ts, sign)

    async def add(self, place: str, ts: str, sign: str) -> None:
        """Set one sign, which may be there; raises `SendError`."""
        await self._client.call(
            "reactions.add",
            fine=("already_reacted",),
            repeatable=True,
            channel=place,
            timestamp=ts,
            name=sign,
        )
        self._remember(place, ts, self._shown.get((place, ts), frozenset()) | {sign})

    async def remove(self, place: str, ts: str, sign: str) -> None:
        """Take one sign away, which may not be there; raises `SendError`."""
        await self._client.call(
            "reactions.remove",
            fine=("no_reaction",),
            repeatable=True,
            channel=place,
            timestamp=ts,
            name=sign,
        )
        self._remember(place, ts, self._shown.get((place, ts), frozenset()) - {sign})

    async def _signs(self, place: str, ts: str) -> frozenset[str]:
        """Return our signs on a message; of one that is older than this process Slack is asked."""
        known = self._shown.get((place, ts))
        if known is not None:
            return known
        if float(ts) * 1000 > self._since:
            return frozenset()
        account = await self._accounts.account()
        answer = await self._client.call(
            "reactions.get", repeatable=True, channel=place, timestamp=ts, full=True
        )
        found = frozenset(
            one["name"]
            for one in answer.get("message", {}).get("reactions", ())
            if account.user in one.get("users", ()) and one["name"] in OURS
        )
        self._remember(place, ts, found)
        return found

    def _remember(self, place: str, ts: str, signs: frozenset[str]) -> None:
        self._shown[place, ts] = signs
        self._shown.move_to_end((place, ts))
        while len(self._shown) > _KNOWN:
            (_, forgotten), _ = self._shown.popitem(last=False)
            self._since = max(self._since, round(float(forgotten) * 1000))
