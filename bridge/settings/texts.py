"""Texts for people: one for everybody, or one for each language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from bridge.settings.base import Surroundings
from bridge.settings.faults import fault, nearest_of
from bridge.settings.values import LOCALES, found, say


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text for customers or agents: one for everybody, or one for each language."""

    everywhere: str | None
    by_locale: Mapping[str, str]

    def written(self) -> str | dict[str, str]:
        """Return it as the YAML writes it."""
        return dict(self.by_locale) if self.everywhere is None else self.everywhere

    def each(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield every text there is, each behind its place below the key."""
        if self.everywhere is not None:
            yield (), self.everywhere
        for locale, words in self.by_locale.items():
            yield (locale,), words

    def pick(self, locale: str, default: str) -> str:
        """Return the text in `locale`, else in `default`, else in any language it has."""
        if self.everywhere is not None:
            return self.everywhere
        for wanted in (locale, default):
            if wanted in self.by_locale:
                return self.by_locale[wanted]
        return next(iter(self.by_locale.values()))


def read_local_text(value: object, info: ValidationInfo) -> LocalText:
    """Read one text, or a map from an available language to a text."""
    if isinstance(value, LocalText):
        return value
    if isinstance(value, str):
        return LocalText(str(value), {})
    if not isinstance(value, dict) or not value:
        message = f"a text, or one for each language, is wanted here, not {found(value)}"
        raise fault("wrong_type", message)
    around = Surroundings.of(info.context)
    known = around.locales if around else LOCALES
    for key, text in value.items():
        if key not in known:
            raise _unknown_locale(key, known)
        if not isinstance(text, str):
            raise fault("wrong_type", f"text is wanted here, not {say(text)}", at=(key,))
    return LocalText(None, {key: str(text) for key, text in value.items()})


def _unknown_locale(key: str, known: tuple[str, ...]) -> PydanticCustomError:
    help = f"locale.available has {', '.join(known)}"
    near = nearest_of(key, known)
    message = f'"{key}" is not an available language'
    return fault("unknown_locale", message, at=(key,), on_key=True, help=help, nearest=near)


Text = Annotated[
    LocalText,
    PlainValidator(read_local_text),
    PlainSerializer(LocalText.written),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {locale: {"type": "string"} for locale in LOCALES},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
