"""Queries about albums: several messages of a network that are one of ours."""

from sqlalchemy import and_, delete, func, select, update

from bridge.models import ALBUM_ITEM, ATTACHMENT, MESSAGE, AlbumItem, Attachment, Message
from bridge.models.base import columns
from bridge.store.messages import STILL_THERE
from bridge.store.statement import Statement, adding, nothing
from bridge.store.statement import param as _p

_i = ALBUM_ITEM.c
_m = MESSAGE.c
_f = ATTACHMENT.c
_ITEM = columns(ALBUM_ITEM, AlbumItem)

ADD_ITEM = Statement(
    nothing,
    adding(ALBUM_ITEM, "inbox_id", "external_id", "album", "place", "message_id", "text", "format"),
)
ITEM = Statement(
    AlbumItem,
    select(*_ITEM).where(_i.inbox_id == _p("inbox_id"), _i.external_id == _p("external_id")),
)
ITEMS_OF = Statement(
    AlbumItem,
    select(*_ITEM)
    .where(_i.message_id == _p("message_id"), _i.deleted_at.is_(None))
    .order_by(_i.place, _i.id),
)
# The newest, where an album had to become several messages.
MESSAGE_OF_ALBUM = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .join(ALBUM_ITEM, _i.message_id == _m.id)
    .where(_i.inbox_id == _p("inbox_id"), _i.album == _p("album"))
    .order_by(_m.id.desc())
    .limit(1),
)
CHANGE_ITEM = Statement(
    nothing,
    update(ALBUM_ITEM)
    .where(_i.id == _p("of"))
    .values(text=_p("text"), format=_p("format"), edited_at=_p("at")),
)
DELETE_ITEM = Statement(
    nothing, update(ALBUM_ITEM).where(_i.id == _p("of")).values(deleted_at=_p("at"))
)
_at_place = and_(_f.message_id == _p("message_id"), _f.position == _p("place"))
FILES_AT = Statement(
    Attachment,
    select(*columns(ATTACHMENT, Attachment)).where(_at_place, STILL_THERE).order_by(_f.id),
)
# Earlier ones too: who takes a picture back has taken back what it was before.
DROP_FILES_AT = Statement(nothing, delete(ATTACHMENT).where(_at_place))
# It has grown, which is no edit.
GROW = Statement(
    nothing,
    update(MESSAGE)
    .where(_m.id == _p("of"))
    .values(
        text=_p("text"),
        format=_p("format"),
        attachment_count=_m.attachment_count + _p("more"),
        reply_to_id=func.coalesce(_m.reply_to_id, _p("reply_to_id")),
        revision=_m.revision + 1,
    ),
)
