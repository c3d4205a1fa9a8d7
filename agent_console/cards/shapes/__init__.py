"""What agents are shown, as it goes over the wire.

Times are milliseconds since the epoch, UTC. A field that may be missing is `Unset`; one
that is always there and may be empty is `None`.
"""

from agent_console.cards.shapes.base import (
    DraftKind,
    MaybeText,
    Shape,
)
from agent_console.cards.shapes.house import (
    AgentRef,
    ChannelHealth,
    Count,
    Folders,
    Gap,
    Place,
    QuickReply,
    ShownAt,
    StatusRef,
    SurfaceHealth,
    TagCount,
    TagRef,
    TeamCount,
    TopicRef,
)
from agent_console.cards.shapes.messages import (
    Activity,
    Attachment,
    Author,
    Flood,
    Mailed,
    Mark,
    Message,
    More,
    Quote,
)
from agent_console.cards.shapes.people import (
    Contact,
    ContactNote,
    Identity,
    Join,
    PastBlock,
    Visit,
)
from agent_console.cards.shapes.preferences import Preferences
from agent_console.cards.shapes.rows import (
    Block,
    Conversation,
    DraftPreview,
    Item,
    Last,
    ReadUpTo,
    Row,
    RowContact,
)
from agent_console.cards.shapes.tickets import Ticket, TicketChoice, TicketField, TicketKind

__all__ = [
    "Activity",
    "AgentRef",
    "Attachment",
    "Author",
    "Block",
    "ChannelHealth",
    "Contact",
    "ContactNote",
    "Conversation",
    "Count",
    "DraftKind",
    "DraftPreview",
    "Flood",
    "Folders",
    "Gap",
    "Identity",
    "Item",
    "Join",
    "Last",
    "Mailed",
    "Mark",
    "MaybeText",
    "Message",
    "More",
    "PastBlock",
    "Place",
    "Preferences",
    "QuickReply",
    "Quote",
    "ReadUpTo",
    "Row",
    "RowContact",
    "Shape",
    "ShownAt",
    "StatusRef",
    "SurfaceHealth",
    "TagCount",
    "TagRef",
    "TeamCount",
    "Ticket",
    "TicketChoice",
    "TicketField",
    "TicketKind",
    "TopicRef",
    "Visit",
]
