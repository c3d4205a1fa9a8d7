"""The commands that say which account on a staff surface is whose."""

import asyncio
import re
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.agent import AgentId, put_agent
from bridge.cli.config import DEFAULT_PATH, ConfigPath, load_or_exit
from bridge.cli.database import fail, opened
from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.models import StaffKind
    from bridge.store.transactions import Tx

_SLACK = re.compile(r"[UW][A-Z0-9]{2,20}")


def link(
    agent_id: AgentId,
    *,
    slack: Annotated[
        str | None, typer.Option("--slack", help="Their member id in Slack, as U024BE7LH.")
    ] = None,
    telegram: Annotated[
        int | None, typer.Option("--telegram", help="Their number in Telegram.", min=1)
    ] = None,
    code: Annotated[
        bool, typer.Option("--code", help="Print a code that they send to the bot themselves.")
    ] = False,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Say which account in Slack or Telegram is an agent's. With a code they say it themselves."""
    settings = load_or_exit(config)
    _check(settings, agent_id)
    if slack is not None and not _SLACK.fullmatch(slack):
        fail(f"{slack} is no member id of Slack: profile, ⋮, Copy member ID")
    accounts: list[tuple[StaffKind, str]] = [("slack", slack)] if slack else []
    accounts += [("telegram", str(telegram))] if telegram else []
    if not accounts and not code:
        fail("say --slack ID, --telegram NUMBER or --code")
    for kind, account in accounts:
        _check_free(settings, agent_id, kind, account)
    made = asyncio.run(_linked(settings, agent_id, accounts, code=code))
    name = settings.agents[agent_id].name
    for kind, account in accounts:
        print(f"{account} in {kind.title()} is {name} from now on.")
    if made:
        print(f"Within 15 minutes, once, {name} can send this to the bot in private:")
        print(f"  /start {made}")


def unlink(
    agent_id: AgentId,
    *,
    slack: Annotated[bool, typer.Option("--slack", help="Only what is linked in Slack.")] = False,
    telegram: Annotated[
        bool, typer.Option("--telegram", help="Only what is linked in Telegram.")
    ] = False,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Take an agent's linked accounts away; what the YAML says stays."""
    settings = load_or_exit(config)
    if agent_id not in settings.agents:
        fail(f"there is no agent {agent_id}: {', '.join(settings.agents) or 'there are none'}")
    only: list[StaffKind] = ["slack"] if slack else []
    only += ["telegram"] if telegram else []
    kinds = only or ["slack", "telegram"]
    gone = asyncio.run(_unlinked(settings, agent_id, kinds))
    agent = settings.agents[agent_id]
    for account in gone:
        print(f"{account} is {agent.name} no more.")
    own = {"slack": agent.slack, "telegram": agent.telegram}
    declared = [f"{kind}: {own[kind]}" for kind in kinds if own[kind]]
    if declared:
        print(f"The configuration has more of {agent_id}: {', '.join(declared)}")
    elif not gone:
        fail(f"{agent_id} has no linked account")


def _check(settings: Settings, agent_id: str) -> None:
    if agent_id not in settings.agents:
        fail(f"there is no agent {agent_id}: {', '.join(settings.agents) or 'there are none'}")
    if settings.agents[agent_id].role == "bot":
        fail(f"{agent_id} is a bot, which writes in no thread: deskbridge agent token add")


def _check_free(settings: Settings, agent_id: str, kind: "StaffKind", account: str) -> None:
    """The YAML goes before what is linked: a link against it would do nothing."""
    for other, agent in settings.agents.items():
        own = agent.slack if kind == "slack" else agent.telegram
        if own is not None and str(own) == account and other != agent_id:
            fail(f"{account} is {agent.name} by the configuration (agents.{other}.{kind})")


async def _linked(
    settings: Settings, agent_id: str, accounts: "list[tuple[StaffKind, str]]", *, code: bool
) -> str | None:
    async with opened(settings) as store:
        return await store.write(_link, settings, agent_id, accounts, code=code)


def _link(
    tx: "Tx",
    settings: Settings,
    agent_id: str,
    accounts: "list[tuple[StaffKind, str]]",
    *,
    code: bool,
) -> str | None:
    from agent_console.audit import By, Deed, record  # noqa: PLC0415
    from agent_console.verbs import make_code, put_link  # noqa: PLC0415

    put_agent(tx, settings, agent_id)
    by = By(surface="command")
    for kind, account in accounts:
        put_link(tx, agent_id, kind, account, by)
    if not code:
        return None
    record(tx, by, Deed("code_made", f"agent:{agent_id}"))
    return make_code(tx, agent_id)


async def _unlinked(settings: Settings, agent_id: str, kinds: "list[StaffKind]") -> list[str]:
    async with opened(settings) as store:
        return await store.write(_unlink, agent_id, kinds)


def _unlink(tx: "Tx", agent_id: str, kinds: "list[StaffKind]") -> list[str]:
    from agent_console.audit import By  # noqa: PLC0415
    from agent_console.verbs import unlink  # noqa: PLC0415

    by = By(surface="command")
    return [one.account for kind in kinds for one in unlink(tx, agent_id, kind, by)]
