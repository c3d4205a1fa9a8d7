"""Writes docs/reference/config-errors.md from the codes: `python -m scripts.config_errors`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.cli.config import known_kinds
from bridge.settings import ConfigError, examine
from bridge.settings.codes import CODES
from routing.review import review

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "config-errors.md"

# What the examples refer to.
ENVIRON = {
    "STAFF_BOT": f"7000000001:{35 * 'A'}",
    "SHORT_SECRET": "tooshort",
    "GOOD_SECRET": f"whsec_{32 * 'A'}",
}

HEAD = """\
# Errors of the configuration

<!-- Written by `make schema` from bridge/settings/codes.py, each example by the loader itself. -->

`deskbridge check` and `deskbridge run` show every error at once: the place, the code in brackets,
the path of the setting, the line with a caret under the guilty part, the nearest right name, and
what to do. Secrets are shown as `***`. `deskbridge check --format json` prints the same for
programs. The exit code is 0 when all is well, 1 for errors, 2 when there is no file to read; with
warnings alone the file is taken, and the exit code is 0. The
codes are stable; the sentences may get better.
"""


def page() -> str:
    """Return the page of every code, each with what the loader says to a file that earns it."""
    parts = [HEAD]
    for name, code in CODES.items():
        parts.append(f"## {name}\n\n{code.meaning} To mend it: {code.help}.\n")
        if code.wrong:
            parts.append(f"```text\n{said_of(code.wrong)}\n```\n")
    return "\n".join(parts)


def said_of(wrong: str) -> str:
    """Return what `check` says to a file; raises `AssertionError` if it likes it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "deskbridge.yaml")
        path.write_text(wrong, encoding="utf-8")
        try:
            found = examine(path, kinds=known_kinds(), environ=ENVIRON, review=review)
            said = "\n".join(map(str, found.warnings))
        except ConfigError as error:
            said = str(error)
    if not said:
        raise AssertionError(f"nothing is wrong in {wrong!r}")
    return said.replace(f"{folder}/", "")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
