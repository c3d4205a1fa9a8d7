"""What `/schema` says: Litestar's own description, with our errors in place of its own."""

import copy
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import License

from bridge.web.errors import FailureBody


class Description(JsonRenderPlugin):
    """OpenAPI 3.1 as JSON.

    The pages that Litestar has for people load their code from another company's servers,
    so there are none.
    """

    def __init__(self) -> None:
        """Serve `/schema/openapi.json`."""
        super().__init__(path="/openapi.json")
        self._json: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the JSON; it is made once."""
        if self._json is None:
            self._json = self.render_json(request, with_our_errors(openapi_schema))
        return self._json


def with_our_errors(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the description in which every operation fails with our body."""
    schema = copy.deepcopy(schema)
    _, components = msgspec.json.schema_components(
        [FailureBody], ref_template="#/components/schemas/{name}"
    )
    schema.setdefault("components", {}).setdefault("schemas", {}).update(components)
    failure = {
        "description": "What went wrong.",
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{FailureBody.__name__}"}}
        },
    }
    for path in schema.get("paths", {}).values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                _replace(operation["responses"], failure)
    return schema


def _replace(responses: dict[str, Any], failure: dict[str, Any]) -> None:
    for status in [status for status in responses if status.startswith(("4", "5"))]:
        responses[status] = failure | {"description": responses[status]["description"]}
    responses["default"] = failure


def openapi_config(version: str) -> OpenAPIConfig:
    """Return the configuration of `/schema`."""
    return OpenAPIConfig(
        title="Deskbridge",
        version=version,
        description="The HTTP API of the console and of the website widget.",
        license=License(name="GPL-3.0-or-later", identifier="GPL-3.0-or-later"),
        path="/schema",
        use_handler_docstrings=True,
        render_plugins=[Description()],
    )
