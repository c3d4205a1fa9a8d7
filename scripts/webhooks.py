"""Keeps docs/reference/webhooks.md true: `python -m scripts.webhooks`.

Its first part is written by hand; from the mark on it is made from the shapes themselves.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from bridge.webhooks.calls import body_of
from routing.webhooks import data as d

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "webhooks.md"
# When the example happened, in ms.
_AT = 1_793_448_000_000
_WORDS = {
    str: "text",
    int: "number",
    bool: "true or false",
    float: "number",
    datetime: "time",
    NoneType: "null",
}

MARK = "<!-- From here on written by `make schema`, from routing/webhooks/data.py. -->\n"

EVENTS = {
    "conversation.opened": "a customer began a conversation",
    "conversation.assigned": "an agent took it, or was given it: `by` is who did that, `null` "
    "where it came of itself",
    "conversation.released": "it was given back, or went to a team's queue",
    "conversation.closed": "it was closed; without an agent, `reason` is `customer` or "
    "`inactivity`",
    "conversation.reopened": "it was opened again; by a customer's message, `reason` is `customer`",
    "message.received": "a customer wrote",
    "message.sent": "an agent, or the program itself, wrote to the customer; it is on its way",
    "note.added": "an agent left a note that only agents see",
    "ticket.created": "an agent made a task of messages, of a kind that goes to this webhook. What "
    'you answer may name the place where it is: `{"url": "https://..."}`',
    "webhook.test": "`deskbridge webhook test` was called; `data` is empty",
}

SHAPES: list[type[msgspec.Struct]] = [
    d.EventData,
    d.TicketEventData,
    d.ConversationData,
    d.MessageData,
    d.AuthorData,
    d.FileData,
    d.ContactData,
    d.AgentData,
    d.InboxData,
    d.TicketData,
    d.FieldData,
]


def updated(page: str) -> str:
    """Return the page with all that is made from the shapes as they are now."""
    events = "\n".join(f"| `{name}` | {words} |" for name, words in EVENTS.items())
    parts = [page.partition(MARK)[0] + MARK, "## Events\n", "| type | when |\n|---|---|"]
    parts += [events, "\n## Data\n", *map(_section, SHAPES)]
    parts += ["## An example\n", f"```json\n{_example()}\n```\n"]
    return "\n".join(parts)


def _section(shape: type[msgspec.Struct]) -> str:
    doc = (shape.__doc__ or "").strip()
    return "\n".join([f"### {_name(shape)}\n", f"{doc}\n", "| key | type |", "|---|---|"]) + (
        "\n" + "\n".join(_rows(shape)) + "\n"
    )


def _rows(shape: type[msgspec.Struct]) -> Iterator[str]:
    hints = get_type_hints(shape)
    for name in shape.__struct_fields__:
        kinds = [one for one in _members(hints[name]) if one is not msgspec.UnsetType]
        sometimes = ", *sometimes*" if msgspec.UnsetType in _members(hints[name]) else ""
        yield f"| `{name}` | {' or '.join(map(_kind, kinds))}{sometimes} |"


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (UnionType, Union) else (hint,)


def _kind(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f"`{one}`" for one in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return f"[{_name(hint)}](#{_name(hint).lower()})"
    if args := get_args(hint):
        return f"list of {_kind(args[0])}"
    return _WORDS[hint]


def _name(shape: type[msgspec.Struct]) -> str:
    return shape.__name__.removesuffix("Data")


def _example() -> str:
    at = d.moment(_AT)
    conversation = d.ConversationData(
        id=812,
        url="https://support.example.com/console/c/812",
        state="open",
        inbox=d.InboxData("shop_tg", "telegram", "Shop"),
        contact=d.ContactData(407, "Олена", "olena@example.com", None),
        assignee=d.AgentData("anna", "Anna"),
        team="sales",
        language="uk",
        created_at=at,
    )
    message = d.MessageData(
        id=5120,
        kind="incoming",
        author=d.AuthorData("customer"),
        format="plain",
        created_at=at,
        attachments=(),
        text="Де моє замовлення? 📦",
    )
    body = body_of("message.received", _AT, d.EventData(conversation=conversation, message=message))
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)


def main() -> None:
    """Write the page."""
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
