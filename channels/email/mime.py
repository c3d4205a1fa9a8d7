"""A mail taken apart into its parts. Pure; time and depth are bounded whatever comes.

Python's own parser descends by recursion and looks at every boundary for every line, so a
mail of 1,000 nested parts breaks it and one of 100,000 takes minutes. This one keeps what
is too deep or too much as one part, unopened.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.email.headers import Headers, split, unbase64

DEEPEST = 25
MOST_PARTS = 300

_MBOX_LINE = re.compile(rb">?From +[^ :]")


@dataclass(slots=True)
class Part:
    """One part: its head, its body as it came, and the parts in it."""

    headers: Headers
    body: bytes
    parts: list["Part"] = field(default_factory=list)
    cut: bool = False
    """Whether there was more in it than is opened."""
    default_type: str = "text/plain"

    @property
    def type(self) -> str:
        """Return `text/plain`, `image/png`, ... in small letters."""
        value = self.headers.value("content-type")
        return value if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", value) else self.default_type

    @property
    def charset(self) -> str:
        """Return the declared character set, or an empty text."""
        return self.headers.parameter("content-type", "charset")

    @property
    def name(self) -> str:
        """Return the file's name, or an empty text."""
        given = self.headers.parameter("content-disposition", "filename")
        return given or self.headers.parameter("content-type", "name")

    @property
    def is_file(self) -> bool:
        """Say whether the part is given as a file, not as something to read in place."""
        disposition = self.headers.value("content-disposition")
        return disposition == "attachment" or (bool(self.name) and disposition != "inline")

    @property
    def content_id(self) -> str:
        """Return the id by which HTML names it (`cid:`), without brackets."""
        return self.headers.raw("content-id").strip().strip("<>")

    def content(self) -> bytes:
        """Return the body, decoded."""
        return decoded(self.body, self.headers.value("content-transfer-encoding"))

    def walk(self) -> Iterator["Part"]:
        """Yield the part and everything in it, in order."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.parts))


def read(raw: bytes) -> Part:
    """Take a mail apart. Never raises."""
    # Some mailboxes keep the line by which mbox files begin a mail.
    if _MBOX_LINE.match(raw):
        raw = raw.partition(b"\n")[2]
    root = _part(raw, "text/plain")
    waiting, count = [(root, 0)], 1
    while waiting:
        part, depth = waiting.pop()
        if depth >= DEEPEST or count >= MOST_PARTS:
            part.cut = part.cut or _has_parts(part)
            continue
        part.parts, more = _children(part, MOST_PARTS - count)
        part.cut = more
        count += len(part.parts)
        waiting.extend((child, depth + 1) for child in part.parts)
    return root


def _part(raw: bytes, default_type: str) -> Part:
    head, body = split(raw)
    return Part(Headers.read(head[:256_000]), body, default_type=default_type)


def _has_parts(part: Part) -> bool:
    return part.type.startswith("multipart/") or part.type == "message/rfc822"


def _children(part: Part, most: int) -> tuple[list[Part], bool]:
    """Return the parts in this one, and whether there are more than `most`."""
    if part.type == "message/rfc822":
        return [_part(part.content().lstrip(b"\r\n"), "text/plain")], False
    boundary = part.headers.parameter("content-type", "boundary")
    if not part.type.startswith("multipart/") or not boundary:
        return [], False
    default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    children: list[Part] = []
    for raw in _pieces(part.body, boundary.encode("utf-8", "surrogateescape")):
        if len(children) >= most:
            return children, True
        children.append(_part(raw, default))
    return children, False


def _pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Yield what stands between the boundaries; after the last one there may be none."""
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    start: int | None = None
    for match in line.finditer(body):
        if start is not None:
            yield body[start : match.start()]
        if match[1]:
            return
        start = match.end() + (2 if body[match.end() : match.end() + 2] == b"\r\n" else 1)
    if start is not None:
        yield body[start:]


def decoded(body: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding, as far as that can be done."""
    if encoding == "base64":
        return unbase64(body)
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _undo_uu(body)
    return body


def _undo_uu(body: bytes) -> bytes:
    data: list[bytes] = []
    lines = iter(body.splitlines())
    if not any(line.startswith(b"begin ") for line in lines):
        return body
    for line in lines:
        if line.strip() in (b"end", b"`"):
            break
        try:
            data.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(data)
