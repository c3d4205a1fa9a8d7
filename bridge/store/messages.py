"""Queries about messages and their attachments."""

from sqlalchemy import delete, exists, func, select, update

from bridge.models import (
    ATTACHMENT,
    CONVERSATION,
    DELIVERY,
    MESSAGE,
    REVISION,
    Attachment,
    Message,
)
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, adding, insertion, nothing, param, value

_p = param
_m = MESSAGE.c
_ALL = columns(MESSAGE, Message)
# What is held in a flood stands in no thread: its line does.
NOT_HELD = _m.flood_id.is_(None)

NEW = {
    name: _p(name)
    for name in (
        "conversation_id",
        "kind",
        "identity_id",
        "agent_id",
        "inbox_id",
        "external_id",
        "client_key",
        "text",
        "format",
        "reply_to_id",
        "activity",
        "created_at",
        "attachment_count",
    )
}
# Gives no id where the same message is already there: the unique keys are the guard
# against doubles, whichever process and whenever.
ADD_MESSAGE: Statement[int] = Statement(value, upsert(MESSAGE).values(NEW).on_conflict_do_nothing())
MESSAGE_BY_ID = Statement(Message, select(*_ALL).where(_m.id == _p("id")))
MESSAGE_BY_EXTERNAL = Statement(
    Message,
    select(*_ALL).where(_m.inbox_id == _p("inbox_id"), _m.external_id == _p("external_id")),
)
# Whether a person was sent something lately that nobody wrote; what failed does not count.
AUTOMATIC_BEFORE = Statement(
    value,
    select(func.count())
    .select_from(CONVERSATION.join(MESSAGE, _m.conversation_id == CONVERSATION.c.id))
    .where(
        CONVERSATION.c.identity_id == _p("identity_id"),
        _m.kind == "outgoing",
        _m.agent_id.is_(None),
        _m.created_at > _p("since"),
        _m.id < _p("before"),
        ~exists().where(DELIVERY.c.message_id == _m.id, DELIVERY.c.state == "failed"),
    ),
)
MESSAGE_BY_CLIENT_KEY = Statement(Message, select(*_ALL).where(_m.client_key == _p("client_key")))
MESSAGES_BEFORE = Statement(
    Message,
    select(*_ALL)
    .where(_m.conversation_id == _p("conversation_id"), _m.id < _p("bound"), NOT_HELD)
    .order_by(_m.id.desc())
    .limit(_p("limit")),
)
MESSAGES_AFTER = Statement(
    Message,
    select(*_ALL)
    .where(_m.conversation_id == _p("conversation_id"), _m.id > _p("bound"), NOT_HELD)
    .order_by(_m.id)
    .limit(_p("limit")),
)
VISIBLE_BEFORE = Statement(
    Message,
    select(*_ALL)
    .where(
        _m.conversation_id == _p("conversation_id"),
        _m.id < _p("bound"),
        _m.kind != "note",
        _m.created_at >= _p("since"),
    )
    .order_by(_m.id.desc())
    .limit(_p("limit")),
)
VISIBLE_AFTER = Statement(
    Message,
    select(*_ALL)
    .where(
        _m.conversation_id == _p("conversation_id"),
        _m.id > _p("bound"),
        _m.kind != "note",
        _m.created_at >= _p("since"),
    )
    .order_by(_m.id)
    .limit(_p("limit")),
)
NOTES_IN = Statement(
    Message,
    select(*_ALL)
    .where(_m.conversation_id == _p("conversation_id"), _m.kind == "note", _m.deleted_at.is_(None))
    .order_by(_m.id)
    .limit(500),
)
COUNT_NOTES = Statement(
    value,
    select(func.count()).where(
        _m.conversation_id == _p("conversation_id"), _m.kind == "note", _m.deleted_at.is_(None)
    ),
)
# Counted from the end: what is read is mostly the end of a thread, however long.
COUNT_INCOMING_UP_TO = Statement(
    value,
    select(
        CONVERSATION.c.incoming_count
        - select(func.count())
        .where(
            _m.conversation_id == _p("conversation_id"),
            _m.kind == "incoming",
            _m.id > _p("message_id"),
            NOT_HELD,
        )
        .scalar_subquery()
    ).where(CONVERSATION.c.id == _p("conversation_id")),
)
LAST_INCOMING = Statement(
    value,
    select(func.max(_m.id)).where(
        _m.conversation_id == _p("conversation_id"), _m.kind == "incoming", NOT_HELD
    ),
)
# The last thing a customer wrote, under the network's own id, that still stands.
LAST_STANDING = Statement(
    Message,
    select(*_ALL)
    .where(
        _m.conversation_id == _p("conversation_id"),
        _m.kind == "incoming",
        _m.id <= _p("up_to"),
        _m.external_id.is_not(None),
        _m.deleted_at.is_(None),
    )
    .order_by(_m.id.desc())
    .limit(1),
)

# That a customer has written by their own network after a time, by when they wrote it.
WROTE_AFTER = Statement(
    value,
    select(_m.id)
    .select_from(CONVERSATION.join(MESSAGE, _m.conversation_id == CONVERSATION.c.id))
    .where(
        CONVERSATION.c.identity_id == _p("identity_id"),
        _m.inbox_id == _p("inbox_id"),
        _m.kind == "incoming",
        func.coalesce(_m.sent_at, _m.created_at) > _p("after"),
    )
    .limit(1),
)

