"""The .env file, and overrides from the environment."""

import os

import pytest

from bridge.settings import ConfigError, load
from tests.bridge.settings.files import LONG, Desk

WIDGET = """\
version: 1
channels: {site: {type: widget, key: a, identity_secret: "${SECRET}"}}
"""


def name_of_anna(desk: Desk, written: str) -> str:
    return desk.load(f"version: 1\nagents: {{anna: {{name: '{written}'}}}}\n").agents["anna"].name


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("X=Анна", "Анна"),
        ("  X = Анна  ", "Анна"),
        ("export X=Анна", "Анна"),
        ("X=Анна # comment", "Анна"),
        ("X=a#b", "a#b"),
        ("X='a # b'", "a # b"),
        ('X="a # b" # comment', "a # b"),
        (r'X="a\tb\"c\\"', 'a\tb"c\\'),
        (r"X='a\n'", r"a\n"),
        ("X=a=b", "a=b"),
        ("# comment\n\nX=👋", "👋"),
        ("X=one\nX=two", "two"),
        ("\ufeffX=bom", "bom"),
    ],
)
def test_a_line_of_the_env_file_is_a_variable(desk: Desk, line: str, value: str) -> None:
    (desk.folder / ".env").write_text(line, encoding="utf-8")
    assert name_of_anna(desk, "${X}") == value


def test_the_environment_wins_over_the_env_file(desk: Desk) -> None:
    (desk.folder / ".env").write_text("X=file\nY=file\n")
    desk.environ["X"] = "environment"
    assert name_of_anna(desk, "${X} ${Y}") == "environment file"


@pytest.mark.parametrize("line", ["nonsense", "1X=a", "X='open", 'X="a" b', "=x", "X Y=1"])
def test_a_line_that_cannot_be_read_is_an_error_with_its_number_and_without_its_text(
    desk: Desk, line: str
) -> None:
    (desk.folder / ".env").write_text(f"GOOD=1\n{line}\n")
    problem = desk.problem("version: 1\n")
    assert (problem.code, problem.line) == ("env_file", 2)
    assert problem.source.endswith(".env")
    assert line not in str(problem)


def test_an_env_file_that_is_no_text_is_an_error(desk: Desk) -> None:
    (desk.folder / ".env").write_bytes(b"X=\xff")
    assert desk.problem("version: 1\n").code == "env_file"


def test_an_env_folder_is_an_error(desk: Desk) -> None:
    (desk.folder / ".env").mkdir()
    assert desk.problem("version: 1\n").code == "env_file"


def test_without_a_given_environment_the_process_has_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "DESKBRIDGE_SERVER__LISTEN", "127.0.0.1:9999")
    desk.write("version: 1\n")
    assert load(desk.path, kinds=desk.kinds).server.listen.port == 9999


def test_an_override_beats_the_file_and_the_file_beats_the_default(desk: Desk) -> None:
    text = "version: 1\nserver: {listen: ':81'}\n"
    assert desk.load("version: 1\n").server.listen.port == 8080
    assert desk.load(text).server.listen.port == 81
    assert desk.load(text, {"DESKBRIDGE_SERVER__LISTEN": ":82"}).server.listen.port == 82


def test_an_override_reaches_a_section_that_the_file_does_not_have(desk: Desk) -> None:
    environ = {"DESKBRIDGE_STORAGE__MEDIA__MAX_UPLOAD": "5MB", "DESKBRIDGE_LOGGING__LEVEL": "debug"}
    settings = desk.load("version: 1\nlogging:\n", environ)
    assert settings.storage.media.max_upload == 5 * 1024 * 1024
    assert settings.logging.level == "debug"


def test_an_override_may_be_a_number_a_switch_or_a_list(desk: Desk) -> None:
    environ = {
        "DESKBRIDGE_CONVERSATION__MAX_LENGTH": "500",
        "DESKBRIDGE_SERVER__DEMO": "true",
        "DESKBRIDGE_SERVER__TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
    }
    settings = desk.load("version: 1\n", environ)
    assert settings.conversation.max_length == 500
    assert settings.server.demo is True
    assert settings.server.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8")


