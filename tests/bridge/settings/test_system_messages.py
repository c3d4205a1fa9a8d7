"""What the YAML has the program tell customers by itself."""

from typing import get_args

import pytest

from bridge.models import Occasion
from bridge.settings import LocalText
from routing.configured import policy_of, said_by_us
from tests.bridge.settings.files import Desk

WRITTEN = "version: 1\nsystem_messages: {begun: %s}\n"


def test_o32_without_a_word_in_the_yaml_the_beginning_is_answered_in_every_language(
    desk: Desk,
) -> None:
    settings = desk.load("version: 1\n")
    said = said_by_us(settings)["begun"]
    assert set(said.by_locale) == set(settings.locale.available)
    assert len(set(said.by_locale.values())) == len(settings.locale.available)


def test_o32_it_can_be_disabled(desk: Desk) -> None:
    assert "begun" not in said_by_us(desk.load(WRITTEN % "{enabled: false}"))


def test_what_is_disabled_keeps_its_text(desk: Desk) -> None:
    settings = desk.load(WRITTEN % "{enabled: false, text: We are here.}")
    assert settings.system_messages.begun.text == LocalText("We are here.", {})


def test_a_shop_of_one_language_needs_no_text_of_its_own(desk: Desk) -> None:
    text = "version: 1\nlocale: {default: uk, available: [uk]}\n"
    assert "uk" in said_by_us(desk.load(text))["begun"].by_locale


def test_an_occasion_there_is_not_is_given_the_nearest_right_name(desk: Desk) -> None:
    problem = desk.problem("version: 1\nsystem_messages: {begum: {enabled: false}}\n")
    assert (problem.code, problem.path) == ("unknown_key", "system_messages.begum")
    assert problem.nearest == "begun"


@pytest.mark.parametrize(
    ("written", "place", "code"),
    [
        ("{text: ' '}", "text", "bad_text"),
        ("{text: {en: Hello, uk: ''}}", "text.uk", "bad_text"),
        ("{text: 'Hi {{contact.name|there}}'}", "text", "unknown_variable"),
        ("{text: {es: 'Hola {{contact.name'}}", "text.es", "unknown_variable"),
        ("{text: {fr: Bonjour}}", "text.fr", "unknown_locale"),
        ("{enabled: maybe}", "enabled", "wrong_type"),
    ],
)
def test_what_could_not_be_said_as_it_stands_is_refused_at_its_place(
    desk: Desk, written: str, place: str, code: str
) -> None:
    problem = desk.problem(WRITTEN % written)
    assert (problem.code, problem.path) == (code, f"system_messages.begun.{place}")


# --- every occasion, its switch and its words ---

SWITCHED = {"close_warning": True, "closed": True, "closed_inactive": True}
OPTED_INTO = {"agent_joined": False, "agent_changed": False}


@pytest.mark.parametrize(("occasion", "default"), [*SWITCHED.items(), *OPTED_INTO.items()])
def test_j37_each_occasion_has_a_switch(desk: Desk, occasion: str, default: bool) -> None:  # noqa: FBT001  # pytest gives it by name.
    def is_said(switch: str = "{}") -> bool:
        text = f"version: 1\nsystem_messages: {{{occasion}: {switch}}}\n"
        return occasion in said_by_us(desk.load(text))

    assert [is_said(), is_said("{enabled: true}"), is_said("{enabled: false}")] == [
        default,
        True,
        False,
    ]


ALL_ON = """version: 1
conversation: {ask_still_questions: true, rating: {scale: 7, required: true}}
system_messages:
  agent_joined: {enabled: true}
  agent_changed: {enabled: true}
  flood: {enabled: true}
"""


def test_j37_everything_has_words_of_its_own_in_four_languages(desk: Desk) -> None:
    said = said_by_us(desk.load(ALL_ON))
    assert said.keys() == {*get_args(Occasion)}
    for text in said.values():
        assert set(text.by_locale) == {"en", "ru", "uk", "es"}
    every = [words for text in said.values() for words in text.by_locale.values()]
    assert len(set(every)) == len(every)


def test_j24_j25_without_a_word_in_the_yaml_nothing_is_asked(desk: Desk) -> None:
    settings = desk.load("version: 1\n")
    assert not {"still_questions", "rating", "rated", "comment"} & said_by_us(settings).keys()
    assert policy_of(settings).rating_scale is None


def test_j25_the_scale_and_whether_it_must_be_are_the_yamls(desk: Desk) -> None:
    policy = policy_of(desk.load(ALL_ON))
    assert (policy.rating_scale, policy.rating_required) == (7, True)


@pytest.mark.parametrize(
    ("written", "milliseconds"), [("{}", 120_000), ("{close_warning: off}", None)]
)
def test_d46_the_warning_comes_two_minutes_before_or_not_at_all(
    desk: Desk, written: str, milliseconds: int | None
) -> None:
    settings = desk.load(f"version: 1\nrouting: {written}\n")
    assert policy_of(settings).close_warning == milliseconds


@pytest.mark.parametrize(("written", "speak"), [("{}", "client"), ("{customer: main}", "main")])
def test_j22_the_language_is_each_ones_own_or_the_main_one(
    desk: Desk, written: str, speak: str
) -> None:
    assert policy_of(desk.load(f"version: 1\nlocale: {written}\n")).speak == speak


@pytest.mark.parametrize(
    ("occasion", "text", "code"),
    [
        ("agent_joined", "{{agent.name}} is here", None),
        ("agent_joined", "{{agent.nam}} is here", "unknown_variable"),
        ("rating", "1 to {{rating.scale}}?", None),
        ("rating", "{{agent.name}}, 1 to {{rating.scale}}?", "unknown_variable"),
        ("closed", "{{agent.name}} has closed it", "unknown_variable"),
        ("comment", " ", "bad_text"),
    ],
)
def test_only_what_is_filled_in_may_stand_in_a_text(
    desk: Desk, occasion: str, text: str, code: str | None
) -> None:
    written = f"version: 1\nsystem_messages: {{{occasion}: {{text: '{text}'}}}}\n"
    if code is None:
        desk.load(written)
    else:
        assert desk.problem(written).code == code
