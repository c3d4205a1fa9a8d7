"""What the program itself knows of what has not come: where it was lost is half of the why."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tests.faults.town.town import Town
from tests.faults.words import Word

# So many are looked for: the first ones tell the story.
MOST = 20
_STORED = """
    SELECT id, conversation_id, kind, deleted_at IS NOT NULL FROM messages WHERE text LIKE '%{}%'
"""
_POSTS = """
    SELECT t.surface_id, p.state, p.tries, t.thread, t.message_id, t.begun_at, t.shut_at
    FROM surface_threads t LEFT JOIN surface_posts p ON p.thread_id = t.id AND p.message_id = {}
    WHERE t.conversation_id = {} ORDER BY t.id
"""
_DELIVERED = "SELECT state, attempts, reason FROM deliveries WHERE message_id = {}"
_HEARD = "SELECT surface_id, done_at, tries FROM surface_heard WHERE event LIKE '%{}%'"
_QUARANTINED = "SELECT id, inbox_id, tried_at, raw FROM quarantine"


def told_of(town: Town, missing: Sequence[tuple[str, Word]]) -> Sequence[str]:
    """Return a line for each thing that is missing, with what is known of it.

    Where a platform has not come to the end of telling, it may be the platform that has it.
    """
    known = [f"{where} {word}: {known_of(town.ask, str(word))}" for where, word in missing[:MOST]]
    silent = [key for key, one in (town.networks | town.grounds).items() if not one.told()]
    return [*known, *(f"{one} has something left to tell" for one in silent if missing)]


def known_of(ask: Callable[[str], Iterable[Sequence[Any]]], word: str) -> str:
    """Return what the tables have of whatever has a word in it; `ask` runs a statement."""
    heard = ask(_HEARD.format(word))
    aside = [one[:3] for one in ask(_QUARANTINED) if word.encode() in bytes(one[3])]
    stored = [_as_stored(ask, *one) for one in ask(_STORED.format(word))]
    found = [*stored, *(f"heard {one}" for one in heard), *(f"set aside {one}" for one in aside)]
    return "; ".join(found) or "never taken in"


def _as_stored(ask: Any, number: int, conversation: int, kind: str, gone: object) -> str:
    posts = list(ask(_POSTS.format(number, conversation)))
    sent = list(ask(_DELIVERED.format(number)))
    deleted = ", deleted" if gone else ""
    return f"{kind} {number} of conversation {conversation}{deleted}, posts {posts}, sent {sent}"
