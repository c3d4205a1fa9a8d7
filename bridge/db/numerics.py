"""How PostgreSQL's sums are read: as the whole numbers that they are."""

from psycopg.abc import Buffer
from psycopg.adapt import Loader


class NumericLoader(Loader):
    """Reads a `numeric`, which a sum of whole numbers becomes, as SQLite gives it."""

    def load(self, data: Buffer) -> int | float:
        """Return the number."""
        text = bytes(data).decode()
        return float(text) if "." in text or not text.lstrip("-").isdigit() else int(text)
