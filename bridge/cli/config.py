"""The commands about the configuration: check, schema, config show.

They use the loader that `run` uses, so what passes here starts there.
"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agent_console.registry import SETTINGS as SURFACES
from bridge.settings import ConfigError, Examined, Kinds, Settings, as_json, examine
from bridge.settings.schema import schema_text
from bridge.settings.show import show
from channels.registry import settings_classes
from routing.review import review

DEFAULT_PATH = Path("config/deskbridge.yaml")

ConfigPath = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        envvar="DESKBRIDGE_CONFIG",
        help="The configuration file.",
        show_default=str(DEFAULT_PATH),
    ),
]


class Format(StrEnum):
    """How errors are written."""

    TEXT = "text"
    JSON = "json"


def known_kinds() -> Kinds:
    """Return every kind of inbox and surface this program has."""
    return Kinds(channels=settings_classes(), surfaces=SURFACES)


def load_or_exit(path: Path) -> Settings:
    """Load the configuration, or write every error and leave: 1 for errors, 2 for no file."""
    return examine_or_exit(path).settings


def examine_or_exit(path: Path, errors: Format = Format.TEXT) -> Examined:
    """Load the configuration with its warnings, or leave as `load_or_exit` does."""
    try:
        return examine(path, kinds=known_kinds(), review=review)
    except ConfigError as error:
        if errors is Format.JSON:
            print(error.as_json())
        else:
            print(error, file=sys.stderr)
        raise typer.Exit(2 if error.unreadable else 1) from None


def check(
    config: ConfigPath = DEFAULT_PATH,
    output: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
) -> None:
    """Check the configuration as `run` would. Every error and warning is shown at once."""
    settings, warnings = examine_or_exit(config, output)
    if output is Format.JSON:
        print(as_json(warnings))
        return
    for warning in warnings:
        print(warning, file=sys.stderr)
    inboxes, agents = len(settings.channels), len(settings.agents)
    counted = [_count(inboxes, "inbox", "inboxes"), _count(agents, "agent")]
    if warnings:
        counted.append(_count(len(warnings), "warning"))
    print(f"{config} is fine: {', '.join(counted)}.")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write it to this file instead.")
    ] = None,
) -> None:
    """Print the JSON Schema of the configuration, for editors."""
    text = schema_text(known_kinds())
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
        print(f"Wrote {out}.")


def config_show(config: ConfigPath = DEFAULT_PATH) -> None:
    """Print what the file, its defaults and the environment come to. Secrets are hidden."""
    print(show(load_or_exit(config)), end="")
