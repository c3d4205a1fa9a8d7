"""What is written otherwise than in the thread, and what becomes of what was."""

import re
from collections.abc import Sequence

from agent_console import actions
from agent_console.cards import line
from agent_console.cards.shapes import QuickReply
from agent_console.surface import Answer, Field
from agent_console.verbs.asking import Ask
from bridge.models import Message
from bridge.store.desk import AGENTS
from routing.outbound import Written

_CALLED = re.compile(r"@([a-z0-9_]{1,40})")
_PREVIEW = 60
_SEND, _SHOW = "send", "show"
_MAIL = "mail "


def note(ask: Ask) -> Answer:
    """Leave a note for colleagues; `@id` calls one of them."""
    if not ask.filled and not ask.value:
        ask.may("note")
        text = Field(id="text", label=ask.words("ask.text"), kind="text")
        return ask.form(ask.words("ask.noteTitle"), ask.words("action.save"), [text])
    words = ask.text("text") if ask.filled else ask.value
    known = {one.id for one in ask.tx.all(AGENTS) if one.retired_at is None}
    called = [one for one in dict.fromkeys(_CALLED.findall(words)) if one in known]
    written = Written(agent_id=ask.me.id, text=words, mentions=called)
    actions.note(ask.tx, ask.desk, ask.me, ask.conversation_id, written)
    return ask.done("done.note")


def template(ask: Ask) -> Answer:
    """Find a quick reply, show what it says to this customer, and send it.

    Words are a shortcut, or are looked for; `send SHORTCUT` is the button below its text.
    """
    ask.may("reply")
    known = ask.front.quick_replies.list(ask.tx, ask.desk, ask.me, ask.conversation_id)
    if ask.filled:
        chosen = [one for one in known if one.id == ask.text("which")]
        return _use(ask, chosen, send=ask.text("then") != _SHOW)
    order, _, shortcut = ask.value.partition(" ")
    if order == _SEND and shortcut:
        return _use(ask, [one for one in known if one.shortcut == shortcut], send=True)
    words = ask.value.removeprefix("/")
    if exact := [one for one in known if one.shortcut.casefold() == words.casefold()]:
        return _use(ask, exact, send=False)
    return _offer(ask, known, words)


def _use(ask: Ask, found: Sequence[QuickReply], *, send: bool) -> Answer:
    if not found:
        raise ask.refuse("none.template", q=ask.value or ask.text("which"))
    if not send:
        press = ask.press("template", "action.send", f"{_SEND} {found[0].shortcut}")
        return Answer(text=found[0].text, buttons=[press])
    written = Written(agent_id=ask.me.id, text=found[0].text)
    actions.reply(ask.tx, ask.desk, ask.me, ask.conversation_id, written)
    return ask.done("done.sent")


def _offer(ask: Ask, known: Sequence[QuickReply], words: str) -> Answer:
    if not known:
        raise ask.refuse("none.templates")
    fitting = [one for one in known if _fits(one, words)]
    if not fitting:
        raise ask.refuse("none.template", q=words)
    which = Field(
        id="which",
        label=ask.words("ask.which"),
        kind="one",
        options=[(one.id, _described(one)) for one in fitting],
    )
    then = Field(
        id="then",
        label=ask.words("ask.then"),
        kind="one",
        options=[(_SEND, ask.words("ask.then.send")), (_SHOW, ask.words("ask.then.show"))],
        chosen=[_SEND],
    )
    return ask.form(ask.words("action.template"), ask.words("action.send"), [which, then])


def _fits(reply: QuickReply, words: str) -> bool:
    """Say whether all the words stand in it, by their beginnings or inside."""
    text = f"{reply.shortcut} {reply.title} {reply.text}".casefold()
    return all(word in text for word in words.casefold().split())


def _described(reply: QuickReply) -> str:
    """Return how it stands in a list: what it is called, and how it begins."""
    text = line(reply.text, _PREVIEW)
    title = reply.title if reply.title != reply.shortcut and reply.title not in text else ""
    return " · ".join(one for one in (f"/{reply.shortcut}", title, text) if one)


# --- one's own messages -------------------------------------------------------------------


def retry(ask: Ask) -> Answer:
    """Send again what has failed: the value is the message's id, "mail 12" for a mail with it."""
    number, by_mail = _by_mail(ask.value)
    again = actions.retry_mail if by_mail else actions.retry
    again(ask.tx, ask.desk, ask.me, _message(ask, number))
    return ask.done("done.retry")


def settle(ask: Ask) -> Answer:
    """Say of an uncertain message that it `arrived`, or have it sent `again`: "arrived 12".

    "mail arrived 12" is of a mail with it.
    """
    value, by_mail = _by_mail(ask.value)
    word, _, number = value.partition(" ")
    if word not in ("arrived", "again"):
        raise ask.refuse("say.message")
    message = _message(ask, number)
    arrived = word == "arrived"
    believe = actions.settle_mail if by_mail else actions.settle
    believe(ask.tx, ask.desk, ask.me, message, arrived=arrived)
    return ask.done("done.arrived" if arrived else "done.retry")


def delete(ask: Ask) -> Answer:
    """Take a message back; the value is its id."""
    message = _message(ask, ask.value)
    actions.delete(ask.tx, ask.desk, ask.me, message)
    ask.audit("message_deleted", f"message:{message}")
    return ask.done("done.delete")


def _by_mail(value: str) -> tuple[str, bool]:
    """Return the value without what says that a mail is meant, and whether one is."""
    rest = value.removeprefix(_MAIL)
    return rest, rest != value


def _message(ask: Ask, number: str) -> int:
    """Return a message's id; raises `SaidError` for none, `RefusedError` for one unseen."""
    if not (number.isascii() and number.isdigit() and len(number) < 17):
        raise ask.refuse("say.message")
    found: Message = actions.seen_message(ask.tx, ask.desk, ask.me, int(number))
    if ask.asked.conversation_id not in (None, found.conversation_id):
        raise ask.refuse("say.message")
    return found.id
