"""Queries about what colleagues say to each other; each is given whose it is."""

from sqlalchemy import select, update

from bridge.models import AGENT, CHAT, CHAT_MEMBER, CHAT_MESSAGE, Agent, Chat, ChatMessage
from bridge.models.base import columns
from bridge.store.statement import Statement, adding, among, insertion, nothing, param, value

_p = param
_c = CHAT.c
_m = CHAT_MEMBER.c
_said = CHAT_MESSAGE.c
_ALL = columns(CHAT_MESSAGE, ChatMessage)

_MEMBERS = """(SELECT json_group_array(agent_id) FROM
    (SELECT agent_id FROM chat_members WHERE chat_id = c.id ORDER BY agent_id) AS members)"""
_CHATS = f"""
    SELECT c.id, c.topic, {_MEMBERS}, c.last_at, mine.read_up_to,
        (SELECT count(*) FROM chat_messages WHERE chat_id = c.id
         AND id > mine.read_up_to AND agent_id <> :me),
        last.id, last.agent_id, last.text
    FROM chat_members mine JOIN chats c ON c.id = mine.chat_id
    LEFT JOIN chat_messages last ON last.id =
        (SELECT max(id) FROM chat_messages WHERE chat_id = c.id)
    WHERE mine.agent_id = :me
"""  # noqa: S608  # All of it is ours.
_LATEST_FIRST = "ORDER BY c.last_at DESC, c.id DESC"
CHATS_OF = Statement(Chat, f"{_CHATS} {_LATEST_FIRST}")
CHAT_OF = Statement(Chat, f"{_CHATS} AND c.id = :of")
# `:members` as a JSON array in order: with exactly these, the asker among them.
CHATS_AMONG = Statement(Chat, f"{_CHATS} AND {_MEMBERS} = json(:members) {_LATEST_FIRST}")
CHAT_OF_TWO = Statement(value, select(_c.id).where(_c.pair == _p("pair")))
ADD_CHAT = insertion(CHAT, ["topic", "pair", "created_at", "last_at"])
ADD_MEMBER = Statement(nothing, adding(CHAT_MEMBER, "chat_id", "agent_id"))
MEMBERS_OF = Statement(value, select(_m.agent_id).where(_m.chat_id == _p("of")))
# Colleagues who can be chosen.
HERE = Statement(
    Agent,
    select(*columns(AGENT, Agent)).where(
        among(AGENT.c.id), AGENT.c.retired_at.is_(None), AGENT.c.role != "bot"
    ),
)

ADD_MESSAGE = insertion(CHAT_MESSAGE, ["chat_id", "agent_id", "text", "client_key", "created_at"])
MESSAGE_BY_ID = Statement(ChatMessage, select(*_ALL).where(_said.id == _p("id")))
MESSAGE_BY_KEY = Statement(ChatMessage, select(*_ALL).where(_said.client_key == _p("key")))
LAST_BEFORE = Statement(
    ChatMessage,
    select(*_ALL)
    .where(_said.chat_id == _p("of"), _said.id < _p("before"))
    .order_by(_said.id.desc())
    .limit(_p("limit")),
)
FIRST_AFTER = Statement(
    ChatMessage,
    select(*_ALL)
    .where(_said.chat_id == _p("of"), _said.id > _p("after"))
    .order_by(_said.id)
    .limit(_p("limit")),
)
TOUCH = Statement(nothing, update(CHAT).where(_c.id == _p("of")).values(last_at=_p("at")))
READ_UP_TO = Statement(
    nothing,
    update(CHAT_MEMBER)
    .where(
        _m.chat_id == _p("of"),
        _m.agent_id == _p("me"),
        _m.read_up_to < _p("message_id"),
    )
    .values(read_up_to=_p("message_id")),
)
