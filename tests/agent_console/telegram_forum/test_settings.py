"""The keys of a staff group: what is taken, and what is said of the rest."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from agent_console.registry import SETTINGS, SURFACES, surface_class
from agent_console.surface import ThreadedSettings
from agent_console.telegram_forum.settings import TelegramForumSettings
from agent_console.telegram_forum.surface import TelegramForum
from agent_console.telegram_forum.words import WORDS
from bridge.cli.config import known_kinds
from bridge.settings import ConfigError, Secret, load
from tests.agent_console.telegram_forum.rig import TOKEN, Group

CUSTOMERS = "7000000001:AAcustomers-0123456789abcdefghij"


def settings(**given: Any) -> TelegramForumSettings:
    return TelegramForumSettings.model_validate(
        {"token": Secret(TOKEN), "groups": [-1001234567890]} | given
    )


def why(**given: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        settings(**given)
    return str(refused.value)


def faults(tmp_path: Path, staff: str, more: str = "") -> dict[str, str]:
    path = tmp_path / "desk.yaml"
    path.write_text(f"version: 1\n{more}\nstaff:\n{staff}\n")
    with pytest.raises(ConfigError) as refused:
        load(path, kinds=known_kinds(), environ={"S": TOKEN, "C": CUSTOMERS})
    return {".".join(map(str, one.path.split("."))): str(one) for one in refused.value.problems}


def test_a_token_and_a_group_are_all_that_is_needed() -> None:
    made = settings()
    assert (made.type, made.reply, made.on_close) == ("telegram_forum", "topic", "close_topic")
    assert made.note_prefix == ("//", "/ ")
    assert made.undo_send is None
    assert made.api_base == "https://api.telegram.org"


def test_a_list_of_groups_is_for_everybody() -> None:
    made = settings(groups=[-1001, -1002])
    assert made.groups_of(None) == made.groups_of("sales") == (-1001, -1002)


def test_a_team_has_its_own_groups_and_all_others_the_default() -> None:
    made = settings(groups={"sales": [-1001], "default": [-1002, -1003]})
    assert made.groups_of("sales") == (-1001,)
    assert made.groups_of("support") == made.groups_of(None) == (-1002, -1003)
    assert made.all_groups == {-1001, -1002, -1003}
    assert settings(groups={"sales": [-1001]}).groups_of(None) == ()


@pytest.mark.parametrize("groups", [[], {}, {"default": []}])
def test_without_any_group_it_is_refused(groups: object) -> None:
    assert "there is no group" in why(groups=groups)


@pytest.mark.parametrize("group", ["@support", "https://t.me/support", "Support"])
def test_a_group_by_its_name_is_refused_with_the_way_to_its_number(group: str) -> None:
    assert "named by its number" in why(groups=[group])


@pytest.mark.parametrize("group", [1001234567890, 0, 1.5, True, None])
def test_what_is_no_number_of_a_group_is_refused(group: object) -> None:
    assert "groups" in why(groups=[group])


@pytest.mark.parametrize("token", ["", "nonsense", "1:short", TOKEN + " "])
def test_what_is_no_token_is_told_and_not_shown(token: str) -> None:
    said = why(token=Secret(token))
    assert "this is no bot token" in said
    assert not token or token not in said


def test_a_hold_of_more_than_a_minute_is_none() -> None:
    assert "60s at most" in why(undo_send="61s")
    assert settings(undo_send="5s").undo_send is not None


def test_one_bot_has_one_owner(tmp_path: Path) -> None:
    staff = """
  a: {type: telegram_forum, token: "${S}", groups: [-1001]}
  b: {type: telegram_forum, token: "${S}", groups: [-1002]}
  c: {type: telegram_forum, token: "${C}", groups: [-1003]}"""
    told = faults(tmp_path, staff, 'channels: {shop: {type: telegram, token: "${C}"}}')
    assert "the token of staff.a already" in told["staff.b.token"]
    assert "the token of channels.shop already" in told["staff.c.token"]
    assert TOKEN not in str(told)


def test_a_team_that_is_not_there_has_no_groups(tmp_path: Path) -> None:
    staff = '  a: {type: telegram_forum, token: "${S}", groups: {sails: [-1001]}}'
    told = faults(tmp_path, staff, "teams: {sales: {members: []}}")
    assert 'did you mean "sales"' in told["staff.a.groups.sails"]


def test_the_registry_knows_it_without_importing_its_library() -> None:
    assert issubclass(SETTINGS["telegram_forum"], ThreadedSettings)
    assert set(SURFACES) <= set(SETTINGS)
    assert surface_class("telegram_forum") is TelegramForum


def test_its_words_are_there_in_every_language() -> None:
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}
    assert set(WORDS) == {"en", "ru", "uk", "es"}


async def test_a_conversation_has_the_groups_of_its_team() -> None:
    async with Group().open() as group:
        other = group.new_surface(groups={"sales": [-1007], "default": [group.chat.id]})
        assert other.places("sales", "shop") == ["-1007"]
        assert other.places(None, "shop") == [group.place]
        assert "canary" not in repr(other)
