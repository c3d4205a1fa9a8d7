"""What a part of the benchmarks has to say, and its place in docs/reference/performance.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.desk import ROOT

PAGE = ROOT / "docs" / "reference" / "performance.md"
IMAGES = ROOT / "docs" / "images"


@dataclass(frozen=True, slots=True)
class Section:
    """Markdown without its heading's remarks, and pictures by the names of their files."""

    text: str
    pictures: Mapping[str, str] = field(default_factory=dict)


def picture(name: str, shows: str) -> str:
    """Return the Markdown of a picture, for a page of docs/reference."""
    return f"![{shows}](../images/{name})"


def has_place_for(part: str) -> bool:
    """Say whether the page has a place that is filled by this part."""
    return _place(part).search(PAGE.read_text(encoding="utf-8")) is not None


def put(part: str, section: Section) -> None:
    """Write it into its place; what people have written around that stays as it is."""
    page = PAGE.read_text(encoding="utf-8")
    made = f"<!-- made by `make bench ARGS={part}` -->\n\n{section.text}\n\n<!-- until here -->"
    PAGE.write_text(_place(part).sub(lambda _: made, page), encoding="utf-8")
    for name, drawn in section.pictures.items():
        (IMAGES / name).write_text(drawn, encoding="utf-8")


def _place(part: str) -> re.Pattern[str]:
    begun = re.escape(f"<!-- made by `make bench ARGS={part}` -->")
    return re.compile(rf"{begun}.*?<!-- until here -->", re.DOTALL)
