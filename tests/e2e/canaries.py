"""A desk with a secret in every slot of its file that may hold one, and words nobody repeats."""

import asyncio
import base64
import contextlib
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from bridge.cli.config import known_kinds
from bridge.sandbox.mail import Account, Login, MailServer
from bridge.sandbox.phones import MailPhone, Owner, TelegramPhone, ViberPhone, VkPhone
from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SlackPlatform
from bridge.sandbox.slack import Agent as SlackAgent
from bridge.sandbox.slack import Channel as SlackChannel
from bridge.sandbox.telegram import Member, TelegramServer
from bridge.sandbox.telegram.world import Chat
from bridge.sandbox.viber import ViberPlatform
from bridge.sandbox.vk import VkPlatform
from bridge.settings import Secret, Settings
from bridge.settings.addresses import DatabaseAddress
from tests.desk import RunningDesk
from tests.e2e.house import Agents
from tests.e2e.staff_house import RIGHTS
from tests.ports import free_port

WORDS = "canary-text-7c1e кенарь 🐤"
# What nobody may find, whatever stands around it.
SAID = ("canary-text-7c1e", "кенарь")


def slots() -> set[str]:
    """Return every place of the configuration that may hold a secret, found by its type.

    Kinds stand in their brackets, keys that people choose are stars: `channels[vk].token`,
    `webhooks.*.secret`.
    """
    kinds = known_kinds()
    found = set(_slots_of(Settings, ""))
    for name, classes in (("channels", kinds.channels), ("staff", kinds.surfaces)):
        for kind, settings in classes.items():
            found |= set(_slots_of(settings, f"{name}[{kind}]"))
    return found


def _slots_of(model: type[BaseModel], path: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield from _within(field.annotation, f"{path}.{name}".lstrip("."))


def _within(annotation: Any, path: str) -> Iterator[str]:
    origin, parts = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Secret | DatabaseAddress):
        yield path
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _slots_of(annotation, path)
    elif origin is Annotated:
        yield from _within(parts[0], path)
    elif origin in (Union, UnionType, tuple, list):
        for part in parts:
            yield from _within(part, path)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _within(parts[1], f"{path}.*")


def _random(name: str, length: int = 40) -> str:
    """Return what no program would say by chance, the same in each run."""
    return hashlib.sha256(name.encode()).hexdigest()[:length]


VIBER_TOKEN = f"viber-{_random('viber')}"
STAFF_TOKEN = f"7000000002:AA{_random('staff', 32)}"
SHOP_TOKEN = f"7000000001:AA{_random('shop', 32)}"
_AWAY = "http://127.0.0.1:1"
_PROXIES = {
    name: f"http://user-{_random(name, 12)}:{_random(name + '!', 24)}@127.0.0.1:1"
    for name in ("TG_PROXY", "VK_PROXY", "VIBER_PROXY", "SLACK_PROXY", "STAFF_PROXY")
}
_WHSEC = {
    name: "whsec_" + base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()
    for name in ("HOOK_SECRET", "HOOK_OLD_SECRET")
}
SECRETS: dict[str, str] = {
    **_PROXIES,
    **_WHSEC,
    **{
        name: _random(name)
        for name in (
            "SERVER_KEY", "VK_SECRET", "IDENTITY", "IDENTITY_OLD", "IMAP", "SMTP", "IMAP_TOKEN",
            "SMTP_TOKEN", "CLIENT_SECRET", "REFRESH_TOKEN", "SLACK_SIGNING", "MODEL_TOKEN",
        )
    },
    "SHOP": SHOP_TOKEN,
    "SHOP_AWAY": f"7000000003:AA{_random('away', 32)}",
    "STAFF": STAFF_TOKEN,
    "STAFF_AWAY": f"7000000004:AA{_random('staff away', 32)}",
    "VIBER": VIBER_TOKEN,
    "VIBER_AWAY": f"viber-{_random('viber away')}",
    "VK_AWAY": f"vk1.a.{_random('vk away')}",
    "SLACK_BOT": BOT_TOKEN,
    "SLACK_APP": APP_TOKEN,
    "SLACK_AWAY": f"xoxb-{_random('slack away')}",
    "HOOK_URL": f"{_AWAY}/{_random('hook')}",
}  # fmt: skip


def slots_filled(changes: Mapping[str, Any]) -> set[str]:
    """Return the slots that these changes of the file fill from outside."""
    found = set()
    for key, value in changes.items():
        section, _, _ = key.partition(".")
        kind = value.get("type") if isinstance(value, dict) else None
        path = f"{section}[{kind}]" if section in ("channels", "staff") and kind else key
        path = f"{section}.*" if section == "webhooks" else path
        found |= set(_references(value, path.replace("channels.site.", "channels[widget].")))
    return found