def test_an_override_is_taken_as_it_is_without_references(desk: Desk) -> None:
    environ = {"DESKBRIDGE_AGENTS__ANNA__NAME": "${X} $$"}
    text = "version: 1\nagents: {anna: {name: Anna}}\n"
    assert desk.load(text, environ).agents["anna"].name == "${X} $$"


def test_an_override_may_be_a_secret(desk: Desk) -> None:
    settings = desk.load("version: 1\n", {"DESKBRIDGE_SERVER__SECRET_KEY": LONG})
    assert settings.server.secret_key is not None
    assert settings.server.secret_key.reveal() == LONG


def test_an_override_replaces_a_reference_that_leads_nowhere(desk: Desk) -> None:
    environ = {"DESKBRIDGE_CHANNELS__SITE__IDENTITY_SECRET": LONG}
    desk.load(WIDGET, environ)
    assert desk.problem(WIDGET).code == "unset_variable"


def test_the_file_twin_of_an_override_gives_what_the_file_holds(desk: Desk) -> None:
    (desk.folder / "key").write_text(LONG + "\n")
    environ = {"DESKBRIDGE_SERVER__SECRET_KEY_FILE": str(desk.folder / "key")}
    key = desk.load("version: 1\n", environ).server.secret_key
    assert key is not None
    assert key.reveal() == LONG


def test_a_variable_and_its_file_twin_together_are_an_error(desk: Desk) -> None:
    (desk.folder / "listen").write_text(":82")
    environ = {
        "DESKBRIDGE_SERVER__LISTEN": ":81",
        "DESKBRIDGE_SERVER__LISTEN_FILE": str(desk.folder / "listen"),
    }
    problem = desk.problem("version: 1\n", environ)
    assert (problem.code, problem.path) == ("override_conflict", "server.listen")


def test_a_file_twin_without_its_file_is_an_error(desk: Desk) -> None:
    problem = desk.problem("version: 1\n", {"DESKBRIDGE_SERVER__LISTEN_FILE": "not-there"})
    assert (problem.code, problem.source) == (
        "unreadable_reference",
        "DESKBRIDGE_SERVER__LISTEN_FILE",
    )


def test_an_override_of_an_unknown_key_is_an_error_at_the_variable(desk: Desk) -> None:
    problem = desk.problem("version: 1\n", {"DESKBRIDGE_SERVER__LISTN": ":81"})
    assert (problem.code, problem.source) == ("unknown_key", "DESKBRIDGE_SERVER__LISTN")
    assert (problem.line, problem.excerpt, problem.nearest) == (None, None, "listen")
    assert str(problem).startswith("DESKBRIDGE_SERVER__LISTN: error[unknown_key] server.listn: ")


def test_an_override_that_is_wrong_is_never_quoted(desk: Desk) -> None:
    error = desk.error("version: 1\n", {"DESKBRIDGE_SERVER__LISTEN": "hunter2"})
    assert "hunter2" not in str(error) + error.as_json()


@pytest.mark.parametrize(
    "name", ["DESKBRIDGE_PUBLIC_URL", "DESKBRIDGE_PORT_8080_TCP", "OTHER__X", "DESKBRIDGE"]
)
def test_a_variable_without_a_double_underscore_is_free(desk: Desk, name: str) -> None:
    desk.load("version: 1\n", {name: "x"})


def test_an_override_that_leads_through_a_text_replaces_it(desk: Desk) -> None:
    environ = {"DESKBRIDGE_LOCALE__DEFAULT": "uk"}
    assert desk.load("version: 1\nlocale: nonsense\n", environ).locale.default == "uk"


def test_a_file_that_is_no_map_takes_no_overrides_and_says_so(desk: Desk) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.load("- a\n", {"DESKBRIDGE_SERVER__LISTEN": ":81"})
    assert [problem.code for problem in caught.value.problems] == ["wrong_type"]


def test_a_variable_that_is_no_text_is_an_error(desk: Desk) -> None:
    # What Python makes of the byte FF in the environment.
    odd = b"\xff".decode(errors="surrogateescape")
    problem = desk.problem("version: 1\nagents: {a: {name: '${X}'}}\n", {"X": odd})
    assert (problem.code, problem.path) == ("unreadable_reference", "agents.a.name")
    problem = desk.problem("version: 1\n", {"DESKBRIDGE_SERVER__LISTEN": odd})
    assert (problem.code, problem.path) == ("unreadable_reference", "server.listen")
