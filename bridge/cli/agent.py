"""The commands about agents: add one to the YAML, list them, let one choose a password."""

import asyncio
import os
import shutil
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from bridge.cli.config import DEFAULT_PATH, ConfigPath, known_kinds, load_or_exit
from bridge.cli.database import fail, opened, table
from bridge.settings import Agent, ConfigError, Role, Settings, load

if TYPE_CHECKING:
    from bridge.models import AgentLink
    from bridge.store.transactions import Tx

AgentId = Annotated[str, typer.Argument(metavar="ID", help="The agent's key under `agents`.")]


def add(
    agent_id: AgentId,
    name: Annotated[str, typer.Option("--name", help="What colleagues and customers see.")],
    role: Annotated[
        str, typer.Option("--role", help="owner, supervisor, agent or viewer.")
    ] = "agent",
    email: Annotated[
        str | None, typer.Option("--email", help="An address to sign in with.")
    ] = None,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Write a new agent into the configuration. It must still load with them."""
    settings = load_or_exit(config)
    if agent_id in settings.agents:
        fail(f"there is an agent {agent_id} already")
    if role not in get_args(Role):
        fail(f"there is no role {role}: {', '.join(get_args(Role))}")
    entry = {"name": name, "role": role} | ({"email": email} if email else {})
    _replace(config, with_agent(config.read_text(encoding="utf-8"), agent_id, entry))
    print(f"Added {agent_id} to {config}. Run `deskbridge reload` if the program runs.")
    print("Then let them choose a password:")
    print(f"  deskbridge agent password {agent_id}")


def list_agents(config: ConfigPath = DEFAULT_PATH) -> None:
    """List the agents of the configuration."""
    settings = load_or_exit(config)
    known, links = _kept(settings)
    rows: list[tuple[str, ...]] = [("id", "name", "role", "email", "password", "accounts")]
    for agent_id, agent in settings.agents.items():
        chosen = "chosen" if agent_id in known else "none yet"
        accounts = ", ".join([*_declared(agent), *links.get(agent_id, [])])
        rows.append((agent_id, agent.name, agent.role, agent.email or "", chosen, accounts))
    print("\n".join(table(rows)))


def _declared(agent: Agent) -> list[str]:
    """Return the accounts that the YAML says are an agent's."""
    accounts = (("Slack", agent.slack), ("Telegram", agent.telegram))
    return [f"{kind} {account}" for kind, account in accounts if account]


def password(agent_id: AgentId, config: ConfigPath = DEFAULT_PATH) -> None:
    """Print a one-time link with which an agent sets a new password."""
    # What writes to the database is imported only by the command that does.
    from agent_console.web.auth.links import link_url  # noqa: PLC0415

    settings = known_or_exit(agent_id, config)
    if settings.agents[agent_id].role == "bot":
        fail(f"{agent_id} is a bot, which signs in by no password: deskbridge agent token add")
    token = asyncio.run(_made_link(settings, agent_id))
    print(f"Within 24 hours, once, {settings.agents[agent_id].name} can choose a password here:")
    print(f"  {link_url(settings.server.public_url, token)}")


def sign_out(agent_id: AgentId, config: ConfigPath = DEFAULT_PATH) -> None:
    """End every session of an agent. The running program closes their consoles in seconds."""
    settings = known_or_exit(agent_id, config)
    ended = asyncio.run(_signed_out(settings, agent_id))
    name = settings.agents[agent_id].name
    print(f"{name} was signed in nowhere." if not ended else f"Signed {name} out: {ended} ended.")


async def _signed_out(settings: Settings, agent_id: str) -> int:
    from agent_console.audit import By  # noqa: PLC0415
    from agent_console.web.auth.ending import end_all  # noqa: PLC0415

    async with opened(settings) as store:
        return await store.write(end_all, By(surface="command"), agent_id)


def totp_reset(agent_id: AgentId, config: ConfigPath = DEFAULT_PATH) -> None:
    """Take away the second factor of an agent who has lost it. Their sessions end too."""
    settings = known_or_exit(agent_id, config)
    name = settings.agents[agent_id].name
    if asyncio.run(_factor_reset(settings, agent_id)):
        print(f"{name} is asked for no code any more, and signed out everywhere.")
    else:
        print(f"{name} had no second factor.")


async def _factor_reset(settings: Settings, agent_id: str) -> bool:
    from agent_console.audit import By  # noqa: PLC0415
    from agent_console.web.auth.second_factor import reset  # noqa: PLC0415

    async with opened(settings) as store:
        return await store.write(reset, By(surface="command"), agent_id)


def known_or_exit(agent_id: str, config: Path) -> Settings:
    """Return the settings, which have this agent; otherwise say who there is, and leave."""
    settings = load_or_exit(config)
    if agent_id not in settings.agents:
        fail(f"there is no agent {agent_id}: {', '.join(settings.agents) or 'there are none'}")
    return settings


def with_agent(text: str, agent_id: str, entry: dict[str, str]) -> str:
    """Return the YAML with one more agent, all else and every comment as it was."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000
    try:
        data = yaml.load(text)
    except YAMLError as error:
        fail(f"the configuration cannot be read: {error}")
    data = CommentedMap() if data is None else data
    agents = data.get("agents")
    if agents is None:
        agents = data["agents"] = CommentedMap()
    new = CommentedMap(entry)
    if not agents or all(_is_flow(one) for one in agents.values()):
        new.fa.set_flow_style()
    agents[agent_id] = new
    written = StringIO()
    yaml.dump(data, written)
    return written.getvalue()


def _is_flow(value: object) -> bool:
    return isinstance(value, CommentedMap) and bool(value.fa.flow_style())


def _replace(config: Path, text: str) -> None:
    """Put the new text in place of the file if it loads; otherwise say why and leave."""
    descriptor, name = tempfile.mkstemp(dir=config.parent, prefix=".", suffix=".yaml")
    candidate = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        # In the same folder, so that .env and files it refers to are found.
        load(candidate, kinds=known_kinds())
        # The program may run as somebody else than the one who adds an agent.
        shutil.copymode(config, candidate)
        owner = config.stat()
        os.chown(candidate, owner.st_uid, owner.st_gid)
        candidate.replace(config)
    except ConfigError as error:
        print(str(error).replace(str(candidate), str(config)), file=sys.stderr)
        raise typer.Exit(1) from None
    finally:
        candidate.unlink(missing_ok=True)


def _kept(settings: Settings) -> tuple[frozenset[str], dict[str, list[str]]]:
    """Return who has chosen a password, and the accounts that were linked to each agent.

    Nobody, and none, in a database that is not made yet.
    """
    from bridge.store.links import LINKS  # noqa: PLC0415
    from bridge.store.sign_in import HAVE_PASSWORDS  # noqa: PLC0415

    if _standing(settings) == "none":
        return frozenset(), {}

    async def read() -> "tuple[list[str], list[AgentLink]]":
        async with opened(settings) as store:
            return await store.read(lambda tx: (tx.all(HAVE_PASSWORDS), tx.all(LINKS)))

    known, linked = asyncio.run(read())
    accounts: dict[str, list[str]] = {}
    for one in linked:
        accounts.setdefault(one.agent_id, []).append(f"{one.kind.title()} {one.account} (linked)")
    return frozenset(known), accounts


def _standing(settings: Settings) -> str:
    from bridge import db  # noqa: PLC0415

    try:
        return db.standing(db.place_of(settings.storage.database.reveal()))
    except db.DatabaseError as error:
        fail(str(error))


async def _made_link(settings: Settings, agent_id: str) -> str:
    async with opened(settings) as store:
        return await store.write(_make, settings, agent_id)


def _make(tx: "Tx", settings: Settings, agent_id: str) -> str:
    from agent_console.audit import By, Deed, record  # noqa: PLC0415
    from agent_console.web.auth.links import make_link  # noqa: PLC0415

    put_agent(tx, settings, agent_id)
    record(tx, By(surface="command"), Deed("link_made", f"agent:{agent_id}"))
    return make_link(tx, agent_id, "password")


def put_agent(tx: "Tx", settings: Settings, agent_id: str) -> None:
    """Have the agent in the database, also where the program did not start since they came."""
    from bridge.store.desk import PUT_AGENT  # noqa: PLC0415

    agent = settings.agents[agent_id]
    tx.run(PUT_AGENT, id=agent_id, name=agent.name, email=agent.email, role=agent.role)
