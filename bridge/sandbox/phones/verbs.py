"""What the page asks for, checked and done on a phone."""

from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast, get_args

from bridge.sandbox.phones.phone import (
    CanChange,
    CanMail,
    CanSendCards,
    CanShowTyping,
    FaultKind,
    Kept,
    NotPossibleError,
    Owner,
    Phone,
)

LONGEST = 10_000
MOST_FAULTS = 100
Given = Mapping[str, Any]
_NOT_HERE = "This network has no such thing."


def text(given: Given, name: str, default: str | None = None) -> str:
    """Return a text of what was given; raises `NotPossibleError`."""
    value = given.get(name, default)
    if not isinstance(value, str) or len(value) > LONGEST or (default is None and not value):
        raise NotPossibleError(f"{name}: a text is wanted.")
    return value


def number(given: Given, name: str, most: float) -> float:
    """Return a number between `-most` and `most`; raises `NotPossibleError`."""
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise NotPossibleError(f"{name}: a number up to {most:g} is wanted.")
    return value


async def act(owner: Owner, verb: str, given: Given) -> None:
    """Do one thing at somebody's phone; raises `NotPossibleError` and `LookupError`."""
    if verb not in _VERBS:
        raise NotPossibleError("Nobody can do that.")
    if owner.blocked and verb in _SPEAKING:
        raise NotPossibleError("The shop is blocked: let it write again first.")
    await _VERBS[verb](owner, given)


async def _write(owner: Owner, given: Given) -> None:
    await owner.write(text(given, "text"), text(given, "quote", ""))


async def _place(owner: Owner, given: Given) -> None:
    await owner.place(number(given, "latitude", 90), number(given, "longitude", 180))


async def _card(owner: Owner, given: Given) -> None:
    if not isinstance(owner, CanSendCards):
        raise NotPossibleError(_NOT_HERE)
    await owner.card(text(given, "name"), text(given, "number"))


async def _edit(owner: Owner, given: Given) -> None:
    if not isinstance(owner, CanChange):
        raise NotPossibleError(_NOT_HERE)
    await owner.edit(text(given, "message"), text(given, "text"))


async def _delete(owner: Owner, given: Given) -> None:
    if not isinstance(owner, CanChange):
        raise NotPossibleError(_NOT_HERE)
    await owner.delete(text(given, "message"))


async def _press(owner: Owner, given: Given) -> None:
    message, label = text(given, "message"), text(given, "label")
    if (message, label) not in _offered(owner):
        raise LookupError(label)
    await owner.press(message, label)


def _offered(owner: Owner) -> set[tuple[str, str]]:
    """Return the buttons there are: each with its message, by its words."""
    boards = [(one["id"], one["buttons"]) for one in owner.messages()]
    board = owner.keyboard()
    if board is not None:
        boards.append((board["message"], board["rows"]))
    return {
        (message, button["label"]) for message, rows in boards for row in rows for button in row
    }


async def _typing(owner: Owner, _given: Given) -> None:
    if not isinstance(owner, CanShowTyping):
        raise NotPossibleError(_NOT_HERE)
    await owner.begin_typing()


async def _mail(owner: Owner, given: Given) -> None:
    if not isinstance(owner, CanMail):
        raise NotPossibleError(_NOT_HERE)
    files = [_enclosed(one) for one in _list(given, "files")]
    subject, answered = text(given, "subject", ""), text(given, "quote", "")
    await owner.mail(subject, text(given, "text", "" if files else None), files, answered)


def _list(given: Given, name: str) -> Sequence[Given]:
    value = given.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise NotPossibleError(f"{name}: a list of objects is wanted.")
    return value


def _enclosed(given: Given) -> Kept:
    """Return a file that came as JSON, its `data` in base64."""
    data = given.get("data")
    try:
        content = b64decode(data if isinstance(data, str) else "", validate=True)
    except ValueError:
        content = b""
    if not content:
        raise NotPossibleError("data: a file in base64 is wanted, and not an empty one.")
    return Kept(text(given, "name").rpartition("/")[2] or "file", content)


async def _bounce(owner: Owner, given: Given) -> None:
    if not isinstance(owner, CanMail):
        raise NotPossibleError(_NOT_HERE)
    await owner.bounce(text(given, "message"))


async def _block(owner: Owner, _given: Given) -> None:
    await owner.block()


async def _unblock(owner: Owner, _given: Given) -> None:
    await owner.unblock()


async def _open(owner: Owner, given: Given) -> None:
    owner.is_open = given.get("open") is True


_VERBS: Mapping[str, Callable[[Owner, Given], Awaitable[None]]] = {
    "write": _write,
    "location": _place,
    "contact": _card,
    "edit": _edit,
    "delete": _delete,
    "press": _press,
    "typing": _typing,
    "mail": _mail,
    "bounce": _bounce,
    "block": _block,
    "unblock": _unblock,
    "open": _open,
}
# What reaches the shop, which nobody does who has blocked it.
_SPEAKING = frozenset({"write", "location", "contact", "press", "typing", "mail"})


def plan(phone: Phone, given: Given) -> None:
    """Have calls go wrong, or let all go well; raises `NotPossibleError`."""
    kind = text(given, "kind")
    if kind == "none":
        phone.all_well()
        return
    if kind not in get_args(FaultKind):
        raise NotPossibleError("kind: there is no such fault.")
    times = int(number(given, "times", MOST_FAULTS))
    if times < 1:
        raise NotPossibleError(f"times: a number from 1 to {MOST_FAULTS} is wanted.")
    phone.plan(cast("FaultKind", kind), times, only_sending=given.get("only_sending") is not False)
