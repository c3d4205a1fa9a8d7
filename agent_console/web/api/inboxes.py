"""An inbox as the console knows it: what can be done in it."""

from agent_console.cards import shapes as w
from agent_console.web.console import Console
from bridge.channel import Capabilities
from bridge.settings import InboxSettings


class Caps(w.Shape, frozen=True, kw_only=True, gc=False):
    """What a network can do; lengths count in `text_unit`, files in bytes."""

    max_text: int | None
    text_unit: str
    edits: bool
    deletes: bool
    quotes: bool
    typing: bool
    reports_delivered: bool
    reports_read: bool
    max_file: int
    media: list[str]
    limits: dict[str, int]
    """What the network itself takes, in bytes, by kind of file."""


class InboxRef(w.Shape, frozen=True, kw_only=True, gc=False):
    """An inbox, and what can be done in it.

    `kept_for`: for how many ms its network keeps messages for us. `mailed`: customers who
    have left are mailed what they have not seen.
    """

    id: str
    kind: str
    name: str
    starts_by_link: bool
    """Whether customers can be invited into it."""
    leads_back: bool
    """Whether its own customers can be invited back into it."""
    capabilities: Caps
    kept_for: int | None
    mailed: bool
    shows_responsible: bool
    """Whether the panel names who answers a conversation of it."""


def inbox_ref(console: Console, key: str, inbox: InboxSettings) -> InboxRef:
    """Return an inbox of the YAML as the console shows it."""
    can = console.desk.capabilities.get(key, Capabilities())
    largest = max(can.media.values(), default=0)
    return InboxRef(
        id=key,
        kind=inbox.type,
        name=inbox.name,
        kept_for=None if can.kept_for is None else round(can.kept_for * 1000),
        leads_back=key in console.desk.leads_back and bool(console.desk.policy.resume_valid),
        starts_by_link=bool(console.start_links.ways([key])),
        capabilities=Caps(
            max_text=can.max_text,
            text_unit=can.text_unit.value,
            edits=can.edits,
            deletes=can.deletes,
            quotes=can.quotes,
            typing=can.typing,
            reports_delivered=can.reports_delivered,
            reports_read=can.reports_read,
            max_file=min(largest, int(console.settings.storage.media.max_upload)),
            media=sorted(can.media),
            limits={str(kind): limit for kind, limit in can.media.items()},
        ),
        mailed=key in console.desk.mailboxes,
        shows_responsible=inbox.panel.responsible,
    )
