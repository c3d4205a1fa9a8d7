"""Whatever becomes of a file, loading it ends in settings or in `ConfigError`, with no secret.

The file below has a secret everywhere one may stand: from the environment, from a file, and,
wrongly, inline. Its mutations must print no part of any of them.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bridge.cli.config import known_kinds
from bridge.settings import ConfigError, load
from bridge.settings.show import show

CANARY = "Zx9-Canary-Qw3rty0123456789abcdefGHIJ"
ENVIRON = {
    "KEY": f"key-{CANARY}",
    "NEW": f"new-{CANARY}",
    "SHORT": "hunter2",
    "DESKBRIDGE_CHANNELS__SHOP__IDENTITY_SECRET": f"override-{CANARY}",
}
LEAKS = re.compile("|".join(CANARY[i : i + 16] for i in range(len(CANARY) - 15)) + "|hunter2")
"""Any sixteen characters of the long secret in a row, or the short one."""

GOOD = """\
# A file with everything in it. The old token was in the password manager.
version: 1
server:
  listen: 127.0.0.1:8080
  secret_key: ${KEY}
  trusted_proxies: [127.0.0.1, 10.0.0.0/8]
storage: {database: "sqlite:///var/a.db", media: {max_upload: 4MB}}
locale: {default: en, available: [en, ru, uk, es], timezone: Europe/Kyiv}
agents:
  anna: &anna {name: Анна 👋, email: anna@example.com, role: supervisor}
  pavel: {name: 'Павел', email: "pavel@example.com"}
channels:
  site:
    type: widget
    key: site_main
    origins: ["https://example.com", "https://*.example.com"]
    identity_secret: ['${NEW}', '${file:old}']
    greeting: {en: Hello, uk: >-
      Вітаємо}
    pre_chat: [{field: name}, {field: order, label: {en: Order}, required: false}]
    theme: {color: "#1f6feb"}
  shop: {type: widget, key: shop, identity_secret: "${NEW}", messages_per_minute: 5}
staff: {console: {type: web, session: 12h, panel: [contact, notes]}}
routing: {close_inactive: off, max_wait: 1m30s, reopen: {new_after: 24h}}
quick_replies:
  hello: {shortcut: hi, text: {en: "Hi {{contact.name|there}}", ru: |
    Привет
    }}
logging: {format: auto, level: info}
""".replace(": >-\n      Вітаємо", ": Вітаємо").replace(": |\n    Привет\n    ", ": Привет")
INLINE = (
    GOOD.replace("secret_key: ${KEY}", f"secret_key: {CANARY}")
    .replace("['${NEW}', '${file:old}']", f"['${{NEW}}', '{CANARY}']")
    .replace("${NEW}", f"${{NOPE:-{CANARY}}}", 1)
)

PATIENT = hypothesis_settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old").write_text(f"old-{CANARY}\n")
    (tmp_path / ".env").write_text("NEW=from the file\n")
    return tmp_path


def outcome(folder: Path, content: bytes) -> str:
    """Return everything that is printed when this content is refused; fail on a surprise.

    A mutation may put a reference where no secret is meant, and then be taken: nothing is
    printed then.
    """
    path = folder / "deskbridge.yaml"
    path.write_bytes(content)
    try:
        load(path, kinds=known_kinds(), environ=ENVIRON)
    except ConfigError as refused:
        error = refused
    else:
        return ""
    assert error.problems
    return f"{error}\n{error.as_json()}\n{error!r}\n{error.problems!r}"


def assert_no_leak(told: str) -> None:
    leak = LEAKS.search(told)
    assert leak is None, told[max(0, leak.start() - 200) : leak.end() + 50]


def test_the_file_is_good_and_what_it_comes_to_shows_no_secret(folder: Path) -> None:
    path = folder / "deskbridge.yaml"
    path.write_text(GOOD, encoding="utf-8")
    loaded = load(path, kinds=known_kinds(), environ=ENVIRON)
    assert_no_leak(f"{loaded!r}{loaded}{show(loaded)}{loaded.model_dump_json()}")


def test_its_twin_with_inline_secrets_is_refused_and_shows_none(folder: Path) -> None:
    told = outcome(folder, INLINE.encode())
    assert told.count(": error[inline_secret] ") == 3
    assert_no_leak(told)


BYTES = st.one_of(
    st.sampled_from([*b"\n\t :#{}[],'\"&*!|>%@`-?$\\/<=~\x00\x7f\xff"]), st.integers(0, 255)
)


@PATIENT
@given(
    text=st.sampled_from([GOOD, INLINE]),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), BYTES), min_size=1, max_size=3),
)
def test_flipped_bytes_give_settings_or_errors_and_no_secret(
    folder: Path, text: str, flips: list[tuple[float, int]]
) -> None:
    content = bytearray(text.encode())
    for place, byte in flips:
        content[int(place * len(content))] = byte
    assert_no_leak(outcome(folder, bytes(content)))


@PATIENT
@given(
    text=st.sampled_from([GOOD, INLINE]),
    place=st.floats(0, 1, exclude_max=True),
    cut=st.integers(0, 80),
    put=st.text("\n :#{}[],'\"&*!|>-$a", max_size=4),
)
def test_cut_and_inserted_text_gives_settings_or_errors_and_no_secret(
    folder: Path, text: str, place: float, cut: int, put: str
) -> None:
    at = int(place * len(text))
    assert_no_leak(outcome(folder, (text[:at] + put + text[at + cut :]).encode()))


def test_a_flip_of_any_byte_of_a_line_with_a_secret_shows_none_of_it(folder: Path) -> None:
    line = f"server: {{secret_key: {CANARY}, listn: x}}\n"
    for at in range(len(line)):
        for char in "\n\t :#{}[],'\"&*!|>\x01":
            text = f"version: 1\n{line[:at]}{char}{line[at + 1 :]}logging: {{level: info}}\n"
            assert_no_leak(outcome(folder, text.encode()))


# --- Trees ---------------------------------------------------------------------------

Path_ = tuple[str | int, ...]


def paths(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every value below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*path, key)
        if isinstance(inner, (dict, list)):
            yield from paths(inner, (*path, key))


def tree(text: str) -> dict[str, Any]:
    """Return the plain data of a file, without aliases."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))  # type: ignore[no-any-return]


