"""Lists of conversations: an agent's own, what is new, who waits too long, what was found."""

from collections.abc import Sequence
from typing import Literal

from agent_console import actions, cards
from agent_console.cards import shapes as w
from agent_console.surface import Answer, Line, Press
from agent_console.verbs.asking import Ask, given
from agent_console.verbs.looks import look_of, state_of, wait_of
from bridge import search
from bridge.store import board
from bridge.store.desk import AGENTS
from bridge.store.filters import Filters
from routing.presence import Choice

# Of a list as much as fits into one message.
MOST = 20
# Where a wait stands still outside of hours, those who wait longest by the clock may not be late.
MOST_LOOKED_AT = 500
STATES: Sequence[Choice] = ("online", "break", "offline")
"""What an agent may say of whether they work."""


def my(ask: Ask, *, steady: bool = False) -> Answer:
    """List what is the agent's own, who waits longest first (S28)."""
    found = _page(ask, cards.Query(folder="mine", sort="processing"))
    return _listed(ask, "list.mine", found, "empty.mine", steady=steady)


def queue(ask: Ask, *, steady: bool = False) -> Answer:
    """List what nobody has taken in the agent's teams, and what is no team's."""
    teams = [team for team, crew in ask.desk.teams.crews.items() if ask.me.id in crew.members]
    wanted = (
        [cards.Narrow(team=team) for team in [*teams, cards.NONE]] if teams else [cards.Narrow()]
    )
    queries = [cards.Query(folder="new", sort="processing", narrow=one) for one in wanted]
    found = [one for query in queries for one in _page(ask, query)]
    if len(queries) > 1:
        found = _by_wait(ask, found)[:MOST]
    return _listed(ask, "list.queue", found, "empty.new", steady=steady)


def overdue(ask: Ask, *, steady: bool = False) -> Answer:
    """List who waits for longer than the limit, in all that the agent sees."""
    limit = ask.front.max_wait
    if limit is None:
        return ask.done("none.limit")
    sight = actions.sight_on(ask.desk, ask.me)
    statement = board.page("open", "waiting", Filters(), sight.kind, onward=False)
    most = MOST_LOOKED_AT if "max_wait" in ask.desk.policy.paused_outside else MOST
    places = ask.tx.all(statement, limit=most, **sight.parameters)
    # Who has not waited for so long by the clock has not by any hours.
    late = [one.id for one in places if ask.tx.now - one.key > limit]
    known = cards.shared(ask.tx, late)
    found = [one for one in late if one in known and _is_late(ask, known[one], limit)]
    return _listed(ask, "list.overdue", found[:MOST], "none.overdue", steady=steady)


def _is_late(ask: Ask, row: w.Conversation, limit: int) -> bool:
    waits = wait_of(row, ask.desk.policy, ask.tx.now)
    return waits is not None and waits > limit and given_time(row)


def given_time(row: w.Conversation) -> bool:
    """Say whether time runs for the conversation."""
    return not isinstance(row.paused_at, int)


def inbox(ask: Ask) -> Answer:
    """Show what there is to do at a glance, and whether the agent works; nobody has done anything.

    What it says stays the same for minutes while nothing happens.
    """
    found = [my(ask, steady=True), queue(ask, steady=True)]
    found += [overdue(ask, steady=True)] if ask.front.max_wait is not None else []
    state = ask.words("done.presence", state=ask.words(f"presence.{ask.me.presence}"))
    nothing = [one.text for one in found if not any(one.lists.values())]
    return Answer(
        text="\n".join([state, *dict.fromkeys(nothing)]),
        lists={name: rows for one in found for name, rows in one.lists.items() if rows},
        buttons=[_state_button(ask, one) for one in STATES] if ask.me.role != "viewer" else (),
    )


def _state_button(ask: Ask, choice: Choice) -> Press:
    style: Literal["plain", "primary"] = "primary" if ask.me.presence == choice else "plain"
    return Press(verb=choice, label=ask.words(f"presence.{choice}"), style=style)


def find(ask: Ask) -> Answer:
    """Find conversations by what was said in them, or by who wrote (D48)."""
    words = ask.text("words") if ask.filled else ask.value
    if not words:
        raise ask.refuse("say.words")
    # What was said in the last second is found too.
    search.catch_up(ask.tx)
    sight = actions.sight_on(ask.desk, ask.me)
    words = words[: search.LONGEST_QUERY]
    filters = search.Filters(agent=ask.me.id)
    hits = search.search(ask.tx, words, filters=filters, sight=sight, limit=MOST)
    said = {
        hit.conversation_id: "".join(piece.text for piece in hit.snippet)
        for hit in reversed(hits)
        if hit.snippet
    }
    found = list(dict.fromkeys(hit.conversation_id for hit in hits))[:MOST]
    shown = lines(ask, found, said)
    if not shown:
        return ask.done("search.none", q=words)
    heading = ask.words("list.found", q=words)
    return Answer(text=heading, lists={heading: shown})


def _page(ask: Ask, query: cards.Query) -> list[int]:
    sight = actions.sight_on(ask.desk, ask.me)
    found, _ = cards.page(ask.tx, sight, query, limit=MOST, after=None)
    return found


def _by_wait(ask: Ask, ids: Sequence[int]) -> list[int]:
    """Return them in the order of a folder: who waits longest, then who wrote last."""
    known = cards.shared(ask.tx, ids)

    def place(one: int) -> tuple[bool, int]:
        row = known[one]
        waits = row.waiting_since
        return (True, -row.last_at) if waits is None else (False, waits)

    return sorted((one for one in dict.fromkeys(ids) if one in known), key=place)


def _listed(ask: Ask, heading: str, ids: Sequence[int], empty: str, *, steady: bool) -> Answer:
    title = ask.words(heading)
    shown = lines(ask, ids, steady=steady)
    return Answer(text=title if shown else ask.words(empty), lists={title: shown})


def lines(
    ask: Ask, ids: Sequence[int], said: dict[int, str] | None = None, *, steady: bool = False
) -> list[Line]:
    """Return these conversations as lines, in this order; `said` is what was found in some.

    `steady`: in words that stay the same for minutes.
    """
    rows = cards.rows(ask.tx, ask.me, ask.desk.policy, ids)
    names = {one.id: one.name for one in ask.tx.all(AGENTS)}
    words = said or {}
    return [
        _line(ask, one.conversation, names, words.get(one.conversation.id), steady=steady)
        for one in rows
    ]


def _line(
    ask: Ask, row: w.Conversation, names: dict[str, str], found: str | None, *, steady: bool
) -> Line:
    waits = wait_of(row, ask.desk.policy, ask.tx.now)
    return Line(
        conversation_id=row.id,
        title=ask.customer(row),
        state=state_of(row, names, ask.words, waits, ask.front.zone, steady=steady),
        look=look_of(row, waits, ask.front.max_wait),
        said=found or (_last(ask, row.last) if row.last else ""),
        url=ask.asked.url_of(row.id),
    )


def _last(ask: Ask, last: w.Last) -> str:
    """Return what was said last, or what it carries."""
    kind = given(last.attachment)
    carried = (
        ask.words(f"attachment.{kind}") if kind and ask.words.has(f"attachment.{kind}") else ""
    )
    return " · ".join(one for one in (carried, last.text) if one)
