"""Keys of the YAML, each by its path, and what they take in words."""

import pytest

from bridge.cli.config import known_kinds
from bridge.settings.keys import Key, Keys, UnknownKeyError
from bridge.settings.schema import config_schema
from bridge.settings.wording import example, takes, yaml

KEYS = Keys(config_schema(known_kinds()))
ALL = list(KEYS.every())


def only(path: str) -> Key:
    """Return the one key that a path means."""
    (found,) = KEYS.at(path)
    return found


def test_every_key_is_found_by_its_own_path() -> None:
    assert len(ALL) > 400
    for key in ALL:
        found = [one for one in KEYS.at(key.path) if one.schema == key.schema]
        assert [one.path for one in found] == [key.path]
        assert set(key.types) <= set(found[0].types)
        assert found[0].required == key.required


def test_what_every_key_takes_can_be_said() -> None:
    assert not [key.path for key in ALL if not takes(key.schema)]


@pytest.mark.parametrize(
    "path",
    [
        "routing.rules[].when",
        "routing.rules[*].when",
        "routing.rules[0].when",
        "routing.rules.0.when",
        "routing.rules.*.when",
        "routing.rules.when",
    ],
)
def test_an_item_of_a_list_may_be_written_as_one_likes(path: str) -> None:
    assert only(path).path == "routing.rules[].when"


@pytest.mark.parametrize("name", ["*", "<id>", "anna", "a_1"])
def test_a_name_of_ones_own_may_be_any(name: str) -> None:
    assert only(f"agents.{name}.role").path == "agents.<id>.role"


def test_days_are_no_ids() -> None:
    assert only("hours.office.weekly.mon-fri").path == "hours.<id>.weekly.mon-fri"
    with pytest.raises(UnknownKeyError, match='no key "monday" here'):
        KEYS.at("hours.office.weekly.monday")


def test_a_key_of_some_types_says_which_and_each_meaning_once() -> None:
    assert [(one.types, one.required) for one in KEYS.at("channels.*.mode")] == [
        (("telegram",), False),
        (("vk",), False),
    ]
    assert only("channels.*.panel.utm").types == ("email", "telegram", "viber", "vk", "widget")
    assert only("server.listen").types == ()


def test_what_stands_under_an_id_is_explained_too() -> None:
    assert "a person, or a bot" in only("agents.anna").schema["description"]
    assert [one.types for one in KEYS.at("staff.*")] == [
        ("email",),
        ("slack",),
        ("telegram_forum",),
        ("web",),
    ]


def test_an_item_has_no_words_of_what_may_stand_for_any_value() -> None:
    item = only("agents.*.inboxes[0]")
    assert (item.path, takes(item.schema)) == ("agents.<id>.inboxes[]", "an id")
    assert "description" not in item.schema


def test_the_keys_below_one_are_named() -> None:
    assert KEYS.names(KEYS.at("server"))[:2] == ["listen", "admin_listen"]
    assert KEYS.names(KEYS.at("agents")) == ["<id>"]
    assert KEYS.names(KEYS.at("routing.rules")) == ["when", "to"]
    assert KEYS.names(KEYS.at("server.listen")) == []


def test_a_key_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownKeyError) as told:
        KEYS.at("channels.site.tokn")
    assert str(told.value) == 'channels.<id>.tokn: there is no key "tokn" here'
    assert told.value.nearest == "token"
    assert "greeting" in told.value.names


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("server.demo", "true or false"),
        ("server.listen", "text"),
        ("server.secret_key", "a secret (${NAME}, ${NAME:?why}, ${file:/path})"),
        ("agents", "a map from ids, each to a map"),
        ("agents.*.role", "one of owner, supervisor, agent, viewer, bot"),
        ("agents.*.limit", "a whole number from 0 to 1000"),
        ("agents.*.telegram", "a whole number from 1 on"),
        ("agents.*.name", "text of at most 80 characters"),
        ("routing.max_wait", "a duration (90s, 1m30s, 24h, 30d) or off"),
        ("storage.media.max_upload", "a size (500kB, 4MB)"),
        ("channels.*.hours", "an id"),
        ("channels.*.pre_chat", "a list of at most 5, each item a map"),
        ("routing.rules.when.text", "text or a list, each item text"),
        ("routing.rules.when.utm", "a map from names, each to text or a list, each item text"),
        ("system_messages.begun.text", "text or a map from languages to texts"),
        ("automations.*.do", "a list, each item a map or one of ask_rating, close"),
        ("version", "1"),
    ],
)
def test_what_a_key_takes_is_said_in_words(path: str, words: str) -> None:
    assert takes(only(path).schema) == words


def test_values_are_written_as_yaml_on_one_line() -> None:
    given = {"a": ["x", "- y", "it: is", "", "Привет 👋", True, 5], "b": {"c": "80%"}}
    assert yaml(given) == '{a: [x, "- y", "it: is", "", Привет 👋, true, 5], b: {c: 80%}}'
    assert example("agents.<id>.inboxes[]", ["site"]) == "inboxes: [site]"
