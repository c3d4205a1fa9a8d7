"""Texts from outside the file, and the secrets among them."""

import hmac
from typing import Any, NoReturn, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from bridge.settings.faults import fault
from bridge.settings.veil import MASK

REFERENCE_PATTERN = r"^\$\{.+\}$"


class Resolved(str):
    """A value that came, in whole or in part, from the environment or a file.

    It may be a secret wherever it stands, so no message ever quotes it. `reference` says
    that nothing of it was written in the YAML itself: only such a text may be a secret.
    """

    __slots__ = ("reference",)

    reference: bool

    def __new__(cls, text: str, *, reference: bool) -> Self:
        """Mark `text` as one that came from outside."""
        made = super().__new__(cls, text)
        made.reference = reference
        return made


def is_from_outside(value: object) -> bool:
    """Say whether nothing of a value was written in the YAML itself."""
    return isinstance(value, Resolved) and value.reference


class Secret:
    """A text that never shows itself: not in repr, str, format, JSON, pickle or a log."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Hide `text`."""
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one place that needs it."""
        return self._text

    def __repr__(self) -> str:
        """Hide the text."""
        return f"Secret({MASK})"

    def __str__(self) -> str:
        """Hide the text."""
        return MASK

    def __format__(self, spec: str) -> str:
        """Hide the text, whatever the format asks for."""
        return MASK

    def __eq__(self, other: object) -> bool:
        """Compare in constant time."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(("Secret", self._text))

    def __copy__(self) -> "Secret":
        """A secret is immutable, so a copy is itself."""
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "Secret":
        """A secret is immutable, so a copy is itself."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a pickle is a file."""
        raise TypeError("a secret is never pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take only a reference from the YAML; give only the mask to any serialiser."""
        return core_schema.no_info_plain_validator_function(
            cls._from_yaml,
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell editors that only a reference may stand here."""
        return {"type": "string", "pattern": REFERENCE_PATTERN}

    @classmethod
    def _from_yaml(cls, value: object) -> "Secret":
        if isinstance(value, Secret):
            return value
        if is_from_outside(value):
            return cls(str(value))
        raise fault("inline_secret", "a secret may not be written in the file itself")
