"""Bots: agents that are programs, and that no customer waits for in vain.

A bot answers what it was given by a rule or by a person. Where it does not in time, or has
gone, what it has goes to people; then it is theirs. Every function runs inside a transaction.
"""

from bridge.models import Conversation
from bridge.store import conversations as q
from bridge.store import messages as m
from bridge.store import presence as p
from bridge.store.transactions import Tx
from routing import conversations, presence, queues
from routing.desk import Desk
from routing.presence import bot_is_here
from routing.webhooks import enqueue


def missed(tx: Tx, desk: Desk, conversation: Conversation) -> None:
    """Hand a conversation over whose bot has left the customer waiting for too long."""
    bot = conversation.assignee_id
    assert bot is not None  # noqa: S101  # The timer has found it to be a bot.
    hand_over(tx, desk, conversation, why="silent")
    presence.missed(tx, desk.policy, bot)


def gone(tx: Tx, desk: Desk, bot: str) -> None:
    """Hand over what a bot has of customers who wait, unless it is back: the timer's action."""
    if bot_is_here(desk.policy, tx.the(p.ATTENDANCE_OF, id=bot)):
        return
    for held in tx.all(q.HELD_BY, agent=bot):
        if held.waiting_since is not None:
            hand_over(tx, desk, held, why="offline")


def hand_over(tx: Tx, desk: Desk, conversation: Conversation, *, why: str) -> None:
    """Put a bot's open conversation into the queue of people; `why` goes into the thread."""
    helper = desk.teams.helper(conversation.assignee_id)
    named = helper.hand_over_to if helper is not None else None
    team = named or conversation.team_id or desk.teams.team_at(conversation.inbox_id)
    queues.to_team(tx, desk, conversation, team, why={"bot": why})
    handed(tx, desk, conversation, conversations.get(tx, conversation.id))


# --- what a bot is told by its webhook ----------------------------------------------------


def heard(tx: Tx, desk: Desk, conversation_id: int, message_id: int | None) -> None:
    """Tell the bot that a conversation belongs to, if it is a bot's, what its customer wrote."""
    conversation = conversations.get(tx, conversation_id)
    if message_id is not None and desk.policy.bot(conversation.assignee_id) is not None:
        _tell(tx, desk, conversation.assignee_id, "bot.message", conversation, message_id)


def handed(tx: Tx, desk: Desk, before: Conversation, after: Conversation) -> None:
    """Tell the bots concerned that a conversation has become theirs, or is theirs no more."""
    if before.assignee_id == after.assignee_id:
        return
    _tell(tx, desk, before.assignee_id, "bot.lost", after, None)
    last = tx.one(m.LAST_INCOMING, conversation_id=after.id)
    _tell(tx, desk, after.assignee_id, "bot.assigned", after, last)


def _tell(
    tx: Tx,
    desk: Desk,
    bot: str | None,
    event: str,
    conversation: Conversation,
    message_id: int | None,
) -> None:
    helper = desk.teams.helper(bot)
    if helper is None or helper.webhook is None:
        return
    told: dict[str, object] = {
        "bot": bot,
        "conversation": {"id": conversation.id, "inbox": conversation.inbox_id},
    }
    if message_id is not None:
        message = tx.the(m.MESSAGE_BY_ID, id=message_id)
        with_text = desk.webhooks[helper.webhook].include_text
        told["message"] = {"id": message.id, "at": message.created_at} | (
            {"text": message.text} if with_text else {}
        )
    enqueue(tx, desk, helper.webhook, event, told, conversation_id=conversation.id)
