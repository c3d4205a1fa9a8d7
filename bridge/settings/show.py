"""Settings as YAML again: what the file, its defaults and the environment come to."""

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


def _set(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _set(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_set(inner) for inner in value]
    return value
