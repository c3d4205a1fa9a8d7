"""What is no word to a customer: commands, and answers to the bot's own questions. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent_console.surface import Heard, Person, Unsaid
from agent_console.telegram_forum.asides import Aside, Command, Filled
from agent_console.telegram_forum.calm import copied
from agent_console.telegram_forum.reading import answered_of, at_of, key_of, where_of
from bridge.botapi.content import content_of
from bridge.botapi.raw import Raw, integer, maybe

QUESTION = "❓"
"""Begins what a form asks, and nothing else that the bot says."""
_COMMAND = re.compile(r"/([^\W\d]\w{0,31})(?:@(\w+))?(?:[\s:,.;!-]+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ear:
    """What translating needs to know: who we are, our groups, and who is called what there."""

    bot_id: int
    username: str
    groups: frozenset[int]
    people: Mapping[str, str]
    """Accounts by user name, in small letters."""
    awaits: Callable[[str, str, str], str | None] = lambda *_: None
    """Which question of ours waits for the next words of somebody in a topic of a place."""


def asked(message: Raw, ear: Ear, by: Person) -> Aside | Heard | None:
    """Return what is no word to a customer: an answer to a form's question, or a command."""
    typed = maybe(message, "text") or maybe(message, "caption")
    found = _COMMAND.fullmatch(copied(typed).strip())
    if (question := _question(message, ear, by, is_command=found is not None)) is not None:
        words = content_of(message)
        value = copied(words.text) if words else ""
        return Filled(**where_of(message), by=by, question=question, value=value)
    if found is None:
        return None
    if found[2] and found[2].lower() != ear.username.lower():
        # A command that is for another bot is for no customer either.
        return Command(**where_of(message), by=by, verb="", value="", at=at_of(message))
    verb, value = found[1].lower(), (found[3] or "").strip()
    if verb in ("del", "delete") and not value:
        return _taken_back(message, by)
    return Command(**where_of(message), by=by, verb=verb, value=value, at=at_of(message))


def _question(message: Raw, ear: Ear, by: Person, *, is_command: bool) -> str | None:
    """Return the question of ours that a message answers.

    Whoever was asked for words and writes without answering means them all the same: they
    must not reach the customer.
    """
    answered = message.get("reply_to_message")
    if isinstance(answered, Mapping) and _is_question(answered, ear):
        return str(integer(answered, "message_id"))
    if is_command or answered_of(message) is not None or "edit_date" in message:
        return None
    where = where_of(message)
    return ear.awaits(where["place"], where["thread"], by.id)


def _is_question(answered: Raw, ear: Ear) -> bool:
    author = answered.get("from")
    ours = isinstance(author, Mapping) and author.get("id") == ear.bot_id
    return ours and maybe(answered, "text").startswith(QUESTION)


def _taken_back(message: Raw, by: Person) -> Unsaid | Command:
    where, answered = where_of(message), answered_of(message)
    if answered is None or not where["thread"]:
        return Command(**where, by=by, verb="del", value="", at=at_of(message))
    return Unsaid(
        key=key_of("m", message),
        place=where["place"],
        thread=where["thread"],
        by=by,
        at=at_of(message),
        external_id=answered,
    )
