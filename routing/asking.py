"""What a customer is asked at the end of a conversation, and when.

Only where an agent has answered: nobody rates what nobody did. Where a program may say little
(email: one such message a day) the rating comes before the other question, which any answer
to the mail answers anyway. Every function runs inside a transaction.
"""

from bridge.models import Conversation, Occasion
from bridge.store import notices as n
from bridge.store.transactions import Tx
from routing import conversations
from routing.desk import Desk
from routing.policy import ASK_RATING
from routing.saying import is_sparing, say, times_said

# So long the first question waits for its answer before the rating is asked for, in ms.
PATIENCE = 10 * 60_000
# Whoever must rate and has not is asked once more after this, in ms.
ASK_AGAIN = 24 * 3_600_000


def may_ask_still(tx: Tx, desk: Desk, conversation: Conversation) -> bool:
    """Say whether to ask for more questions: once between two words of the customer."""
    if "still_questions" not in desk.says or conversation.answered_by != "agent":
        return False
    return not times_said(tx, conversation, "still_questions")


def at_end(
    tx: Tx, desk: Desk, conversation: Conversation, *, reason: str | None
) -> Occasion | None:
    """Return what to ask the customer of a conversation that has just been closed."""
    rates = desk.policy.rating_automatic and _may_ask_rating(tx, desk, conversation, most=1)
    if reason != "customer" and may_ask_still(tx, desk, conversation):
        return "rating" if rates and is_sparing(desk, conversation) else "still_questions"
    return "rating" if rates else None


def follow_up(tx: Tx, desk: Desk, conversation: Conversation, asked: Occasion) -> None:
    """Set the timer of what is asked after this question."""
    if asked == "still_questions" and "rating" in desk.says and desk.policy.rating_automatic:
        conversations.set_timer(tx, conversation, ASK_RATING, tx.now + PATIENCE)
    elif asked == "rating" and desk.policy.rating_required:
        conversations.set_timer(tx, conversation, ASK_RATING, tx.now + ASK_AGAIN)


def ask_rating(tx: Tx, desk: Desk, conversation_id: int) -> None:
    """Ask for a rating, or once more where there must be one: the timer's action."""
    conversation = conversations.get(tx, conversation_id)
    if times_said(tx, conversation, "rating"):
        if desk.policy.rating_required and _may_ask_rating(tx, desk, conversation, most=2):
            say(tx, desk, conversation, ["rating"])
    else:
        rating_now(tx, desk, conversation)


def rating_now(tx: Tx, desk: Desk, conversation: Conversation) -> bool:
    """Ask for a rating, unless it has been asked for; say whether it was asked."""
    if not _may_ask_rating(tx, desk, conversation, most=1):
        return False
    asked = say(tx, desk, conversation, ["rating"]) is not None
    if asked:
        follow_up(tx, desk, conversation, "rating")
    return asked


def no_more(tx: Tx, conversation: Conversation) -> None:
    """Let nothing be asked of itself any more."""
    conversations.set_timer(tx, conversation, ASK_RATING, None)


def _may_ask_rating(tx: Tx, desk: Desk, conversation: Conversation, *, most: int) -> bool:
    if "rating" not in desk.says or conversation.answered_by != "agent":
        return False
    if conversation.state != "closed" or times_said(tx, conversation, "rating") >= most:
        return False
    of = {"conversation_id": conversation.id, "ended_at": conversation.closed_at}
    return tx.one(n.RATING_OF, **of) is None
