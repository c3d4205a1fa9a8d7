"""Who the customer is: their earlier conversations, and others who are the same person."""

from agent_console import actions, cards
from agent_console.cards import shapes as w
from agent_console.surface import Answer, Field
from agent_console.verbs.asking import Ask, Option, name_of, pairs
from agent_console.verbs.lists import MOST, lines
from routing.refusal import RefusedError

# In place of a person: somebody else is to be looked for.
_SEARCH = "?"


def history(ask: Ask) -> Answer:
    """List the earlier conversations with this person, the latest first."""
    row = ask.row
    narrow = cards.Narrow(contact=row.contact.id)
    query = cards.Query(folder="all", sort="newest", status="any", narrow=narrow)
    sight = actions.sight_on(ask.desk, ask.me)
    found, _ = cards.page(ask.tx, sight, query, limit=MOST + 1, after=None)
    earlier = [one for one in found if one != row.id][:MOST]
    if not earlier:
        return ask.done("earlier.none")
    heading = ask.words("list.history", name=ask.customer(row))
    return Answer(text=heading, lists={heading: lines(ask, earlier)})


def merge(ask: Ask) -> Answer:
    """Say that another person is the same as this one (R46): found by words, or alike."""
    row = ask.row
    if not actions.may_edit_contacts(ask.me, ask.desk.policy):
        raise RefusedError("forbidden")
    other = ask.text("other")
    if ask.filled and other not in ("", _SEARCH):
        return _merge(ask, row, other)
    words = ask.text("words") if ask.filled else ask.value
    found = actions.others(ask.tx, ask.desk, ask.me, row.contact.id, words)
    if other == _SEARCH or not (found or words or ask.filled):
        return _search(ask, row)
    if not found or (ask.filled and not words):
        raise ask.refuse("join.none")
    options = [_option(ask, cards.contact(ask.tx, one)) for one in found]
    options.append(Option(_SEARCH, ask.words("join.other")))
    who = Field(id="other", label=ask.words("join.pick"), kind="one", options=pairs(options))
    title = ask.words("join.title", name=ask.customer(row))
    return ask.form(title, ask.words("join.confirm"), [who])


def _search(ask: Ask, row: w.Conversation) -> Answer:
    """Return the question after a name, for whoever cannot say it with the verb."""
    words = Field(id="words", label=ask.words("join.search"), kind="line")
    title = ask.words("join.title", name=ask.customer(row))
    return ask.form(title, ask.words("action.search"), [words])


def _option(ask: Ask, contact: w.Contact) -> Option:
    """Return a person with what tells two of one name apart."""
    inboxes = ask.front.inboxes
    accounts = [
        known.name if (known := inboxes.get(one.inbox)) else one.inbox for one in contact.identities
    ]
    told = [name_of(contact, ask.words), contact.email, contact.phone, *dict.fromkeys(accounts)]
    return Option(str(contact.id), " · ".join(dict.fromkeys(one for one in told if one)))


def _merge(ask: Ask, row: w.Conversation, other: str) -> Answer:
    if not (other.isascii() and other.isdigit() and len(other) < 17):
        raise ask.refuse("join.none")
    known = actions.person(ask.tx, ask.desk, ask.me, int(other))
    name = name_of(cards.contact(ask.tx, known.id), ask.words)
    actions.join_contacts(ask.tx, ask.desk, ask.me, row.contact.id, known.id)
    ask.audit("people_joined", f"contact:{row.contact.id}", other=known.id)
    return ask.done("toast.joined", name=ask.customer(row), other=name)
