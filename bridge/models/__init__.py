"""The tables, and the rows read from them.

Every time is a whole number of milliseconds since the epoch, UTC. "Has it happened?" is a
nullable time, never a flag. JSON is kept as text. So a row means the same on SQLite and
PostgreSQL, whatever the driver.
"""

from bridge.models.audit import AUDIT, AuditRow
from bridge.models.base import metadata
from bridge.models.blocks import BLOCK, FOREVER, Block
from bridge.models.chats import CHAT, CHAT_MEMBER, CHAT_MESSAGE, Chat, ChatMessage
from bridge.models.conversations import (
    CONVERSATION,
    DRAFT,
    MESSAGE,
    PARTICIPANT,
    QUICK_REPLY,
    READ_MARK,
    REVISION,
    Conversation,
    Draft,
    Message,
    MessageKind,
    QuickReply,
    ReadMark,
)
from bridge.models.desk import (
    AGENT,
    SESSION,
    SIGN_IN_FAILURE,
    SIGN_IN_LINK,
    Agent,
    Presence,
    Session,
    SignInLink,
)
from bridge.models.doing import AUTOMATION_RUN, STATUS, AutomationRun, Status
from bridge.models.files import ALBUM_ITEM, ATTACHMENT, AlbumItem, Attachment
from bridge.models.flow import (
    CURSOR,
    DELIVERY,
    EVENT,
    INBOX_HEALTH,
    META,
    PARKED,
    QUARANTINE,
    RECEIPT,
    TIMER,
    Delivery,
    DeliveryAction,
    DeliveryState,
    Event,
    HealthState,
    InboxHealth,
    Timer,
)
from bridge.models.joins import CONTACT_JOIN, ContactJoin
from bridge.models.mentions import MENTION
from bridge.models.notices import NOTICE, RATING, Notice, Occasion, Rating
from bridge.models.people import (
    CONTACT,
    CONTACT_NOTE,
    IDENTITY,
    INBOX,
    START_TOKEN,
    VISIT,
    Contact,
    ContactNote,
    Identity,
    VisitRow,
)
from bridge.models.sight import HAND_OVER, SIGHT_BEFORE, See
from bridge.models.sorting import (
    CONTACT_TAG,
    CONVERSATION_TOPIC,
    TAG,
    TOPIC,
    Tag,
    Topic,
)
from bridge.models.tickets import TICKET, Ticket
from bridge.models.tokens import API_TOKEN, ApiToken, Scope
from bridge.models.trash import DELETED_CONVERSATION, PURGED_MESSAGE, DeletedConversation
from bridge.models.turns import TURN
from bridge.models.views import SAVED_VIEW, SavedView
from bridge.models.webhooks import WEBHOOK_CALL, CallState, WebhookCall
from bridge.settings import Role

__all__ = [
    "AGENT",
    "ALBUM_ITEM",
    "API_TOKEN",
    "ATTACHMENT",
    "AUDIT",
    "AUTOMATION_RUN",
    "BLOCK",
    "CHAT",
    "CHAT_MEMBER",
    "CHAT_MESSAGE",
    "CONTACT",
    "CONTACT_JOIN",
    "CONTACT_NOTE",
    "CONTACT_TAG",
    "CONVERSATION",
    "CONVERSATION_TOPIC",
    "CURSOR",
    "DELETED_CONVERSATION",
    "DELIVERY",
    "DRAFT",
    "EVENT",
    "FOREVER",
    "HAND_OVER",
    "IDENTITY",
    "INBOX",
    "INBOX_HEALTH",
    "MENTION",
    "MESSAGE",
    "META",
    "NOTICE",
    "PARKED",
    "PARTICIPANT",
    "PURGED_MESSAGE",
    "QUARANTINE",
    "QUICK_REPLY",
    "RATING",
    "READ_MARK",
    "RECEIPT",
    "REVISION",
    "SAVED_VIEW",
    "SESSION",
    "SIGHT_BEFORE",
    "SIGN_IN_FAILURE",
    "SIGN_IN_LINK",
    "START_TOKEN",
    "STATUS",
    "TAG",
    "TICKET",
    "TIMER",
    "TOPIC",
    "TURN",
    "VISIT",
    "WEBHOOK_CALL",
    "Agent",
    "AlbumItem",
    "ApiToken",
    "Attachment",
    "AuditRow",
    "AutomationRun",
    "Block",
    "CallState",
    "Chat",
    "ChatMessage",
    "Contact",
    "ContactJoin",
    "ContactNote",
    "Conversation",
    "DeletedConversation",
    "Delivery",
    "DeliveryAction",
    "DeliveryState",
    "Draft",
    "Event",
    "HealthState",
    "Identity",
    "InboxHealth",
    "Message",
    "MessageKind",
    "Notice",
    "Occasion",
    "Presence",
    "QuickReply",
    "Rating",
    "ReadMark",
    "Role",
    "SavedView",
    "Scope",
    "See",
    "Session",
    "SignInLink",
    "Status",
    "Tag",
    "Ticket",
    "Timer",
    "Topic",
    "VisitRow",
    "WebhookCall",
    "metadata",
]
