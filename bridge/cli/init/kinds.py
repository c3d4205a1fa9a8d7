"""What a first configuration can have: each inbox and surface, what it wants, and its steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import agent_console.slack
from agent_console.slack.settings import SlackSettings
from agent_console.telegram_forum.settings import TelegramForumSettings
from bridge.cli.init.knocking import Proof
from channels.email.settings import EmailSettings, Server
from channels.telegram.settings import TelegramSettings
from channels.viber.settings import ViberSettings
from channels.vk.settings import VkSettings


def _itself(text: str) -> object:
    return text


@dataclass(frozen=True, slots=True)
class Want:
    """Something a kind cannot do without: `settings.field` says what it may be.

    `where` tells how to come by it. It stands in a reference, so it holds no brace, and
    nothing like an address, which errors would mask.
    `inside` makes the field's value of the text.
    """

    variable: str
    question: str
    where: str
    settings: type[Any]
    field: str
    secret: bool = False
    number: bool = False
    proof: Proof | None = None
    """How its platform tells whose it is."""
    inside: Callable[[str], object] = _itself


@dataclass(frozen=True, slots=True)
class Kind:
    """An inbox or a surface: its id, its YAML with the variables' names in braces, its steps.

    `company` and `url` may stand in both as well.
    """

    id: str
    yaml: str
    wants: tuple[Want, ...] = ()
    title: str = ""
    steps: tuple[str, ...] = ()


MANIFEST = Path(agent_console.slack.__file__).with_name("manifest.yaml")
"""What the README of Slack shows, and `--slack-manifest` prints."""

CHANNELS: Mapping[str, Kind] = {
    "widget": Kind(
        id="site",
        yaml="""\
type: widget
name: Website
key: site_main # public: it stands in the page's snippet
title: {company}
origins: {origins} # the sites that may show it""",
        title="The widget: this line goes into your pages",
        steps=('<script async src="{url}/w.js" data-key="site_main"></script>',),
    ),
    "telegram": Kind(
        id="telegram",
        yaml="""\
type: telegram
name: Telegram
token: {TELEGRAM_BOT_TOKEN}
mode: polling # needs no public address; or webhook""",
        wants=(
            Want(
                "TELEGRAM_BOT_TOKEN",
                "Telegram: the token of the customers' bot",
                "@BotFather in Telegram, /newbot, or /mybots, API Token",
                TelegramSettings,
                "token",
                secret=True,
                proof="bot",
            ),
        ),
        title="The customers' bot in Telegram",
        steps=(
            "Open https://t.me/BotFather, send /newbot, choose a name and a username.",
            "Its token is TELEGRAM_BOT_TOKEN. No other program may ask with it.",
            "Once the program runs, write to the bot from your own phone.",
        ),
    ),
    "vk": Kind(
        id="vk",
        yaml="""\
type: vk
name: VK
group_id: {VK_GROUP_ID}
token: {VK_TOKEN}
mode: longpoll # needs no public address; or callback""",
        wants=(
            Want(
                "VK_GROUP_ID",
                "VK: the community's number",
                "the digits in the address of the community, as in club123456",
                VkSettings,
                "group_id",
                number=True,
            ),
            Want(
                "VK_TOKEN",
                "VK: the community's access token",
                "the community, Manage, Settings, API usage, Access tokens",
                VkSettings,
                "token",
                secret=True,
            ),
        ),
        title="The community in VK",
        steps=(
            "Manage, Messages: switch Community messages on.",
            (
                "Manage, Settings, API usage, Access tokens: make one with the rights to messages, "
                "photos, documents and community management. It is VK_TOKEN."
            ),
            "API usage, Long Poll API: switch it on, API version 5.199.",
        ),
    ),
    "viber": Kind(
        id="viber",
        yaml="""\
type: viber
name: Viber
token: {VIBER_TOKEN}""",
        wants=(
            Want(
                "VIBER_TOKEN",
                "Viber: the bot's token",
                "Viber, More, Settings, Bots, Edit Info, Your app key",
                ViberSettings,
                "token",
                secret=True,
            ),
        ),
        title="The bot in Viber",
        steps=(
            "In the app: More, Settings, Bots, Edit Info, Your app key. It is VIBER_TOKEN.",
            (
                "Viber calls {url}/hooks/viber: that must be https, with a certificate of a known "
                "authority. The program tells Viber the address itself."
            ),
        ),
    ),
    "email": Kind(
        id="mail",
        yaml="""\
type: email
name: {company} # customers see "Anna (this name)"
address: {MAIL_ADDRESS}
imap: {{host: {MAIL_IMAP_HOST}, password: {MAIL_PASSWORD}}}
smtp: {{host: {MAIL_SMTP_HOST}, password: {MAIL_PASSWORD}}}""",
        wants=(
            Want(
                "MAIL_ADDRESS",
                "Email: the mailbox's address",
                "the mailbox that customers write to",
                EmailSettings,
                "address",
            ),
            Want(
                "MAIL_IMAP_HOST",
                "Email: the IMAP server",
                "your mail provider's help, IMAP server",
                Server,
                "host",
            ),
            Want(
                "MAIL_SMTP_HOST",
                "Email: the SMTP server",
                "your mail provider's help, SMTP server",
                Server,
                "host",
            ),
            Want(
                "MAIL_PASSWORD",
                "Email: the mailbox's password, made for this program",
                "the mailbox's security settings, a password for an application",
                Server,
                "password",
                secret=True,
            ),
        ),
        title="The mailbox",
        steps=(
            "Allow IMAP in its settings, and make a password for an application: MAIL_PASSWORD.",
            "Nothing in the mailbox is moved, deleted or marked as read.",
        ),
    ),
}

