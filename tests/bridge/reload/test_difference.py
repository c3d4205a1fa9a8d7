"""What is another in a configuration, in words."""

from pathlib import Path

import pytest

from bridge.cli.config import known_kinds
from bridge.reload.difference import difference, effective
from bridge.settings import Settings, load

PLAIN = """\
version: 1
agents: {anna: {name: Anna}, boris: {name: Boris}}
channels: {site: {type: widget, key: k}}
staff: {console: {type: web, session: 12h}}
quick_replies: {hi: {shortcut: hi, text: Hello}, bye: {shortcut: bye, text: Bye}}
"""


def settings(folder: Path, text: str) -> Settings:
    path = folder / "deskbridge.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, kinds=known_kinds(), environ={})


def told(folder: Path, change: tuple[str, str]) -> str:
    old, new = settings(folder, PLAIN), settings(folder, PLAIN.replace(*change))
    return str(difference(old, new))


def test_the_same_file_is_no_difference(tmp_path: Path) -> None:
    found = difference(settings(tmp_path, PLAIN), settings(tmp_path, f"# a comment\n{PLAIN}"))
    assert not found
    assert str(found) == "nothing has changed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((", boris: {name: Boris}", ""), "-1 agent"),
        (("name: Anna", "name: Ganna"), "~1 agent"),
        (("{site: ", "{blog: {type: widget, key: b}, site: "), "+1 channel"),
        (
            ("Hello}, bye: {shortcut: bye, text: Bye", "Hi}, bye: {shortcut: b, text: B"),
            "~2 quick replies",
        ),
        (("version: 1", "version: 1\nrouting: {close_inactive: 1h}"), "~routing"),
        (
            ("version: 1", "version: 1\nserver: {listen: ':9'}"),
            "restart needed: server.listen, server.public_url",
        ),
        (("session: 12h", "session: 7d"), "restart needed: staff.console.session"),
        (("version: 1", "version: 1\nredis: 'redis://cache'"), "restart needed: redis"),
        (("session: 12h", "panel: [contact]"), "~1 staff surface"),
        (
            ("version: 1", "version: 1\ntopics: {a: {label: A}}\nlogging: {level: debug}"),
            "+1 topic, restart needed: logging.level",
        ),
    ],
)
def test_what_changed_is_counted_and_what_needs_a_restart_is_named(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    assert told(tmp_path, change) == words


def test_what_needs_a_restart_stays_as_it_was(tmp_path: Path) -> None:
    old = settings(tmp_path, PLAIN)
    new = settings(
        tmp_path,
        PLAIN.replace("session: 12h", "session: 7d, panel: [contact]").replace(
            "version: 1", "version: 1\nserver: {listen: ':9'}\nrouting: {close_inactive: 1h}"
        ),
    )
    held = effective(old, new)
    assert held.server == old.server
    assert held.routing == new.routing
    console = held.staff["console"].model_dump()
    assert console["session"] == old.staff["console"].model_dump()["session"]
    assert console["panel"] == new.staff["console"].model_dump()["panel"]
    # Asked again, the same file says the same.
    assert difference(held, new).restart == difference(old, new).restart
    assert not difference(held, new).changed
