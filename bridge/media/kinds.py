"""What a file really is, told by its content; what it may be called."""

import re
import unicodedata

import puremagic

from bridge.channel import MediaKind

# Pictures a browser draws and we can draw again. SVG is a program, not a picture.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# What a browser may play in place; all else is only ever downloaded.
PLAYABLE = frozenset(
    {
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/mp4",
        "audio/webm",
        "video/mp4",
        "video/webm",
        "video/ogg",
    }
)
_UNKNOWN = "application/octet-stream"
# Two containers hold sound or moving pictures alike; the codec or the brand in their head
# tells which. A brand that is not here is a still picture (AVIF, HEIC) or unknown to us.
_OGG_SOUNDS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_MP4_BRANDS = {
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V "),
        "video/mp4",
    ),
    b"qt  ": "video/quicktime",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
}
# Content that a browser could take for a page, whatever its name says.
_ACTIVE = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|x:xmpmeta)", re.IGNORECASE
)
_PICTURE_HEADS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
_ENDINGS = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
}
_OWN_ENDING = re.compile(r"\.[a-z0-9]{1,10}$").search
LONGEST_NAME = 200
# Control characters, line ends, and marks that nobody sees: one of them turns the writing
# around, and "exe.gnp" reads "png.exe". Letters and emoji are joined with two of them.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINERS = "\u200c\u200d"


def type_of(head: bytes) -> str:
    """Return the MIME type that the content bears out; what anybody claims counts for nothing."""
    for mime, heads in _PICTURE_HEADS.items():
        if head.startswith(heads):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if _ACTIVE.search(head):
        return "text/plain" if _is_text(head) else _UNKNOWN
    found = _by_container(head) or _by_magic(head)
    if found is not None:
        return found
    return "text/plain" if _is_text(head) else _UNKNOWN


def _by_container(head: bytes) -> str | None:
    if head.startswith(b"OggS"):
        if b"\x80theora" in head[:300]:
            return "video/ogg"
        return "audio/ogg" if any(codec in head[:300] for codec in _OGG_SOUNDS) else _UNKNOWN
    if head[4:8] == b"ftyp":
        return _MP4_BRANDS.get(head[8:12], _UNKNOWN)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    return None


def _by_magic(head: bytes) -> str | None:
    """Return a type that is safe to name, if the content has a known head."""
    try:
        found: str = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError, IndexError):
        return None
    if not re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,80}", found):
        return None
    # A picture we did not recognise above, or a page, is just a file to us.
    if found.startswith(("image/", "text/")) or "xml" in found or "html" in found:
        return None
    return found


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        # The last character may be cut in two.
        head[:-4].decode() if len(head) == 4096 else head.decode()
    except UnicodeDecodeError:
        return False
    return True


def kind_of(mime: str) -> MediaKind:
    """Return how a file of this checked type is shown."""
    if mime in PICTURES:
        return "image"
    if mime in PLAYABLE:
        return "audio" if mime.startswith("audio/") else "video"
    return "file"


def kind_as_told(mime: str, told: MediaKind) -> MediaKind:
    """Return how a customer's file is shown: as its network says, if its content can be that."""
    kind = kind_of(mime)
    fits = {"voice": "audio", "sticker": "image"}.get(told)
    return told if fits == kind else kind


def public_name(mime: str, name: str) -> str:
    """Return what a file is called in a public address: its ending, and no word of anybody's.

    Networks judge by the ending: that of the checked type, where it has one.
    """
    own = _OWN_ENDING(name.lower())
    return f"file.{_ENDINGS[mime]}" if mime in _ENDINGS else f"file{own[0] if own else ''}"


def shown_name(name: str) -> str:
    """Return a name fit for headers and people: no path, no control or direction marks."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in _UNSEEN or c in _JOINERS)
    name = name.strip().strip(".").strip()
    if len(name) <= LONGEST_NAME:
        return name or "file"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 20:
        return name[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + "." + ending
