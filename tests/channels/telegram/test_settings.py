"""The keys of a bot: what is taken, and what is said of the rest."""

from typing import Any

import pytest
from pydantic import ValidationError

from bridge.settings import Resolved, Secret
from channels.telegram.settings import TelegramSettings

TOKEN = "7000000001:AAtoken-canary-0123456789abcdefgh"


def settings(**given: Any) -> TelegramSettings:
    return TelegramSettings.model_validate({"token": Secret(TOKEN)} | given)


def why(**given: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        settings(**given)
    return str(refused.value)


def test_a_token_is_all_that_is_needed() -> None:
    made = settings()
    assert (made.type, made.mode, made.proxy) == ("telegram", "polling", None)
    assert made.api_base == "https://api.telegram.org"


@pytest.mark.parametrize("token", ["", "nonsense", "1:short", TOKEN + " ", TOKEN[11:]])
def test_what_is_no_token_is_told_and_not_shown(token: str) -> None:
    said = why(token=Secret(token))
    assert "this is no bot token" in said
    assert not token or token not in said


def test_a_token_may_not_stand_in_the_file() -> None:
    assert "may not be written in the file itself" in why(token=TOKEN)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8081", "https://bots.example.com/api/", "http://[::1]:8081"]
)
def test_a_bot_api_server_of_ones_own_is_taken(base: str) -> None:
    assert settings(api_base=base).api_base == base.rstrip("/")


@pytest.mark.parametrize(
    "base", ["api.telegram.org", "ftp://x", "https://user:pass@x", "https://x/?a", "", 5]
)
def test_what_is_no_address_of_a_server_is_refused(base: object) -> None:
    assert "api_base" in why(api_base=base)


def test_a_proxy_is_never_shown_and_has_its_password_from_outside() -> None:
    plain = settings(proxy="http://proxy.internal:3128")
    told = Resolved("http://me:hunter2@proxy.internal:3128", reference=True)
    secret = settings(proxy=told)
    assert plain.proxy is not None
    assert secret.proxy is not None
    assert plain.proxy.reveal() == "http://proxy.internal:3128"
    assert secret.proxy.reveal() == str(told)
    assert "hunter2" not in repr(secret)
    assert "hunter2" not in secret.model_dump_json()
    assert "may not be written in the file" in why(proxy="http://me:hunter2@proxy.internal:3128")


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy.internal",
        "socks4://x:1080",
        "ftp://x:1",
        "socks5://x",
        "http://x:99999",
        "http://x:1/a",
    ],
)
def test_what_is_no_proxy_is_refused(proxy: str) -> None:
    assert "is not http://host:port" in why(proxy=proxy)


def test_another_way_of_receiving_is_none() -> None:
    assert "mode" in why(mode="carrier_pigeon")


@pytest.mark.parametrize("password", ["%D1%81", "слово", "x" * 256, ""])
def test_a_password_that_no_socks_proxy_can_be_told_is_refused(password: str) -> None:
    told = Resolved(f"socks5://me:{password}@proxy.internal:1080", reference=True)
    message = why(proxy=told)
    assert "255 ASCII characters" in message
    assert not password or password not in message
    assert settings(proxy=Resolved(f"http://me:{password}@x:1", reference=True)).proxy
