"""What a customer answers our questions, by a press or in words, and what that changes.

An answer is kept in the thread as something that happened: it opens nothing, nobody has to
read it, and no one waits. Only a Yes, which announces a question, is a message like any other.
Every function runs inside the transaction that takes it in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from bridge import channel as ch
from bridge.models import Conversation, Identity, Notice, Occasion, Rating
from bridge.store import messages as m
from bridge.store import notices as n
from bridge.store.transactions import Tx
from routing import asking, contacts, conversations, ending, way_back, wording
from routing.desk import Desk
from routing.edits import message_changed
from routing.outcomes import IGNORED, STORED, duplicate, stored
from routing.saying import say

# What `saying.py` names its buttons: the occasion, the message, the answer.
_BUTTON = re.compile(r"(?:still_questions|rating|rated)/([0-9]{1,18})/([a-z0-9]{1,10})")

# So long after it was asked, in ms, a question is answered by words ...
WORDS_COUNT = 24 * 3_600_000
COMMENT_COUNTS = 3_600_000
# ... and a conversation is rated by a press; for so long after the first, the last one counts.
PRESSES_COUNT = 7 * 24 * 3_600_000
SECOND_THOUGHTS = 3_600_000


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer as it came; `words` is what the customer typed, if they did."""

    question: Notice
    choice: str
    identity_id: int
    inbox_id: str
    external_id: str | None
    words: str = ""


def pressed(tx: Tx, desk: Desk, inbox_id: str, press: ch.ButtonPressed) -> ch.Answer | None:
    """Take in a press; `None` where it is to be taken as the words on the button.

    One of a question that was never put to this customer changes nothing.
    """
    named = _BUTTON.fullmatch(press.id)
    if named is None:
        return None
    known = tx.one(m.MESSAGE_BY_EXTERNAL, inbox_id=inbox_id, external_id=press.external_id)
    if known is not None:
        return duplicate(known)
    question = tx.one(n.QUESTION_IN, message_id=int(named[1]))
    sender = contacts.find(tx, inbox_id, press.sender)
    if question is None or sender is None or press.id not in dict(wording.offered(question)):
        return IGNORED
    conversation = conversations.get(tx, question.conversation_id)
    if conversation.inbox_id != inbox_id or not _is_theirs(tx, conversation, sender):
        return IGNORED
    given = _Given(question, named[2], sender.id, inbox_id, press.external_id)
    return _WAYS[question.occasion](tx, desk, conversation, given)


def said(
    tx: Tx,
    desk: Desk,
    place: tuple[Identity, Conversation],
    inbox_id: str,
    message: ch.InboundMessage,
) -> ch.Answer | None:
    """Take in words that answer an open question; `None` where they are a message like any.

    To be asked only where `Conversation.asked_at` says that a question is open.
    """
    identity, conversation = place
    # A forged sender may ask, but not close or rate in another's name.
    has_files = any(one.role == "attachment" for one in message.media)
    if has_files or message.verified is False:
        return None
    of = {"conversation_id": conversation.id, "since": conversation.asked_at}
    for question in tx.all(n.OPEN_QUESTIONS, **of):
        choice = _meant(tx, question, message.text)
        if choice is None:
            continue
        asks = "?" in message.text
        # What also asks something goes on as a message, under its own id.
        external_id, words = (None, "") if asks else (message.external_id, message.text)
        given = _Given(question, choice, identity.id, inbox_id, external_id, words)
        answer = _WAYS[question.occasion](tx, desk, conversation, given)
        # What changes nothing as an answer is not lost: it is a message.
        if answer is not IGNORED:
            return None if asks else answer
    return None


def _meant(tx: Tx, question: Notice, text: str) -> str | None:
    """Return which answer words are, if they are one and come in time."""
    patience = COMMENT_COUNTS if question.occasion == "comment" else WORDS_COUNT
    if tx.now - question.at > patience:
        return None
    if question.occasion == "still_questions":
        return wording.yes_or_no(text)
    if question.occasion == "comment":
        return text
    rated = wording.score(text, len(wording.offered(question)))
    return None if rated is None else "\n".join([str(rated[0]), rated[1]])


def is_shown(tx: Tx, question: Notice) -> bool:
    """Say whether its buttons are to be shown: an answer was given, or one would count."""
    if question.answer is not None:
        return True
    conversation = conversations.get(tx, question.conversation_id)
    if question.occasion == "still_questions":
        return _is_open(conversation, question)
    if question.occasion == "rating":
        return tx.now - question.at <= PRESSES_COUNT
    return conversation.closed_at == question.ended_at


# --- more questions? ---


