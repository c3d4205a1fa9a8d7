"""What is wrong with a configuration, told so that it can be mended at once."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bridge.settings.codes import CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One error, or a warning.

    `line` and `column` count from 1; both are None for a variable's value.

    `excerpt` is the line with every secret masked, `caret` the offset in it, and `width`
    how many characters are meant. `source` is the file, or the variable's name.
    """

    code: str
    path: str
    message: str
    source: str
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None
    caret: int = 0
    width: int = 1
    nearest: str | None = None
    help: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Render it as text: place, excerpt with a caret, and what to do."""
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        where = f"{self.source}:{self.line}:{self.column}" if self.line else self.source
        path = f"{self.path}: " if self.path else ""
        lines = [f"{where}: {self.severity}[{self.code}] {path}{self.message}"]
        meant = f'did you mean "{self.nearest}"?' if self.nearest else ""
        if self.excerpt is not None:
            caret = f"{' ' * self.caret}{'^' * self.width} {meant}".rstrip()
            lines += [f"{self.line:>5} | {self.excerpt}", f"      | {caret}"]
        elif meant:
            lines.append(f"   {meant}")
        lines.append(f"   help: {self.help or CODES[self.code].help}")
        return lines


def as_json(problems: Sequence[Problem]) -> str:
    """Render problems as one JSON object, for programs; `errors` counts those that are some."""
    return json.dumps(as_data(problems), ensure_ascii=False, indent=2)


def as_data(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return what `as_json` renders."""
    rows = [asdict(one) | {"help": one.help or CODES[one.code].help} for one in problems]
    errors = sum(one.severity == "error" for one in problems)
    return {"errors": errors, "problems": rows}


MAX_SHOWN = 200
"""One mistake in a long file can be an error on each of its lines: 20 MB of text were one."""


class ConfigError(Exception):
    """A configuration that is not taken. `problems` holds every error and warning at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems in the order given."""
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)

    @property
    def unreadable(self) -> bool:
        """Say whether there was no file to look at."""
        return any(problem.code == "file_unreadable" for problem in self.problems)

    def __str__(self) -> str:
        """Render the problems as text, at most so many as somebody reads, and the sum."""
        count = sum(problem.severity == "error" for problem in self.problems)
        total = f"{count} error{'' if count == 1 else 's'}. Nothing was changed."
        left = len(self.problems) - MAX_SHOWN
        more = [f"... and {left} more: mend these first."] if left > 0 else []
        return "\n".join([*map(str, self.problems[:MAX_SHOWN]), *more, total])

    def as_json(self) -> str:
        """Render every problem as one JSON object, for programs."""
        return as_json(self.problems)
