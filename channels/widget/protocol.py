"""What the widget's page and the server say to each other (times are ms, UTC).

Structs that come in refuse unknown fields and wrong types. How long a text may be is
decided where its meaning is known: a long address of a page is cut, a long message refused.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from bridge.channel import AttachmentView, MessageView, ThreadView
from bridge.web import Id, Qr, Uuid
from channels.widget.blocked import Block, Blocked
from channels.widget.buttons import Button, buttons

PublicId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Tab = Annotated[str, Meta(min_length=1, max_length=64)]
Facts = dict[str, str]

Party = Literal["visitor", "agent", "system"]


# --- What comes in -------------------------------------------------------------------


class VisitReport(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the page knows of the visit. Each tab of the visitor's has an id of its own."""

    tab: Tab
    url: str | None = None
    title: str | None = None
    referrer: str | None = None
    screen: Annotated[str, Meta(max_length=20)] | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None
    first_url: str | None = None
    first_title: str | None = None
    started_at: int | None = None
    utm: Facts | None = None
    attributes: Facts | None = None


class SessionRequest(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who is there: a token of ours, a proof signed by the site, both, or neither yet."""

    token: Annotated[str, Meta(max_length=4096)] | None = None
    identity: Annotated[str, Meta(max_length=8192)] | None = None
    locale: Annotated[str, Meta(max_length=200)] | None = None
    visit: VisitReport | None = None


class NewMessage(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A message of the visitor. `client_id` makes sending it twice the same as once."""

    client_id: Uuid
    thread: Uuid
    text: str = ""
    uploads: Annotated[list[PublicId], Meta(max_length=10)] = []
    reply_to: Id | None = None
    pre_chat: Facts | None = None
    visit: VisitReport | None = None


class WayOn(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The network on which the visitor would go on with a thread."""

    thread: Uuid
    network: Annotated[str, Meta(min_length=1, max_length=40)]


class ReadRequest(Struct, forbid_unknown_fields=True, frozen=True):
    """The visitor has seen the thread up to this message."""

    message_id: Id


class Hello(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, tag="hello"):
    """The first frame of a websocket."""

    token: Annotated[str, Meta(max_length=4096)]
    cursor: Annotated[str, Meta(max_length=200)]
    tab: Tab
    visible: bool
    visit: VisitReport | None = None


class Ack(Struct, forbid_unknown_fields=True, frozen=True, tag="ack"):
    """These messages have reached the visitor's widget."""

    ids: Annotated[list[Id], Meta(max_length=200)]


class Read(Struct, forbid_unknown_fields=True, frozen=True, tag="read"):
    """The visitor has seen the thread up to this message."""

    thread: Uuid
    message_id: Id


class Typing(Struct, forbid_unknown_fields=True, frozen=True, tag="typing"):
    """The visitor is writing."""

    thread: Uuid


class Page(Struct, forbid_unknown_fields=True, frozen=True, tag="page"):
    """The tab shows another page now."""

    url: str
    title: str = ""


class Visible(Struct, forbid_unknown_fields=True, frozen=True, tag="visible"):
    """The tab came to the front, or went from it."""

    visible: bool


class Ping(Struct, forbid_unknown_fields=True, frozen=True, tag="ping"):
    """The visitor asks whether anybody is there."""


ClientFrame = Hello | Ack | Read | Typing | Page | Visible | Ping


# --- What goes out -------------------------------------------------------------------


class Attachment(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A file; its addresses are signed and expire."""

    id: str
    name: str
    type: str
    size: int
    kind: str
    url: str
    state: Literal["ready", "pending", "failed"]
    width: int | None = None
    height: int | None = None
    preview_url: str | None = None


class Name(Struct, frozen=True, omit_defaults=True):
    """An agent, as far as visitors know one; the address of their picture is signed."""

    name: str
    avatar_url: str | None = None


class Quote(Struct, frozen=True):
    """The message that another one answers."""

    id: int
    text: str
    author: Party = msgspec.field(name="from")


class Activity(Struct, frozen=True, omit_defaults=True):
    """Something that happened to the conversation."""

    verb: str
    name: str | None = None


class Message(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A message as its visitor sees it; `client_id` only on their own."""

    id: int
    thread: str
    author_kind: Party = msgspec.field(name="from")
    text: str
    attachments: list[Attachment]
    at: int
    client_id: str | None = None
    author: Name | None = None
    rich: Sequence[Mapping[str, object]] | None = None
    reply_to: Quote | None = None
    edited: bool = False
    deleted: bool = False
    activity: Activity | None = None
    buttons: list[Button] = []


class Thread(Struct, frozen=True, kw_only=True):
    """One of the visitor's conversations."""

    thread: str
    state: Literal["open", "closed"]
    last_at: int
    last_text: str
    last_from: Party
    unread: int
    agent: Name | None
    agent_read_id: int


class Theme(Struct, frozen=True):
    """How the widget looks."""

    color: str | None
    position: Literal["right", "left"]
    mode: Literal["auto", "light", "dark"]


class PreChatField(Struct, frozen=True, omit_defaults=True):
    """Something asked before the conversation begins; a known field labels itself."""

    field: str
    required: bool
    label: str | None = None


class Collect(Struct, frozen=True):
    """What the page may report."""

    page: bool
    utm: bool
    screen: bool
    ip: bool


class WidgetConfig(Struct, frozen=True, kw_only=True):
    """What the loader and the frame need to know before anybody writes."""

    key: str
    name: str
    greeting: str | None
    theme: Theme
    locale: str
    locales: list[str]
    pre_chat: list[PreChatField]
    max_upload: int
    max_length: int
    collect: Collect
    continue_via: list[str]


class Visitor(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Who the server takes the visitor for."""

    verified: bool
    name: str | None = None
    email: str | None = None


class SessionAnswer(Struct, frozen=True, kw_only=True):
    """The visitor's token and everything there is to show."""

    token: str
    config: WidgetConfig
    visitor: Visitor
    threads: list[Thread]
    cursor: str
    server_time: int
    block: Block | None


class ThreadsAnswer(Struct, frozen=True):
    """The visitor's conversations, the latest first."""

    threads: list[Thread]
    cursor: str


class MessagesAnswer(Struct, frozen=True):
    """A page of a thread, in ascending order."""

    messages: list[Message]
    has_before: bool
    cursor: str


class MessageAnswer(Struct, frozen=True):
    """The message as it was stored, and the cursor to follow from."""

    message: Message
    cursor: str


class StartLink(Struct, frozen=True, kw_only=True):
    """Where the conversation goes on, and the same as a code for the visitor's phone.

    It knows the visitor once, until `expires_at`; `null` where they have said nothing yet.
    """

    url: str
    qr: Qr
    expires_at: int | None


class Welcome(Struct, frozen=True, tag="hello"):
    """The websocket follows from here."""

    cursor: str
    server_time: int


class Reset(Struct, frozen=True, tag="reset"):
    """What the widget has may be of another age: load afresh."""


class Changes(Struct, frozen=True, tag="changes"):
    """What changed up to `cursor`; both lists replace by id."""

    cursor: str
    messages: list[Message]
    threads: list[Thread]


class AgentTyping(Struct, frozen=True, tag="typing"):
    """An agent is writing; holds for a few seconds."""

    thread: str
    name: str


class Pong(Struct, frozen=True, tag="pong"):
    """Somebody is."""


ServerFrame = Welcome | Reset | Changes | AgentTyping | Blocked | Pong


# --- From the kernel's views to the wire ---------------------------------------------


def attachment(view: AttachmentView) -> Attachment:
    """Return a file as it goes over the wire."""
    return Attachment(
        id=view.id,
        name=view.name,
        type=view.mime,
        size=view.size,
        kind=view.kind,
        url=view.url,
        state=view.state,
        width=view.width,
        height=view.height,
        preview_url=view.preview_url,
    )


def message(view: MessageView) -> Message:
    """Return a message as it goes over the wire."""
    own = view.external_id if view.author == "visitor" else None
    return Message(
        id=view.id,
        thread=view.thread,
        author_kind=view.author,
        text=view.text,
        attachments=[attachment(one) for one in view.attachments],
        at=view.at,
        client_id=None if own is None else client_id_of(own),
        author=None if view.author_name is None else Name(view.author_name, view.author_photo),
        rich=view.rich,
        reply_to=None if (q := view.reply_to) is None else Quote(q.id, q.text, q.author),
        edited=view.edited,
        deleted=view.deleted,
        activity=None if view.activity is None else Activity(**view.activity),
        buttons=buttons(view),
    )


def thread(view: ThreadView) -> Thread:
    """Return a conversation as it goes over the wire."""
    return Thread(
        thread=view.thread,
        state=view.state,
        last_at=view.last_at,
        last_text=view.last_text,
        last_from=view.last_author,
        unread=view.unread,
        agent=None if view.agent_name is None else Name(view.agent_name, view.agent_photo),
        agent_read_id=view.agent_read_id,
    )


def external_id(namespace: str, client_id: str) -> str:
    """Return a message's id in the inbox: the client's own counts only inside its session."""
    return f"{namespace}/{client_id}"


def client_id_of(external: str) -> str:
    """Return the client's own id again."""
    return external.rpartition("/")[2]
