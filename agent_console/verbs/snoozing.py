"""Putting a conversation out of the way until later, and having it back."""

import re
from collections.abc import Mapping

from agent_console import actions
from agent_console.surface import Answer, Field
from agent_console.verbs.asking import Ask
from agent_console.verbs.blocking import length_of
from routing.snooze_times import Until
from routing.snoozing import LONGEST_SNOOZE

# Milliseconds since 1970, from 2001 on.
_PICKED = re.compile(r"[0-9]{13}")


def snooze(ask: Ask) -> Answer:
    """Put it out of the way: for `2h`, until `tomorrow`, `2026-12-01 10:00`, or as is chosen."""
    row = ask.may("snooze")
    choices = actions.snooze_choices(ask.tx, ask.desk, ask.me, row.id)
    if ask.filled:
        return _snooze(ask, _until(ask, choices, ask.text("until")))
    if ask.value:
        return _snooze(ask, _until(ask, choices, ask.value.lower()))
    until = Field(
        id="until",
        label=ask.words("ask.until"),
        kind="moment",
        options=[(one, _offered(ask, one, at)) for one, at in choices.items()],
        hint=ask.words("snooze.what"),
    )
    title = ask.words("snooze.title", name=ask.customer(row))
    return ask.form(title, ask.words("action.snooze"), [until])


def _until(ask: Ask, choices: Mapping[Until, int], word: str) -> int:
    """Return until when, in ms; raises `SaidError` for no time, or one too far away."""
    at = next((at for one, at in choices.items() if one == word.replace(" ", "_")), None)
    if at is None and (length := length_of(word)) is not None:
        at = ask.tx.now + length
    if at is None:
        # A time that was picked, or one as it is shown to the agent.
        at = int(word) if _PICKED.fullmatch(word) else ask.words.read_moment(word, ask.front.zone)
    if at is None or not ask.tx.now < at <= ask.tx.now + LONGEST_SNOOZE:
        raise ask.refuse("snooze.badTime")
    return at


def _offered(ask: Ask, choice: Until, at: int) -> str:
    time = ask.words.moment(at, ask.front.zone)
    return ask.words("ask.choice", choice=ask.words(f"snooze.{choice}"), time=time)


def _snooze(ask: Ask, until: int) -> Answer:
    actions.snooze(ask.tx, ask.desk, ask.me, ask.conversation_id, until)
    return ask.done("snooze.until", time=ask.words.moment(until, ask.front.zone))


def unsnooze(ask: Ask) -> Answer:
    """Have it back now."""
    actions.unsnooze(ask.tx, ask.desk, ask.me, ask.conversation_id)
    return ask.done("done.unsnooze")