def _references(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _references(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner, path)
    elif isinstance(value, str) and value.startswith("${"):
        yield path


@dataclass
class Everywhere:
    """The program, every network, both staff surfaces, and a customer on each."""

    desk: RunningDesk
    agents: Agents
    private: str
    customers: dict[str, Owner]
    secrets: Mapping[str, str]
    telegram: TelegramServer
    viber: ViberPlatform
    pavel: Member
    group: Chat
    channel: SlackChannel
    anna_in_slack: SlackAgent


def changes_for(
    private: str,
    telegram: TelegramServer,
    vk: VkPlatform,
    viber: ViberPlatform,
    mail: MailServer,
    slack: SlackPlatform,
    group: int,
    channel: str,
) -> dict[str, Any]:
    """Return what the shipped file is changed by: what works, and beside it what is away."""
    here = {"host": "127.0.0.1", "tls": "none"}
    away = {"host": "127.0.0.1", "port": 1, "auth": "xoauth2"}
    return {
        "logging.level": "debug",
        "agents.anna.role": "owner",
        "server.admin_listen": private,
        "server.secret_key": "${SERVER_KEY}",
        "agents.pavel.telegram": 0,
        "conversation.allow_delete": True,
        "channels.site.identity_secret": ["${IDENTITY}", "${IDENTITY_OLD}"],
        "channels.tg": {"type": "telegram", "token": "${SHOP}", "api_base": telegram.url},
        "channels.tg_away": {
            "type": "telegram", "token": "${SHOP_AWAY}", "api_base": _AWAY, "proxy": "${TG_PROXY}",
        },
        "channels.vk": {
            "type": "vk", "group_id": vk.world.group_id, "token": "${VK}", "mode": "longpoll",
            "api_base": vk.url,
        },
        "channels.vk_away": {
            "type": "vk", "group_id": 77, "token": "${VK_AWAY}", "secret": "${VK_SECRET}",
            "confirmation": "a1b2c3", "api_base": _AWAY, "proxy": "${VK_PROXY}",
        },
        "channels.viber": {"type": "viber", "token": "${VIBER}", "api_base": viber.url},
        "channels.viber_away": {
            "type": "viber", "token": "${VIBER_AWAY}", "api_base": _AWAY, "proxy": "${VIBER_PROXY}",
        },
        "channels.mail": {
            "type": "email", "address": "help@example.com", "poll": "1s", "backlog": "1d",
            "imap": here | {"port": mail.imap_port, "password": "${IMAP}"},
            "smtp": here | {"port": mail.smtp_port, "password": "${SMTP}"},
        },
        "channels.mail_away": {
            "type": "email", "address": "away@example.com",
            "imap": away | {"token": "${IMAP_TOKEN}"}, "smtp": away | {"token": "${SMTP_TOKEN}"},
        },
        "channels.mail_oauth": {
            "type": "email", "address": "oauth@example.com", "imap": away, "smtp": away,
            "oauth": {
                "token_url": f"{_AWAY}/token", "client_id": "desk",
                "client_secret": "${CLIENT_SECRET}", "refresh_token": "${REFRESH_TOKEN}",
            },
        },
        "staff.slack": {
            "type": "slack", "bot_token": "${SLACK_BOT}", "app_token": "${SLACK_APP}",
            "channels": {"default": channel}, "api_base": slack.team.home,
        },
        "staff.slack_away": {
            "type": "slack", "bot_token": "${SLACK_AWAY}", "signing_secret": "${SLACK_SIGNING}",
            "channels": {"default": "C0AWAY0001"}, "api_base": _AWAY, "proxy": "${SLACK_PROXY}",
        },
        "staff.forum": {
            "type": "telegram_forum", "token": "${STAFF}", "groups": [group],
            "api_base": telegram.url,
        },
        "staff.forum_away": {
            "type": "telegram_forum", "token": "${STAFF_AWAY}", "groups": [-1001234567890],
            "api_base": _AWAY, "proxy": "${STAFF_PROXY}",
        },
        "suggestions": {
            "endpoint": f"{_AWAY}/v1", "model": "small", "token": "${MODEL_TOKEN}",
            "allow_private": True,
        },
        "webhooks.crm": {
            "url": "${HOOK_URL}", "secret": "${HOOK_SECRET}", "allow_private": True,
            "previous_secret": "${HOOK_OLD_SECRET}", "events": ["message.received"],
        },
    }  # fmt: skip


@contextlib.asynccontextmanager
async def everywhere(folder: Path) -> AsyncIterator[Everywhere]:
    """Run all of it."""
    telegram, slack, vk = TelegramServer(), SlackPlatform(), VkPlatform()
    viber = ViberPlatform(VIBER_TOKEN)
    viber.world.automatic = True
    login = [Login("help@example.com", SECRETS[one]) for one in ("IMAP", "SMTP")]
    mail = MailServer(Account(address="help@example.com", imap=login[0], smtp=login[1]))
    shop = telegram.world.add_bot(SHOP_TOKEN, username="shop_bot")
    staff = telegram.world.add_bot(STAFF_TOKEN, username="staff_bot")
    group = telegram.world.add_group("Staff")
    group.rights[staff.id] = set(RIGHTS)
    pavel = telegram.world.add_user("Павел")
    async with telegram, vk, viber.running(), mail.running(), slack.running():
        anna = slack.agent("anna", email="anna@example.com")
        channel = slack.channel("support", anna)
        private = f"127.0.0.1:{free_port()}"
        changes = changes_for(private, telegram, vk, viber, mail, slack, group.id, channel.id)
        changes["agents.pavel.telegram"], changes["agents.anna.slack"] = pavel.id, anna.id
        secrets = {**SECRETS, "VK": vk.world.token}
        phones = {
            "tg": TelegramPhone("tg", "Telegram", telegram, shop),
            "vk": VkPhone("vk", "VK", vk),
            "viber": ViberPhone("viber", "Viber", viber),
            "mail": MailPhone("mail", "Mail", mail),
        }
        desk = RunningDesk(folder, changes, secrets)
        await asyncio.to_thread(desk.start)
        agents = Agents(desk)
        try:
            yield Everywhere(
                desk,
                agents,
                f"http://{private}",
                {name: phone.add(f"Олена {name}") for name, phone in phones.items()},
                secrets,
                telegram,
                viber,
                Member(telegram.world, pavel, group),
                group,
                channel,
                anna,
            )
        finally:
            agents.leave()
            await asyncio.to_thread(desk.close)
