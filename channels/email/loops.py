"""Mails that no customer wrote: machines, lists, ourselves. Answering them makes loops. Pure.

RFC 3834 says how programs recognise each other; the other fields are what they used before
it and still do.
"""

from collections.abc import Collection
from dataclasses import dataclass

from channels.email.headers import Headers, Mailbox
from channels.email.mime import Part


@dataclass(frozen=True, slots=True)
class Aside:
    """Why a mail becomes no message. `shown`: people are to see it, in the quarantine."""

    why: str
    shown: bool = True


OWN = Aside("it was sent by this inbox itself", shown=False)
RECEIPT = Aside("it says that a mail was shown to somebody", shown=False)
NO_SENDER = Aside("it names no sender")
NULL_SENDER = Aside("it has the null sender, as reports of failure have")
AUTOMATIC = Aside("a program sent it by itself (Auto-Submitted)")
LIST = Aside("it came through a mailing list")
BULK = Aside("it was sent to many (Precedence)")
REPORT = Aside("it is a report, not a letter")
_DAEMONS = ("mailer-daemon@", "postmaster@", "double-bounce@")
_OLD_MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from")


def reason(root: Part, sender: Mailbox | None, own: Collection[str]) -> Aside | None:
    """Return why this is no customer's letter; `None` if it is one."""
    headers = root.headers
    if sender is not None and sender.address in own:
        return OWN
    if root.type == "multipart/report":
        kind = headers.parameter("content-type", "report-type").lower()
        return RECEIPT if kind == "disposition-notification" else REPORT
    if headers.raw("return-path").replace(" ", "") == "<>":
        return NULL_SENDER
    if sender is None:
        return NO_SENDER
    if sender.address.startswith(_DAEMONS):
        return REPORT
    return _automatic(headers) or _bulk(headers, own)


def _automatic(headers: Headers) -> Aside | None:
    submitted = headers.value("auto-submitted")
    marked = any(headers.raw(name) for name in _OLD_MARKS)
    if (submitted and submitted != "no") or marked:
        return AUTOMATIC
    return AUTOMATIC if headers.value("precedence") == "auto_reply" else None


def _bulk(headers: Headers, own: Collection[str]) -> Aside | None:
    if _is_our_own_list(headers, own):
        return None
    if headers.raw("list-id") or headers.raw("list-unsubscribe") or headers.raw("list-post"):
        return LIST
    return BULK if headers.value("precedence") in ("bulk", "list", "junk") else None


def _is_our_own_list(headers: Headers, own: Collection[str]) -> bool:
    """Say whether the list is our own address: a group that brings its mail to this inbox."""
    named = (headers.raw("list-id") + headers.raw("list-post")).lower()
    return any(name in named for address in own for name in (address, address.replace("@", ".")))
