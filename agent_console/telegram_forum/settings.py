"""The keys of a Telegram staff group in the YAML."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, PlainValidator

from agent_console.surface import ThreadedSettings
from bridge.settings import CHOICE, LISTED, Id, Proxy, Secret, fault, pattern_schema, say

# What BotFather hands out: the bot's number, a colon, and the secret.
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,100}")
_API_BASE = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")
OnClose = Literal["close_topic", "keep_open", "delete_topic"]


def _token(value: Secret) -> Secret:
    if not _TOKEN.fullmatch(value.reveal()):
        raise fault(
            "bad_text",
            "this is no bot token",
            help="copy it whole from @BotFather: digits, a colon, and letters",
        )
    return value


def _api_base(value: object) -> str:
    if not isinstance(value, str):
        raise fault("wrong_type", f"an address is wanted here, not {say(value)}")
    if not _API_BASE.fullmatch(value):
        raise fault("bad_url", f"{say(value)} is not the address of a Bot API server")
    return value.rstrip("/")


Group = Annotated[int, Field(lt=0)]


class TelegramForumSettings(ThreadedSettings):
    """A bot in staff groups, where a conversation is a forum topic."""

    type: Literal["telegram_forum"] = Field(
        default="telegram_forum",
        description="A Telegram group with topics, where agents answer.",
        examples=["telegram_forum"],
    )
    token: Annotated[Secret, AfterValidator(_token)] = Field(
        description="The token of the staff bot, from @BotFather: another bot than the one "
        "customers write to.",
        examples=["${TELEGRAM_STAFF_BOT_TOKEN}"],
    )
    groups: Annotated[tuple[Group, ...], LISTED] = Field(
        min_length=1,
        description="The numbers of the groups, which begin with -100. Telegram takes 20 "
        "messages a minute in each: several share the conversations among them.",
        examples=[[-1001234567890]],
    )
    teams: Mapping[Id, Annotated[tuple[Group, ...], LISTED]] = Field(
        default_factory=dict,
        description="Groups of their own for the conversations of some teams.",
        examples=[{"sales": [-1001234567891]}],
    )
    reply: Annotated[Literal["topic", "explicit"], CHOICE] = Field(
        default="topic",
        description="Which messages in a topic go to the customer: `topic`, all that are no "
        "notes; `explicit`, only those that are quoted as a whole (`> text`).",
        examples=["explicit"],
    )
    note_prefix: Annotated[tuple[str, ...], LISTED] = Field(
        default=("//", "/ "),
        description="What a message begins with to be a note that only colleagues see.",
        examples=[["//"]],
    )
    on_close: Annotated[OnClose, CHOICE] = Field(
        default="close_topic",
        description="What becomes of the topic when its conversation is closed.",
        examples=["keep_open"],
    )
    api_base: Annotated[
        str, PlainValidator(_api_base), pattern_schema(r"^https?://[^\s?#]+$")
    ] = Field(
        default="https://api.telegram.org",
        description="The Bot API server: Telegram's own, or one that you run yourself.",
        examples=["http://127.0.0.1:8081"],
    )
    proxy: Proxy | None = Field(
        default=None,
        description="A proxy on the way to the Bot API server, as for an inbox.",
        examples=["socks5://proxy.internal:1080"],
    )
    unique: ClassVar[tuple[str, ...]] = ("token",)

    def groups_of(self, team: str | None) -> Sequence[int]:
        """Return the groups for a team's conversations."""
        return self.teams.get(team or "", self.groups)

    @property
    def all_groups(self) -> frozenset[int]:
        """Return every group there is."""
        return frozenset([*self.groups, *(one for some in self.teams.values() for one in some)])
