"""A secret never shows itself."""

import copy
import json
import logging
import pickle
from dataclasses import dataclass

import pytest

from bridge.settings import Secret
from tests.bridge.settings.files import LONG, Desk

CANARY = "canary-Пароль-🔑-0123456789abcdef-0123456789"
KEYED = "version: 1\nserver: {secret_key: '${KEY}'}\n"


@dataclass
class Holder:
    secret: Secret


@pytest.mark.parametrize(
    "shown",
    [
        repr(Secret(CANARY)),
        str(Secret(CANARY)),
        f"{Secret(CANARY)}",
        f"{Secret(CANARY):>60}",
        f"{Secret(CANARY)!r}",
        "%s %r" % (Secret(CANARY), Secret(CANARY)),  # noqa: UP031 - logging formats like this.
        repr([Secret(CANARY)]),
        repr(Holder(Secret(CANARY))),
    ],
)
def test_no_way_of_writing_a_secret_shows_it(shown: str) -> None:
    assert "canary" not in shown


def test_a_secret_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("key %s", Secret(CANARY), extra={"key": Secret(CANARY)})
    assert "canary" not in caplog.text + repr(caplog.records)


def test_a_secret_is_no_json() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(Secret(CANARY))


def test_a_secret_is_never_pickled() -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(Secret(CANARY))


def test_a_copy_of_a_secret_is_itself() -> None:
    secret = Secret(CANARY)
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"a": secret})["a"] is secret


def test_equal_secrets_are_equal_and_hash_alike() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_reveal_gives_the_text() -> None:
    assert Secret(CANARY).reveal() == CANARY


def test_settings_with_secrets_show_none_of_them(desk: Desk) -> None:
    settings = desk.load(KEYED, {"KEY": CANARY})
    shown = [repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump())]
    assert not [text for text in shown if "canary" in text]
    assert settings.server.secret_key == Secret(CANARY)


def test_settings_with_secrets_can_be_copied_deeply(desk: Desk) -> None:
    settings = desk.load(KEYED, {"KEY": CANARY})
    assert settings.model_copy(deep=True) == settings


@pytest.mark.parametrize(
    "written", ["hunter2", "x${KEY}", "${KEY}x", "${KEY:-inline}", "${UNSET:-inline}", "$$KEY"]
)
def test_a_secret_with_any_text_of_the_file_in_it_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(KEYED.replace("${KEY}", written), {"KEY": LONG})
    assert (problem.code, problem.path) == ("inline_secret", "server.secret_key")


@pytest.mark.parametrize("written", ["12345", "[a, b]", "{a: b}", "true"])
def test_a_secret_that_is_no_text_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nserver: {{secret_key: {written}}}\n")
    assert problem.code == "inline_secret"


def test_a_secret_of_exactly_32_bytes_passes_and_of_one_less_is_refused(desk: Desk) -> None:
    desk.load(KEYED, {"KEY": "я" * 16})
    assert desk.problem(KEYED, {"KEY": "я" * 15 + "a"}).code == "secret_too_short"


def test_an_empty_secret_is_refused_and_not_taken_for_absent(desk: Desk) -> None:
    assert desk.problem(KEYED, {"KEY": ""}).code == "secret_too_short"
    assert desk.problem("version: 1\nserver: {secret_key: ''}\n").code == "inline_secret"


def test_a_secret_without_a_value_is_absent(desk: Desk) -> None:
    assert desk.load("version: 1\nserver: {secret_key: }\n").server.secret_key is None
