"""What a surface's buttons, commands and forms do: one small function a verb."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from agent_console.surface import Answer
from agent_console.verbs import (
    attending,
    blocking,
    ending,
    having,
    lists,
    people,
    snoozing,
    sorting,
    writing,
)
from agent_console.verbs.asking import Ask, SaidError
from agent_console.verbs.front import Asked, Front
from agent_console.verbs.refusals import refused
from bridge.store.transactions import Tx
from routing import presence
from routing.refusal import RefusedError

Verb = Callable[[Ask], Answer]


def helped(ask: Ask) -> Answer:
    """Say what can be said, each with what it does."""
    told = [f"{verb} {ask.words(f'help.{verb}')}" for verb in HELP]
    return Answer(text="\n".join([ask.words("help.head"), *told]))


VERBS: Mapping[str, Verb] = {
    "take": having.take,
    "release": having.release,
    "assign": having.assign,
    "close": ending.close,
    "reopen": ending.reopen,
    "snooze": snoozing.snooze,
    "unsnooze": snoozing.unsnooze,
    "join": having.join,
    "leave": having.leave,
    "participants": having.participants,
    "note": writing.note,
    "template": writing.template,
    "tag": sorting.tag,
    "topic": sorting.topic,
    "status": sorting.status,
    "block": blocking.block,
    "unblock": blocking.unblock,
    "history": people.history,
    "merge": people.merge,
    "find": lists.find,
    "my": lists.my,
    "queue": lists.queue,
    "overdue": lists.overdue,
    "online": attending.online,
    "break": attending.on_break,
    "offline": attending.offline,
    "retry": writing.retry,
    "settle": writing.settle,
    "delete": writing.delete,
    "help": helped,
}
ALIASES: Mapping[str, str] = {
    "transfer": "assign",
    "search": "find",
    "t": "template",
    "tpl": "template",
    "templates": "template",
    "tags": "tag",
    "topics": "topic",
    # Away is what one becomes; whoever says so takes a break.
    "away": "break",
    "del": "delete",
    "mine": "my",
    "new": "queue",
}
# Those about one message are buttons below it, and need no line.
HELP = [verb for verb in VERBS if verb not in ("retry", "settle", "delete")]


def inbox_of(tx: Tx, front: Front, asked: Asked) -> Answer:
    """Return an agent's inbox; to be shown it is no deed, and changes nothing."""
    return lists.inbox(Ask(tx, front, asked))


def is_verb(word: str) -> bool:
    """Say whether it is something that can be asked for in words."""
    verb = _verb(word)
    return ALIASES.get(verb, verb) in HELP


def press(tx: Tx, front: Front, asked: Asked) -> Answer:
    """Do what an agent pressed, commanded or filled in; a refusal is an answer too.

    A verb that has to be told more answers with a form. What is no verb is answered with
    what there is. Whatever it is, it counts for the agent's presence.
    """
    verb = _verb(asked.verb)
    ask = Ask(tx, front, replace(asked, verb=ALIASES.get(verb, verb)))
    presence.acted(tx, front.desk.policy, ask.me.id)
    try:
        with tx.attempt():
            return VERBS.get(ask.asked.verb, helped)(ask)
    except RefusedError as refusal:
        return refused(front, ask.me, asked.language, refusal)
    except SaidError as said:
        return Answer(text=said.text, refused=True)


def _verb(word: str) -> str:
    return word.strip().lower().lstrip("/")
