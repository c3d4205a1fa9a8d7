"""`python -m bridge.migrations DATABASE`: bring one up to date, in a process of its own."""

import sys
from pathlib import Path

from bridge import db


def main() -> None:
    """Migrate, or write in a line why that cannot be, and leave."""
    try:
        db.migrate(Path(sys.argv[1]))
    except db.DatabaseError as error:
        sys.stdout.write(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
