"""Folders and their lists, and the colleagues."""

from litestar import get
from litestar.di import Provide
from litestar.params import FromQuery
from msgspec import UNSET

from agent_console import cards
from agent_console.actions import sight_on
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Limit, Me, Ours, Token
from agent_console.web.api.narrowing import NARROWED
from agent_console.web.auth.guard import BOTS_TOO
from bridge.models import Agent
from bridge.store.desk import AGENTS
from bridge.store.transactions import Tx
from bridge.web import ApiError
from routing.access import sees_deleted
from routing.desk import Desk
from routing.policy import Policy
from routing.refusal import RefusedError


class RowPage(w.Shape, frozen=True, kw_only=True, gc=False):
    """A page of a list; `next` asks for the one after it."""

    rows: list[w.Row]
    next: str | None
    cursor: str


@get("/folders")
async def folders(console: Given, me: Me) -> w.Folders:
    """Return the counters of every folder."""
    return await console.live.counters_of(me.agent.id)


def asked(
    console: Given,
    folder: FromQuery[cards.Folder],
    narrow: Ours[cards.Narrow],
    sort: FromQuery[cards.Sort | None] = None,
    status: FromQuery[cards.Status] = "open",
    part: FromQuery[cards.Part | None] = None,
) -> cards.Query:
    """Return which list is asked for; raises `ApiError` (400) for what it has not."""
    chosen = sort or default_sort(console)
    if chosen not in console.sorts:
        why = "There is no longest wait to sort by: routing.max_wait is off."
        raise ApiError(400, "invalid", "The request is not valid.", fields={"sort": why})
    if part is not None and (folder, part) not in cards.PARTS:
        why = "This folder has no such part."
        raise ApiError(400, "invalid", "The request is not valid.", fields={"part": why})
    return cards.Query(folder=folder, sort=chosen, status=status, part=part, narrow=narrow)


@get(
    "/conversations",
    dependencies=NARROWED | {"wanted": Provide(asked, sync_to_thread=False)},
    opt={BOTS_TOO: True},
)
async def conversations(
    console: Given,
    me: Me,
    wanted: Ours[cards.Query],
    limit: Limit = 50,
    after: Token = None,
) -> RowPage:
    """Return a page of a folder; a bot has one, Mine."""
    if me.agent.role == "bot" and wanted.folder != "mine":
        raise ApiError(403, "forbidden", "A bot sees what it has to answer: folder=mine.")
    cursor = console.hub.cursor()
    rows, token = await console.read(_page, console.desk, me.agent, wanted, limit, after)
    return RowPage(rows=rows, next=token, cursor=cursor)


def default_sort(console: Given) -> cards.Sort:
    """Return the order of a list nobody has chosen one for."""
    return "processing" if "processing" in console.sorts else "activity"


def check_folder(me: Agent, policy: Policy, folder: cards.Folder) -> None:
    """Raise `RefusedError("forbidden")` for a folder that is not there for `me` (R09)."""
    if folder == "deleted" and not sees_deleted(me.role, policy):
        raise RefusedError("forbidden")


def _page(
    tx: Tx, desk: Desk, me: Agent, query: cards.Query, limit: int, after: str | None
) -> tuple[list[w.Row], str | None]:
    check_folder(me, desk.policy, query.folder)
    found, token = cards.page(tx, sight_on(desk, me), query, limit=limit, after=after)
    return cards.rows(tx, me, desk.policy, found), token


@get("/agents", opt={BOTS_TOO: True})
async def agents(console: Given) -> list[w.AgentRef]:
    """Return every agent, also those who are gone: they stand in old conversations."""
    return await agent_refs(console)


async def agent_refs(console: Given) -> list[w.AgentRef]:
    """Return the agents and who is here."""
    here = console.live.online()
    return [_ref(one, here) for one in await console.read(_agents)]


def _agents(tx: Tx) -> list[Agent]:
    return tx.all(AGENTS)


def _ref(agent: Agent, here: frozenset[str]) -> w.AgentRef:
    return w.AgentRef(
        id=agent.id,
        name=agent.name,
        role=agent.role,
        online=agent.id in here,
        presence=agent.presence,
        avatar_url=cards.avatar_url(agent.photo_id),
        retired=agent.retired_at is not None or UNSET,
    )


HANDLERS = [folders, conversations, agents]
