"""Something wrong, before it is known where in the text it stands and how to show it."""

from dataclasses import dataclass

from bridge.settings.source import Mark, Path


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a path of the configuration.

    `token` is the guilty part of the value, `on_key` says that the key is to blame.
    `mark` and `source` are given where the place is known already: a syntax error, a line
    of `.env`, a variable. With an error a configuration is not taken; with a warning it is.
    """

    code: str
    path: Path
    message: str
    help: str = ""
    token: str = ""
    on_key: bool = False
    nearest: str | None = None
    mark: Mark | None = None
    source: str | None = None
    is_warning: bool = False
