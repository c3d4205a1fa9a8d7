"""Putting conversations out of the way until later."""

from collections.abc import Mapping
from typing import get_args

from agent_console.actions.rights import allowed
from agent_console.actions.sight import seen
from bridge.models import Agent, Conversation
from bridge.store.transactions import Tx
from routing import snoozing
from routing.desk import Desk
from routing.refusal import RefusedError
from routing.snooze_times import Until, choices


def snooze(tx: Tx, desk: Desk, me: Agent, conversation_id: int, until: int | Until) -> None:
    """Put it out of the way until a time (ms) or what a choice comes to; a new time counts."""
    conversation = allowed(tx, desk, me, conversation_id, "snooze")
    at = until if isinstance(until, int) else _choices(tx, desk, conversation)[until]
    snoozing.snooze(tx, desk, conversation, at, by=me.id)


def unsnooze(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Have it back now, if it is away."""
    conversation = allowed(tx, desk, me, conversation_id, "snooze")
    snoozing.end(tx, desk, conversation, by=me.id)


def snooze_choices(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> Mapping[Until, int]:
    """Return what each choice comes to for a conversation, in ms."""
    return _choices(tx, desk, seen(tx, desk, me, conversation_id))


def read_until(word: str) -> int | Until:
    """Read a choice or a time in ms; raises `RefusedError("invalid")`. Pure."""
    for choice in get_args(Until):
        if word == choice:
            known: Until = choice
            return known
    if word.isascii() and word.isdigit() and len(word) < 17:
        return int(word)
    raise RefusedError("invalid", {"fields": {"to": "Say until when."}})


def _choices(tx: Tx, desk: Desk, conversation: Conversation) -> Mapping[Until, int]:
    hours = desk.teams.hours_of(conversation.team_id, conversation.inbox_id)
    return choices(tx.now, hours, desk.teams.zone)