def _more_questions(
    tx: Tx, desk: Desk, conversation: Conversation, given: _Given
) -> ch.Answer | None:
    question = given.question
    is_no = given.choice == wording.NO
    if (is_no and not _is_open(conversation, question)) or not _settle(tx, given):
        return IGNORED
    if not is_no:
        # The Yes itself is no answer to anything else that is open.
        tx.run(n.ASK_NO_MORE, of=conversation.id)
        return None
    answer = _happened(tx, conversation, given, "no_questions")
    if conversation.state == "open":
        ending.end(tx, desk, conversation, by="customer", reason="customer")
    elif desk.policy.rating_automatic:
        asking.rating_now(tx, desk, conversation)
    return answer


def _is_open(conversation: Conversation, question: Notice) -> bool:
    """Say whether nobody has written since: a No may not end what was begun after it."""
    return conversation.asked_at is not None and question.at >= conversation.asked_at


# --- a rating, and what is said about it ---


def _rating(tx: Tx, desk: Desk, conversation: Conversation, given: _Given) -> ch.Answer:
    question = given.question
    chosen, _, comment = given.choice.partition("\n")
    score = int(chosen)
    of = {"conversation_id": conversation.id, "ended_at": question.ended_at}
    before = tx.one(n.RATING_OF, **of)
    if tx.now - question.at > PRESSES_COUNT or (before and _is_settled(tx, before, score)):
        return IGNORED
    scale = len(wording.offered(question))
    tx.run(n.PUT_RATING, agent_id=question.agent_id, score=score, scale=scale, at=tx.now, **of)
    tx.run(n.SET_RATED, of=conversation.id, score=score)
    asking.no_more(tx, conversation)
    _settle(tx, given, anew=True)
    answer = _happened(tx, conversation, given, "rated", score=score, scale=scale)
    if comment:
        _add_comment(tx, conversation, question, comment)
        conversations.activity(tx, conversation, "commented", comment=comment)
    conversations.changed(tx, conversation)
    if before is None and conversation.closed_at == question.ended_at:
        say(tx, desk, conversation, ["rated"])
    return answer


def _is_settled(tx: Tx, before: Rating, score: int) -> bool:
    return before.score == score or tx.now - before.created_at > SECOND_THOUGHTS


def _wants_to_comment(tx: Tx, desk: Desk, conversation: Conversation, given: _Given) -> ch.Answer:
    if conversation.closed_at != given.question.ended_at or not _settle(tx, given):
        return IGNORED
    say(tx, desk, conversation, ["comment"])
    return STORED


def _comment(tx: Tx, _desk: Desk, conversation: Conversation, given: _Given) -> ch.Answer:
    _settle(tx, given)
    _add_comment(tx, conversation, given.question, given.choice)
    conversations.changed(tx, conversation)
    return _happened(tx, conversation, given, "commented", comment=given.choice)


def _add_comment(tx: Tx, conversation: Conversation, question: Notice, comment: str) -> None:
    of = {"of": question.ended_at, "in_conversation": conversation.id}
    tx.run(n.SET_COMMENT, comment=comment, at=tx.now, **of)


# --- what is kept ---


def _settle(tx: Tx, given: _Given, *, anew: bool = False) -> bool:
    """Keep the answer with the question; say whether it is the first, or counts `anew`."""
    question = given.question
    statement = n.ANSWER_ANEW if anew else n.ANSWER_FIRST
    choice = given.choice.partition("\n")[0] if question.buttons else wording.COMMENT
    is_first = tx.run(
        statement, of=question.message_id, asked=question.occasion, answer=choice, at=tx.now
    )
    message_changed(tx, tx.the(m.MESSAGE_BY_ID, id=question.message_id))
    return bool(is_first)


def _happened(
    tx: Tx, conversation: Conversation, given: _Given, verb: str, **data: object
) -> ch.Answer:
    """Put the answer into the thread; the words are the customer's own message there."""
    happened = msgspec.json.encode({"verb": verb, "data": data}).decode()
    message_id = conversations.add_message(
        tx,
        conversation,
        "activity",
        given.words,
        format="plain",
        activity=happened,
        identity_id=given.identity_id,
        inbox_id=given.inbox_id,
        external_id=given.external_id,
    )
    return stored(tx.the(m.MESSAGE_BY_ID, id=message_id))


def _is_theirs(tx: Tx, conversation: Conversation, sender: Identity) -> bool:
    """Say whether the customer is whose conversation it is, or was led back into it."""
    if conversation.contact_id == sender.contact_id:
        return True
    return way_back.stay_at(tx, sender.id, conversation.id) is not None


_WAYS: Mapping[Occasion, Callable[[Tx, Desk, Conversation, _Given], ch.Answer | None]] = {
    "still_questions": _more_questions,
    "rating": _rating,
    "rated": _wants_to_comment,
    "comment": _comment,
}
