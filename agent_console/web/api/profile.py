"""The profile of the agent who asks: what the YAML says of them, and their picture."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, delete, get, put
from msgspec import UNSET, UnsetType

from agent_console import cards
from agent_console.actions import remove_portrait, set_portrait
from agent_console.cards import shapes as w
from agent_console.web.api.given import Acting, Given, Me, require
from agent_console.web.api.uploads import taken_file
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
    each key in the file. `avatar_url` is of their picture, and `may_edit` whether they may
    put up another or take it away: nothing else here is theirs to change.
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
    may_edit: bool
    avatar_url: w.MaybeText = UNSET
    where: dict[str, str] | UnsetType = UNSET


class Portrait(w.Shape, frozen=True, kw_only=True, gc=False):
    """Where one's picture is."""

    avatar_url: w.MaybeText


@get("/me/profile")
async def profile(console: Given, me: Me) -> Profile:
    """Return what the YAML says of who asks, and their picture."""
    declared = console.settings.agents[me.agent.id]
    linked = await console.read(Tx.all, LINKS_OF, agent=me.agent.id)
    may = rights(me.agent.role, console.desk.policy)
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
        may_edit="profile" in may,
        avatar_url=cards.avatar_url(me.agent.photo_id),
        where=_where(console, me.agent.id) if "configuration" in may else UNSET,
    )


@put("/me/photo", request_max_body_size=None)
async def put_photo(
    request: Request[Any, Any, Any], console: Given, me: Me, by: Acting
) -> Portrait:
    """Show a picture (multipart, field `file`) of who asks to colleagues and customers (R13).

    What is kept is our own drawing of it. 403 without the right (`permissions.agent.
    edit_profile`), 413 past `storage.media.max_upload`, 415 for what is no picture.
    """
    require(console, me, "profile")
    async with taken_file(request, console) as (file, limit):
        content = await console.media.keep_portrait(file.chunks, limit=limit)
    photo_id = await console.write(set_portrait, me.agent, content, by)
    return Portrait(avatar_url=cards.avatar_url(photo_id))


@delete("/me/photo", status_code=204)
async def delete_photo(console: Given, me: Me, by: Acting) -> None:
    """Take the picture of who asks away; 403 without the right to change it."""
    require(console, me, "profile")
    await console.write(remove_portrait, me.agent, by)


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


HANDLERS = [profile, put_photo, delete_photo]
