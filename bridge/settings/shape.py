"""What the types say about a path of the configuration: its keys, and whether it is secret."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin

from pydantic.fields import FieldInfo

from bridge.settings.base import InboxSettings, Kinds, Part, SurfaceSettings
from bridge.settings.secret import Resolved, Secret
from bridge.settings.source import Path, Value


@dataclass(frozen=True)
class Shape:
    """The type at one path; `description` is that of the field that holds it."""

    annotation: Any
    description: str = ""

    @cached_property
    def core(self) -> Any:
        """Return the type without `Annotated` and without `None`."""
        core = self.annotation
        while True:
            if get_origin(core) is Annotated:
                core = get_args(core)[0]
                continue
            inner = [arg for arg in get_args(core) if arg is not type(None)]
            if len(inner) == 1 and type(None) in get_args(core):
                core = inner[0]
                continue
            return core

    @property
    def fields(self) -> dict[str, FieldInfo]:
        """Return the keys that may stand here, none if this is no map of known keys."""
        is_part = isinstance(self.core, type) and issubclass(self.core, Part)
        if not is_part:
            return {}
        return {field.alias or name: field for name, field in self.core.model_fields.items()}

    @property
    def secret(self) -> bool:
        """Say whether the value here, or each in this list, is a secret."""
        return self.core is Secret or (
            get_origin(self.core) is tuple and Shape(get_args(self.core)[0]).secret
        )

    def inner(self, segment: str | int, value: Value, kinds: Kinds) -> "Shape | None":
        """Return the shape one step further; `value` is what stands there in the file."""
        if self.fields:
            field = self.fields.get(str(segment))
            return Shape(field.annotation, field.description or "") if field else None
        arguments = get_args(self.core)
        if get_origin(self.core) is dict:
            return Shape(_of_kind(Shape(arguments[1]).core, value, kinds))
        if get_origin(self.core) is tuple:
            return Shape(arguments[0], self.description)
        return None


def _of_kind(core: Any, value: Value, kinds: Kinds) -> Any:
    kind = value.get("type") if isinstance(value, dict) else None
    if core is InboxSettings:
        return kinds.channels.get(str(kind), core)
    if core is SurfaceSettings:
        return kinds.surfaces.get(str(kind), core)
    return core


@dataclass(frozen=True)
class Shapes:
    """The shapes of a whole file."""

    root: type[Part]
    kinds: Kinds
    data: Value

    def at(self, path: Path) -> Shape | None:
        """Return the shape at a path, or `None` where the types know nothing."""
        shape: Shape | None = Shape(self.root)
        value = self.data
        for segment in path:
            value = _step(value, segment)
            shape = shape.inner(segment, value, self.kinds) if shape else None
        return shape

    def is_from_outside(self, path: Path) -> bool:
        """Say whether the value at `path`, or what it is a part of, came from outside."""
        value = self.data
        for segment in path:
            if isinstance(value, Resolved):
                return True
            value = _step(value, segment)
        return isinstance(value, Resolved)

    def is_open(self, path: Path) -> bool:
        """Say whether the value at `path` may be shown: the types know it is no secret.

        A text per language stands one step below what the types know.
        """
        shape = self.at(path)
        if shape is None and path:
            above = self.at(path[:-1])
            return above is not None and not above.secret and not above.fields and _is_text(above)
        return shape is not None and not shape.secret


def _is_text(shape: Shape) -> bool:
    return getattr(shape.core, "__name__", "") == "LocalText"


def _step(value: Value, segment: str | int) -> Value:
    if isinstance(value, dict):
        return value.get(str(segment))
    if isinstance(value, list) and isinstance(segment, int) and segment < len(value):
        return value[segment]
    return None
