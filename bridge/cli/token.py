"""The commands about API tokens: for scripts and bots, which ask as an agent."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from bridge.cli.agent import AgentId, known_or_exit, put_agent
from bridge.cli.config import DEFAULT_PATH, ConfigPath
from bridge.cli.database import fail, opened, table
from bridge.clock import ms
from bridge.settings.values import read_duration

if TYPE_CHECKING:
    from bridge.models import ApiToken, Scope
    from bridge.settings import Settings
    from bridge.store.transactions import Tx

Name = Annotated[str, typer.Option("--name", help="What to know it by: who or what uses it.")]
_LONGEST_NAME = 80


def add(
    agent_id: AgentId,
    name: Name,
    expires: Annotated[
        str | None, typer.Option("--expires", help="How long it holds: 90d, 12h. Else for ever.")
    ] = None,
    scope: Annotated[str, typer.Option("--scope", help="read or write.")] = "write",
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Make a token with which a program may do what an agent may. It is printed once."""
    from bridge.models import Scope  # noqa: PLC0415

    settings = known_or_exit(agent_id, config)
    if scope not in get_args(Scope):
        fail(f"there is no scope {scope}: {', '.join(get_args(Scope))}")
    if not name.strip() or len(name) > _LONGEST_NAME:
        fail(f"a token needs a name of up to {_LONGEST_NAME} characters")
    length = _duration(expires) if expires is not None else None
    token = asyncio.run(_added(settings, agent_id, name.strip(), cast("Scope", scope), length))
    if token is None:
        fail(f"{agent_id} has a token named {name.strip()} already: revoke it first")
    print(f"A token of {settings.agents[agent_id].name}. It is shown this once:")
    print(f"  {token}")


def list_tokens(agent_id: AgentId, config: ConfigPath = DEFAULT_PATH) -> None:
    """List an agent's tokens, and when each was used last."""
    settings = known_or_exit(agent_id, config)
    rows = [("name", "scope", "made", "used last", "holds until")]
    rows += [
        (
            one.name,
            one.scope,
            _time(one.created_at),
            _time(one.used_at) if one.used_at else "never",
            _time(one.expires_at) if one.expires_at else "it is revoked",
        )
        for one in asyncio.run(_listed(settings, agent_id))
    ]
    print("\n".join(table(rows)))


def revoke(agent_id: AgentId, name: Name, config: ConfigPath = DEFAULT_PATH) -> None:
    """Revoke a token. Nobody gets in with it any more, also while the program runs."""
    settings = known_or_exit(agent_id, config)
    if not asyncio.run(_revoked(settings, agent_id, name)):
        fail(f"{agent_id} has no token named {name}")
    print(f"Revoked {name} of {settings.agents[agent_id].name}.")


def _duration(text: str) -> timedelta:
    try:
        return read_duration(text)
    except ValueError:
        fail(f"--expires {text}: a duration is written 90d, 12h or 30m")


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


async def _added(
    settings: "Settings", agent_id: str, name: str, scope: "Scope", length: timedelta | None
) -> str | None:
    def work(tx: "Tx") -> str | None:
        from agent_console.audit import By, Deed, record  # noqa: PLC0415
        from agent_console.web.auth.bearer import add_token  # noqa: PLC0415
        from bridge.store.tokens import TOKEN_NAMED  # noqa: PLC0415

        put_agent(tx, settings, agent_id)
        if tx.one(TOKEN_NAMED, agent=agent_id, name=name) is not None:
            return None
        ends = tx.now + ms(length) if length is not None else None
        told = {"name": name, "scope": scope}
        record(tx, By(surface="command"), Deed("token_added", f"agent:{agent_id}", told))
        return add_token(tx, agent_id, name, scope, ends)

    async with opened(settings) as store:
        return await store.write(work)


async def _listed(settings: "Settings", agent_id: str) -> "list[ApiToken]":
    from bridge.store.tokens import TOKENS_OF  # noqa: PLC0415

    async with opened(settings) as store:
        return await store.read(lambda tx: tx.all(TOKENS_OF, agent=agent_id))


async def _revoked(settings: "Settings", agent_id: str, name: str) -> bool:
    def work(tx: "Tx") -> bool:
        from agent_console.audit import By  # noqa: PLC0415
        from agent_console.web.auth.bearer import revoke_token  # noqa: PLC0415
        from bridge.store.tokens import TOKEN_NAMED  # noqa: PLC0415

        found = tx.one(TOKEN_NAMED, agent=agent_id, name=name)
        return found is not None and revoke_token(tx, By(surface="command"), agent_id, found.id)

    async with opened(settings) as store:
        return await store.write(work)
