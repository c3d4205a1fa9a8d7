"""Bytes that claim a character set, read as what they are. Pure, and linear in their length.

What mail declares is often wrong: nothing at all, `us-ascii` over KOI8-R, `iso-8859-1` over
Windows-1251, names that no table knows. A declaration is believed where it can be true;
after that the bytes themselves speak.
"""

import codecs
import re

_ALIASES = {
    "cp-1251": "cp1251",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "windows1251": "cp1251",
    "x-cp1251": "cp1251",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "koi8": "koi8-r",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode": "utf-8",
    # RFC 1554 and what Outlook sends of it; each reads more than its name.
    "iso-2022-jp": "iso2022_jp_ext",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-cyrillic": "mac-cyrillic",
}
# Declared by programs that never looked; they hold bytes of anything.
_VAGUE = {"ascii", "iso8859-1", "cp1252", "iso8859-15"}
_CYRILLIC = ("cp1251", "koi8-r", "koi8-u", "cp866")
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
# A sample decides; a whole book would say the same.
_SAMPLE = 20_000
# An ordinary letter is worth one; what stands between letters only by mistake costs.
_LOWER = set("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ")
_UPPER = set("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄҐ")


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`. Never raises; a byte that is no character becomes U+FFFD."""
    charset = _known(declared)
    if _JAPANESE.search(data) and charset in (None, *_VAGUE, "utf-8"):
        charset = "iso2022_jp_ext"
    for candidate in (charset, "utf-8"):
        if candidate is None or (candidate in _VAGUE and not data.isascii()):
            continue
        try:
            return _clean(data.decode(candidate))
        except (UnicodeError, ValueError, LookupError):
            continue
    return _clean(data.decode(_likeliest(data, charset), errors="replace"))


def _known(declared: str | None) -> str | None:
    """Return Python's name of the character set, or `None` for one there is not."""
    name = (declared or "").strip().strip("\"'").lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    # "base64" and its like are codecs too, but of no text.
    return found.name if found._is_text_encoding else None  # noqa: SLF001  # There is no other way to ask.


def _likeliest(data: bytes, charset: str | None) -> str:
    """Return the character set that makes the most sensible text of these bytes."""
    if charset is not None and charset not in _VAGUE and charset != "utf-8":
        broken = data[:_SAMPLE].decode(charset, errors="replace")
        if broken.count("\ufffd") * 50 < len(broken):
            return charset
    if charset == "utf-8" and _is_mostly_utf8(data):
        return "utf-8"
    best = max(_CYRILLIC, key=lambda name: score(data[:_SAMPLE].decode(name, errors="replace")))
    text = data[:_SAMPLE].decode(best, errors="replace")
    letters = sum(char.isalpha() for char in text)
    # A Western text has a foreign letter here and there, a Cyrillic one has little else.
    if score(text) * 2 > letters:
        return best
    return "cp1252"


def _is_mostly_utf8(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    wrong = sample.decode("utf-8", errors="replace").count("\ufffd")
    return wrong * 20 < sum(byte > 0x7F for byte in sample)


def score(text: str) -> int:
    """Return how much the text looks as if people had written it in Cyrillic."""
    good, before = 0, ""
    for char in text:
        if char in _LOWER:
            good += 1
        elif char in _UPPER:
            # KOI8-R read as Windows-1251 has its small and capital letters exchanged.
            good += -1 if before in _LOWER else 0
        elif char > "\x7f" and not char.isalpha() and before.isalpha():
            good -= 1
        before = char
    return good


def _clean(text: str) -> str:
    """Return the text without a mark of byte order and without NULs."""
    return text.removeprefix("\ufeff").replace("\x00", "")
