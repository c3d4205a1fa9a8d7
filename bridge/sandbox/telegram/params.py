"""The parameters of one call: from the query, a form, a multipart body or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bridge.sandbox.telegram.errors import bad_request
from bridge.sandbox.telegram.html import Entity, parse_html, trimmed


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """What a call was given: values as text (or as JSON had them), and files by field."""

    values: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        """Say whether a value is given and not empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """Return a text, or an empty one."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; the server takes what is none for the default."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Return a switch."""
        return self.text(name).lower() in ("true", "1", "yes")

    def json(self, name: str, what: str) -> Any:
        """Return what a field holds as JSON, or `None`; raises `Refusal`."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def formatted(self, name: str) -> tuple[str, list[Entity]]:
        """Return a text and its entities, by the call's `parse_mode`; raises `Refusal`."""
        mode = self.text("parse_mode").lower()
        if mode not in ("", "html"):
            raise bad_request(f"unsupported parse_mode: {mode} (this model knows HTML)")
        if mode == "html":
            return parse_html(self.text(name))
        return trimmed(self.text(name), self.json(f"{name}_entities", "entities") or [])

    def within(self, values: Mapping[str, Any]) -> "Params":
        """Return the parameters of one item of a list, with the same uploads."""
        return Params(values, self.uploads)


async def read_params(request: web.Request) -> Params:
    """Read a request, whatever way its parameters come."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        given = await request.json()
        return Params(values | (given if isinstance(given, dict) else {}))
    uploads: dict[str, Upload] = {}
    if request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.file.read())
            elif isinstance(value, bytes | bytearray):
                uploads[name] = Upload(name, bytes(value))
            else:
                values[name] = value
    return Params(values, uploads)
