"""What colleagues say to each other. Only its members see a chat, whatever their role.

None of it is a conversation, so nothing of it can reach a customer (docs/decisions/0020).
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec

from bridge.models import Agent, Chat, ChatMessage
from bridge.store import chats as c
from bridge.store import log
from bridge.store.transactions import Tx
from routing import wellformed
from routing.refusal import RefusedError

LONGEST_TOPIC = 100
LONGEST_TEXT = 8_000
MOST_MEMBERS = 50


class Said(NamedTuple):
    """Messages in the order they were written, and whether there are more of them."""

    messages: Sequence[ChatMessage]
    more: bool


def chats_of(tx: Tx, me: Agent) -> list[Chat]:
    """Return the chats that `me` is in, where something was said last first."""
    return tx.all(c.CHATS_OF, me=me.id)


def chats_among(tx: Tx, me: Agent, others: Collection[str]) -> list[Chat]:
    """Return the chats of exactly `me` and these others (R30)."""
    return tx.all(c.CHATS_AMONG, me=me.id, members=_in_json({me.id, *others}))


def open_chat(tx: Tx, me: Agent, others: Collection[str], topic: str) -> tuple[Chat, bool]:
    """Begin a chat; return it, and whether it is new: two colleagues have one (R30).

    A group has a topic and at least two others (R29). Raises `RefusedError` (`invalid` with
    the fields, `agent_unknown` for who is not there, or is a bot).
    """
    chosen = {*others} - {me.id}
    topic = " ".join(wellformed.text(topic).split())
    _check(tx, chosen, topic)
    pair = None if topic else _in_json({me.id, *chosen})
    known = None if pair is None else tx.one(c.CHAT_OF_TWO, pair=pair)
    if known is not None:
        return _mine(tx, me, known), False
    given = {"topic": topic or None, "pair": pair, "created_at": tx.now, "last_at": tx.now}
    chat_id = tx.the(c.ADD_CHAT, **given)
    for member in sorted({me.id, *chosen}):
        tx.run(c.ADD_MEMBER, chat_id=chat_id, agent_id=member)
    _tell(tx, chat_id)
    return _mine(tx, me, chat_id), True


def said(
    tx: Tx, me: Agent, chat_id: int, *, limit: int, before: int | None, after: int | None
) -> Said:
    """Return messages of a chat: after one, or the last ones before one."""
    _mine(tx, me, chat_id)
    if after is not None:
        found = tx.all(c.FIRST_AFTER, of=chat_id, after=after, limit=limit + 1)
        return Said(found[:limit], len(found) > limit)
    end = (1 << 53) if before is None else before
    found = tx.all(c.LAST_BEFORE, of=chat_id, before=end, limit=limit + 1)
    return Said(found[:limit][::-1], len(found) > limit)


def say(tx: Tx, me: Agent, chat_id: int, text: str, client_id: str) -> ChatMessage:
    """Say something in a chat; the same `client_id` again says nothing again.

    Raises `RefusedError` (`not_found`, `empty`, `too_long`).
    """
    _mine(tx, me, chat_id)
    key = f"{me.id}:{chat_id}:{client_id}"
    known = tx.one(c.MESSAGE_BY_KEY, key=key)
    if known is not None:
        return known
    text = wellformed.text(text).strip()
    if not text:
        raise RefusedError("empty")
    if len(text) > LONGEST_TEXT:
        raise RefusedError("too_long", {"limit": LONGEST_TEXT})
    given = {"agent_id": me.id, "text": text, "client_key": key, "created_at": tx.now}
    message_id = tx.the(c.ADD_MESSAGE, chat_id=chat_id, **given)
    tx.run(c.TOUCH, of=chat_id, at=tx.now)
    tx.run(c.READ_UP_TO, of=chat_id, me=me.id, message_id=message_id)
    _tell(tx, chat_id)
    return tx.the(c.MESSAGE_BY_ID, id=message_id)


def read_chat(tx: Tx, me: Agent, chat_id: int, message_id: int) -> None:
    """Take note that `me` has read up to a message of the chat; it never goes back."""
    chat = _mine(tx, me, chat_id)
    up_to = min(message_id, chat.last_id or 0)
    if tx.run(c.READ_UP_TO, of=chat_id, me=me.id, message_id=up_to):
        log.append(tx, "chats.changed", private_to=me.id)


def _mine(tx: Tx, me: Agent, chat_id: int) -> Chat:
    """Return a chat that `me` is in; to everybody else there is none."""
    chat = tx.one(c.CHAT_OF, me=me.id, of=chat_id)
    if chat is None:
        raise RefusedError("not_found")
    return chat


def _check(tx: Tx, others: Collection[str], topic: str) -> None:
    if not others:
        raise _invalid("members", "Choose somebody.")
    if len(others) >= MOST_MEMBERS:
        raise _invalid("members", f"At most {MOST_MEMBERS} are in a chat.")
    if topic and len(others) < 2:
        raise _invalid("members", "A group has at least two others.")
    if len(others) > 1 and not topic:
        raise _invalid("topic", "A group needs a topic.")
    if len(topic) > LONGEST_TOPIC:
        raise _invalid("topic", f"At most {LONGEST_TOPIC} characters.")
    here = {one.id for one in tx.all(c.HERE, ids=_in_json(others))}
    for one in sorted({*others} - here):
        raise RefusedError("agent_unknown", {"agent": one})


def _invalid(field: str, why: str) -> RefusedError:
    return RefusedError("invalid", {"fields": {field: why}})


def _in_json(ids: Collection[str]) -> str:
    """Return ids in the order and the way in which they are compared.

    What is no text to every database is nobody's id, cleaned or not.
    """
    return msgspec.json.encode(sorted(map(wellformed.text, ids))).decode()


def _tell(tx: Tx, chat_id: int) -> None:
    for member in tx.all(c.MEMBERS_OF, of=chat_id):
        log.append(tx, "chats.changed", private_to=member)
