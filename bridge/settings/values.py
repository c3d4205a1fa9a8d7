"""The kinds of value a setting may have, each with its reader and its JSON Schema.

Every reader takes what the YAML gives (or a finished value, from tests and defaults) and
raises `fault(...)` with a sentence that never quotes a value from outside the file.
"""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from bridge.settings.faults import fault, nearest_of
from bridge.settings.secret import Resolved

Locale = Literal["en", "ru", "uk", "es"]
LOCALES: tuple[Locale, ...] = ("en", "ru", "uk", "es")

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365 * 86400}
_SIZES = {"B": 1, "kB": 1024, "KB": 1024, "MB": 1024**2, "GB": 1024**3}
_DURATION = re.compile(r"(?:\d{1,9}[smhdy])+")
_DURATION_PART = re.compile(r"(\d+)([smhdy])")
_SIZE = re.compile(r"(\d{1,9})\s?(B|kB|KB|MB|GB)")
_LONGEST = timedelta(days=3660)
_MOST = 1_000_000

DURATION_PATTERN = r"^(\d+[smhdy])+$"
SIZE_PATTERN = r"^\d+ ?(B|kB|KB|MB|GB)$"


def written(text: str) -> Any:
    """Give a default as the YAML writes it; the field's own reader makes it a value."""
    return text


def say(value: object) -> str:
    """Name a value for a message: quoted, unless it may be a secret."""
    if isinstance(value, Resolved):
        return "the value"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)[:40]
    return found(value)


def found(value: object) -> str:
    """Name the type of a value in the words of somebody who writes YAML."""
    names = {dict: "a map", list: "a list", bool: "true or false", str: "text"}
    for python, words in names.items():
        if isinstance(value, python):
            return words
    return "nothing" if value is None else "a number"


def text_of(value: object, wanted: str) -> str:
    """Return a text; raises a fault that names what is `wanted` for anything else."""
    if not isinstance(value, str):
        raise fault("wrong_type", f"{wanted} is wanted here, not {say(value)}")
    return value


# --- Numbers and switches ------------------------------------------------------------


def _whole(value: object) -> object:
    if isinstance(value, Resolved) and re.fullmatch(r"[-+]?\d{1,18}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise fault("wrong_type", f"a whole number is wanted here, not {_seen(value)}")
    return value


def _seen(value: object) -> str:
    return f"the text {say(value)}" if isinstance(value, str) else say(value)


def _flag(value: object) -> object:
    if isinstance(value, Resolved) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise fault("wrong_type", f"true or false is wanted here, not {_seen(value)}")
    return value


def _ip(value: object) -> bool | Literal["anonymised"]:
    if value == "anonymised":
        return "anonymised"
    try:
        return bool(_flag(value))
    except PydanticCustomError:
        message = f"{say(value)} is not one of the words that may stand here"
        near = nearest_of(str(value), ["anonymised"])
        help = "write true, false or anonymised"
        raise fault("not_a_choice", message, nearest=near, help=help) from None


def _plain_str(value: object) -> object:
    return str(value) if isinstance(value, Resolved) else value


WHOLE = BeforeValidator(_whole)


def _whole_or_off(value: object) -> object:
    if value is None or value == "off":
        return None
    number = _whole(value)
    if not isinstance(number, int) or not 1 <= number <= _MOST:
        raise fault("out_of_range", f"{say(value)} is not between 1 and {_MOST:,}")
    return number


def _number_or_off(value: int | None) -> int | str:
    return "off" if value is None else value


WholeOrOff = Annotated[
    int | None,
    PlainValidator(_whole_or_off),
    PlainSerializer(_number_or_off),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1, "maximum": _MOST}, {"enum": ["off"]}]}
    ),
]
Flag = Annotated[bool, BeforeValidator(_flag)]
CHOICE = BeforeValidator(_plain_str)
IpSwitch = Annotated[
    bool | Literal["anonymised"],
    PlainValidator(_ip),
    WithJsonSchema({"enum": [True, False, "anonymised"]}),
]


# --- Durations and sizes -------------------------------------------------------------


