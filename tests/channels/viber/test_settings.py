"""The keys of a Viber inbox, as an administrator writes them."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bridge.settings import Secret
from channels.registry import CHANNELS, load_class, settings_classes
from channels.viber.channel import ViberChannel
from channels.viber.settings import ViberSettings
from tests.bridge.settings.files import Desk

TOKEN = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9"


def inbox(**keys: Any) -> ViberSettings:
    return ViberSettings.model_validate({"token": Secret(TOKEN)} | keys)


def test_a_token_is_all_that_is_needed() -> None:
    found = inbox()
    assert found.api_base == "https://chatapi.viber.com/pa"
    assert (found.sender_name, found.welcome, found.proxy) == (None, None, None)
    assert TOKEN not in repr(found)


def test_the_kind_is_found_by_its_name() -> None:
    assert load_class(CHANNELS["viber"]) is ViberChannel
    assert settings_classes()["viber"] is ViberSettings


@pytest.mark.parametrize("token", ["", "short", "x" * 31])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(ValidationError):
        ViberSettings.model_validate({"token": Secret(token)})


@pytest.mark.parametrize(
    "keys",
    [
        {"sender_name": ""},
        {"sender_name": "x" * 29},
        {"sender_avatar": "http://example.com/a.png"},
        {"api_base": "chatapi.viber.com"},
        {"api_base": "https://user:password@chatapi.viber.com"},
        {"proxy": "http://user:password@127.0.0.1:3128"},
        {"proxy": "socks5://127.0.0.1"},
        {"proxy": "socks4://127.0.0.1:1080"},
        {"tokens": "x"},
    ],
)
def test_what_cannot_be_meant_is_refused(keys: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        inbox(**keys)


def test_two_inboxes_cannot_share_a_bot_since_it_has_one_webhook(tmp_path: Path) -> None:
    two = """
        version: 1
        channels:
          one: {type: viber, token: "${VIBER_TOKEN}"}
          two: {type: viber, token: "${VIBER_TOKEN}"}
    """
    problem = Desk(tmp_path).problem(two, {"VIBER_TOKEN": TOKEN})
    assert (problem.code, problem.path) == ("duplicate_value", "channels.two.token")
    assert TOKEN not in str(problem)


def test_a_token_in_the_file_itself_is_an_error_that_does_not_quote_it(tmp_path: Path) -> None:
    text = f"version: 1\nchannels: {{shop: {{type: viber, token: {TOKEN}}}}}\n"
    error = Desk(tmp_path).error(text)
    assert error.problems[0].code == "inline_secret"
    assert TOKEN not in str(error)
