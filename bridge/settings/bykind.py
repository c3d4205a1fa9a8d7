"""Validating an inbox or a surface by the settings class of its own kind."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationInfo

from bridge.settings.base import InboxSettings, Part, SurfaceSettings, Surroundings
from bridge.settings.faults import fault, nearest_of
from bridge.settings.secret import Resolved

P = TypeVar("P", bound=Part)


def inbox_by_kind(value: Any, info: ValidationInfo) -> InboxSettings:
    """Validate one inbox with the class that its `type` names."""
    around = Surroundings.of(info.context)
    kinds = around.kinds.channels if around else {}
    return _by_kind(value, InboxSettings, kinds, info)


def surface_by_kind(value: Any, info: ValidationInfo) -> SurfaceSettings:
    """Validate one surface with the class that its `type` names."""
    around = Surroundings.of(info.context)
    kinds = around.kinds.surfaces if around else {}
    return _by_kind(value, SurfaceSettings, kinds, info)


def _by_kind(value: Any, base: type[P], kinds: Mapping[str, type[P]], info: ValidationInfo) -> P:
    if isinstance(value, base):
        return value
    value = {} if value is None else value
    if not isinstance(value, dict):
        raise fault("wrong_type", "a map of keys is wanted here")
    kind = value.get("type")
    known = ", ".join(sorted(kinds))
    if kind is None:
        message, help = 'the key "type" is missing', f"kinds: {known}"
        raise fault("missing_key", message, at=("type",), help=help, on_key=True)
    if not isinstance(kind, str) or kind not in kinds:
        near = None if isinstance(kind, Resolved) else nearest_of(str(kind), kinds)
        message = "there is no such kind"
        raise fault("unknown_kind", message, at=("type",), nearest=near, help=f"kinds: {known}")
    return kinds[kind].model_validate(value, context=info.context)
