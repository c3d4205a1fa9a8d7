"""What a file comes to, section by section."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bridge.settings import Address, ConfigError, LocalText, Settings, load
from tests.bridge.settings.files import LONG, Desk

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "config" / "examples").glob("*.yaml"))
REPLY = "version: 1\nquick_replies: {hello: {shortcut: hi, text: %s}}\n"


# --- The shipped files ---------------------------------------------------------------


def test_the_shipped_file_is_taken_as_it_is_with_no_environment_at_all(desk: Desk) -> None:
    settings = load(ROOT / "config" / "deskbridge.yaml", kinds=desk.kinds, environ={})
    assert settings.server.demo is True
    assert {name: agent.role for name, agent in settings.agents.items()} == {
        "anna": "supervisor",
        "pavel": "agent",
    }
    assert settings.channels["site"].type == "widget"


def test_the_shipped_quick_replies_and_greeting_speak_every_language(desk: Desk) -> None:
    settings = load(ROOT / "config" / "deskbridge.yaml", kinds=desk.kinds, environ={})
    for reply in settings.quick_replies.values():
        assert set(reply.text.by_locale) == set(settings.locale.available)


@pytest.mark.parametrize("path", [ROOT / "config" / "deskbridge.yaml", *EXAMPLES], ids=str)
def test_the_first_line_of_a_shipped_file_points_editors_to_the_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    assert (path.parent / first.removeprefix(prefix)).samefile(ROOT / "config" / "schema.json")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_taken_once_its_secrets_are_there(desk: Desk, path: Path) -> None:
    for name in ("academy_identity_new", "academy_identity_old"):
        (desk.folder / name).write_text(LONG)
    text = path.read_text(encoding="utf-8").replace("/run/secrets", str(desk.folder))
    environ = {
        "DESKBRIDGE_PUBLIC_URL": "https://support.example.com",
        "DESKBRIDGE_SECRET_KEY": LONG,
        "WIDGET_IDENTITY_SECRET": LONG,
        "MAIL_PASSWORD": LONG,
        "TELEGRAM_BOT_TOKEN": f"7000000001:{LONG}",
        "VK_TOKEN": LONG,
        "VK_CONFIRMATION": "0a1b2c3d",
        "VK_SECRET": "a_secret_of_the_group",
        "VIBER_TOKEN": "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9",
    }
    assert desk.load(text, environ).channels


def test_an_example_with_secrets_is_refused_without_them(desk: Desk) -> None:
    text = (ROOT / "config" / "examples" / "production.yaml").read_text(encoding="utf-8")
    assert [problem.code for problem in desk.error(text).problems] == ["required_variable"] * 5


# --- The whole -----------------------------------------------------------------------


def test_the_smallest_file_has_every_default(desk: Desk) -> None:
    settings = desk.load("version: 1\n")
    assert settings.server.listen == Address("127.0.0.1", 8080)
    assert settings.server.demo is False
    assert settings.server.secret_key is None
    assert settings.storage.database_path == Path("var/deskbridge.db")
    assert settings.storage.media.dir == Path("var/media")
    assert settings.locale.available == ("en", "ru", "uk", "es")
    assert settings.routing.close_inactive == timedelta(minutes=15)
    assert settings.routing.max_wait == timedelta(minutes=3)
    assert settings.routing.reopen.new_after == timedelta(hours=24)
    assert settings.routing.uncertain == "ask"
    assert settings.notify.agent.sound
    assert settings.notify.agent.title_flash
    assert settings.notify.agent.desktop
    assert settings.conversation.max_length == 2000
    assert settings.permissions.agent.transfer == "own"
    assert settings.permissions.agent.edit_contact
    assert settings.logging.format == "auto"
    assert settings.logging.level == "info"


def test_settings_cannot_be_changed(desk: Desk) -> None:
    settings = desk.load("version: 1\n")
    with pytest.raises(ValidationError, match="frozen"):
        settings.server.demo = True


def test_a_section_without_anything_below_it_counts_as_not_written(desk: Desk) -> None:
    names = [name for name in Settings.model_fields if name != "version"]
    text = "version: 1\n" + "".join(f"{name}:\n" for name in names)
    assert desk.load(text) == desk.load("version: 1\n")


def test_a_key_without_a_value_counts_as_not_written(desk: Desk) -> None:
    settings = desk.load("version: 1\nagents: {a: {name: A, email: , role: }}\n")
    assert settings.agents["a"].email is None
    assert settings.agents["a"].role == "agent"


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(desk: Desk) -> None:
    desk.path.write_bytes("\ufeffversion: 1\r\nserver:\r\n  demo: true\r\n".encode())
    assert load(desk.path, kinds=desk.kinds, environ={}).server.demo is True


@pytest.mark.parametrize("text", ["", "# nothing\n", "server: {}\n", "---\n"])
def test_a_file_without_a_version_is_refused(desk: Desk, text: str) -> None:
    problem = desk.problem(text)
    assert (problem.code, problem.path) == ("missing_key", "version")


@pytest.mark.parametrize("written", ["2", "0", "'1'", "1.0", "one", "true"])
def test_another_version_is_refused(desk: Desk, written: str) -> None:
    assert desk.problem(f"version: {written}\n").path == "version"


@pytest.mark.parametrize("text", ["- version: 1\n", "version\n", "1\n", "'version: 1'\n"])
def test_a_file_that_is_no_map_is_refused(desk: Desk, text: str) -> None:
    problem = desk.problem(text)
    assert (problem.code, problem.path, problem.line) == ("wrong_type", "", 1)


_MAPS = [name for name in Settings.model_fields if name not in ("version", "redis")]


@pytest.mark.parametrize("section", _MAPS)
@pytest.mark.parametrize("written", ["[]", "text", "5", "true"])
def test_a_section_that_is_no_map_is_refused(desk: Desk, section: str, written: str) -> None:
    problem = desk.problem(f"version: 1\n{section}: {written}\n")
    assert (problem.code, problem.path) == ("wrong_type", section)


@pytest.mark.parametrize(
    "key",
    [
        "system_messages.begun.delay",
        "server.metrics",
        "storage.retention.media",
        "agents.a.pager",
        "conversation.priorities",
    ],
)
def test_what_does_not_exist_yet_is_refused_as_unknown(desk: Desk, key: str) -> None:
    base: dict[str, Any] = {
        "version": 1,
        "agents": {"a": {"name": "A"}},
        "channels": {"c": {"type": "widget", "key": "k"}},
    }
    here = base
    *steps, last = key.split(".")
    for step in steps:
        here = here.setdefault(step, {})
    here[last] = "x"
    # JSON is YAML too.
    problem = desk.problem(json.dumps(base))
    assert (problem.code, problem.path) == ("unknown_key", key)


LINKING = "version: 1\nstorage: {media: {large_files: link}}\n"


@pytest.mark.parametrize("server", ["", "server: {public_url: 'http://desk.example.com'}\n"])
def test_links_to_large_files_are_refused_without_an_https_address(desk: Desk, server: str) -> None:
    problem = desk.problem(LINKING + server)
    assert (problem.code, problem.path) == ("needs_https", "storage.media.large_files")


def test_links_to_large_files_are_taken_with_an_https_address(desk: Desk) -> None:
    settings = desk.load(f"{LINKING}server: {{public_url: 'https://desk.example.com'}}\n")
    assert settings.storage.media.large_files == "link"


# --- Languages -----------------------------------------------------------------------


def test_the_main_language_must_be_available(desk: Desk) -> None:
    problem = desk.problem("version: 1\nlocale: {default: uk, available: [en, es]}\n")
    assert (problem.code, problem.path) == ("unknown_locale", "locale.default")
    assert "en, es" in problem.help


def test_a_language_we_do_not_speak_is_refused(desk: Desk) -> None:
    problem = desk.problem("version: 1\nlocale: {available: [en, de]}\n")
    assert (problem.code, problem.path) == ("not_a_choice", "locale.available.1")


def test_no_language_at_all_is_refused(desk: Desk) -> None:
    problem = desk.problem("version: 1\nlocale: {available: []}\n")
    assert (problem.code, problem.path) == ("out_of_range", "locale.available")


@pytest.mark.parametrize(
    "section",
    [
        "quick_replies: {a: {shortcut: a, text: {en: a, uk: a}}}",
        "channels: {a: {type: widget, key: a, greeting: {uk: a}}}",
        "channels: {a: {type: widget, key: a, pre_chat: [{field: x, label: {uk: a, en: a}}]}}",
    ],
)
def test_a_text_in_a_language_that_is_not_available_is_refused_at_the_language(
    desk: Desk, section: str
) -> None:
    text = f"version: 1\nlocale: {{available: [en]}}\n{section}\n"
    problem = desk.problem(text)
    assert problem.code == "unknown_locale"
    assert problem.path.endswith(".uk")
    assert problem.column == section.index("uk") + 1
    assert desk.load(text.replace("[en]", "[en, uk]")).locale.available == ("en", "uk")


# --- Agents --------------------------------------------------------------------------


def test_an_agent_has_a_name_and_a_role(desk: Desk) -> None:
    text = "version: 1\nagents: {a: {name: Анна 👋, role: owner}}\n"
    agent = desk.load(text).agents["a"]
    assert (agent.name, agent.role) == ("Анна 👋", "owner")


def test_an_unknown_role_is_refused_with_the_nearest(desk: Desk) -> None:
    problem = desk.problem("version: 1\nagents: {a: {name: A, role: supervisr}}\n")
    assert (problem.code, problem.nearest) == ("not_a_choice", "supervisor")
    assert problem.help == "write owner, supervisor, agent, viewer or bot"


def test_a_name_of_exactly_80_characters_passes_and_one_more_is_refused(desk: Desk) -> None:
    text = "version: 1\nagents: {a: {name: %s}}\n"
    desk.load(text % ("Я" * 80))
    assert desk.problem(text % ("Я" * 81)).code == "bad_text"
    assert desk.problem(text % "''").code == "bad_text"


def test_two_agents_may_not_share_an_email_in_any_spelling(desk: Desk) -> None:
    text = "version: 1\nagents:\n  a: {name: A, email: a@b.cd}\n  b: {name: B, email: A@B.cd}\n"
    problem = desk.problem(text)
    assert (problem.code, problem.path, problem.line) == ("duplicate_value", "agents.b.email", 4)
    assert "agents.a" in problem.message


# --- Quick replies -------------------------------------------------------------------


def test_a_quick_reply_may_have_one_text_for_all_languages(desk: Desk) -> None:
    reply = desk.load(REPLY % "'Hi {{contact.name|there}}!'").quick_replies["hello"]
    assert reply.text == LocalText("Hi {{contact.name|there}}!", {})


@pytest.mark.parametrize(
    "variable",
    [
        "{{contact.name}}",
        "{{ agent.name }}",
        "{{inbox.name|}}",
        "{{conversation.id|№}}",
        "{{contact.name|дорогой друг 👋}}",
    ],
)
def test_a_quick_reply_takes_every_variable_there_is(desk: Desk, variable: str) -> None:
    desk.load(REPLY % f"'a {variable} b'")


@pytest.mark.parametrize(
    "variable", ["{{contact.nmae}}", "{{name|x}}", "{{}}", "{{contact.email}}", "{{CONTACT.NAME}}"]
)
def test_a_variable_there_is_not_is_refused_at_its_place(desk: Desk, variable: str) -> None:
    problem = desk.problem(REPLY % f"'Hi {variable}!'")
    assert (problem.code, problem.path) == ("unknown_variable", "quick_replies.hello.text")
    assert problem.excerpt is not None
    assert problem.excerpt[problem.caret : problem.caret + problem.width] == variable


def test_a_misspelt_variable_is_given_its_right_name(desk: Desk) -> None:
    assert desk.problem(REPLY % "'{{contact.nmae}}'").nearest == "contact.name"


@pytest.mark.parametrize("text", ["a {{contact.name", "{{ {{contact.name}}"])
def test_a_variable_that_is_not_closed_is_refused(desk: Desk, text: str) -> None:
    assert desk.problem(REPLY % f"'{text}'").code == "unknown_variable"


def test_single_braces_are_plain_text(desk: Desk) -> None:
    desk.load(REPLY % "'{contact.name} }} {'")


def test_a_wrong_variable_of_one_language_is_told_at_that_language(desk: Desk) -> None:
    problem = desk.problem(REPLY % "{en: 'Hi', uk: 'Вітаю {{x}}'}")
    assert problem.path == "quick_replies.hello.text.uk"


def test_two_quick_replies_may_not_share_a_shortcut_in_any_spelling(desk: Desk) -> None:
    text = """\
        version: 1
        quick_replies:
          a: {shortcut: Привет, text: a}
          b: {shortcut: привет, text: b}
        """
    problem = desk.problem(text)
    assert (problem.code, problem.path) == ("duplicate_value", "quick_replies.b.shortcut")


@pytest.mark.parametrize("shortcut", ["h i", "/hi", "''", "x" * 41])
def test_a_shortcut_is_one_word(desk: Desk, shortcut: str) -> None:
    text = f"version: 1\nquick_replies: {{a: {{shortcut: {shortcut}, text: a}}}}\n"
    assert desk.problem(text).code == "bad_text"


@pytest.mark.parametrize("written", ["[]", "{}", "5", "{en: 5}", "{en: [a]}"])
def test_a_text_for_people_is_a_text_or_texts(desk: Desk, written: str) -> None:
    assert desk.problem(REPLY % written).code == "wrong_type"


# --- The file itself -----------------------------------------------------------------


@pytest.mark.parametrize("make", ["nothing", "folder", "latin", "large"])
def test_a_file_that_cannot_be_read_is_one_clear_error(desk: Desk, make: str) -> None:
    if make == "folder":
        desk.path.mkdir()
    if make == "latin":
        desk.path.write_bytes("name: Анна".encode("cp1251"))
    if make == "large":
        desk.path.write_bytes(b"#" * (2 * 1024 * 1024 + 1))
    with pytest.raises(ConfigError) as caught:
        load(desk.path, kinds=desk.kinds, environ={})
    (problem,) = caught.value.problems
    assert problem.code == "file_unreadable"
    assert caught.value.unreadable
