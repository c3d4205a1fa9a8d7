"""The contract between the program and a network that customers write from.

An adapter turns a network's payloads into the events below, hands them to a `Sink`, and
sends one `OutboundPart` at a time. It never splits, never retries, never stores: the core
does. Only the standard library is imported here, so that an adapter can be read, and
tested, without the rest of the house.
"""

from bridge.channel.adapter import (
    CanDelete,
    CanEdit,
    CanLeadBack,
    CanMarkRead,
    CanShowTyping,
    CanStartByLink,
    Channel,
    ChannelContext,
    KnowsIds,
)
from bridge.channel.capabilities import Capabilities, MediaKind, TextFormat, TextUnit
from bridge.channel.errors import (
    MisconfiguredError,
    OutcomeUnknownError,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.channel.health import UNWATCHED, Health
from bridge.channel.incoming import (
    Album,
    ButtonPressed,
    ContactReachable,
    ContactStarted,
    ContactTyping,
    ContactUnreachable,
    ContactUpdated,
    ConversationRead,
    DeliveryReport,
    InboundEvent,
    InboundMedia,
    InboundMessage,
    MediaRole,
    MessageDeleted,
    MessageEdited,
    PageVisited,
    ReactionChanged,
    Sender,
    Visit,
)
from bridge.channel.media import MediaDoor, MediaRefusedError, MediaTooLargeError, customer_owner
from bridge.channel.onward import Onward, StartLink, WayBack, WayOn
from bridge.channel.outgoing import (
    Button,
    Continuation,
    OutboundMedia,
    OutboundPart,
    Receipt,
)
from bridge.channel.reasons import Reason
from bridge.channel.sink import Answer, Sink, StorageUnavailableError
from bridge.channel.staff import STAFF_THREAD, StaffAnswers
from bridge.channel.views import (
    AttachmentView,
    BlockView,
    ButtonView,
    CustomerChanges,
    CustomerView,
    MessageView,
    QuoteView,
    ThreadView,
)

__all__ = [
    "STAFF_THREAD",
    "UNWATCHED",
    "Album",
    "Answer",
    "AttachmentView",
    "BlockView",
    "Button",
    "ButtonPressed",
    "ButtonView",
    "CanDelete",
    "CanEdit",
    "CanLeadBack",
    "CanMarkRead",
    "CanShowTyping",
    "CanStartByLink",
    "Capabilities",
    "Channel",
    "ChannelContext",
    "ContactReachable",
    "ContactStarted",
    "ContactTyping",
    "ContactUnreachable",
    "ContactUpdated",
    "Continuation",
    "ConversationRead",
    "CustomerChanges",
    "CustomerView",
    "DeliveryReport",
    "Health",
    "InboundEvent",
    "InboundMedia",
    "InboundMessage",
    "KnowsIds",
    "MediaDoor",
    "MediaKind",
    "MediaRefusedError",
    "MediaRole",
    "MediaTooLargeError",
    "MessageDeleted",
    "MessageEdited",
    "MessageView",
    "MisconfiguredError",
    "Onward",
    "OutboundMedia",
    "OutboundPart",
    "OutcomeUnknownError",
    "PageVisited",
    "QuoteView",
    "ReactionChanged",
    "Reason",
    "Receipt",
    "RejectedError",
    "SendError",
    "Sender",
    "Sink",
    "StaffAnswers",
    "StartLink",
    "StorageUnavailableError",
    "TextFormat",
    "TextUnit",
    "ThreadView",
    "ThrottledError",
    "UnavailableError",
    "UnreachableError",
    "Visit",
    "WayBack",
    "WayOn",
    "customer_owner",
]
