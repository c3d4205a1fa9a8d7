"""Settings as YAML again: what the file, its defaults and the environment come to."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from bridge.settings.addresses import Address
from bridge.settings.base import Part
from bridge.settings.models import Settings
from bridge.settings.secret import MASK, Secret
from bridge.settings.texts import LocalText
from bridge.settings.values import Size, write_duration


def show(settings: Settings) -> str:
    """Return the settings as YAML, each secret as `***`."""
    yaml = YAML()
    yaml.width = 100
    out = StringIO()
    yaml.dump(plain(settings), out)
    return out.getvalue()


def plain(value: Any) -> Any:
    """Return a setting as the YAML writes it; what is not set is left out of its map."""
    if isinstance(value, Part):
        fields = type(value).model_fields
        shown = {name: getattr(value, name) for name in fields}
        return {n: plain(v) for n, v in shown.items() if v is not None or _is_off(value, n)}
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return _leaf(value)


def _is_off(part: Part, name: str) -> bool:
    """Say whether `None` stands for `off` here: only durations have a default to switch off."""
    return type(part).model_fields[name].default is not None


def _leaf(value: Any) -> Any:
    if isinstance(value, Secret):
        return MASK
    if value is None:
        return "off"
    if isinstance(value, timedelta):
        return write_duration(value)
    if isinstance(value, LocalText):
        return value.everywhere if value.everywhere is not None else dict(value.by_locale)
    if isinstance(value, (Address, Size, Path, ZoneInfo)):
        return str(value)
    return value
