"""What an agent may see: a value, and the condition that it is in SQL.

Every statement that reads conversations for an agent passes through `condition`, and adds
nothing where the agent sees all of them. `routing.sight.sees` is the same as a function.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import delete, literal_column

from bridge.models import HAND_OVER, See
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param, value

_p = param
_h = HAND_OVER.c
_NONE: frozenset[str] = frozenset()


class Kind(NamedTuple):
    """What kind of condition a sight is: which conversations, and whether some are hidden."""

    see: See
    hides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Which conversations one agent may see.

    `teams` and `topics` are theirs, `every_team` and `every_topic` those of anybody. `hides`:
    what they have handed on is out of their sight. `deleted`: what was deleted is in it.
    """

    agent: str
    see: See = "all"
    hides: bool = False
    deleted: bool = False
    teams: frozenset[str] = _NONE
    topics: frozenset[str] = _NONE
    every_team: frozenset[str] = _NONE
    every_topic: frozenset[str] = _NONE

    @property
    def whole(self) -> bool:
        """Say whether nothing that was not deleted is out of their sight."""
        return self.see == "all" and not self.hides

    @property
    def kind(self) -> Kind | None:
        """Return which condition a statement needs, `None` where it needs none."""
        return None if self.whole else Kind(self.see, self.hides)

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what a statement with that condition is given."""
        if self.whole:
            return {}
        listed = {
            "sight_teams": self.teams,
            "sight_topics": self.topics,
            "sight_every_team": self.every_team,
            "sight_every_topic": self.every_topic,
        }
        in_json = {name: msgspec.json.encode(sorted(ids)).decode() for name, ids in listed.items()}
        return {"sight_agent": self.agent} | in_json


def condition(kind: Kind | None, of: str = "conversations") -> str:
    """Return the condition that a row of `of`, the table or its alias, is seen."""
    if kind is None:
        return "true"
    theirs = f"{of}.assignee_id = :sight_agent OR {_there_is('participants', 'agent_id', of)}"
    shown = [_SCOPES[kind.see].format(of=of, mine=_about("sight_topics", of), any=_claimed(of))]
    if kind.hides:
        shown.append(f"NOT {_there_is('hand_overs', 'agent_id', of)}")
    return f"({theirs} OR ({' AND '.join(shown)}))"


_SCOPES: dict[See, str] = {
    "all": "true",
    "own": "{of}.assignee_id IS NULL",
    "mine": "false",
    "teams": "({of}.team_id IN (SELECT value FROM json_each(:sight_teams)) OR {mine} OR"
    " (({of}.team_id IS NULL OR {of}.team_id NOT IN"
    " (SELECT value FROM json_each(:sight_every_team))) AND NOT {any}))",
}


def _there_is(table: str, column: str, of: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM {table} sight WHERE sight.conversation_id = {of}.id"  # noqa: S608
        f" AND sight.{column} = :sight_agent)"
    )


def _about(topics: str, of: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM conversation_topics sight"  # noqa: S608  # All of it is ours.
        f" WHERE sight.conversation_id = {of}.id"
        f" AND sight.topic_id IN (SELECT value FROM json_each(:{topics})))"
    )


def _claimed(of: str) -> str:
    return _about("sight_every_topic", of)


def seen(kind: Kind | None) -> Any:
    """Return the condition for a statement of SQLAlchemy's."""
    return literal_column(condition(kind))


@lru_cache
def sees(kind: Kind) -> Statement[int]:
    """Return the question whether the conversation `:of` is seen."""
    where = condition(kind)
    text = f"SELECT EXISTS (SELECT 1 FROM conversations WHERE id = :of AND {where})"  # noqa: S608
    return Statement(value, text)


@lru_cache
def knows(kind: Kind) -> Statement[int]:
    """Return the question whether any conversation of the contact `:of` is seen."""
    where = condition(kind)
    return Statement(
        value,
        f"SELECT EXISTS (SELECT 1 FROM conversations WHERE contact_id = :of AND {where})",  # noqa: S608
    )


# --- what it is decided by ------------------------------------------------------------------


class Facts(NamedTuple):
    """By what it is decided who sees a conversation."""

    conversation_id: int
    contact_id: int | None
    assignee: str | None
    team: str | None
    participants: frozenset[str] = _NONE
    topics: frozenset[str] = _NONE
    handed_on: frozenset[str] = _NONE


class Keyed(NamedTuple):
    """A conversation, and a topic or an agent of it."""

    conversation_id: int
    key: str


_ids = msgspec.json.Decoder(frozenset[str]).decode


def _facts(
    conversation_id: int,
    contact_id: int | None,
    assignee: str | None,
    team: str | None,
    *lists: str,
) -> Facts:
    return Facts(conversation_id, contact_id, assignee, team, *map(_ids, lists))


_LISTS = """
    (SELECT json_group_array(agent_id) FROM participants WHERE conversation_id = c.id),
    (SELECT json_group_array(topic_id) FROM conversation_topics
     WHERE conversation_id = c.id AND topic_id IS NOT NULL),
    (SELECT json_group_array(agent_id) FROM hand_overs WHERE conversation_id = c.id)
"""
_READ = f"SELECT c.id, c.contact_id, c.assignee_id, c.team_id, {_LISTS} FROM conversations c"  # noqa: S608
_GIVEN = "IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids))"
FACTS = Statement(_facts, f"{_READ} WHERE c.id {_GIVEN}")
FACTS_OF_CONTACTS = Statement(_facts, f"{_READ} WHERE c.contact_id {_GIVEN}")
# As it was before each of these events.
_KEPT = "conversation_id, NULL, assignee_id, team_id, participants, topics, handed_on"
FACTS_BEFORE = Statement(_facts, f"SELECT {_KEPT} FROM sights_before WHERE event_id {_GIVEN}")  # noqa: S608
KEEP_BEFORE = Statement(
    nothing,
    f"""
    INSERT INTO sights_before
        (event_id, conversation_id, assignee_id, team_id, participants, topics, handed_on)
    SELECT :event_id, c.id, c.assignee_id, c.team_id, {_LISTS}
    FROM conversations c WHERE c.id = :of
    """,  # noqa: S608
)
# Of many conversations, their topics, and who has handed them on: (conversation, id).
_TOPICS = "SELECT conversation_id, topic_id FROM conversation_topics WHERE topic_id IS NOT NULL"
TOPICS_IN = Statement(Keyed, f"{_TOPICS} AND conversation_id {_GIVEN}")
HANDED_ON = Statement(
    Keyed,
    f"SELECT conversation_id, agent_id FROM hand_overs WHERE conversation_id {_GIVEN}",  # noqa: S608
)
FIRST_MESSAGE = Statement(
    value, "SELECT min(id) FROM messages WHERE conversation_id = :conversation_id"
)
HAND_ON = Statement(
    nothing,
    upsert(HAND_OVER)
    .values(conversation_id=_p("of"), agent_id=_p("agent"), at=_p("at"))
    .on_conflict_do_nothing(),
)
HAVE_AGAIN = Statement(
    nothing,
    delete(HAND_OVER).where(_h.conversation_id == _p("of"), _h.agent_id == _p("agent")),
)
