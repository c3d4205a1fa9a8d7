"""How each platform says whose a token is."""

from collections.abc import Awaitable, Callable, Mapping

from aiogram.methods import GetMe

from agent_console.slack.account import Accounts, check_scopes
from agent_console.slack.budgets import Budgets
from agent_console.slack.client import Client as SlackClient
from bridge.botapi.client import Client as BotClient
from bridge.cli.init.knocking import Proof


async def _bot(token: str, base: str) -> str:
    client = BotClient(token, api_base=base)
    try:
        me = await client.call(GetMe())
    finally:
        await client.close()
    return f"It is @{me['username']}, {me['first_name']}."


async def _slack_bot(token: str, base: str) -> str:
    client = SlackClient(token, app_token=None, api_base=base, proxy=None, budgets=Budgets())
    try:
        account = await Accounts(client).ask()
    finally:
        await client.close()
    check_scopes(account)
    return f"It is @{account.name} in {account.workspace}."


async def _slack_app(token: str, base: str) -> str:
    client = SlackClient("", app_token=token, api_base=base, proxy=None, budgets=Budgets())
    try:
        await client.socket_address()
    finally:
        await client.close()
    return "It opens Socket Mode."


PROOFS: Mapping[Proof, Callable[[str, str], Awaitable[str]]] = {
    "bot": _bot,
    "slack_bot": _slack_bot,
    "slack_app": _slack_app,
}
