"""`python -m bridge.migrations`: bring a database up to date, in a process of its own.

Its file, or the address of its server, is read from standard input.
"""

import sys
from pathlib import Path

from bridge import db


def main() -> None:
    """Migrate, or write in a line why that cannot be, and leave."""
    named = sys.stdin.read()
    try:
        db.migrate(db.Server(named) if named.startswith("postgresql://") else Path(named))
    except db.DatabaseError as error:
        sys.stdout.write(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
