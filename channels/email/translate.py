"""From the bytes of a mail to what the core understands. Pure but for winmail.dat."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from bridge.markup.htmlclean import clean
from bridge.markup.htmlscan import tokens
from channels.email import bodies, bounces, loops, mime, quotes
from channels.email.authenticity import is_proven
from channels.email.bodies import Body, File
from channels.email.bounces import Bounce
from channels.email.headers import Headers, Mailbox, split
from channels.email.loops import Aside
from channels.email.mime import Part
from channels.email.threads import Threads, Trace, trace

# The core takes 100,000 characters; nobody reads half of that in a timeline.
LONGEST_TEXT = 50_000
_CUT = "⚠ This mail has more parts than are shown here."
_MOST_NAMED = 20
_MOST_REFERENCES = 50
# What the servers on the way add is different in every copy of the same mail.
_LASTING = ("from", "sender", "to", "cc", "date", "subject", "message-id", "in-reply-to",
            "references", "content-type", "content-transfer-encoding")  # fmt: skip
# What a plain text cannot show; words in bold it can do without.
_RICH = frozenset({"img", "table", "ul", "ol", "h1", "h2", "h3", "h4", "strike", "s", "del"})


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a mail is read against: whose mailbox it is."""

    own: Collection[str]
    threads: Threads
    authserv_id: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A customer's mail. `references` are the ids it answers, the nearest first."""

    sender: Mailbox
    trace: Trace
    references: tuple[str, ...]
    text: str
    facts: tuple[str, ...]
    body: Body
    verified: bool | None
    language: str | None
    folded: bool

    @property
    def files(self) -> list[File]:
        """Return the files that came with it."""
        return self.body.files

    @property
    def needs_original(self) -> bool:
        """Say whether the text leaves out what only its HTML shows."""
        return self.body.has_html and (self.folded or _is_rich(self.body.html))


@dataclass(frozen=True, slots=True)
class Failed:
    """A report that mails of ours did not arrive."""

    bounces: tuple[Bounce, ...]


def translate(raw: bytes, inbox: Inbox) -> Letter | Failed | Aside:
    """Return what a mail is. Raises nothing that its writer could cause, as far as is known."""
    root = mime.read(raw)
    sender = next(iter(root.headers.mailboxes("from")), None)
    aside = loops.reason(root, sender, inbox.own)
    failed = bounces.read(root, aside, inbox.threads) if aside is not loops.OWN else []
    if failed:
        return Failed(tuple(failed))
    if aside is not None or sender is None:
        return aside or loops.NO_SENDER
    return _letter(raw, root, sender, inbox)


def _letter(raw: bytes, root: Part, sender: Mailbox, inbox: Inbox) -> Letter:
    headers = root.headers
    body = bodies.read(root)
    subject = headers.text("subject")
    whole = body.text
    text = quotes.fold(whole, subject=subject)
    folded = text != whole or len(text) > LONGEST_TEXT
    return Letter(
        sender=sender,
        trace=trace(digest(raw), next(iter(headers.ids("message-id")), ""), subject),
        references=tuple(references(headers)),
        text=text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…",
        facts=(*_facts(headers, sender, inbox.own), *([_CUT] if body.cut else [])),
        body=body,
        verified=_verified(headers, sender, inbox),
        language=_language(headers),
        folded=folded,
    )


def _verified(headers: Headers, sender: Mailbox, inbox: Inbox) -> bool | None:
    """Say whether the sender is proven; `None` where nobody is asked to vouch for anybody."""
    if inbox.authserv_id is None:
        return None
    return is_proven(headers, sender.domain, inbox.authserv_id)


def digest(raw: bytes) -> str:
    """Return a name for what was written, the same for every copy that was delivered of it.

    A Message-ID alone would let whoever knows it send something else first, and have the
    real mail taken for a copy.
    """
    head, body = split(raw)
    headers = Headers.read(head)
    whole = hashlib.sha256()
    for name in _LASTING:
        for value in headers.all(name):
            whole.update(f"{name}:{' '.join(value.split())}\n".encode(errors="replace"))
    whole.update(b"\n" + body.rstrip())
    return whole.hexdigest()[:40]


def references(headers: Headers) -> list[str]:
    """Return the ids that the mail says it answers, the nearest first."""
    chain = headers.ids("references")
    near = [*headers.ids("in-reply-to"), *reversed(chain[-_MOST_REFERENCES:])]
    # The first of a long chain names the thread.
    return list(dict.fromkeys([*near[:_MOST_REFERENCES], *chain[:1]]))


def _facts(headers: Headers, sender: Mailbox, own: Collection[str]) -> list[str]:
    """Return who else is named: for people to see, never to be written to."""
    facts = []
    for name, label in (("to", "To"), ("cc", "Cc"), ("bcc", "Bcc"), ("reply-to", "Reply-To")):
        people = [box.address for box in headers.mailboxes(name)]
        others = list(dict.fromkeys(one for one in people if one not in (sender.address, *own)))
        if others:
            more = f" +{len(others) - _MOST_NAMED}" if len(others) > _MOST_NAMED else ""
            facts.append(f"{label}: {', '.join(others[:_MOST_NAMED])}{more}")
    return facts


def _language(headers: Headers) -> str | None:
    told = headers.raw("content-language") or headers.raw("accept-language")
    code = told.split(",")[0].split("-")[0].strip().lower()
    return code if len(code) in (2, 3) and code.isascii() and code.isalpha() else None


def _is_rich(html: str) -> bool:
    return any(token.kind == "open" and token.name in _RICH for token in tokens(html))


def whole_text(letter: Letter) -> File:
    """Return all words of the mail, as they are to be kept beside those that are new."""
    return File("original.txt", letter.body.text.encode(errors="replace"))


def original(letter: Letter, pictures: dict[str, str]) -> File:
    """Return the mail's page as it is to be kept beside its text: cleaned HTML.

    `pictures` gives the public id of the file that a `cid:` address names.
    """
    page = clean(letter.body.html, pictures)
    whole = f'<!doctype html>\n<meta charset="utf-8">\n{page}\n'
    return File("original.html", whole.encode(errors="replace"))