CHANGE_TEXT = Statement(
    nothing,
    update(MESSAGE)
    .where(_m.id == _p("of"))
    .values(text=_p("text"), format=_p("format"), edited_at=_p("at"), revision=_m.revision + 1),
)
MARK_DELETED = Statement(
    nothing,
    update(MESSAGE)
    .where(_m.id == _p("of"), _m.deleted_at.is_(None))
    .values(deleted_at=_p("at"), revision=_m.revision + 1),
)
SET_VERIFIED = Statement(
    nothing, update(MESSAGE).where(_m.id == _p("of")).values(verified=_p("verified"))
)
SET_SENT_AT = Statement(nothing, update(MESSAGE).where(_m.id == _p("of")).values(sent_at=_p("at")))
HAD_TEXT = Statement(
    value,
    select(REVISION.c.revision)
    .where(REVISION.c.message_id == _p("message_id"), REVISION.c.text == _p("text"))
    .limit(1),
)
KEEP_REVISION = Statement(nothing, adding(REVISION, "message_id", "revision", "text", "at"))

_a = ATTACHMENT.c
_FILE = columns(ATTACHMENT, Attachment)
ADD_ATTACHMENT = insertion(
    ATTACHMENT,
    [
        "public_id",
        "message_id",
        "identity_id",
        "owner",
        "sha256",
        "name",
        "mime",
        "kind",
        "size",
        "width",
        "height",
        "state",
        "role",
        "fetch_ref",
        "fetch_key",
        "position",
        "created_at",
    ],
)
IS_TAKEN_BACK = Statement(
    value,
    select(_m.id)
    .join(ATTACHMENT, _a.message_id == _m.id)
    .where(_a.public_id == _p("public_id"), _m.deleted_at.is_not(None)),
)
ATTACHMENT_BY_PUBLIC_ID = Statement(
    Attachment, select(*_FILE).where(_a.public_id == _p("public_id"))
)
# What an edit has replaced belongs to an earlier revision.
STILL_THERE = _a.last_revision.is_(None)
ATTACHMENTS_OF = Statement(
    Attachment,
    select(*_FILE)
    .where(_a.message_id == _p("message_id"), STILL_THERE)
    .order_by(_a.position, _a.id),
)
REPLACE_ATTACHMENT = Statement(
    nothing, update(ATTACHMENT).where(_a.id == _p("of")).values(last_revision=_p("revision"))
)
SET_POSITION = Statement(
    nothing, update(ATTACHMENT).where(_a.id == _p("of")).values(position=_p("position"))
)
SET_ATTACHMENT_COUNT = Statement(
    nothing, update(MESSAGE).where(_m.id == _p("of")).values(attachment_count=_p("count"))
)
# Only an upload of the same owner that no message has yet may be attached, and no picture of
# an agent: what becomes of the message would become of it.
ATTACH = Statement(
    nothing,
    update(ATTACHMENT)
    .where(
        _a.public_id == _p("of"),
        _a.owner == _p("owner"),
        _a.message_id.is_(None),
        _a.agent_id.is_(None),
    )
    .values(message_id=_p("message_id"), position=_p("position")),
)
MAKE_PORTRAIT = Statement(
    nothing, update(ATTACHMENT).where(_a.public_id == _p("of")).values(agent_id=_p("agent"))
)
SET_ROLE = Statement(
    nothing, update(ATTACHMENT).where(_a.public_id == _p("of")).values(role=_p("role"))
)
SET_FETCHED = Statement(
    nothing,
    update(ATTACHMENT)
    .where(_a.public_id == _p("of"))
    .values(
        state=_p("state"),
        size_limit=_p("size_limit"),
        sha256=_p("sha256"),
        mime=_p("mime"),
        kind=_p("kind"),
        size=_p("size"),
        width=_p("width"),
        height=_p("height"),
    ),
)
PENDING_FETCHES = Statement(
    Attachment,
    select(*_FILE).where(_a.state == "pending", _a.identity_id.is_(None)).order_by(_a.id),
)
PENDING_PHOTOS = Statement(
    Attachment,
    select(*_FILE).where(_a.state == "pending", _a.identity_id.is_not(None)).order_by(_a.id),
)
PHOTOS_OF = Statement(
    Attachment, select(*_FILE).where(_a.identity_id == _p("identity_id")).order_by(_a.id)
)
DROP_ATTACHMENT = Statement(nothing, delete(ATTACHMENT).where(_a.public_id == _p("public_id")))
# The picture of a customer or an agent belongs to no message either, and stays.
DROP_ABANDONED = Statement(
    nothing,
    delete(ATTACHMENT).where(
        _a.message_id.is_(None),
        _a.identity_id.is_(None),
        _a.agent_id.is_(None),
        _a.created_at < _p("before"),
    ),
)
NAMES_CONTENT = Statement(value, select(_a.id).where(_a.sha256 == _p("sha256")).limit(1))
