"""Where settings come from: the file, the place of each key in it, and what it may not mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.settings.problems import Problem


@dataclass(frozen=True, slots=True)
class Origin:
    """`places` says by a key's dotted name where it stands: `<file>:<line>`, or a variable.

    None of it is compared: settings that say the same are the same, wherever they come from.
    """

    file: str = field(compare=False)
    places: Mapping[str, str] = field(compare=False)
    warnings: Sequence[Problem] = field(compare=False)
