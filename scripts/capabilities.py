"""Keeps docs/reference/capabilities.md true: `python -m scripts.capabilities`.

A row is done when a test carries its id: `_d20_` in the name of a Python test, or `D20` or
`d20` in the title of a TypeScript one. The words of a row, and why it is open, are written by hand.
"""

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "capabilities.md"
ROW = re.compile(
    r"^\| (?P<id>[DROSJ]\d\d) \| (?P<what>.+) \| (?P<state>done|partly|open) \| (?P<why>.*?) ?\|$",
    re.MULTILINE,
)
NO_TEST = "No test carries this row yet."

_PYTHON_TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)
_PYTHON_ID = re.compile(r"(?<=_)([drosj]\d\d)(?=_|$)")
_SCRIPT_TEST = re.compile(r"\b(?:it|test|describe)(?:\.\w+(?:\([^)]*\))?)?\(\s*([\"'`])(.*?)\1")
_SCRIPT_ID = re.compile(r"\b([DROSJ]\d\d)\b", re.IGNORECASE)
_CLIENTS = ("bridge/ui", "channels/widget/client", "agent_console/web/client")


def carried() -> set[str]:
    """Return the id of every row that a test carries."""
    python = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    scripts = (
        path.read_text(encoding="utf-8")
        for client in _CLIENTS
        for path in (ROOT / client / "tests").rglob("*.test.ts*")
    )
    return _ids(python, _PYTHON_TEST, 1, _PYTHON_ID) | _ids(scripts, _SCRIPT_TEST, 2, _SCRIPT_ID)


def _ids(
    texts: Iterable[str], test: re.Pattern[str], group: int, name: re.Pattern[str]
) -> set[str]:
    titles = (match[group] for text in texts for match in test.finditer(text))
    return {found.upper() for title in titles for found in name.findall(title)}


def updated(page: str, done: set[str]) -> str:
    """Return the page with the state of every row as the tests have it.

    A row that says `partly`, and why, stays so for as long as a test carries it.
    """

    def row(match: re.Match[str]) -> str:
        number, what, state, why = match.group("id", "what", "state", "why")
        if number not in done:
            return f"| {number} | {what} | open | {why or NO_TEST} |"
        if state == "partly" and why:
            return match[0]
        return f"| {number} | {what} | done | |"

    return ROW.sub(row, page)


def main() -> None:
    """Update the page."""
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8"), carried()), encoding="utf-8")


if __name__ == "__main__":
    main()
