"""Which rule takes a conversation, and which rules never take any. Pure.

The rules and their conditions are those of the YAML (`bridge.settings.sections.rules`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from bridge.settings import Rule, To, When
from routing.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What rules may ask about a message; languages are two letters, `at` is in ms."""

    channel: str
    at: int
    text: str = ""
    language: str | None = None
    contact_language: str | None = None
    page: str | None = None
    sources: Sequence[str] = ()
    """The start parameter and the site they came from, as far as they are known."""
    utm: Mapping[str, str] = field(default_factory=dict)
    topics: Collection[str] = ()
    tags: Collection[str] = ()
    first_message: bool = True
    """Whether the person has never written before."""
    status: str | None = None
    team: str | None = None
    taken: bool = False
    by: str | None = None
    """What only automations may ask: the conversation's state, and whose doing the event was."""


class Taken(NamedTuple):
    """The rule that takes a message, counted from 1, and to whom it sends it."""

    number: int
    to: To


def first(rules: Sequence[Rule], facts: Facts, hours: Mapping[str, Hours]) -> Taken | None:
    """Return the first rule that fits, or `None`. `hours` are by their ids."""
    for number, rule in enumerate(rules, 1):
        if fits(rule.when, facts, hours):
            return Taken(number, rule.to)
    return None


def fits(when: When, facts: Facts, hours: Mapping[str, Hours]) -> bool:
    """Say whether every condition that `when` has fits."""
    return all(one for _, one in tried(when, facts, hours))


def tried(when: When, facts: Facts, hours: Mapping[str, Hours]) -> Iterator[tuple[str, bool]]:
    """Yield each condition that `when` has, and whether it fits."""
    for name, condition in _CONDITIONS.items():
        wanted = getattr(when, name, None)
        if wanted is not None:
            yield name, condition(wanted, facts)
    if when.inside is not None:
        yield "inside", hours[when.inside].is_open(facts.at)
    if when.outside is not None:
        yield "outside", not hours[when.outside].is_open(facts.at)


def base_of(language: str | None) -> str | None:
    """Return a language without its country: `es` of `es-MX`."""
    return language.lower().replace("_", "-").partition("-")[0] if language else None


def _channel(wanted: Sequence[str], facts: Facts) -> bool:
    return facts.channel in wanted


def _language(wanted: Sequence[str], facts: Facts) -> bool:
    return (facts.language or facts.contact_language) in wanted


def _contact_language(wanted: Sequence[str], facts: Facts) -> bool:
    return facts.contact_language in wanted


def _text(wanted: Sequence[str], facts: Facts) -> bool:
    said = " ".join(facts.text.casefold().split())
    return any(" ".join(one.casefold().split()) in said for one in wanted)


def _page(wanted: Sequence[str], facts: Facts) -> bool:
    page = facts.page
    return page is not None and any(_like(page, one, part=True) for one in wanted)


def _source(wanted: Sequence[str], facts: Facts) -> bool:
    return any(_like(source, one) for source in facts.sources for one in wanted)


def _utm(wanted: Mapping[str, Sequence[str]], facts: Facts) -> bool:
    return all(
        any(_like(facts.utm.get(name.removeprefix("utm_"), ""), one) for one in words)
        for name, words in wanted.items()
    )


def _topic(wanted: Sequence[str], facts: Facts) -> bool:
    return not set(wanted).isdisjoint(facts.topics)


def _tag(wanted: Sequence[str], facts: Facts) -> bool:
    return not set(wanted).isdisjoint(facts.tags)


def _first_message(wanted: bool, facts: Facts) -> bool:  # noqa: FBT001  # As every condition.
    return facts.first_message == wanted


def _status(wanted: Sequence[str], facts: Facts) -> bool:
    return facts.status in wanted


def _team(wanted: Sequence[str], facts: Facts) -> bool:
    return facts.team in wanted


def _taken(wanted: bool, facts: Facts) -> bool:  # noqa: FBT001  # As every condition.
    return facts.taken == wanted


def _by(wanted: Sequence[str], facts: Facts) -> bool:
    return facts.by in wanted


def _like(value: str, pattern: str, *, part: bool = False) -> bool:
    """Say whether a value is as a pattern; a `part` of it is enough where that has no `*`."""
    value, pattern = value.casefold(), pattern.casefold()
    if part and "*" not in pattern:
        return pattern in value
    # Only the star means something: addresses have brackets and question marks of their own.
    return fnmatchcase(value, pattern.replace("[", "[[]").replace("?", "[?]"))


_CONDITIONS: Mapping[str, Callable[..., bool]] = {
    "channel": _channel,
    "language": _language,
    "contact_language": _contact_language,
    "text": _text,
    "page": _page,
    "source": _source,
    "utm": _utm,
    "topic": _topic,
    "tag": _tag,
    "first_message": _first_message,
    "status": _status,
    "team": _team,
    "taken": _taken,
    "by": _by,
}


# --- rules that never take anything ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Never:
    """A rule without effect, counted from 0: one or two before it take all, or it is impossible."""

    index: int
    why: Literal["shadowed", "impossible"]
    by: tuple[int, ...] = ()


def never(rules: Sequence[Rule]) -> Iterator[Never]:
    """Yield the rules that can never take a message.

    What is found is certain; what words and patterns may have in common is not looked into.
    """
    for index, rule in enumerate(rules):
        if is_impossible(rule.when):
            yield Never(index, "impossible")
            continue
        by = _taken_before([one.when for one in rules[:index]], rule.when)
        if by:
            yield Never(index, "shadowed", by)


def _taken_before(earlier: Sequence[When], when: When) -> tuple[int, ...]:
    """Return which of the earlier take all that fits: one, or one by day and one by night."""
    for number, one in enumerate(earlier):
        if _covers(one, when):
            return (number,)
    for day, one in enumerate(earlier):
        if one.inside is None or not _covers(one, when, but="inside"):
            continue
        for night, other in enumerate(earlier):
            if other.outside == one.inside and _covers(other, when, but="outside"):
                return (min(day, night), max(day, night))
    return ()


def is_impossible(when: When) -> bool:
    """Say whether nothing can ever be so: inside and outside of the same hours."""
    return when.inside is not None and when.inside == when.outside


def _covers(wide: When, narrow: When, *, but: str = "") -> bool:
    """Say whether whatever fits `narrow` fits `wide` too, `but` for one condition of that."""
    return all(
        _is_within(getattr(narrow, name), wanted)
        for name in When.model_fields
        if name != but and (wanted := getattr(wide, name)) is not None
    )


def _is_within(narrow: object, wide: object) -> bool:
    if isinstance(wide, tuple) and isinstance(narrow, tuple):
        return set(narrow) <= set(wide)
    if isinstance(wide, dict) and isinstance(narrow, dict):
        return all(name in narrow and _is_within(narrow[name], one) for name, one in wide.items())
    return narrow == wide
