"""The JSON Schema of the YAML, made from the types that load it.

Draft 7, because editors' YAML servers know no later one. Wherever a value is checked, a
`${reference}` is let through: what it stands for is not known to an editor.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from bridge.settings.base import Kinds, Part
from bridge.settings.models import Settings
from bridge.settings.secret import REFERENCE_PATTERN
from bridge.settings.values import ID_PATTERN

Schema = dict[str, Any]

_REFERENCE: Schema = {"$ref": "#/definitions/reference"}
_REFERENCE_DEFINITION: Schema = {
    "description": "A value from the environment or a file: ${VAR}, ${VAR:-x}, ${file:/path}.",
    "type": "string",
    "pattern": r"\$\{.+\}",
}
_NOTES = ("description", "default", "examples")
_CHECKS = ("pattern", "enum", "const", "minimum", "maximum", "items")
_UNFILLED = ("type", "version", "field")
"""Keys that say what a thing is, so that completion must see their values plainly."""


class _InOrder(GenerateJsonSchema):
    """Leaves keys in the order of the types, which is the order of importance."""

    def sort(
        self,
        value: JsonSchemaValue,
        parent_key: str | None = None,  # noqa: ARG002 - pydantic names it in its calls.
    ) -> JsonSchemaValue:
        """Sort nothing."""
        return value


def config_schema(kinds: Kinds) -> Schema:
    """Return the schema of a whole file, for these kinds of inbox and surface."""
    models: list[type[Part]] = [Settings, *kinds.channels.values(), *kinds.surfaces.values()]
    _, made = models_json_schema(
        [(model, "validation") for model in models],
        ref_template="#/definitions/{model}",
        schema_generator=_InOrder,
    )
    definitions = {name: _tidy(schema) for name, schema in made["$defs"].items()}
    for definition in definitions.values():
        _describe(definition, definitions)
    root = definitions.pop("Settings")
    definitions["reference"] = _REFERENCE_DEFINITION
    root["properties"]["channels"]["patternProperties"] = {ID_PATTERN: _one_of(kinds.channels)}
    root["properties"]["staff"]["patternProperties"] = {ID_PATTERN: _one_of(kinds.surfaces)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Deskbridge configuration",
        **root,
        "definitions": _reachable(root, definitions),
    }


def schema_text(kinds: Kinds) -> str:
    """Return the schema as the file `config/schema.json` holds it."""
    return json.dumps(config_schema(kinds), ensure_ascii=False, indent=2) + "\n"


def _one_of(kinds: Mapping[str, type[Part]]) -> Schema:
    """Describe a thing whose `type` says which of the definitions it follows."""
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": sorted(kinds)}},
        "allOf": [
            {
                "if": {"required": ["type"], "properties": {"type": {"const": kind}}},
                "then": {"$ref": f"#/definitions/{model.__name__}"},
            }
            for kind, model in sorted(kinds.items())
        ],
    }


def _describe(definition: Schema, definitions: dict[str, Schema]) -> None:
    """Give a property the words of the definition it refers to, if it has none of its own."""
    for name, inner in definition.get("properties", {}).items():
        if "description" not in inner and "allOf" in inner:
            referred = definitions[_references(inner)[0]]
            definition["properties"][name] = {"description": referred["description"], **inner}


def _reachable(root: Schema, definitions: dict[str, Schema]) -> dict[str, Schema]:
    """Keep the definitions that something refers to."""
    wanted: set[str] = set()
    queue = _references(root)
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            queue += _references(definitions[name])
    return {name: definitions[name] for name in sorted(wanted)}


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for item in schema for name in _references(item)]
    if not isinstance(schema, dict):
        return []
    here = [str(schema["$ref"]).rpartition("/")[2]] if "$ref" in schema else []
    return here + [name for item in schema.values() for name in _references(item)]


def _tidy(schema: Schema) -> Schema:
    """Return a definition or a property as an editor should see it."""
    tidy = {key: value for key, value in schema.items() if key != "title"}
    if "properties" in tidy:
        tidy["properties"] = {
            name: _property(name, inner) for name, inner in tidy["properties"].items()
        }
    if "items" in tidy:
        tidy["items"] = _filled(_tidy(tidy["items"]))
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    if tidy.get("default", "") in ("", None, []):
        tidy.pop("default", None)
    return _without_null(tidy)


def _property(name: str, schema: Schema) -> Schema:
    tidy = _tidy(schema)
    if name in _UNFILLED:
        tidy.pop("default", None)
        return _ordered(tidy)
    return _ordered(_filled(tidy))


def _without_null(schema: Schema) -> Schema:
    """A key without a value is a key that is not there, so no editor need offer null."""
    options = [_tidy(option) for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if not options:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**options[0], **rest} if len(options) == 1 else {**rest, "anyOf": options}


def _filled(schema: Schema) -> Schema:
    """Let a reference stand where something is checked."""
    notes = {key: value for key, value in schema.items() if key in _NOTES}
    checks = {key: value for key, value in schema.items() if key not in _NOTES}
    if "$ref" in checks:
        return {**notes, "allOf": [checks]} if notes else checks
    if "$ref" in checks.get("items", ()):
        return schema
    is_checked = checks.get("type") in ("integer", "boolean") or any(k in checks for k in _CHECKS)
    if is_checked and checks.get("pattern") != REFERENCE_PATTERN:
        return {**notes, "anyOf": [checks, _REFERENCE]}
    if "anyOf" in checks and not _takes_any_text(checks["anyOf"]):
        return {**notes, "anyOf": [*checks["anyOf"], _REFERENCE]}
    return schema


def _takes_any_text(options: list[Schema]) -> bool:
    return {"type": "string"} in options


def _ordered(schema: Schema) -> Schema:
    """Put what people read first."""
    return {key: schema[key] for key in sorted(schema, key=lambda key: key not in _NOTES)}
