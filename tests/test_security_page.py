"""The page of holes says which test catches each; each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "security.md"
CLASSES = 31
# What turns a page into a PDF or a picture on the server, and reads files and addresses for it.
RENDERERS = (
    "weasyprint",
    "wkhtmltopdf",
    "pdfkit",
    "reportlab",
    "xhtml2pdf",
    "cairosvg",
    "pyppeteer",
)


def rows() -> dict[int, list[tuple[str, str]]]:
    """Return the tests of each row, as (file, name)."""
    lines = re.findall(r"^\| (\d+) \|.*$", text := PAGE.read_text("utf-8"), re.MULTILINE)
    found = re.findall(r"^\| (\d+) \|(.*)$", text, re.MULTILINE)
    assert len(lines) == len(found)
    return {int(number): re.findall(r"`([\w/]+\.py)::(test_\w+)`", rest) for number, rest in found}


def test_every_class_of_hole_has_its_tests() -> None:
    named = rows()
    assert sorted(named) == [*range(1, CLASSES + 1)]
    assert [number for number, tests in named.items() if not tests] == []


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", PAGE.read_text("utf-8"))
    assert len(set(named)) > 3 * CLASSES
    for file, name in set(named):
        source = (ROOT / "tests" / file).read_text("utf-8")
        assert re.search(rf"^\s*(async )?def {name}\(", source, re.MULTILINE), f"{file}::{name}"


def test_nothing_is_rendered_on_the_server_that_could_read_its_files() -> None:
    installed = (ROOT / "requirements" / "runtime.txt").read_text("utf-8").lower()
    assert [one for one in RENDERERS if re.search(rf"^{one}\b", installed, re.MULTILINE)] == []
