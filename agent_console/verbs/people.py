"""Who the customer is: their earlier conversations, and others who are the same person."""

from agent_console import actions, cards
from agent_console.cards import shapes as w
from agent_console.surface import Answer, Field
from agent_console.verbs.asking import Ask, Option, name_of, pairs
from agent_console.verbs.lists import MOST, lines
from routing.refusal import RefusedError


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
    if ask.filled:
        return _merge(ask, row, ask.text("other"))
    found = actions.others(ask.tx, ask.desk, ask.me, row.contact.id, ask.value)
    options = [_option(ask, cards.contact(ask.tx, one)) for one in found]
    if not options:
        raise ask.refuse("join.none" if ask.value else "join.noneAlike")
    other = Field(id="other", label=ask.words("join.pick"), kind="one", options=pairs(options))
    title = ask.words("join.title", name=ask.customer(row))
    return ask.form(title, ask.words("join.confirm"), [other])


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
