"""What a mail says, gathered from its parts: words, HTML, files. Pure but for winmail.dat."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import escape

from channels.email import invites, tnef
from channels.email.charsets import decode
from channels.email.headers import one_line
from channels.email.htmltext import to_text
from channels.email.mime import Part

# The rest of a longer text is in the original that is kept with it.
LONGEST_PIECE = 400_000
_LARGEST_TNEF = 30 * 1024 * 1024
# The proof that a mail was not changed; no reader wants it as a file.
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature",
                         "application/x-pkcs7-signature"})  # fmt: skip
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
# Where Outlook's plain text shows a picture of the HTML; alone in its line or within one.
_PLACE_OF_PICTURE = re.compile(r"(?m)^\[cid:([^\]\s]{1,200})\]\n|\[cid:([^\]\s]{1,200})\]")
_ENDINGS = {
    "text/plain": "txt", "text/html": "html", "text/calendar": "ics", "image/jpeg": "jpg",
    "image/png": "png", "image/gif": "gif", "application/pdf": "pdf", "message/rfc822": "eml",
    "audio/mpeg": "mp3", "video/mp4": "mp4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A file in a mail. `content_id` is the name by which its HTML shows it, if it does."""

    name: str
    content: bytes
    content_id: str = ""


@dataclass(slots=True)
class Body:
    """Everything there is to read and to keep."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    has_html: bool = False
    cut: bool = False
    """Whether parts of it were too deep or too many to be opened."""

    @property
    def text(self) -> str:
        """Return the words, with nothing folded away."""
        words = "\n\n".join(one for one in self.texts if one.strip())
        return _without_places(words, {one.content_id for one in self.files})

    @property
    def html(self) -> str:
        """Return the whole as HTML, as unclean as it came."""
        return "\n<hr>\n".join(self.pages)

    def say(self, text: str, page: str | None = None) -> None:
        """Add words; without a page of their own they are shown as they are."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")[:LONGEST_PIECE]
        if not text.strip() and not page:
            return
        self.texts.append(text.strip("\n"))
        self.pages.append(page or f"<pre>{escape(text)}</pre>")
        self.has_html = self.has_html or page is not None


def _without_places(words: str, pictures: Collection[str]) -> str:
    """Leave out where pictures stood, which are beside the words as files."""
    return _PLACE_OF_PICTURE.sub(
        lambda found: "" if (found[1] or found[2]) in pictures else found[0], words
    )


def read(root: Part) -> Body:
    """Gather what a mail says. Never raises over what stands in it."""
    body = Body()
    _take(root, body)
    body.cut = any(part.cut for part in root.walk())
    return body


def _take(part: Part, body: Body) -> None:
    kind = part.type
    if kind == "multipart/alternative" and part.parts:
        _take_best(part.parts, body)
    elif kind == "message/rfc822" and part.parts and not part.cut:
        _take_forwarded(part.parts[0], body)
    elif part.parts:
        for child in part.parts:
            _take(child, body)
    elif kind in _TNEF or part.name.lower() == "winmail.dat":
        _take_tnef(part, body)
    elif kind == "text/calendar":
        body.say(invites.line(_words(part)))
        body.files.append(_file(part, len(body.files)))
    elif _is_read_in_place(part):
        _take_text(part, body)
    elif kind not in _SIGNATURES:
        body.files.append(_file(part, len(body.files)))


def _is_read_in_place(part: Part) -> bool:
    if part.is_file or part.cut:
        return False
    # A multipart that has no parts is broken, and what stands in it is mostly text.
    return part.type in ("text/plain", "text/html") or part.type.startswith("multipart/")


def _words(part: Part) -> str:
    return decode(part.content(), part.charset)


def _take_text(part: Part, body: Body) -> None:
    words = _words(part)
    if part.type == "text/html":
        body.say(to_text(words), words)
    else:
        flowed = part.headers.parameter("content-type", "format").lower() == "flowed"
        body.say(_unflowed(words, part) if flowed else words)


def _unflowed(text: str, part: Part) -> str:
    """Join the lines that RFC 3676 lets a program break."""
    joiner = "" if part.headers.parameter("content-type", "delsp").lower() == "yes" else " "
    lines: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line.removeprefix(" ")  # noqa: PLW2901  # Stuffed with one space in front.
        soft = line.endswith(" ") and line != "-- "
        words = line[:-1] + joiner if soft else line
        if goes_on and lines:
            lines[-1] += words
        else:
            lines.append(words)
        goes_on = soft and not line.startswith(">")
    return "\n".join(lines)


def _take_best(parts: list[Part], body: Body) -> None:
    """Take one of several ways to say the same: the words of the plain one, the HTML's looks."""
    ways = [_way(part) for part in parts]
    plain = next((way for way in ways if way.text.strip() and not way.has_html), None)
    rich = next((way for way in reversed(ways) if way.has_html), None)
    best = plain or rich
    if best is not None:
        page = rich.html if rich else None
        body.say(best.text, page)
    for way in ways:
        body.files += way.files
        # An invitation says in a line what the mail says in a page.
        body.texts += [text for text in way.texts if text.startswith("📅") and way is not best]


def _way(part: Part) -> Body:
    way = Body()
    _take(part, way)
    return way


def _take_forwarded(mail: Part, body: Body) -> None:
    """Show a mail that lies in this one: its head, its words, its files."""
    heads = [(name, mail.headers.text(name)) for name in ("from", "date", "to", "subject")]
    lines = [f"{name.title()}: {value}" for name, value in heads if value]
    body.say("\n".join(["---------- Forwarded message ----------", *lines]))
    _take(mail, body)


def _take_tnef(part: Part, body: Body) -> None:
    content = part.content()
    unpacked = tnef.unpack(content) if len(content) <= _LARGEST_TNEF else None
    if unpacked is None:
        body.files.append(_file(part, len(body.files)))
        return
    if not any(text.strip() for text in body.texts):
        body.say(unpacked.text or to_text(unpacked.html), unpacked.html or None)
    body.files += [File(one_line(name)[:200] or "file", data) for name, data in unpacked.files]


def _file(part: Part, number: int) -> File:
    content = part.body if part.cut else part.content()
    return File(part.name[:200] or _invented_name(part, number), content, part.content_id)


def _invented_name(part: Part, number: int) -> str:
    if part.type == "message/rfc822" and part.parts:
        number_or_subject = part.parts[0].headers.text("subject")[:80]
        return f"{number_or_subject or 'mail'}.eml"
    ending = _ENDINGS.get(part.type, part.type.partition("/")[2][:10] or "bin")
    return f"file-{number + 1}.{ending}"


def pictures(files: list[File]) -> Iterator[tuple[str, int]]:
    """Yield the content ids by which HTML names files, and which file each is."""
    for index, one in enumerate(files):
        if one.content_id:
            yield one.content_id, index
