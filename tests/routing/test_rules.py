"""Which rule takes a message, and which never takes any."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.settings import Rule
from routing.rules import Facts, base_of, first, never
from tests.routing.test_hours import at, office

HOURS = {"office": office()}
OPEN, CLOSED = at("2026-11-27T10:00"), at("2026-11-27T22:00")
FACTS = Facts(channel="site", at=OPEN, text="Скільки коштує доставка?")


def rules(*given: Mapping[str, Any]) -> list[Rule]:
    """Return rules, each from its conditions; the first sends to the team `t1`, and so on."""
    return [
        Rule.model_validate({"when": when, "to": {"team": f"t{n}"}})
        for n, when in enumerate(given, 1)
    ]


def fits(when: Mapping[str, Any], facts: Facts = FACTS) -> bool:
    """Say whether one rule takes the message."""
    return first(rules(when), facts, HOURS) is not None


def test_the_first_rule_that_fits_takes_it() -> None:
    found = first(rules({"channel": "post"}, {"text": "ціна"}, {}, {}), FACTS, HOURS)
    assert found is not None
    assert (found.number, found.to.target) == (3, ("team", "t3"))


def test_where_no_rule_fits_none_takes_it() -> None:
    assert first(rules({"channel": "post"}), FACTS, HOURS) is None


def test_all_conditions_of_a_rule_must_fit_and_one_word_of_a_list() -> None:
    assert fits({"channel": ["post", "site"], "text": ["ціна", "КОШТУЄ"]})
    assert not fits({"channel": ["post", "site"], "text": "ціна"})


@pytest.mark.parametrize(
    ("when", "facts"),
    [
        ({"language": "es"}, {"language": "es"}),
        ({"language": "es"}, {"contact_language": "es"}),
        ({"contact_language": "es"}, {"language": "en", "contact_language": "es"}),
        ({"text": "скільки   коштує"}, {"text": "СКІЛЬКИ\nкоштує це"}),
        ({"page": "/pricing"}, {"page": "https://shop.example/en/Pricing?x=1"}),
        ({"page": "https://shop.example/es/*"}, {"page": "https://shop.example/es/a"}),
        ({"page": "*?tab=[a]"}, {"page": "https://shop.example/?tab=[a]"}),
        ({"source": "spring_*"}, {"sources": ["", "Spring_2027"]}),
        ({"utm": {"campaign": "spring"}}, {"utm": {"campaign": "Spring", "source": "x"}}),
        ({"utm": {"utm_source": ["google", "meta*"]}}, {"utm": {"source": "metaverse"}}),
        ({"inside": "office"}, {}),
        ({"outside": "office"}, {"at": CLOSED}),
    ],
)
def test_a_condition_fits(when: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    assert fits(when, replace(FACTS, **facts))


@pytest.mark.parametrize(
    ("when", "facts"),
    [
        ({"language": "es"}, {"language": "en", "contact_language": "es"}),
        ({"language": "es"}, {}),
        ({"contact_language": "es"}, {"language": "es"}),
        ({"page": "/pricing"}, {}),
        ({"page": "*/es/"}, {"page": "https://shop.example/es/a"}),
        ({"source": "spring"}, {"sources": ["spring_2027"]}),
        ({"utm": {"campaign": "spring", "source": "x"}}, {"utm": {"campaign": "spring"}}),
        ({"inside": "office"}, {"at": CLOSED}),
        ({"outside": "office"}, {}),
    ],
)
def test_a_condition_does_not_fit(when: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    assert not fits(when, replace(FACTS, **facts))


def test_a_language_counts_without_its_country() -> None:
    assert [base_of(one) for one in ("es-MX", "uk_UA", "EN", "", None)] == [
        "es",
        "uk",
        "en",
        None,
        None,
    ]


# --- rules that never take anything ---


def without_effect(*given: Mapping[str, Any]) -> list[tuple[int, ...]]:
    """Return the rules that never fit, and which one stands before each."""
    return [(one.index, *one.by) for one in never(rules(*given))]


def test_what_comes_after_a_rule_for_everything_never_fits() -> None:
    assert without_effect({"text": "a"}, {}, {"text": "b"}) == [(2, 1)]


def test_a_rule_for_less_of_the_same_never_fits_after_one_for_more() -> None:
    wide = {"channel": ["site", "post"], "utm": {"source": ["a", "b"]}}
    narrow = {"channel": "post", "utm": {"source": "a", "medium": "c"}, "text": "x"}
    assert without_effect(wide, narrow) == [(1, 0)]
    assert without_effect(narrow, wide) == []


def test_inside_and_outside_of_the_same_hours_is_never() -> None:
    assert without_effect({"inside": "office", "outside": "office"}, {"inside": "office"}) == [(0,)]


def test_what_comes_after_one_rule_for_the_day_and_one_for_the_night_never_fits() -> None:
    day, night = {"inside": "office"}, {"outside": "office"}
    assert without_effect(night, {"text": "a"}, day, {"text": "b"}) == [(3, 0, 2)]
    assert without_effect(day, {"outside": "late"}, {"text": "b"}) == []
    on_site = {"channel": "site"}
    assert without_effect(day | on_site, night, {}, {}) == [(3, 2)]
    assert without_effect(day | on_site, night, on_site | {"text": "b"}, {}) == [(2, 0, 1)]


WHEN = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.lists(st.sampled_from(["site", "post"]), min_size=1),
        "language": st.lists(st.sampled_from(["en", "es"]), min_size=1),
        "text": st.lists(st.sampled_from(["a", "b"]), min_size=1),
        "utm": st.dictionaries(st.sampled_from(["x", "y"]), st.just(["1"]), min_size=1),
        "inside": st.just("office"),
        "outside": st.just("office"),
    },
)
SEEN = st.builds(
    Facts,
    channel=st.sampled_from(["site", "post"]),
    at=st.sampled_from([OPEN, CLOSED]),
    text=st.sampled_from(["", "a", "ab"]),
    language=st.sampled_from([None, "en", "es"]),
    utm=st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["1", "2"])),
)


@given(st.lists(WHEN, min_size=1, max_size=5), SEEN)
def test_a_rule_that_is_said_never_to_fit_takes_nothing(
    given_rules: list[dict[str, Any]], facts: Facts
) -> None:
    found = first(rules(*given_rules), facts, HOURS)
    if found is not None:
        assert found.number - 1 not in {one.index for one in never(rules(*given_rules))}
