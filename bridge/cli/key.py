"""`deskbridge explain key`: what a key of the YAML means, takes and is without a value."""

import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from bridge.cli.config import known_kinds
from bridge.settings.keys import Key, Keys, UnknownKeyError
from bridge.settings.schema import config_schema
from bridge.settings.wording import example, takes, yaml

_WIDTH = 80
_OWN = "an id of your own, 1 to 40 of a-z, 0-9 and _"


def key(
    path: Annotated[
        str,
        typer.Argument(
            help="Its path, as `channels.shop.token`: any id will do for one of your own."
        ),
    ],
) -> None:
    """Say what a key of the YAML means. What it takes, its default and examples stand below."""
    keys = Keys(config_schema(known_kinds()))
    try:
        found = keys.at(path)
    except UnknownKeyError as error:
        typer.echo("\n".join(_unknown(keys, error)), err=True)
        raise typer.Exit(1) from None
    print("\n\n".join("\n".join(_explained(keys, one)) for one in found))


def _explained(keys: Keys, one: Key) -> Iterator[str]:
    yield _name(one)
    if said := one.schema.get("description"):
        yield from ["", *_wrapped(said, "  ", "  "), ""]
    for name, value in _facts(keys, one):
        yield from _wrapped(value, f"  {name:<9} ", " " * 12)
    for value in one.schema.get("examples", ()):
        # What is to be copied is not broken.
        yield f"  {'example':<9} {example(one.path, value)}"


def _name(one: Key) -> str:
    name = one.path or "the file"
    if not one.types:
        return name
    *others, last = one.types
    types = f"{', '.join(others)} or {last}" if others else last
    return f"{name}, where type is {types}"


def _facts(keys: Keys, one: Key) -> Iterator[tuple[str, str]]:
    yield "takes", takes(one.schema)
    if one.required:
        yield "required", "yes"
    if (default := one.schema.get("default")) not in (None, {}, [], ""):
        yield "default", yaml(default)
    if below := keys.names([one]):
        yield "keys", ", ".join(below)


def _unknown(keys: Keys, error: UnknownKeyError) -> Iterator[str]:
    meant = f': did you mean "{error.nearest}"?' if error.nearest else ""
    yield from _wrapped(f"deskbridge: {error}{meant}")
    elsewhere = dict.fromkeys(one.path for one in keys.every() if _ends(one, error.name))
    if elsewhere:
        yield from _wrapped(", ".join(elsewhere), "  it stands at: ", "    ")
    names = [_OWN if name == "<id>" else name for name in error.names]
    if names:
        yield from _wrapped(", ".join(names), "  keys here: ", "    ")


def _ends(one: Key, name: str) -> bool:
    return one.path.rpartition(".")[2] == name


def _wrapped(text: str, first: str = "", then: str = "  ") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )
