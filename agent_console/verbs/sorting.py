"""What conversations are about, and what kind of people write: topic, tag, status."""

from collections.abc import Sequence

from agent_console import actions, cards
from agent_console.cards import shapes as w
from agent_console.surface import Answer, Field
from agent_console.verbs.asking import Ask, Option, called, given, pairs, several, unknown
from agent_console.verbs.words import listed
from routing.statused import current


def tag(ask: Ask) -> Answer:
    """Give the customer tags, or take some away."""
    row = ask.may("tag")
    has = row.contact.tags
    options = [
        Option(one.id, ask.words.pick(one.label))
        for one in cards.tags(ask.tx)
        if not one.retired or one.id in has
    ]
    if ask.filled:
        return _set_tags(ask, row, options, ask.chosen("tags"))
    if ask.value:
        more, less = several(ask, options, ask.value)
        return _set_tags(ask, row, options, [*(x for x in has if x not in less), *more])
    if not options:
        raise ask.refuse("none.choice")
    field = _many("tags", ask.words("tags.name"), options, has)
    title = ask.words("tags.title", name=ask.customer(row))
    return ask.form(title, ask.words("action.save"), [field])


def _set_tags(
    ask: Ask, row: w.Conversation, options: Sequence[Option], wanted: Sequence[str]
) -> Answer:
    person = ask.tx, ask.desk, ask.me, row.contact.id
    for one in dict.fromkeys(wanted):
        if one not in row.contact.tags:
            actions.add_tag(*person, one)
    for one in row.contact.tags:
        if one not in wanted:
            actions.drop_tag(*person, one)
    names = [one.label for one in options if one.value in wanted]
    return ask.done("done.tags", names=listed(names)) if names else ask.done("done.noTags")


def topic(ask: Ask) -> Answer:
    """Say what the conversation is about."""
    row = ask.may("set_topics")
    options = topic_options(ask, row)
    if ask.filled:
        return give_topics(ask, row, ask.chosen("topics"), ask.text("other"))
    if ask.value:
        more, less = several(ask, options, ask.value)
        wanted = [*(one for one in row.topics if one not in less), *more]
        return give_topics(ask, row, wanted, given(row.other_topic) or "")
    if not options and not ask.desk.policy.other_topic:
        raise ask.refuse("none.choice")
    fields = topic_fields(ask, row, options, required=False)
    return ask.form(ask.words("topics.title"), ask.words("action.save"), fields)


def topic_options(ask: Ask, row: w.Conversation) -> list[Option]:
    """Return the topics there are, those of the conversation's team first."""
    crew = ask.desk.teams.crews.get(given(row.team) or "")
    first = crew.topics if crew else ()
    known = [one for one in cards.topics(ask.tx) if not one.retired or one.id in row.topics]
    known.sort(key=lambda one: one.id not in first)
    return [Option(one.id, ask.words.pick(one.label)) for one in known]


def topic_fields(
    ask: Ask, row: w.Conversation, options: Sequence[Option], *, required: bool
) -> list[Field]:
    """Return the questions after topics; with typed ones, any one of the two is enough."""
    typed = ask.desk.policy.other_topic
    topics = _many(
        "topics", ask.words("topics.name"), options, row.topics, required=required and not typed
    )
    if not typed:
        return [topics]
    other = Field(
        id="other",
        label=ask.words("topics.other"),
        kind="line",
        chosen=[one] if (one := given(row.other_topic)) else [],
        required=required and not options,
        hint=ask.words("topics.other.placeholder"),
    )
    return [topics, other] if options else [other]


def give_topics(
    ask: Ask, row: w.Conversation, wanted: Sequence[str], other: str, *, only_more: bool = False
) -> Answer:
    """Make these the conversation's topics; `only_more` takes none away."""
    conversation = ask.tx, ask.desk, ask.me, ask.conversation_id
    for one in dict.fromkeys(wanted):
        if one not in row.topics:
            actions.add_topic(*conversation, one)
    for one in () if only_more else row.topics:
        if one not in wanted:
            actions.drop_topic(*conversation, one)
    if other:
        actions.set_other_topic(*conversation, other)
    elif not only_more and given(row.other_topic) is not None:
        actions.drop_other_topic(*conversation)
    names = [one.label for one in topic_options(ask, row) if one.value in wanted]
    names += [other] if other else []
    return ask.done("done.topics", names=listed(names)) if names else ask.done("done.noTopics")


def status(ask: Ask) -> Answer:
    """Give the conversation a status, which may close it or open it again."""
    row = ask.may("set_status")
    options = [
        Option(key, _status_label(ask, key, row.state), (ask.words.pick(one.label) or key,))
        for key, one in ask.desk.statuses.items()
    ]
    if ask.filled or ask.value:
        asked = ask.text("status") if ask.filled else ask.value
        found = called(options, asked)
        if found is None:
            raise unknown(ask, options, asked)
        actions.set_status(ask.tx, ask.desk, ask.me, ask.conversation_id, found.value)
        return ask.done("done.status", status=found.names[0])
    now = current(ask.desk.statuses, actions.seen(ask.tx, ask.desk, ask.me, row.id))
    field = Field(
        id="status",
        label=ask.words("status.name"),
        kind="one",
        options=pairs(options),
        chosen=[now] if now else [],
    )
    return ask.form(ask.words("status.change"), ask.words("action.save"), [field])


def _status_label(ask: Ask, status_id: str, state: str) -> str:
    """Return what a status is called, and what else choosing it does."""
    chosen = ask.desk.statuses[status_id]
    label = ask.words.pick(chosen.label) or status_id
    if chosen.kind == state:
        return label
    return (
        f"{label} · {ask.words('status.closes' if chosen.kind == 'closed' else 'status.reopens')}"
    )


def _many(
    id: str, label: str, options: Sequence[Option], chosen: Sequence[str], *, required: bool = False
) -> Field:
    return Field(
        id=id, label=label, kind="many", options=pairs(options), chosen=chosen, required=required
    )
