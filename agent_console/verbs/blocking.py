"""Keeping a customer away, and letting them in again (D24, D30)."""

from datetime import timedelta

from pydantic_core import PydanticCustomError

from agent_console import actions
from agent_console.cards import shapes as w
from agent_console.surface import Answer, Field
from agent_console.verbs.asking import Ask
from agent_console.verbs.cards import until_of
from bridge.clock import ms
from bridge.settings.values import read_duration, write_duration
from routing.blocking import Order
from routing.blocks import Scope

FOREVER = "forever"


def block(ask: Ask) -> Answer:
    """Keep the customer away: whom, for how long, and why."""
    row = ask.may("block")
    if ask.filled:
        scope: Scope = "contact" if ask.text("scope") == "contact" else "identity"
        return _block(ask, row, scope, ask.text("until"), ask.text("reason"))
    until, _, reason = ask.value.partition(" ")
    if reason.strip() and (until == FOREVER or length_of(until) is not None):
        return _block(ask, row, "identity", until, reason.strip())
    return _form(ask, row)


def _form(ask: Ask, row: w.Conversation) -> Answer:
    until, _, reason = ask.value.partition(" ")
    known = until == FOREVER or length_of(until) is not None
    fields = [
        _whom(ask, row),
        _until(ask, until if known else ""),
        Field(
            id="reason",
            label=ask.words("block.reason"),
            kind="line",
            chosen=[one] if (one := reason.strip() if known else ask.value) else [],
            hint=ask.words("block.what"),
        ),
    ]
    title = ask.words("block.title", name=ask.customer(row))
    return ask.form(title, ask.words("block.do"), fields)


def _whom(ask: Ask, row: w.Conversation) -> Field:
    inbox = ask.front.inboxes.get(row.inbox)
    account = ask.words("block.account", channel=inbox.name if inbox else row.inbox)
    options = [("identity", account), ("contact", ask.words("block.person"))]
    return Field(
        id="scope",
        label=ask.words("block.whom"),
        kind="one",
        options=options,
        chosen=["identity"],
    )


def _until(ask: Ask, asked: str) -> Field:
    options = [
        (write_duration(timedelta(milliseconds=one)), ask.words.span(one))
        for one in ask.front.block_choices
    ]
    length = length_of(asked)
    if length is not None and asked not in dict(options):
        options.insert(0, (asked, ask.words.span(length)))
    if not ask.desk.policy.block_require_end:
        options.append((FOREVER, ask.words("block.forever")))
    chosen = [asked] if asked in dict(options) else [options[0][0]] if options else []
    label = ask.words("block.howLong")
    return Field(id="until", label=label, kind="one", options=options, chosen=chosen)


def _block(ask: Ask, row: w.Conversation, scope: Scope, until: str, reason: str) -> Answer:
    if not reason:
        raise ask.refuse("say.reason")
    length = length_of(until)
    end = None if length is None else ask.tx.now + length
    order = Order(scope=scope, reason=reason, until=end)
    actions.block(ask.tx, ask.desk, ask.me, ask.conversation_id, order)
    ask.audit("block", f"conversation:{row.id}", scope=scope, until=end)
    key = "blocked.account" if scope == "identity" else "blocked.person"
    return ask.done(key, name=ask.customer(row), end=until_of(end, ask.front, ask.words))


def length_of(text: str) -> int | None:
    """Return how long `7d` is in ms, `None` for what is no duration."""
    try:
        return ms(read_duration(text))
    except PydanticCustomError:
        return None


def unblock(ask: Ask) -> Answer:
    """Let the customer in again at once."""
    row = ask.row
    actions.unblock(ask.tx, ask.desk, ask.me, ask.conversation_id)
    ask.audit("unblock", f"conversation:{row.id}")
    return ask.done("done.unblock", name=ask.customer(row))
