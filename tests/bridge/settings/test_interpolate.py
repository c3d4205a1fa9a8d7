"""References in values."""

from pathlib import Path

import pytest

from bridge.settings.interpolate import MAX_FILE, MissError, Outside
from bridge.settings.secret import Resolved

ENVIRON = {"NAME": "Анна 👋", "EMPTY": "", "PORT": "8080", "TRICKY": "a: [${NAME}] $$"}


def outside(folder: Path = Path("nowhere")) -> Outside:
    return Outside(ENVIRON, folder)


def miss(text: str, folder: Path = Path("nowhere")) -> MissError:
    with pytest.raises(MissError) as caught:
        outside(folder).text(text)
    return caught.value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("${NAME}", "Анна 👋"),
        ("<${NAME}>", "<Анна 👋>"),
        ("${PORT}${PORT}", "80808080"),
        ("${EMPTY}", ""),
        ("${EMPTY:-x}", "x"),
        ("${UNSET:-x}", "x"),
        ("${UNSET:-}", ""),
        ("${UNSET:-a:-b}", "a:-b"),
        ("${UNSET:-${NAME}!}", "Анна 👋!"),
        ("${UNSET:-${ALSO:-z}}", "z"),
        ("${NAME:-x}", "Анна 👋"),
        ("${NAME:?why}", "Анна 👋"),
        ("$${NAME}", "${NAME}"),
        ("$$$${NAME}", "$${NAME}"),
        ("costs $5", "costs $5"),
        ("$NAME", "$NAME"),
        ("100$", "100$"),
        ("${TRICKY}", "a: [${NAME}] $$"),
    ],
)
def test_a_reference_becomes_what_it_stands_for(written: str, meant: str) -> None:
    assert outside().text(written) == meant


def test_a_value_holds_no_reference_after_it_was_replaced_once() -> None:
    assert outside().resolve({"a": ["${TRICKY}"]}) == {"a": ["a: [${NAME}] $$"]}


def test_keys_are_left_alone() -> None:
    assert outside().resolve({"${NAME}": 1}) == {"${NAME}": 1}


@pytest.mark.parametrize("written", ["${NAME}", "${NAME:?why}"])
def test_only_a_reference_without_any_text_of_the_file_may_be_a_secret(written: str) -> None:
    resolved = outside().text(written)
    assert isinstance(resolved, Resolved)
    assert resolved.reference


@pytest.mark.parametrize(
    "written", ["x${NAME}", "${NAME} ", "${NAME}${PORT}", "${UNSET:-x}", "${NAME:-x}"]
)
def test_a_text_with_a_part_from_the_file_may_be_no_secret(written: str) -> None:
    resolved = outside().text(written)
    assert isinstance(resolved, Resolved)
    assert not resolved.reference


def test_plain_text_is_not_marked_as_from_outside() -> None:
    assert not isinstance(outside().text("costs $$5"), Resolved)


def test_an_unset_variable_is_a_miss_that_names_it_and_the_nearest() -> None:
    found = miss("x ${NAMME} y").miss
    assert (found.code, found.token, found.nearest) == ("unset_variable", "${NAMME}", "NAME")


@pytest.mark.parametrize("written", ["${UNSET:?set it}", "${EMPTY:?set it}"])
def test_a_required_variable_says_why_when_it_is_not_set_or_empty(written: str) -> None:
    found = miss(written).miss
    assert found.code == "required_variable"
    assert "set it" in found.message


@pytest.mark.parametrize(
    "written",
    [
        "${",
        "${NAME",
        "${}",
        "${1X}",
        "${NAME:+x}",
        "${NAME-x}",
        "${ NAME }",
        "${a b}",
        "${UNSET:-${X}",
    ],
)
def test_what_is_no_reference_is_said_so(written: str) -> None:
    assert miss(written).miss.code == "bad_reference"


def test_a_file_gives_its_text_without_the_end_of_its_last_line(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(" Ключ \n\n")
    assert outside(tmp_path).text("${file:key}") == " Ключ \n"
    (tmp_path / "key").write_bytes(b"abc\r\n")
    assert outside(tmp_path).text(f"${{file:{tmp_path}/key}}") == "abc"


def test_a_file_may_be_a_secret(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc")
    resolved = outside(tmp_path).text("${file:key}")
    assert isinstance(resolved, Resolved)
    assert resolved.reference


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"a" * MAX_FILE)
    assert len(outside(tmp_path).text("${file:key}")) == MAX_FILE
    (tmp_path / "key").write_bytes(b"a" * (MAX_FILE + 1))
    assert miss("${file:key}", tmp_path).miss.code == "unreadable_reference"


@pytest.mark.parametrize("name", ["missing", ".", "a\0b", "not-utf8"])
def test_a_file_that_cannot_be_read_is_a_miss(tmp_path: Path, name: str) -> None:
    (tmp_path / "not-utf8").write_bytes(b"\xff\xfe")
    assert miss(f"${{file:{name}}}", tmp_path).miss.code == "unreadable_reference"


def test_every_miss_is_kept_with_its_path() -> None:
    reach = outside()
    reach.resolve({"a": "${X1}", "b": ["ok", "${X2}"]})
    assert [path for path, _ in reach.misses] == [("a",), ("b", 1)]
