"""Script in every disguise: what `vectors.json` makes of its parts, and what is written out.

The parts stand in a file of their own because the pages' renderer is tried with the same.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from tests.bridge.markup.strangers import XSS

_FILE = Path(__file__).with_name("vectors.json")


def _made(parts: Mapping[str, str | Sequence[str]]) -> Iterator[str]:
    """Yield the template with each combination of its parts put in."""
    names = [name for name in parts if name != "of"]
    for chosen in product(*(parts[name] for name in names)):
        text = str(parts["of"])
        for name, part in zip(names, chosen, strict=True):
            text = text.replace(f"{{{name}}}", part)
        yield text


def _all() -> Iterator[str]:
    held = json.loads(_FILE.read_text("utf-8"))
    yield from XSS
    for parts in held["products"]:
        yield from _made(parts)
    yield from held["written"]


VECTORS: Sequence[str] = tuple(dict.fromkeys(_all()))
