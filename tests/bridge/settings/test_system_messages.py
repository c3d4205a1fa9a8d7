"""What the YAML has the program tell customers by itself."""

import pytest

from bridge.settings import LocalText
from routing.configured import said_by_us
from tests.bridge.settings.files import Desk

WRITTEN = "version: 1\nsystem_messages: {begun: %s}\n"


def test_o32_without_a_word_in_the_yaml_the_beginning_is_answered_in_every_language(
    desk: Desk,
) -> None:
    settings = desk.load("version: 1\n")
    said = said_by_us(settings)["begun"]
    assert set(said.by_locale) == set(settings.locale.available)
    assert len(set(said.by_locale.values())) == len(settings.locale.available)


@pytest.mark.parametrize("occasion", ["begun", "offline"])
def test_o32_each_can_be_disabled(desk: Desk, occasion: str) -> None:
    written = f"version: 1\nsystem_messages: {{{occasion}: {{enabled: false}}}}\n"
    assert set(said_by_us(desk.load(written))) == {"begun", "offline"} - {occasion}


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
