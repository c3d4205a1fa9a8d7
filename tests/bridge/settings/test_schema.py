"""The JSON Schema says what the loader does, as far as a schema can."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from bridge.cli.config import known_kinds
from bridge.settings import ConfigError, Settings, load
from bridge.settings.base import Part
from bridge.settings.schema import config_schema, schema_text
from bridge.settings.show import show
from channels.registry import settings_classes
from tests.bridge.settings.files import Desk

ROOT = Path(__file__).parents[3]
SCHEMA = config_schema(known_kinds())
FILES = [ROOT / "config" / "deskbridge.yaml", *sorted((ROOT / "config/examples").glob("*.yaml"))]


def plain(text: str) -> Any:
    # An editor takes a date for a text, which JSON has it be.
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def complaints(text: str) -> list[str]:
    """Return the paths that an editor would underline."""
    errors = Draft7Validator(SCHEMA).iter_errors(plain(text))
    return [".".join(map(str, error.absolute_path)) for error in errors]


def test_the_committed_schema_is_what_the_types_say() -> None:
    committed = (ROOT / "config" / "schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(known_kinds()), "run: make schema"


def test_it_is_a_schema_of_draft_7() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(SCHEMA)
    assert "$defs" not in json.dumps(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_editor_finds_nothing_wrong_in_a_shipped_file(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("version: 2", "version"),
        ("version: 1\nserver: {listn: x}", "server"),
        ("version: 1\nserver: {demo: 'yes'}", "server.demo"),
        ("version: 1\nserver: {secret_key: hunter2}", "server.secret_key"),
        ("version: 1\nserver: {listen: localhost}", "server.listen"),
        ("version: 1\nrouting: {capacity: 5000}", "routing.capacity"),
        ("version: 1\nagents: {anna: {name: Anna, telegram: 0}}", "agents.anna.telegram"),
        ("version: 1\nrouting: {max_wait: 3}", "routing.max_wait"),
        ("version: 1\nrouting: {max_wait: 3 minutes}", "routing.max_wait"),
        ("version: 1\nstorage: {media: {max_upload: 4}}", "storage.media.max_upload"),
        ("version: 1\nagents: {Anna: {name: A}}", "agents"),
        ("version: 1\nagents: {a: {role: agent}}", "agents.a"),
        ("version: 1\nagents: {a: {name: A, role: boss}}", "agents.a.role"),
        ("version: 1\nchannels: {a: {key: k}}", "channels.a"),
        ("version: 1\nchannels: {a: {type: telepathy}}", "channels.a.type"),
        ("version: 1\nchannels: {a: {type: widget}}", "channels.a"),
        ("version: 1\nchannels: {a: {type: widget, key: k, team: X}}", "channels.a.team"),
        ("version: 1\nhours: {a: {weekly: {mon-fri: [9 to 18]}}}", "hours.a.weekly.mon-fri.0"),
        ("version: 1\nhours: {a: {weekly: {weekdays: ['9:00-18:00']}}}", "hours.a.weekly"),
        ("version: 1\nrouting: {rules: [{to: {team: a, tema: b}}]}", "routing.rules.0.to"),
        (
            "version: 1\nchannels: {a: {type: widget, key: k, greeting: {de: x}}}",
            "channels.a.greeting",
        ),
        ("version: 1\nconversation: {max_length: 0}", "conversation.max_length"),
        ("version: 1\nstaff: {c: {type: web, panel: [x]}}", "staff.c.panel"),
    ],
)
def test_an_editor_underlines_what_the_loader_refuses(desk: Desk, text: str, path: str) -> None:
    assert complaints(text) == [path]
    assert desk.error(text).problems


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nserver: {demo: '${DEMO}', listen: '${HOST}:80', secret_key: '${KEY}'}",
        "version: 1\nserver: {trusted_proxies: '${PROXIES}', public_url: 'https://${HOST}'}",
        "version: 1\nrouting: {max_wait: '${WAIT}', uncertain: '${U}', close_inactive: off}",
        "version: 1\nconversation: {max_length: '${LENGTH:-5}'}",
        "version: 1\nchannels: {a: {type: widget, key: '${KEY}', identity_secret: '${S}'}}",
        "version: 1\nchannels: {a: {type: widget, key: k, collect: {ip: '${IP}'}}}",
        "version: 1\nlocale: {default: '${L}', available: ['${L}']}",
    ],
)
def test_an_editor_lets_a_reference_stand_wherever_the_loader_does(text: str) -> None:
    assert complaints(text) == []


def test_what_the_settings_come_to_is_a_file_of_the_same_shape(desk: Desk) -> None:
    settings = load(ROOT / "config" / "deskbridge.yaml", kinds=desk.kinds, environ={})
    shown = show(settings)
    assert complaints(shown) == []
    assert desk.load(shown) == settings


def test_a_secret_is_shown_as_stars_and_what_is_off_as_off(desk: Desk) -> None:
    key = "k" * 32
    settings = desk.load(
        "version: 1\nserver: {secret_key: '${K}'}\nrouting: {max_wait: off}\n", {"K": key}
    )
    shown = plain(show(settings))
    assert shown["server"]["secret_key"] == "***"
    assert shown["routing"]["max_wait"] == "off"
    assert key not in show(settings)


# --- What people read ----------------------------------------------------------------


def parts(model: type[Part]) -> list[type[Part]]:
    """Return a part and every part that stands in it."""
    found = [model]
    for field in model.model_fields.values():
        for inner in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            if isinstance(inner, type) and issubclass(inner, Part):
                found += parts(inner)
    return found


ROOTS: list[type[Part]] = [
    Settings,
    *settings_classes().values(),
    *known_kinds().surfaces.values(),
]
EVERY_PART = list(dict.fromkeys(part for root in ROOTS for part in parts(root)))


def test_the_parts_are_found() -> None:
    names = {part.__name__ for part in EVERY_PART}
    assert {"Media", "Reopen", "PreChatField", "WebSettings", "QuickReply"} <= names


@pytest.mark.parametrize("part", EVERY_PART)
def test_every_setting_has_a_description_and_an_example(part: type[Part]) -> None:
    for name, field in part.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert field.examples, name


@pytest.mark.parametrize("part", EVERY_PART)
def test_every_example_of_a_setting_is_taken_by_an_editor(part: type[Part]) -> None:
    schema = SCHEMA if part is Settings else SCHEMA["definitions"].get(part.__name__)
    if schema is None:
        # The base of the kinds: its keys are tried in each kind.
        assert part.__subclasses__()
        return
    for name, field in part.model_fields.items():
        validator = Draft7Validator(
            {**schema["properties"][field.alias or name], "definitions": SCHEMA["definitions"]}
        )
        for example in field.examples or ():
            assert validator.is_valid(example), (name, example)


# What the example of another section names.
NAMED: dict[str, dict[str, Any]] = {
    "teams": {
        "agents": {"anna": {"name": "Anna"}, "pavel": {"name": "Pavel"}},
        "hours": {"office": {"weekly": {}}},
    },
    "tickets": {
        "channels": {
            "help_mail": {
                "type": "email",
                "address": "help@example.com",
                "imap": {"host": "imap.example.com", "password": "${CRM_HOOK_SECRET}"},
                "smtp": {"host": "smtp.example.com", "password": "${CRM_HOOK_SECRET}"},
            }
        }
    },
}


def test_examples_of_whole_sections_are_taken_by_the_loader(desk: Desk) -> None:
    for name, field in Settings.model_fields.items():
        for example in field.examples or ():
            written = json.dumps({"version": 1, name: example} | NAMED.get(name, {}))
            try:
                desk.load(written, {"CRM_HOOK_SECRET": f"whsec_{32 * 'A'}"})
            except ConfigError as error:
                pytest.fail(f"{name}: {error}")
