"""How the program itself speaks: in the customer's language, and as nobody's answer.

It goes out as an agent's answer does and counts as none: the customer waits as before, their
own words stay the last of the row, and nobody is assigned. What was said is kept, so that it
is not said twice. Every function runs inside a transaction.
"""

from collections.abc import Sequence

import msgspec

from bridge.markup import escape
from bridge.models import Agent, Conversation, Occasion
from bridge.settings import VARIABLE, LocalText
from bridge.store import conversations as q
from bridge.store import messages as m
from bridge.store import notices as n
from bridge.store.transactions import Tx
from routing import automatic, conversations, wording
from routing.continued import mailing
from routing.desk import Desk
from routing.queueing import Buttons, queue
from routing.suppressing import kept

# What the customer's own words may answer.
_QUESTIONS: frozenset[Occasion] = frozenset({"still_questions", "rating", "comment"})


def may_speak(tx: Tx, desk: Desk, conversation: Conversation) -> bool:
    """Say whether the customer can be reached, and a program may write to them now."""
    if not mailing.reaches(tx, desk, conversation):
        return False
    return automatic.may_write(tx, desk, conversation)


def is_sparing(desk: Desk, conversation: Conversation) -> bool:
    """Say whether the network lets a program say so little that it must be what matters most."""
    network = desk.capabilities.get(conversation.inbox_id)
    return network is not None and network.automatic_every is not None


def times_said(tx: Tx, conversation: Conversation, occasion: Occasion) -> int:
    """Return how often something was said since the customer's last word."""
    times: int = tx.the(n.TIMES_SAID, conversation_id=conversation.id, occasion=occasion)
    return times


def say(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    occasions: Sequence[Occasion],
    agent: Agent | None = None,
) -> int | None:
    """Say what there are words for, in one message; return its id, `None` if nothing was said.

    The last of the occasions may offer answers: as buttons, in words where there are none.
    """
    said = [one for one in occasions if one in desk.says]
    if not said or not may_speak(tx, desk, conversation):
        return None
    said = kept(tx, desk, conversation, said)
    if not said:
        return None
    language = mailing.language_of(tx, desk, conversation)
    scale = desk.policy.rating_scale or 0
    offered = wording.buttons(said[-1], language, scale)
    pressed = len(offered) <= desk.capabilities[conversation.inbox_id].max_buttons
    texts = [_words(desk, one, language, agent) for one in said]
    if offered and not pressed:
        texts.append(wording.hint(said[-1], language, scale))
    text = "\n\n".join(one for one in texts if one)
    message_id = conversations.add_message(tx, conversation, "outgoing", text)
    buttons = [(f"{said[-1]}/{message_id}/{answer}", label) for answer, label in offered]
    message = tx.the(m.MESSAGE_BY_ID, id=message_id)
    queue(tx, desk, conversation, message, buttons=buttons if pressed else ())
    _keep(tx, conversation, message_id, said, agent, buttons)
    mailing.plan(tx, desk, conversation)
    return message_id


def send(tx: Tx, desk: Desk, conversation: Conversation, words: LocalText) -> int | None:
    """Write to the customer what an administrator has the program write; return the message.

    `None` where they cannot be reached, or a program may not write to them now.
    """
    if not may_speak(tx, desk, conversation):
        return None
    text = words.pick(mailing.language_of(tx, desk, conversation), desk.policy.language)
    message_id = conversations.add_message(tx, conversation, "outgoing", text)
    queue(tx, desk, conversation, tx.the(m.MESSAGE_BY_ID, id=message_id))
    tx.run(q.PROGRAM_ANSWERED, of=conversation.id)
    mailing.plan(tx, desk, conversation)
    return message_id


def _words(desk: Desk, occasion: Occasion, language: str, agent: Agent | None) -> str:
    filled = {
        "agent.name": escape(agent.name) if agent else "",
        "rating.scale": str(desk.policy.rating_scale),
    }
    text = desk.says[occasion].pick(language, desk.policy.language)
    return VARIABLE.sub(lambda found: filled.get(found[1], found[0]), text)


def _keep(
    tx: Tx,
    conversation: Conversation,
    message_id: int,
    said: Sequence[Occasion],
    agent: Agent | None,
    buttons: Buttons,
) -> None:
    for one in said:
        tx.run(
            n.ADD_NOTICE,
            message_id=message_id,
            occasion=one,
            conversation_id=conversation.id,
            at=tx.now,
            agent_id=agent.id if agent else conversation.assignee_id,
            ended_at=conversation.closed_at,
            buttons=msgspec.json.encode(buttons).decode() if buttons and one == said[-1] else None,
        )
    if said[-1] in _QUESTIONS:
        tx.run(n.ASKED, of=conversation.id, at=tx.now)
