"""What looks like a secret, and what only looks long."""

import pytest

from bridge.settings.veil import veil, veil_key


@pytest.mark.parametrize(
    "secret",
    [
        "7123456789:AAH9x-Qw3rty_0123456789abcdefGHIJ",
        "xoxb-1234567890-abcdefGHIJKL",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "0123456789abcdef0123456789abcdef",
        "Zx9-Canary-Qw3rty01",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    ],
)
def test_a_token_is_cut_to_its_beginning(secret: str) -> None:
    told = veil(f'no time zone "{secret}" here')
    assert told == f'no time zone "{secret[:3]}…" here'


def test_a_password_in_an_address_is_masked() -> None:
    told = veil("postgresql://anna:hunter2@db.example.com/x")
    assert told == "postgresql://***@db.example.com/x"


@pytest.mark.parametrize(
    "text",
    [
        "support-desk-01.shop.example.com:8080",
        "anna.koval-2024@example.com",
        "https://support.example.com/path/1",
        "sqlite:////var/lib/deskbridge2/deskbridge.db",
        "redis://127.0.0.1:6379/0",
        "${DESKBRIDGE_SECRET_KEY_2}",
        "DESKBRIDGE_STORAGE__MEDIA__MAX_UPLOAD",
        "there are contact.name, agent.name, inbox.name, conversation.id",
        "Превысокомногорассмотрительствующий",
    ],
)
def test_names_addresses_and_plain_words_stay(text: str) -> None:
    assert veil(text) == text


@pytest.mark.parametrize(
    "key", ["identity_secret", "team", "Anna-Maria", "agent_2024", "анна", "a1b2c3"]
)
def test_a_key_that_is_a_name_is_told(key: str) -> None:
    assert veil_key(key) == key


@pytest.mark.parametrize(
    "key", ["0123456789abcdef", "Zx9-Canary-Qw3rty01234", "x" * 41, "a b c d e f g h"]
)
def test_a_key_that_is_no_name_is_cut(key: str) -> None:
    assert veil_key(key) == f"{key[:3]}…"
