"""YAML 1.2, read with the place of everything."""

from itertools import pairwise

import pytest

from bridge.settings.source import MAX_VALUES, Document, Mark, Value, parse


def data(text: str) -> Value:
    document = parse(text)
    assert document.parsed, document.flaws
    assert not document.flaws
    return document.data


def syntax_error(text: str) -> tuple[str, Mark]:
    document = parse(text)
    assert not document.parsed
    (flaw,) = document.flaws
    assert flaw.code == "yaml_syntax"
    return flaw.message, flaw.mark


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("off", "off"),
        ("on", "on"),
        ("yes", "yes"),
        ("no", "no"),
        ("y", "y"),
        ("09:00", "09:00"),
        ("1:30", "1:30"),
        ("2027-01-01", "2027-01-01"),
        ("2027-01-01 10:00:00", "2027-01-01 10:00:00"),
        ("1_000", "1_000"),
        ("=", "="),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("012", 12),
        ("-3", -3),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("6e3", 6000.0),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("Привет 👋", "Привет 👋"),
    ],
)
def test_a_scalar_means_what_yaml_1_2_says(written: str, meant: Value) -> None:
    value = data(f"key: {written}\n")
    assert isinstance(value, dict)
    assert value["key"] == meant
    assert type(value["key"]) is type(meant)


def test_a_yaml_directive_of_1_1_does_not_bring_back_its_booleans() -> None:
    assert data("%YAML 1.1\n---\nkey: off\n") == {"key": "off"}


def test_keys_are_always_text() -> None:
    assert data("1: a\ntrue: b\n2027-01-01: c\n") == {"1": "a", "true": "b", "2027-01-01": "c"}


def test_a_merge_key_is_an_ordinary_key_since_yaml_1_2_has_none() -> None:
    assert data("a: &x {b: 1}\nc: {<<: *x}\n") == {"a": {"b": 1}, "c": {"<<": {"b": 1}}}


def test_anchors_and_aliases_repeat_a_value() -> None:
    assert data("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}


def test_an_empty_file_is_nothing() -> None:
    assert data("") is None
    assert data("# only a comment\n") is None


def test_a_block_scalar_keeps_its_lines() -> None:
    assert data("a: |\n  один\n  два\nb: >-\n  x\n  y\n") == {"a": "один\nдва\n", "b": "x y"}


def test_every_value_and_key_has_its_place() -> None:
    document = parse("a:\n  ключ: [x, '👋 y']\n")
    place = document.places[("a", "ключ", 1)]
    assert place.value == Mark(2, 13, 5)
    assert document.places[("a", "ключ")].key == Mark(2, 3, 4)


def test_a_value_of_several_lines_is_marked_at_its_beginning() -> None:
    assert parse("a: |\n  x\n  y\n").places[("a",)].value == Mark(1, 4, 1)


def test_lines_end_where_yaml_ends_them() -> None:
    document = Document("a\r\nb\rc\nd")
    assert document.lines == ["a", "b", "c", "d"]
    assert document.starts == [0, 3, 5, 7]


def test_a_key_that_stands_twice_is_a_flaw_and_names_the_first_line() -> None:
    document = parse("a: 1\nb: 2\na: 3\n")
    (flaw,) = document.flaws
    assert (flaw.code, flaw.mark, flaw.path) == ("duplicate_key", Mark(3, 1, 1), ("a",))
    assert "line 1" in flaw.message
    assert document.data == {"a": 1, "b": 2}


def test_the_same_key_in_two_maps_is_no_flaw() -> None:
    assert data("a: {x: 1}\nb: {x: 1}\n") == {"a": {"x": 1}, "b": {"x": 1}}


def test_a_map_as_a_key_is_a_flaw() -> None:
    document = parse("? [a, b]\n: 1\n")
    assert [flaw.code for flaw in document.flaws] == ["wrong_type"]


@pytest.mark.parametrize("tag", ["!secret", "!include", "!<x>", "!!binary", "!!set", "!"])
def test_a_tag_is_a_flaw(tag: str) -> None:
    document = parse(f"a: {tag} x\n")
    found = [flaw.code for flaw in document.flaws]
    # A lone "!" asks for text, which is no tag of anybody's.
    assert found == ([] if tag == "!" else ["custom_tag"])


@pytest.mark.parametrize(
    ("text", "said", "line", "column"),
    [
        ("a: b: c\n", "may not stand here", 1, 5),
        ("a: b\n  c: 1\n", "indent", 2, 4),
        ("a: b\nc\nd: 1\n", "without its colon", 2, 1),
        ("a: - b\n", "list", 1, 4),
        ("a: 'x' y\n", "quote all of it", 1, 8),
        ("a: &\n", "lone &", 1, 5),
        ("a: |x\n", "follow a |", 1, 5),
        ("a: !x!y z\n", "tag", 1, 4),
        ("a:\n\tb: 1\n", "tab", 2, 1),
        ('a: "x\nb: 1\n', "never closed", 1, 4),
        ("a: [1, 2\n", "before this is closed", 1, 4),
        ("a: {b: 1\nc: 2\n", "comma is missing", 2, 2),
        ("a: *x\n", "anchor", 1, 4),
        ("a: 1\n---\nb: 2\n", "one document", 2, 1),
        ("a: @x\n", "may not begin", 1, 4),
        ("a: `x`\n", "may not begin", 1, 4),
        ("a: %x\n", "may not begin", 1, 4),
        ("a:\n  b: 1\n c: 2\n", "indentation", 3, 2),
        ('a: "\\q"\n', "escape", 1, 6),
        ("a: x\x01y\n", "does not allow", 1, 5),
        ("a: x\nb: y\x00\n", "does not allow", 2, 5),
        ("[" * 60, "too deeply", 1, 41),
    ],
)
def test_a_syntax_error_is_said_in_plain_words_at_its_place(
    text: str, said: str, line: int, column: int
) -> None:
    message, mark = syntax_error(text)
    assert said in message
    assert (mark.line, mark.column) == (line, column)


def test_an_alias_inside_itself_is_a_flaw_and_no_endless_walk() -> None:
    document = parse("a: &x [*x]\n")
    assert [flaw.code for flaw in document.flaws] == ["yaml_too_large"]


def test_aliases_that_unfold_without_end_are_a_flaw() -> None:
    names = "abcdefgh"
    lines = ["a: &a [1,1,1,1,1,1,1,1,1,1]"]
    for before, name in pairwise(names):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]")
    document = parse("\n".join(lines))
    (flaw,) = document.flaws
    assert flaw.code == "yaml_too_large"
    assert str(MAX_VALUES) in flaw.message


def test_an_escape_beyond_unicode_is_a_syntax_error() -> None:
    assert syntax_error('a: "\\UFFFFFFFF"\n')


def test_a_character_that_json_writes_as_two_escapes_is_one() -> None:
    assert data('{"\\ud83d\\ude0b": "\\ud83d\\ude0b!"}') == {"😋": "😋!"}


def test_an_escape_of_half_a_character_is_a_flaw() -> None:
    assert [flaw.code for flaw in parse('a: "\\ud83d"\n').flaws] == ["yaml_syntax"]