def read_duration(value: object) -> timedelta:
    """Read `90s`, `5m`, `1m30s`, `24h`, `30d`, `1y`; a year has 365 days."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise fault("bad_duration", f"{say(value)} is no duration")
    seconds = sum(int(n) * _UNITS[unit] for n, unit in _DURATION_PART.findall(value))
    if not 0 < seconds <= _LONGEST.total_seconds():
        raise fault("bad_duration", f"{say(value)} is not between 1s and 3660d")
    return timedelta(seconds=seconds)


def _duration_or_off(value: object) -> timedelta | None:
    if value is None or value == "off":
        return None
    if value is False or value == 0:
        raise fault("bad_duration", f"{say(value)} is no duration", help="write off to disable it")
    return read_duration(value)


def write_duration(value: timedelta) -> str:
    """Write a duration as people do: `1m30s`, `24h`, `30d`."""
    seconds, parts = int(value.total_seconds()), ""
    for unit in ("y", "d"):
        if seconds > _UNITS["d"] and seconds % _UNITS[unit] == 0:
            return f"{seconds // _UNITS[unit]}{unit}"
    for unit in ("h", "m", "s"):
        count, seconds = divmod(seconds, _UNITS[unit])
        parts += f"{count}{unit}" if count else ""
    return parts


class Size(int):
    """A number of bytes that remembers to be written as one: `4MB`."""

    def __str__(self) -> str:
        """Write it in the largest unit that leaves a whole number."""
        for unit in ("GB", "MB", "kB"):
            if self and not self % _SIZES[unit]:
                return f"{int(self) // _SIZES[unit]}{unit}"
        return f"{int(self)}B"


def _size(value: object) -> Size:
    if isinstance(value, int) and not isinstance(value, bool) and not isinstance(value, Size):
        raise fault("bad_size", f"{value} has no unit", help=f"write {value}B, or 4MB")
    if isinstance(value, Size):
        return value
    parts = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if parts is None or not int(parts[1]):
        raise fault("bad_size", f"{say(value)} is no size")
    return Size(int(parts[1]) * _SIZES[parts[2]])


def pattern_schema(pattern: str, *words: str) -> WithJsonSchema:
    """Describe a text of this pattern, or one of `words`, to an editor."""
    text = {"type": "string", "pattern": pattern}
    return WithJsonSchema({"anyOf": [text, {"enum": list(words)}]} if words else text)


def _own_or_off(value: object) -> timedelta | str | None:
    if value is None:
        return None
    found = _duration_or_off(value)
    return "off" if found is None else found


def _written_or_none(value: timedelta | str | None) -> str | None:
    return write_duration(value) if isinstance(value, timedelta) else value


def _written_or_off(value: timedelta | None) -> str:
    return "off" if value is None else write_duration(value)


Duration = Annotated[
    timedelta,
    PlainValidator(read_duration),
    PlainSerializer(write_duration),
    pattern_schema(DURATION_PATTERN),
]
DurationOrOff = Annotated[
    timedelta | None,
    PlainValidator(_duration_or_off),
    PlainSerializer(_written_or_off),
    pattern_schema(DURATION_PATTERN, "off"),
]
# In place of one that counts elsewhere: without it (null), that one does.
OwnDuration = Annotated[
    timedelta | str | None,
    PlainValidator(_own_or_off),
    PlainSerializer(_written_or_none),
    pattern_schema(DURATION_PATTERN, "off"),
]
ByteSize = Annotated[
    Size, PlainValidator(_size), PlainSerializer(str), pattern_schema(SIZE_PATTERN)
]


# --- Names ---------------------------------------------------------------------------

ID_PATTERN = r"^[a-z0-9_]{1,40}$"


def _id(value: object) -> str:
    text = text_of(value, "an id")
    if not re.fullmatch(r"[a-z0-9_]{1,40}", text):
        better = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40]
        help = f'write it as "{better}"' if re.fullmatch(r"[a-z0-9_]+", better) else ""
        raise fault("bad_id", "an id is 1 to 40 of a-z, 0-9 and _", help=help, on_key=True)
    return text


def _timezone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    text = text_of(value, "the name of a time zone")
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = None if isinstance(value, Resolved) else nearest_of(text, available_timezones())
        raise fault("bad_timezone", f"no time zone {say(value)}", nearest=near) from None


def _email(value: object) -> str:
    text = text_of(value, "an email address")
    if not re.fullmatch(r"[^@\s<>,;]{1,64}@[^@\s<>,;.]+(?:\.[^@\s<>,;.]+)+", text):
        raise fault("bad_email", f"{say(value)} is no email address")
    return str(text)


Id = Annotated[str, PlainValidator(_id), WithJsonSchema({"type": "string", "pattern": ID_PATTERN})]
Timezone = Annotated[
    ZoneInfo,
    PlainValidator(_timezone),
    PlainSerializer(str),
    WithJsonSchema({"type": "string"}),
]
Email = Annotated[str, PlainValidator(_email), pattern_schema(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


# --- Lists ---------------------------------------------------------------------------


def _listed(value: object) -> object:
    """Split a variable's `a, b` where a list is wanted, so that one variable can fill it."""
    if isinstance(value, Resolved):
        parts = (part.strip() for part in value.split(","))
        return [Resolved(part, reference=value.reference) for part in parts if part]
    return value


LISTED = BeforeValidator(_listed)
