"""How the tables came to be as they are; run by `bridge.db.migrate`."""

HEAD = "0004"
"""The newest migration. A database that is there needs no Alembic to know it."""

WORKS_FROM = "0002"
"""The oldest migration whose programs work on these tables as well: docs/decisions/0034.

Adding leaves it as it is. Taking away what a program reads or writes raises it to the first
migration whose program did without.
"""


def works_beside(version: str, works_from: str | None) -> bool:
    """Say whether this program works on the tables of a newer one, which say from where on."""
    return works_from is not None and works_from <= HEAD < version
