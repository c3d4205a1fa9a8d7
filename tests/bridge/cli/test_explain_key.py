"""`deskbridge explain key`."""

import pytest
from typer.testing import CliRunner, Result

from bridge.cli import app


def explain(path: str) -> Result:
    """Ask for a key."""
    return CliRunner().invoke(app, ["explain", "key", path])


def said(path: str) -> str:
    """Return what is said of a key."""
    result = explain(path)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_key_is_told_with_its_words_what_it_takes_its_default_and_examples() -> None:
    assert (
        said("server.listen")
        == """\
server.listen

  The address and port to listen on. `:8080` listens on all addresses.

  takes     text
  default   127.0.0.1:8080
  example   listen: 127.0.0.1:8080
  example   listen: 0.0.0.0:8080
"""
    )


def test_a_key_of_several_types_is_told_once_for_each_meaning() -> None:
    text = said("channels.shop.token")
    titles = [line for line in text.splitlines() if line.startswith("channels")]
    assert titles == [
        f"channels.<id>.token, where type is {one}" for one in ("telegram", "viber", "vk")
    ]
    assert text.count("  required  yes") == 3
    assert "where type is slack or telegram_forum\n" in said("staff.*.undo_send")
    types = "email, telegram, viber, vk or widget"
    assert said("channels.*.name").startswith(f"channels.<id>.name, where type is {types}\n")


def test_a_map_names_the_keys_in_it() -> None:
    assert "  keys      listen, admin_listen, public_url," in said("server")
    assert said("").startswith("the file\n\n  The whole configuration.\n")


def test_a_key_without_words_of_its_own_still_says_what_it_takes() -> None:
    assert said("system_messages.begun.text.en") == (
        "system_messages.begun.text.en\n  takes     text\n"
    )


def test_words_are_broken_at_80_columns_and_examples_are_not() -> None:
    lines = said("agents.anna").splitlines() + said("server.admin_listen").splitlines()
    assert not [line for line in lines if len(line) > 80]
    example = (
        "  example   do: [{notify: {assignee: true, text: They have waited for half an hour.}}]"
    )
    assert example in said("automations.*.do").splitlines()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("server.lisen", 'server.lisen: there is no key "lisen" here: did you mean "listen"?'),
        ("inboxes.*.kind", "it stands at: storage.retention.inboxes, agents.<id>.inboxes"),
        ("undo_send", "it stands at: staff.<id>.undo_send"),
        ("channels.my-site.token", "keys here: an id of your own, 1 to 40 of a-z, 0-9 and _"),
        ("server.listen.port", 'server.listen.port: there is no key "port" here'),
    ],
)
def test_a_key_that_is_not_there_is_an_error_that_leads_on(path: str, told: str) -> None:
    result = explain(path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert told in result.stderr


def test_no_configuration_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKBRIDGE_CONFIG", "/nowhere/deskbridge.yaml")
    assert "The inboxes customers write to" in said("channels")
