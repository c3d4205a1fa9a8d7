"""The keys of a Slack workspace in the YAML."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from agent_console.surface import ThreadedSettings, usable
from bridge.settings import CHOICE, LISTED, Id, Proxy, Secret, fault
from bridge.settings.addresses import PublicUrl

DEFAULT = "default"
"""The channel of whatever has no channel of its own."""
_CHANNEL = re.compile(r"[CG][A-Z0-9]{7,20}")


def _begins(token: Secret, with_what: str, where: str) -> Secret:
    if not token.reveal().strip().startswith(with_what):
        raise fault("bad_text", f"this token begins with {with_what}", help=where)
    return token


def _bot_token(token: Secret) -> Secret:
    return _begins(token, "xoxb-", "the app's page, OAuth & Permissions, Bot User OAuth Token")


def _app_token(token: Secret) -> Secret:
    where = "the app's page, Basic Information, App-Level Tokens, with connections:write"
    return _begins(token, "xapp-", where)


def _filled(secret: Secret) -> Secret:
    if not secret.reveal().strip():
        raise fault("bad_text", "the signing secret is empty")
    return secret


def _channel(id: str) -> str:
    if not _CHANNEL.fullmatch(id):
        help = "open the channel's details in Slack; its id, such as C0SUPPORT1, stands at the end"
        raise fault("bad_text", "a channel is named by its id, not by its name", help=help)
    return id


class SlackSettings(ThreadedSettings):
    """A Slack workspace."""

    type: Literal["slack"] = Field(
        default="slack", description="Threads in a Slack workspace.", examples=["slack"]
    )
    bot_token: Annotated[Secret, AfterValidator(_bot_token)] = Field(
        description="The app's Bot User OAuth Token, which begins with `xoxb-`.",
        examples=["${SLACK_BOT_TOKEN}", "${file:/run/secrets/slack_bot_token}"],
    )
    app_token: Annotated[Secret, AfterValidator(_app_token)] | None = Field(
        default=None,
        description="An app-level token with `connections:write`, which begins with `xapp-`: "
        "Slack is heard by Socket Mode, which needs no public address.",
        examples=["${SLACK_APP_TOKEN}"],
    )
    signing_secret: Annotated[Secret, AfterValidator(_filled)] | None = Field(
        default=None,
        description="The app's signing secret: Slack calls `/hooks/` and the surface's id. Only "
        "without `app_token`.",
        examples=["${SLACK_SIGNING_SECRET}"],
    )
    channels: dict[Id, Annotated[str, AfterValidator(_channel)]] = Field(
        min_length=1,
        description="The channel's id for each team, and under `default` for everything else. "
        "Conversations of a team that has none, where there is no `default`, are not shown here.",
        examples=[{"support": "C0SUPPORT1", "default": "C0DESK0001"}],
    )
    reply: Annotated[Literal["thread", "explicit"], CHOICE] = Field(
        default="thread",
        description="What goes to the customer: `thread`, whatever an agent writes in the "
        "thread that is no note; `explicit`, only what is quoted (`> text`).",
        examples=["explicit"],
    )
    note_prefix: Annotated[tuple[str, ...], AfterValidator(usable), LISTED] = Field(
        default=("//", ";;", "note:", "🔒"),
        description="What a message begins with to be a note that only colleagues see. Slack's "
        "own composer takes a first `/` for a command, so `//` wants a space before it.",
        examples=[["//", ";;", "note:"]],
    )
    on_close: Annotated[Literal["collapse", "nothing"], CHOICE] = Field(
        default="collapse",
        description="What a closed conversation's card becomes: `collapse`, two lines with a "
        "tick below; `nothing`, the card stays as it is but for its state.",
        examples=["nothing"],
    )
    api_base: PublicUrl = Field(
        default="https://slack.com",
        description="Where Slack's API is, for a forwarder or a model of it.",
        examples=["https://slack-gov.com"],
    )
    proxy: Proxy | None = Field(
        default=None,
        description="A proxy for everything that is asked of Slack: `http://`, `https://`, "
        "`socks5://` or `socks5h://`, where the proxy looks names up. With a password it must "
        "be a reference.",
        examples=["socks5://proxy.internal:1080", "${SLACK_PROXY}"],
    )

    @model_validator(mode="after")
    def _can_hear(self) -> Self:
        if self.app_token is None and self.signing_secret is None:
            message = "Slack is heard by Socket Mode, which needs app_token, or by signing_secret"
            help = "add app_token: ${SLACK_APP_TOKEN}, or signing_secret: ${SLACK_SIGNING_SECRET}"
            raise fault("missing_key", message, at=("app_token",), help=help)
        return self

    @property
    def teams_by_place(self) -> Mapping[str, Sequence[str]]:
        """Return which channel is for which teams."""
        found: dict[str, list[str]] = {}
        for team, channel in self.channels.items():
            found.setdefault(channel, []).append(team)
        return found
