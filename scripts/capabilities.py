"""Keeps docs/reference/capabilities.md true: `python -m scripts.capabilities`.

A row is done when a test carries its id: `_d20_` in the name of a Python test, or `D20` or
`d20` in the title of a TypeScript one. The words of a row, and why it is open, are written by hand.
What a row says of staff chats is told of each surface apart, by the tests of that surface.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
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
SURFACE_ROW = re.compile(
    r"^\| \*\*(?P<id>[DROSJ]\d\d)\*\* (?:\| (?:done|open|—) ){4}\|$", re.MULTILINE
)
"""A row of the table of staff surfaces: console, Slack, Telegram group, mail."""
SURFACES = ("console", "slack", "telegram", "mail")
# What a surface is not meant for: a mail is about one conversation and takes an answer to it,
# and only a mail is answered by mail.
_BY_MAIL = frozenset({"D14", "D49", "O12", "O19"})
_ONLY_BY_MAIL = frozenset({"O19"})
_BOTH_CHATS = ("slack", "telegram")
_FOLDERS = {"slack": ("slack",), "telegram_forum": ("telegram",), "email": ("mail",)}
_CONSOLE = "agent_console/web/client"
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


def carried_by_surface() -> Mapping[str, set[str]]:
    """Return the ids that the tests of each staff surface carry."""
    texts: dict[str, list[str]] = {one: [] for one in SURFACES}
    for path in (ROOT / "tests").rglob("test_*.py"):
        for surface in _surfaces_of(path.relative_to(ROOT / "tests")):
            texts[surface].append(path.read_text(encoding="utf-8"))
    found = {one: _ids(texts[one], _PYTHON_TEST, 1, _PYTHON_ID) for one in SURFACES}
    pages = (ROOT / _CONSOLE / "tests").rglob("*.test.ts*")
    scripts = (path.read_text(encoding="utf-8") for path in pages)
    return found | {"console": found["console"] | _ids(scripts, _SCRIPT_TEST, 2, _SCRIPT_ID)}


def _surfaces_of(test: Path) -> Sequence[str]:
    """Return whose a test is, by where it lies."""
    match test.parts:
        case ("agent_console", "surfaces", name):
            # Each runs on both, but for those of one platform's own.
            return ("telegram",) if name.startswith("test_telegram_") else _BOTH_CHATS
        case ("agent_console", folder, _):
            return _FOLDERS.get(folder, ())
        case ("e2e", "test_telegram_staff.py"):
            return ("telegram",)
        case ("e2e", "test_staff_surfaces.py"):
            return _BOTH_CHATS
        case ("agent_console", _) | ("e2e", _):
            return ("console",)
    return ()


def _on_surfaces(number: str, by_surface: Mapping[str, set[str]]) -> str:
    states = []
    for surface in SURFACES:
        meant = number in _BY_MAIL if surface == "mail" else number not in _ONLY_BY_MAIL
        done = "done" if number in by_surface[surface] else "open"
        states.append(done if meant else "—")
    return f"| **{number}** | {' | '.join(states)} |"


def updated(page: str, done: set[str]) -> str:
    """Return the page with the state of every row as the tests have it, and of each surface.

    A row that says `partly`, and why, stays so for as long as a test carries it.
    """

    def row(match: re.Match[str]) -> str:
        number, what, state, why = match.group("id", "what", "state", "why")
        if number not in done:
            return f"| {number} | {what} | open | {why or NO_TEST} |"
        if state == "partly" and why:
            return match[0]
        return f"| {number} | {what} | done | |"

    by_surface = carried_by_surface()
    page = SURFACE_ROW.sub(lambda found: _on_surfaces(found["id"], by_surface), page)
    return ROW.sub(row, page)


def main() -> None:
    """Update the page."""
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8"), carried()), encoding="utf-8")


if __name__ == "__main__":
    main()
