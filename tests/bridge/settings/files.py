"""Loading a file that a test has just written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from bridge.cli.config import known_kinds
from bridge.settings import ConfigError, Examined, Kinds, Problem, Settings, examine
from routing.review import review

LONG = "f3Qp-Zk81mXc_0aLw9TtYb5Rd2Ve7UjN4sHq"
"""A secret of 36 bytes."""


@dataclass
class Desk:
    """A folder with a configuration in it."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=known_kinds)

    @property
    def path(self) -> Path:
        """Return where the configuration is."""
        return self.folder / "deskbridge.yaml"

    def write(self, text: str) -> "Desk":
        """Write the configuration; a margin common to all lines is cut off."""
        self.path.write_text(dedent(text), encoding="utf-8")
        return self

    def load(self, text: str, environ: Mapping[str, str] | None = None) -> Settings:
        """Return what a text comes to."""
        return self.examined(text, environ).settings

    def examined(self, text: str, environ: Mapping[str, str] | None = None) -> Examined:
        """Return what a text comes to, and what it is warned of."""
        self.write(text)
        around = {**self.environ, **(environ or {})}
        return examine(self.path, kinds=self.kinds, environ=around, review=review)

    def error(self, text: str, environ: Mapping[str, str] | None = None) -> ConfigError:
        """Return the error that a text earns."""
        with pytest.raises(ConfigError) as caught:
            self.load(text, environ)
        return caught.value

    def problem(self, text: str, environ: Mapping[str, str] | None = None) -> Problem:
        """Return the one problem that a text has."""
        error = self.error(text, environ)
        assert len(error.problems) == 1, str(error)
        return error.problems[0]
