"""The keys of the YAML as the JSON Schema tells of them: all of them in turn, or one by its path.

A path is written with dots. `<id>` stands for a name that is the reader's own, `[]` for any
item of a list: `channels.<id>.token`, `routing.rules[].when`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bridge.settings.faults import nearest_of
from bridge.settings.values import ID_PATTERN

Schema = dict[str, Any]

ANY = ("*", "<id>")
_STEP = re.compile(r"\[[^\]]*\]|[^.\[]+")
_ITEM = re.compile(r"\[(\d*|\*)\]|\d+|\*")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the YAML: its path, and what the schema says of it.

    `types` are those of the inboxes or surfaces that have it, none where all of them do.
    """

    path: str
    schema: Schema
    required: bool
    types: tuple[str, ...] = ()


class UnknownKeyError(LookupError):
    """There is no such key. `here` is where it was looked for, `names` are the keys there."""

    def __init__(self, name: str, here: str, names: Sequence[str]) -> None:
        """Tell of the first name of a path that nothing is known of."""
        super().__init__(f'{_joined(here, name)}: there is no key "{name}" here')
        self.name = name
        self.names = names
        self.nearest = nearest_of(name, names)


class Keys:
    """Walks a JSON Schema as `bridge.settings.schema` writes it."""

    def __init__(self, schema: Schema) -> None:
        """Read the whole schema."""
        self._root = schema
        self._reference = schema["definitions"].get("reference")
        self._file = Key("", schema, required=False)

    def sections(self) -> Iterator[Key]:
        """Return the keys on the top level."""
        yield from self._told(self._file)

    def under(self, key: Key) -> Iterator[Key]:
        """Return every key below this one, depth first."""
        for child in self._children(key):
            yield child
            yield from self.under(child)

    def every(self) -> Iterator[Key]:
        """Return every key there is."""
        for section in self.sections():
            yield section
            yield from self.under(section)

    def at(self, path: str) -> list[Key]:
        """Return the key at a path, once for each meaning it has; raises `UnknownKeyError`."""
        found = [self._file]
        for step in _STEP.findall(path):
            below = [child for key in found for child in self._step(key, step)]
            if not below:
                raise UnknownKeyError(step, found[0].path, self.names(found))
            found = [key for key in below if "description" in key.schema] or below
        return _merged(one for key in found for one in self._meanings(key))

    def names(self, keys: Iterable[Key]) -> list[str]:
        """Return the names right below these keys, `<id>` where they are the reader's own."""
        return list(dict.fromkeys(name for key in keys for name in self._names(key)))

    def _names(self, key: Key) -> Iterator[str]:
        for shape in self._shapes(key):
            yield from (name for name, one in _properties(shape) if "description" in one)
            yield from [ANY[1]] if "patternProperties" in shape.schema else []
            if isinstance(items := shape.schema.get("items"), dict):
                yield from self._names(replace(shape, schema=items))

    def _meanings(self, key: Key) -> list[Key]:
        """Return the key in the words of what it refers to, if it has none of its own."""
        if "description" in key.schema:
            return [key]
        referred = [one for one in self._shapes(key) if one.schema is not self._reference]
        return [one for one in referred if "description" in one.schema] or [key]

    def _children(self, key: Key) -> Iterator[Key]:
        for shape in self._shapes(key):
            yield from self._told(shape)
            for entry in self._entries(shape):
                for one in self._shapes(entry):
                    yield from self._told(one)

    def _told(self, shape: Key) -> Iterator[Key]:
        for name, schema in _properties(shape):
            if "description" in schema:
                yield self._named(shape, name)

    def _named(self, shape: Key, name: str) -> Key:
        required = name in shape.schema.get("required", ())
        schema = shape.schema["properties"][name]
        return Key(_joined(shape.path, name), schema, required, shape.types)

    def _entries(self, shape: Key) -> Iterator[Key]:
        """Return what stands under names of the reader's own, and as an item of a list."""
        for schema in shape.schema.get("patternProperties", {}).values():
            yield Key(f"{shape.path}.<id>", schema, required=False, types=shape.types)
        if isinstance(items := shape.schema.get("items"), dict):
            yield Key(f"{shape.path}[]", items, required=False, types=shape.types)

    def _step(self, key: Key, step: str) -> Iterator[Key]:
        for shape in self._shapes(key):
            if step in shape.schema.get("properties", {}):
                yield self._named(shape, step)
            else:
                yield from self._own(shape, step)
            if isinstance(items := shape.schema.get("items"), dict):
                item = Key(f"{shape.path}[]", items, required=False, types=shape.types)
                # Whoever asks for a key of the items need not write that it is a list.
                yield from [item] if _ITEM.fullmatch(step) else self._step(item, step)

    def _own(self, shape: Key, step: str) -> Iterator[Key]:
        """Return what stands under a name that the reader has chosen."""
        for pattern, schema in shape.schema.get("patternProperties", {}).items():
            if step in ANY or re.search(pattern, step):
                name = "<id>" if pattern == ID_PATTERN or step in ANY else step
                yield Key(f"{shape.path}.{name}", schema, required=False, types=shape.types)
        if isinstance(schema := shape.schema.get("additionalProperties"), dict):
            yield Key(f"{shape.path}.<name>", schema, required=False, types=shape.types)

    def _shapes(self, key: Key) -> Iterator[Key]:
        yield key
        if ref := key.schema.get("$ref"):
            referred = self._root["definitions"][ref.rpartition("/")[2]]
            yield from self._shapes(replace(key, schema=referred))
        for word in ("allOf", "anyOf", "oneOf"):
            for part in key.schema.get(word, ()):
                one_type = part.get("if", {}).get("properties", {}).get("type", {}).get("const")
                types = key.types if one_type is None else (one_type,)
                yield from self._shapes(replace(key, schema=part.get("then", part), types=types))


def _properties(shape: Key) -> Iterable[tuple[str, Schema]]:
    found: dict[str, Schema] = shape.schema.get("properties", {})
    return found.items()


def choices(schema: Schema) -> list[Any]:
    """Return the values of which one must be chosen."""
    found = list(schema.get("enum", ()))
    for part in schema.get("anyOf", ()):
        found += part.get("enum", ())
    return found


def _merged(keys: Iterable[Key]) -> list[Key]:
    """Join those that several types of inbox or surface have in common."""
    found: list[Key] = []
    for key in keys:
        same = next((n for n, one in enumerate(found) if _alike(one, key)), None)
        if same is None:
            found.append(key)
        else:
            types = tuple(dict.fromkeys((*found[same].types, *key.types)))
            found[same] = replace(found[same], types=types)
    return found


def _alike(one: Key, other: Key) -> bool:
    return replace(one, types=()) == replace(other, types=())


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