def parent_of(data: Any, path: Path_) -> Any:
    for step in path[:-1]:
        data = data[step]
    return data


TREES = [tree(GOOD), tree(INLINE)]
PLACES = [(index, path) for index, data in enumerate(TREES) for path in paths(data)]
OTHERS: list[Any] = [
    None, True, False, 0, -1, 10**30, 1.5, "", "off", "${KEY}", "${", "${SHORT}", "${file:old}",
    CANARY, "я" * 5000, [], {}, [None], [[]], {"a": 1}, {"type": "widget"}, {"": ""}, [CANARY],
    {CANARY: CANARY}, {"en": CANARY}, "{{contact.name", "\x85", "x: y", "- a",
]  # fmt: skip


@pytest.mark.parametrize("index", [0, 1], ids=["good", "inline"])
def test_a_file_without_any_one_of_its_keys_gives_settings_or_errors_and_no_secret(
    folder: Path, index: int
) -> None:
    for path in paths(TREES[index]):
        data = deepcopy(TREES[index])
        del parent_of(data, path)[path[-1]]
        assert_no_leak(outcome(folder, json.dumps(data).encode()))


@PATIENT
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(OTHERS)), min_size=1, max_size=3
    ),
    indent=st.sampled_from([None, 2]),
)
def test_values_of_other_types_give_settings_or_errors_and_no_secret(
    folder: Path, changes: list[tuple[tuple[int, Path_], Any]], indent: int | None
) -> None:
    data = deepcopy(TREES[changes[0][0][0]])
    for (_, path), other in changes:
        put(data, path, deepcopy(other))
    content = json.dumps(data, ensure_ascii=False, indent=indent).encode()
    assert_no_leak(outcome(folder, content))


@PATIENT
@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_two_values_that_change_places_give_settings_or_errors_and_no_secret(
    folder: Path, one: tuple[int, Path_], other: tuple[int, Path_]
) -> None:
    data = deepcopy(TREES[one[0]])
    source = deepcopy(TREES[one[0]])
    put(data, one[1], deepcopy(get(source, other[1])))
    put(data, other[1], deepcopy(get(source, one[1])))
    assert_no_leak(outcome(folder, json.dumps(data).encode()))


def put(data: Any, path: Path_, value: Any) -> None:
    """Set a value, where an earlier change has left a way there."""
    try:
        parent = parent_of(data, path)
        parent[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return


def get(data: Any, path: Path_) -> Any:
    """Return a value, or nothing where there is none."""
    try:
        return parent_of(data, path)[path[-1]]
    except (KeyError, IndexError, TypeError):
        return None


# --- Anything ------------------------------------------------------------------------


@PATIENT
@given(st.binary(max_size=300))
def test_any_bytes_give_an_error(folder: Path, content: bytes) -> None:
    assert "error[" in outcome(folder, content)


@PATIENT
@given(st.text(max_size=200))
def test_any_text_under_a_version_gives_settings_or_errors(folder: Path, text: str) -> None:
    outcome(folder, f"version: 1\n{text}".encode(errors="replace"))


@PATIENT
@given(
    st.dictionaries(
        st.from_regex(r"DESKBRIDGE_[A-Z_]{0,30}(_FILE)?", fullmatch=True),
        st.sampled_from([CANARY, "", "1", "a,b", "/nowhere", "\x00"]),
        max_size=4,
    )
)
def test_any_overrides_give_settings_or_errors_and_no_secret(
    folder: Path, environ: dict[str, str]
) -> None:
    path = folder / "deskbridge.yaml"
    path.write_text("version: 1\n")
    try:
        told = repr(load(path, kinds=known_kinds(), environ=environ))
    except ConfigError as error:
        told = f"{error}{error.as_json()}"
    assert_no_leak(told)
