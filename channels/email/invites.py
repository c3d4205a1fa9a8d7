"""An invitation (text/calendar) as one line that a person can read. Pure.

https://www.rfc-editor.org/rfc/rfc5545
"""

import re

_UNFOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[^:\r\n]{0,400})?):([^\r\n]{0,2000})")
_WHEN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{0,2}(Z?))?")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_LONGEST = 200_000
_METHODS = {"CANCEL": "cancelled", "REPLY": "answered", "COUNTER": "another time proposed"}


def line(text: str) -> str:
    """Return `📅 what, when, where`; an empty text where no event is in it."""
    fields = _fields(_UNFOLD.sub("", text[:_LONGEST]))
    if "SUMMARY" not in fields and "DTSTART" not in fields:
        return ""
    method = _METHODS.get(fields.get("METHOD", ("", ""))[1].strip().upper(), "")
    pieces = [
        _text(fields.get("SUMMARY", ("", ""))[1]),
        _span(fields),
        _text(fields.get("LOCATION", ("", ""))[1]),
        method,
    ]
    return "📅 " + ", ".join(piece for piece in pieces if piece)


def _fields(text: str) -> dict[str, tuple[str, str]]:
    """Return parameters and value of the first event's fields; the first of each counts."""
    found: dict[str, tuple[str, str]] = {}
    inside = False
    for raw in text.splitlines():
        match = _LINE.fullmatch(raw.strip())
        if match is None:
            continue
        name, value = match[1].upper(), match[3]
        if name == "BEGIN" and value.upper() == "VEVENT":
            inside = True
        elif name == "END" and value.upper() == "VEVENT":
            break
        elif inside or name == "METHOD":
            found.setdefault(name, (match[2], value))
    return found


def _span(fields: dict[str, tuple[str, str]]) -> str:
    begin, end = _moment(fields, "DTSTART"), _moment(fields, "DTEND")
    if not begin:
        return ""
    same_day = end[:10] == begin[:10]
    until = end[11:] if same_day else end
    return f"{begin} – {until}" if until else begin


def _moment(fields: dict[str, tuple[str, str]], name: str) -> str:
    parameters, value = fields.get(name, ("", ""))
    match = _WHEN.fullmatch(value.strip())
    if match is None:
        return ""
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if match[4] is None:
        return day
    zone = "UTC" if match[6] else _zone(parameters)
    return f"{day} {match[4]}:{match[5]} {zone}".rstrip()


def _zone(parameters: str) -> str:
    match = re.search(r";TZID=\"?([^;\":]{1,60})", parameters, re.IGNORECASE)
    return match[1] if match else ""


def _text(value: str) -> str:
    read = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    return " ".join(read.split())[:300]
