"""The keys of a Telegram staff group in the YAML."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from agent_console.surface import ThreadedSettings, usable
from bridge.botapi.keys import TELEGRAM, ApiBase, Token, WayOut
from bridge.settings import (
    CHOICE,
    LISTED,
    WHOLE,
    Id,
    fault,
)

DEFAULT = "default"
"""The groups of whatever has none of its own."""


def _by_number(value: object) -> object:
    if isinstance(value, str) and not value.removeprefix("-").isdigit():
        raise fault(
            "bad_text",
            "a group is named by its number, not by its name or address",
            help="once the bot is in the group and somebody writes there, the log has its number",
        )
    return value


def _for_everybody(value: object) -> object:
    return value if isinstance(value, dict) else {DEFAULT: value}


def _some(groups: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    if not any(groups.values()):
        raise fault("out_of_range", "there is no group to show conversations in")
    return groups


Group = Annotated[int, Field(lt=0), WHOLE, BeforeValidator(_by_number)]
Groups = Annotated[tuple[Group, ...], LISTED]


class TelegramForumSettings(ThreadedSettings):
    """A bot in staff groups, where a conversation is a forum topic."""

    type: Literal["telegram_forum"] = Field(
        default="telegram_forum",
        description="Telegram groups with topics, where agents answer.",
        examples=["telegram_forum"],
    )
    token: Token = Field(
        description="The token of the staff bot, from @BotFather: another bot than the one "
        "customers write to. No inbox, other surface or program may use the same.",
        examples=["${TELEGRAM_STAFF_BOT_TOKEN}"],
    )
    groups: Annotated[
        dict[Id, Groups],
        BeforeValidator(_for_everybody, json_schema_input_type=Groups | dict[Id, Groups]),
        AfterValidator(_some),
    ] = Field(
        description="The numbers of the groups, which begin with -100: a list for everybody, or "
        "a list for each team, with that of all others under `default`. Telegram takes 20 "
        "messages a minute in each group: the groups of a list share the conversations. "
        "Conversations of a team that has none, where there is no `default`, are not shown here.",
        examples=[[-1001234567890], {"sales": [-1001234567891], "default": [-1001234567890]}],
    )
    reply: Annotated[Literal["topic", "explicit"], CHOICE] = Field(
        default="topic",
        description="What goes to the customer: `topic`, whatever an agent writes in the topic "
        "that is no note; `explicit`, only what is quoted (`> text`).",
        examples=["explicit"],
    )
    note_prefix: Annotated[tuple[str, ...], AfterValidator(usable), LISTED] = Field(
        default=("//", "/ "),
        description="What a message begins with to be a note that only colleagues see. Anything "
        "else goes to the customer.",
        examples=[["//", "note:"]],
    )
    on_close: Annotated[Literal["close_topic", "keep_open", "delete_topic"], CHOICE] = Field(
        default="close_topic",
        description="What becomes of a topic when its conversation is closed: `close_topic`, "
        "only administrators can write in it; `keep_open`, everybody can, which opens the "
        "conversation again; `delete_topic`, it goes with all that was said in it.",
        examples=["keep_open"],
    )
    api_base: ApiBase = TELEGRAM
    proxy: WayOut = None

    def groups_of(self, team: str | None) -> Sequence[int]:
        """Return the groups for a team's conversations, or for those of no team."""
        return self.groups.get(team or DEFAULT, self.groups.get(DEFAULT, ()))

    @property
    def all_groups(self) -> frozenset[int]:
        """Return every group there is."""
        return frozenset(one for groups in self.groups.values() for one in groups)

    @property
    def teams_by_place(self) -> Mapping[str, Sequence[str]]:
        """Return which group is for which teams."""
        found: dict[str, list[str]] = {}
        for team, groups in self.groups.items():
            for group in groups:
                found.setdefault(str(group), []).append(team)
        return found
