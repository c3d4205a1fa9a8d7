"""Where settings come from: the file, the place of each key in it, and what it may not mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.settings.problems import Problem


@dataclass(frozen=True, slots=True)
class Origin:
    """`places` says by a key's dotted name where it stands: `<file>:<line>`, or a variable."""

    file: str
    places: Mapping[str, str]
    warnings: Sequence[Problem]
