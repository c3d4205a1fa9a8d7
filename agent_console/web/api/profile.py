"""What the YAML says of the agent who asks."""

from collections.abc import Sequence

from litestar import get
from msgspec import UNSET, UnsetType

from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Me
from agent_console.web.console import Console
from bridge.models import AgentLink, Role, StaffKind
from bridge.settings.show import keys
from bridge.store.links import LINKS_OF
from bridge.store.transactions import Tx
from routing.access import rights


class Profile(w.Shape, frozen=True, kw_only=True, gc=False):
    """An agent of the YAML: null is what it does not say.

    `teams` are ids; `limit` is of open conversations; `slack` and `telegram` are the accounts
    of the YAML and those that were linked. `where` is for owners: the `<file>:<line>` of
    each key in the file.
    """

    id: str
    name: str
    role: Role
    email: str | None
    teams: list[str]
    languages: list[str]
    limit: int | None
    hours: str | None
    slack: list[str]
    telegram: list[str]
    where: dict[str, str] | UnsetType = UNSET


@get("/me/profile")
async def profile(console: Given, me: Me) -> Profile:
    """Return what the YAML says of who asks."""
    declared = console.settings.agents[me.agent.id]
    linked = await console.read(Tx.all, LINKS_OF, agent=me.agent.id)
    owner = "configuration" in rights(me.agent.role, console.desk.policy)
    return Profile(
        id=me.agent.id,
        name=declared.name,
        role=declared.role,
        email=declared.email,
        teams=[key for key, one in console.settings.teams.items() if me.agent.id in one.members],
        languages=[*declared.languages],
        limit=declared.limit,
        hours=declared.hours,
        slack=_accounts(declared.slack, "slack", linked),
        telegram=_accounts(declared.telegram, "telegram", linked),
        where=_where(console, me.agent.id) if owner else UNSET,
    )


def _accounts(
    declared: str | int | None, kind: StaffKind, linked: Sequence[AgentLink]
) -> list[str]:
    yaml = [] if declared is None else [str(declared)]
    return list(dict.fromkeys([*yaml, *(one.account for one in linked if one.kind == kind)]))


def _where(console: Console, agent_id: str) -> dict[str, str]:
    """Return where each of the agent's keys stands, without what the file leaves out."""
    under = f"agents.{agent_id}."
    return {
        key.removeprefix(under): where
        for key, _, where in keys(console.settings)
        if key.startswith(under) and where is not None
    }


HANDLERS = [profile]
