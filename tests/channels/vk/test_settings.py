"""The keys of the YAML, and what is refused at load."""

from pathlib import Path
from typing import Any

import pytest

from bridge.settings import ConfigError, Kinds, load
from channels.registry import settings_classes
from channels.vk.settings import VkSettings

SECRET = "f3a9c1d7e5b8420696d1c3e5"
VARIABLES = {"VK_TOKEN": "vk1.a.token", "VK_CONFIRMATION": "a1b2c3d4", "VK_SECRET": SECRET}
CALLBACK = """
    type: vk
    group_id: 123456
    token: ${VK_TOKEN}
    confirmation: ${VK_CONFIRMATION}
    secret: ${VK_SECRET}
"""


def loaded(tmp_path: Path, keys: str, **variables: str) -> VkSettings:
    """Load a file with one inbox."""
    path = tmp_path / "deskbridge.yaml"
    path.write_text(f"version: 1\nchannels:\n  shop_vk:{keys}", encoding="utf-8")
    kinds = Kinds(channels=settings_classes())
    found = load(path, kinds=kinds, environ=VARIABLES | variables).channels["shop_vk"]
    assert isinstance(found, VkSettings)
    return found


def refused(tmp_path: Path, keys: str, **variables: str) -> Any:
    """Load a file that is refused; return its one problem."""
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, keys, **variables)
    (problem,) = caught.value.problems
    return problem


def test_the_callback_is_what_one_gets_unasked(tmp_path: Path) -> None:
    found = loaded(tmp_path, CALLBACK)
    assert (found.mode, found.group_id, found.confirmation) == ("callback", 123456, "a1b2c3d4")
    assert found.api_base == "https://api.vk.ru"
    assert found.proxy is None


@pytest.mark.parametrize("key", ["confirmation", "secret"])
def test_a_callback_without_its_proofs_does_not_start(tmp_path: Path, key: str) -> None:
    keys = "\n".join(line for line in CALLBACK.split("\n") if f"{key}:" not in line)
    problem = refused(tmp_path, keys)
    assert problem.code == "missing_key"
    assert key in problem.path or key in problem.message or key in problem.help


@pytest.mark.parametrize(
    "secret", ["", "short", "пароль" * 5, "with space in the middle", "x" * 51]
)
def test_a_secret_that_could_be_guessed_or_that_vk_does_not_take_is_refused(
    tmp_path: Path, secret: str
) -> None:
    problem = refused(tmp_path, CALLBACK, VK_SECRET=secret)
    assert problem.path.endswith("secret")
    assert not secret or secret not in str(problem)


def test_long_poll_needs_neither(tmp_path: Path) -> None:
    found = loaded(
        tmp_path, "\n    {type: vk, group_id: 1, token: '${VK_TOKEN}', mode: longpoll}\n"
    )
    assert (found.mode, found.secret, found.confirmation) == ("longpoll", None, None)


def test_an_empty_token_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, CALLBACK, VK_TOKEN=" ").path.endswith("token")


@pytest.mark.parametrize("key", ["token", "secret", "proxy"])
def test_a_secret_may_not_stand_in_the_file(tmp_path: Path, key: str) -> None:
    lines = [line for line in CALLBACK.split("\n") if f"    {key}:" not in line]
    written = "http://user:pass@proxy:3128" if key == "proxy" else SECRET
    problem = refused(tmp_path, "\n".join(lines) + f"    {key}: {written}\n")
    assert problem.code == "inline_secret"


@pytest.mark.parametrize(
    "proxy", ["http://proxy:3128", "http://user:pass@proxy:3128/", "socks5h://me:pass@proxy:1080"]
)
def test_a_proxy_may_have_a_user_and_a_password(tmp_path: Path, proxy: str) -> None:
    found = loaded(tmp_path, CALLBACK + "    proxy: ${VK_PROXY}\n", VK_PROXY=proxy)
    assert found.proxy is not None
    assert "pass" not in repr(found)


@pytest.mark.parametrize("proxy", ["proxy:3128", "socks4://proxy:1080", "http://proxy"])
def test_a_proxy_that_is_none_is_refused(tmp_path: Path, proxy: str) -> None:
    problem = refused(tmp_path, CALLBACK + "    proxy: ${VK_PROXY}\n", VK_PROXY=proxy)
    assert problem.path.endswith("proxy")


def test_two_inboxes_cannot_share_a_community(tmp_path: Path) -> None:
    problem = refused(tmp_path, f"{CALLBACK}  other_vk:{CALLBACK}")
    assert problem.code == "duplicate_value"


def test_no_secret_shows_in_the_settings(tmp_path: Path) -> None:
    shown = repr(loaded(tmp_path, CALLBACK))
    assert SECRET not in shown
    assert "vk1.a.token" not in shown