SURFACES: Mapping[str, Kind] = {
    "slack": Kind(
        id="slack",
        yaml="""\
type: slack
bot_token: {SLACK_BOT_TOKEN}
app_token: {SLACK_APP_TOKEN} # Socket Mode: needs no public address
channels: {{default: {SLACK_CHANNEL}}} # or one for each team""",
        wants=(
            Want(
                "SLACK_BOT_TOKEN",
                "Slack: the Bot User OAuth Token, xoxb-",
                "the app's page in Slack, OAuth & Permissions",
                SlackSettings,
                "bot_token",
                secret=True,
                proof="slack_bot",
            ),
            Want(
                "SLACK_APP_TOKEN",
                "Slack: an app-level token, xapp-",
                "the app's page, Basic Information, App-Level Tokens, with connections:write",
                SlackSettings,
                "app_token",
                secret=True,
                proof="slack_app",
            ),
            Want(
                "SLACK_CHANNEL",
                "Slack: the id of the team's channel",
                "at the end of the channel's details, as C0SUPPORT1",
                SlackSettings,
                "channels",
                inside=lambda text: {"default": text},
            ),
        ),
        title="Slack",
        steps=(
            (
                "Open https://api.slack.com/apps, Create New App, From a manifest, and paste what "
                "`deskbridge init --slack-manifest` prints."
            ),
            "Install to Workspace. OAuth & Permissions has SLACK_BOT_TOKEN.",
            "Basic Information, App-Level Tokens: make SLACK_APP_TOKEN with connections:write.",
            "Write /invite @deskbridge in the team's channel.",
            "A member whose confirmed address is an agent's email is that agent.",
        ),
    ),
    "telegram_forum": Kind(
        id="telegram_team",
        yaml="""\
type: telegram_forum
token: {TELEGRAM_STAFF_BOT_TOKEN} # another bot than the one customers write to
groups: [{TELEGRAM_STAFF_GROUP}]""",
        wants=(
            Want(
                "TELEGRAM_STAFF_BOT_TOKEN",
                "Telegram group: the token of the staff bot",
                "@BotFather in Telegram, /newbot: another bot than the customers'",
                TelegramForumSettings,
                "token",
                secret=True,
                proof="bot",
            ),
            Want(
                "TELEGRAM_STAFF_GROUP",
                "Telegram group: its number, -100...",
                "-100 and the long number in the link of a message in the group",
                TelegramForumSettings,
                "groups",
                number=True,
                inside=lambda text: [text],
            ),
        ),
        title="The staff bot and its group in Telegram",
        steps=(
            (
                "Open https://t.me/BotFather and send /newbot: another bot than the one customers "
                "write to. Its token is TELEGRAM_STAFF_BOT_TOKEN."
            ),
            "Make a group, and turn on Topics in its settings.",
            (
                "Add the bot and make it an administrator with the rights Manage topics (needed), "
                "Delete messages and Pin messages."
            ),
            (
                "Copy the link of a message in the group: t.me/c/1234567890/5 is of the group "
                "-1001234567890."
            ),
            (
                "Send /start to the staff bot in private: it tells your number, which goes into "
                "`telegram:` of your entry under `agents`."
            ),
        ),
    ),
    "email": Kind(
        id="agent_mail",
        yaml="""\
type: email
via: mail # the inbox that agents are written to by""",
        title="Mail to agents",
        steps=(
            (
                "Agents are mailed what they have not seen at the address of their entry under "
                "`agents`, and answer by mail."
            ),
        ),
    ),
}


class Preset(StrEnum):
    """What can be had without being asked which channels and surfaces."""

    WIDGET = "widget"
    TELEGRAM = "telegram"
    MESSENGERS = "messengers"
    EMAIL = "email"
    SLACK_DESK = "slack-desk"
    TELEGRAM_DESK = "telegram-desk"


PRESETS: Mapping[Preset, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Preset.WIDGET: (("widget",), ()),
    Preset.TELEGRAM: (("telegram",), ()),
    Preset.MESSENGERS: (("widget", "telegram", "vk", "viber"), ()),
    Preset.EMAIL: (("email",), ("email",)),
    Preset.SLACK_DESK: (("widget",), ("slack",)),
    Preset.TELEGRAM_DESK: (("widget", "telegram"), ("telegram_forum",)),
}
"""The inboxes and surfaces of each; the console is always there."""
