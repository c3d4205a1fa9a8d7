"""Lists of conversations: an agent's own, what is new, who waits too long, what was found."""

from collections.abc import Sequence
from dataclasses import replace

from agent_console import actions, cards
from agent_console.cards import shapes as w
from agent_console.surface import Answer, Line
from agent_console.verbs.asking import Ask, given
from agent_console.verbs.looks import look_of, state_of
from bridge import search
from bridge.store import board
from bridge.store.desk import AGENTS
from bridge.store.filters import Filters

# Of a list as much as fits into one message.
MOST = 20


def my(ask: Ask) -> Answer:
    """List what is the agent's own, who waits longest first (S28)."""
    found = _page(ask, cards.Query(folder="mine", sort="processing"))
    return _listed(ask, "list.mine", found, "empty.mine")


def queue(ask: Ask) -> Answer:
    """List what nobody has taken in the agent's teams, and what is no team's."""
    teams = [team for team, crew in ask.desk.teams.crews.items() if ask.me.id in crew.members]
    wanted = (
        [cards.Narrow(team=team) for team in [*teams, cards.NONE]] if teams else [cards.Narrow()]
    )
    queries = [cards.Query(folder="new", sort="processing", narrow=one) for one in wanted]
    found = [one for query in queries for one in _page(ask, query)]
    if len(queries) > 1:
        found = _by_wait(ask, found)[:MOST]
    return _listed(ask, "list.queue", found, "empty.new")


def overdue(ask: Ask) -> Answer:
    """List who waits for longer than the limit, in all that the agent sees."""
    limit = ask.front.max_wait
    if limit is None:
        return ask.done("none.limit")
    sight = actions.sight_on(ask.desk, ask.me)
    statement = board.page("open", "waiting", Filters(), sight.kind, onward=False)
    places = ask.tx.all(statement, limit=MOST, **sight.parameters)
    late = [one.id for one in places if ask.tx.now - one.key > limit]
    known = cards.shared(ask.tx, late)
    found = [one for one in late if one in known and given_time(known[one])]
    return _listed(ask, "list.overdue", found, "none.overdue")


def given_time(row: w.Conversation) -> bool:
    """Say whether time runs for the conversation."""
    return not isinstance(row.paused_at, int)


def find(ask: Ask) -> Answer:
    """Find what was said, each place of it, or who wrote (D48)."""
    words = ask.text("words") if ask.filled else ask.value
    if not words:
        raise ask.refuse("say.words")
    # What was said in the last second is found too.
    search.catch_up(ask.tx)
    sight = actions.sight_on(ask.desk, ask.me)
    words = words[: search.LONGEST_QUERY]
    filters = search.Filters(agent=ask.me.id)
    hits = search.search(ask.tx, words, filters=filters, sight=sight, limit=MOST)
    shown = _found(ask, hits)
    if not shown:
        return ask.done("search.none", q=words)
    heading = ask.words("list.found", q=words)
    return Answer(text=heading, lists={heading: shown})


def _found(ask: Ask, hits: Sequence[search.Hit]) -> list[Line]:
    """Return a line for each hit, which leads to its message."""
    found = list(dict.fromkeys(hit.conversation_id for hit in hits))
    known = {one.conversation_id: one for one in lines(ask, found)}
    return [_at(known[hit.conversation_id], hit) for hit in hits if hit.conversation_id in known]


def _at(line: Line, hit: search.Hit) -> Line:
    if hit.message_id is None:
        return line
    said = "".join(piece.text for piece in hit.snippet) or line.said
    return replace(line, said=said, url=f"{line.url}?m={hit.message_id}")


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


def _listed(ask: Ask, heading: str, ids: Sequence[int], empty: str) -> Answer:
    title = ask.words(heading)
    shown = lines(ask, ids)
    return Answer(text=title if shown else ask.words(empty), lists={title: shown})


def lines(ask: Ask, ids: Sequence[int]) -> list[Line]:
    """Return these conversations as lines, in this order."""
    rows = cards.rows(ask.tx, ask.me, ask.desk.policy, ids)
    names = {one.id: one.name for one in ask.tx.all(AGENTS)}
    return [_line(ask, one.conversation, names) for one in rows]


def _line(ask: Ask, row: w.Conversation, names: dict[str, str]) -> Line:
    return Line(
        conversation_id=row.id,
        title=ask.customer(row),
        state=state_of(row, names, ask.words, ask.tx.now, ask.front.zone),
        look=look_of(row, ask.front.max_wait, ask.tx.now),
        said=_last(ask, row.last) if row.last else "",
        url=ask.asked.url_of(row.id),
    )


def _last(ask: Ask, last: w.Last) -> str:
    """Return what was said last, or what it carries."""
    kind = given(last.attachment)
    carried = (
        ask.words(f"attachment.{kind}") if kind and ask.words.has(f"attachment.{kind}") else ""
    )
    return " · ".join(one for one in (carried, last.text) if one)
