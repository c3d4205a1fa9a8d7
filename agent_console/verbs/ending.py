"""Whether the conversation goes on: close, reopen; and what it was about."""

from collections.abc import Sequence

from agent_console import actions
from agent_console.cards import shapes as w
from agent_console.surface import Answer
from agent_console.verbs.asking import Ask, given, several
from agent_console.verbs.sorting import give_topics, topic_fields, topic_options


def close(ask: Ask) -> Answer:
    """Close it; where a topic is mandatory and there is none, ask for it first (J26, J27)."""
    row = ask.may("close")
    if ask.filled:
        give_topics(ask, row, ask.chosen("topics"), ask.text("other"), only_more=True)
        return _close(ask)
    options = topic_options(ask, row)
    if ask.value:
        more, _ = several(ask, options, ask.value)
        give_topics(ask, row, more, "", only_more=True)
        return _close(ask)
    if _has_topic(row) or not ask.desk.policy.topic_to_close:
        return _close(ask)
    fields = topic_fields(ask, row, options, required=True)
    return ask.form(ask.words("topics.needed"), ask.words("action.close"), fields)


def _close(ask: Ask) -> Answer:
    actions.close(ask.tx, ask.desk, ask.me, ask.conversation_id, asked_at=ask.asked.at)
    return ask.done("done.close")


def _has_topic(row: w.Conversation) -> bool:
    topics: Sequence[str] = row.topics
    return bool(topics) or given(row.other_topic) is not None


def reopen(ask: Ask) -> Answer:
    """Open it again; the agent has it from now on."""
    actions.reopen(ask.tx, ask.desk, ask.me, ask.conversation_id)
    return ask.done("done.reopen")
