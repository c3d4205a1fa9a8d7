"""Who has the conversation: take, release, assign, join, leave, participants."""

from collections.abc import Sequence

from agent_console import actions
from agent_console.cards import shapes as w
from agent_console.surface import Answer, Field
from agent_console.verbs.asking import Ask, Option, called, pairs
from agent_console.verbs.words import listed
from bridge.models import Agent
from bridge.store.desk import AGENTS
from routing.outbound import Written

# Whoever can answer soonest comes first, programs last (R51).
_RANK = {"online": 0, "away": 1, "break": 1, "offline": 2}
_AGENT, _TEAM = "agent:", "team:"


def take(ask: Ask) -> Answer:
    """Make the agent the one who answers."""
    actions.take(ask.tx, ask.desk, ask.me, ask.conversation_id)
    return ask.done("done.take")


def release(ask: Ask) -> Answer:
    """Put the conversation back into New."""
    actions.release(ask.tx, ask.desk, ask.me, ask.conversation_id)
    return ask.done("done.release")


def join(ask: Ask) -> Answer:
    """Let the agent answer beside the one who has it."""
    actions.join(ask.tx, ask.desk, ask.me, ask.conversation_id)
    return ask.done("done.join")


def leave(ask: Ask) -> Answer:
    """Let the agent take part no longer."""
    actions.leave(ask.tx, ask.desk, ask.me, ask.conversation_id)
    return ask.done("done.leave")


def assign(ask: Ask) -> Answer:
    """Hand it to a colleague or a team, with a note if one is given."""
    if ask.filled:
        return _assign(ask, ask.text("to"), ask.text("note"))
    row = ask.may("assign")
    options = [*_people(ask, row), *_teams(ask, row)]
    if ask.value:
        to, note = _named(ask, options, ask.value)
        return _assign(ask, to.value, note)
    title = ask.words("assign.title", name=ask.customer(row))
    note_label, optional = ask.words("ask.withNote"), ask.words("ask.optional")
    fields = [
        Field(id="to", label=ask.words("ask.to"), kind="one", options=pairs(options)),
        Field(id="note", label=note_label, kind="text", required=False, hint=optional),
    ]
    return ask.form(title, ask.words("action.assign"), fields)


def _assign(ask: Ask, to: str, note: str) -> Answer:
    given = ask.tx, ask.desk, ask.me, ask.conversation_id
    options = [*_people(ask, ask.row), *_teams(ask, ask.row)]
    if note:
        # Before: whoever gives it away may not see it any more.
        actions.note(*given, Written(agent_id=ask.me.id, text=note))
    if to.startswith(_TEAM):
        actions.assign_team(*given, to.removeprefix(_TEAM))
    else:
        actions.assign(*given, to.removeprefix(_AGENT))
    chosen = called(options, to)
    return ask.done("done.assign", to=chosen.names[0] if chosen else to)


def _people(ask: Ask, row: w.Conversation) -> list[Option]:
    """Return to whom it can be handed, who can answer soonest first."""
    policy = ask.desk.policy
    found = [
        one
        for one in _colleagues(ask)
        if one.id != row.assignee and (one.presence == "online" or not policy.transfer_online_only)
    ]
    found.sort(key=lambda one: (one.role == "bot", _RANK[one.presence], one.name.casefold()))
    return [_person(ask, one, _AGENT) for one in found]


def _colleagues(ask: Ask) -> list[Agent]:
    return [one for one in ask.tx.all(AGENTS) if one.retired_at is None and one.role != "viewer"]


def _person(ask: Ask, agent: Agent, prefix: str = "") -> Option:
    state = ask.words("row.bot" if agent.role == "bot" else f"presence.{agent.presence}")
    label = ask.words("ask.person", name=agent.name, state=state)
    return Option(prefix + agent.id, label, (agent.name, agent.id))


def _teams(ask: Ask, row: w.Conversation) -> list[Option]:
    """Return the teams in whose queue it can be put: none for one that is over."""
    if row.state != "open":
        return []
    return [
        Option(_TEAM + team, ask.words("ask.team", team=name), (name, team))
        for team, crew in ask.desk.teams.crews.items()
        for name in [ask.words.pick(crew.label) or team]
    ]


def _named(ask: Ask, options: Sequence[Option], words: str) -> tuple[Option, str]:
    """Return who is named first in the words, and the rest of them; raises `SaidError`."""
    parts = words.removeprefix("@").split()
    for length in range(min(len(parts), 4), 0, -1):
        name = " ".join(parts[:length]).rstrip(":,")
        found = called(options, name)
        if found is None and length == 1:
            found = _by_first_name(options, name)
        if found is not None:
            return found, " ".join(parts[length:])
    raise ask.refuse("say.nobody", word=parts[0] if parts else words)


def _by_first_name(options: Sequence[Option], word: str) -> Option | None:
    """Return the only one whose name begins with this word."""
    found = [
        one
        for one in options
        if one.names and one.names[0].casefold().split()[0] == word.casefold()
    ]
    return found[0] if len(found) == 1 else None


def participants(ask: Ask) -> Answer:
    """Say who takes part beside the one who has it."""
    row = ask.may("add_participant")
    people = [one for one in _colleagues(ask) if one.role != "bot" and one.id != row.assignee]
    people.sort(key=lambda one: (_RANK[one.presence], one.name.casefold()))
    options = [_person(ask, one) for one in people]
    if ask.filled:
        return _set_participants(ask, row, options, ask.chosen("who"))
    if ask.value:
        added = [_named(ask, options, one)[0].value for one in ask.value.split()]
        return _set_participants(ask, row, options, [*row.participants, *added])
    who = Field(
        id="who",
        label=ask.words("ask.who"),
        kind="many",
        options=pairs(options),
        chosen=row.participants,
        required=False,
    )
    return ask.form(ask.words("participants.title"), ask.words("action.save"), [who])


def _set_participants(
    ask: Ask, row: w.Conversation, options: Sequence[Option], wanted: Sequence[str]
) -> Answer:
    given = ask.tx, ask.desk, ask.me, ask.conversation_id
    if added := [one for one in dict.fromkeys(wanted) if one not in row.participants]:
        actions.add_participants(*given, added)
    for one in row.participants:
        if one not in wanted:
            actions.remove_participant(*given, one)
    names = [one.names[0] for one in options if one.value in wanted]
    if not names:
        return ask.done("participants.none")
    return ask.done("done.participants", names=listed(names))
