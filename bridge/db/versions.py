"""Whose tables a database has: this program's, or those of one beside which it works."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from bridge.migrations import HEAD, WORKS_FROM, works_beside

Standing = Literal["none", "current", "beside", "other"]
"""There are no tables; this program's; a newer one's, which it works on; or others."""

# Beside Alembic's own column, so that it goes with the tables and never with the rows.
FROM = "SELECT works_from FROM alembic_version"
PUT_FROM = f"UPDATE alembic_version SET works_from = '{WORKS_FROM}'"  # noqa: S608  # A number of ours.


def works_on(standing: Standing) -> bool:
    """Say whether this program works on tables that stand so."""
    return standing in ("current", "beside")


def stands(version: str | None, works_from: Callable[[], Sequence[Any] | None]) -> Standing:
    """Say how tables of this version stand; `works_from` asks for the row of `FROM`."""
    if version is None:
        return "none"
    if version == HEAD:
        return "current"
    # Only a newer one's are known to say it.
    row = works_from() if version > HEAD else None
    return "beside" if row and works_beside(version, row[0]) else "other"
