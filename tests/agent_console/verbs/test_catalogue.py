"""What agents read on surfaces: the same in four languages, and the console's words."""

import json
import re
from string import Formatter
from typing import get_args

import pytest

from agent_console.verbs.catalogue import CATALOGUES
from agent_console.verbs.words import Words, plural, words_in
from bridge.channel import Reason
from routing.refusal import Code
from tests.agent_console.office import ROOT

LANGUAGES = ["en", "ru", "uk", "es"]
CATEGORIES = {
    "en": {"one", "other"},
    "ru": {"one", "few", "many", "other"},
    "uk": {"one", "few", "many", "other"},
    "es": {"one", "many", "other"},
}
CLIENT = ROOT / "agent_console" / "web" / "client" / "src" / "i18n"
VERBS = ROOT / "agent_console" / "verbs"
FANOUT = ROOT / "agent_console" / "fanout"


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())  # type: ignore[attr-defined]


def _console(language: str) -> dict[str, str]:
    source = (CLIENT / f"{language}.ts").read_text(encoding="utf-8")
    found = re.findall(r'^  "([\w.]+)": ("(?:[^"\\]|\\.)*"),$', source, re.MULTILINE)
    return {key: json.loads(text) for key, text in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    assert CATALOGUES[language].keys() == CATALOGUES["en"].keys()
    assert not [key for key, text in CATALOGUES[language].items() if not all(_forms(text))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    def names(of: str, key: str) -> set[str]:
        return set().union(*map(_names, _forms(CATALOGUES[of][key])))

    other = [key for key in CATALOGUES["en"] if names(language, key) != names("en", key)]
    assert not other


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_plural_has_the_categories_of_its_language(language: str) -> None:
    plurals = [text for text in CATALOGUES[language].values() if not isinstance(text, str)]
    assert plurals
    assert all(set(text) == CATEGORIES[language] for text in plurals)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_console_says_too_is_said_in_its_words(language: str) -> None:
    console = _console(language)
    both = console.keys() & CATALOGUES[language].keys()
    assert len(both) > 200
    assert not [key for key in both if CATALOGUES[language][key] != console[key]]


def test_every_reason_of_a_network_and_every_refusal_has_words() -> None:
    texts = CATALOGUES["en"]
    assert not [one for one in get_args(Reason) if f"reason.{one}" not in texts]
    assert not [one for one in get_args(Code) if f"error.{one}" not in texts]


def test_no_text_is_kept_that_nobody_says() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in [*VERBS.glob("*.py"), *FANOUT.glob("*.py")]
    )
    code = code.replace("'", '"')
    # Those put together of a prefix and what the database says.
    made = re.compile(r"(reason|error|deed|presence|help|attachment|event|mark|span|snooze)\.")
    unsaid = [key for key in CATALOGUES["en"] if not made.match(key) and f'"{key}"' not in code]
    assert not unsaid


@pytest.mark.parametrize(
    ("language", "number", "category"),
    [
        ("en", 1, "one"),
        ("en", 0, "other"),
        ("es", 1, "one"),
        ("es", 2, "other"),
        ("es", 1_000_000, "many"),
        ("ru", 1, "one"),
        ("ru", 21, "one"),
        ("ru", 11, "many"),
        ("ru", 3, "few"),
        ("uk", 13, "many"),
        ("uk", 24, "few"),
        ("uk", 5, "many"),
    ],
)
def test_a_number_has_the_plural_of_its_language(language: str, number: int, category: str) -> None:
    assert plural(language, number) == category


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("uk-UA", "uk"), ("ES", "es"), ("pt-BR", "ru"), ("", "ru")],
)
def test_a_language_that_is_none_of_ours_gives_way_to_the_configured_one(
    asked: str, spoken: str
) -> None:
    assert words_in(asked, "ru").language == spoken


def _ru() -> Words:
    return words_in("ru")


def test_a_time_is_told_in_its_largest_unit() -> None:
    minute, day = 60_000, 86_400_000
    told = [_ru().span(one) for one in (0, 3 * minute, 59 * minute, 125 * minute, day, 5 * day)]
    assert told == ["1 мин", "3 мин", "59 мин", "2 ч", "1 день", "5 дней"]
    assert _ru().span(14 * day) == "2 недели"


def test_what_is_shown_for_long_changes_in_wide_steps() -> None:
    told = [_ru().steady_span(minutes * 60_000) for minutes in range(60)]
    assert len(set(told)) == 10
    assert (told[14], told[15], told[3], told[4]) == ("10+ мин", "15+ мин", "3 мин", "3+ мин")
