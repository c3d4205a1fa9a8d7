"""Settings as YAML again: what the file, its defaults and the environment come to."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from bridge.settings.models import Settings


def show(settings: Settings) -> str:
    """Return the settings as YAML, each secret as `***`; what is not set is left out."""
    yaml = YAML()
    yaml.width = 100
    out = StringIO()
    yaml.dump(_set(settings.model_dump(mode="json")), out)
    return out.getvalue()


def keys(settings: Settings) -> list[tuple[str, str, str | None]]:
    """Return each key by its dotted name, its value, and where it stands; secrets as `***`.

    Where is a line of the file or a variable; `None` for a default.
    """
    places = settings.origin.places if settings.origin else {}
    shown = _leaves(_set(settings.model_dump(mode="json")), "")
    return [(name, value, places.get(name)) for name, value in shown]


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else key)
    else:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _set(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _set(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_set(inner) for inner in value]
    return value
