"""`python -m tests.faults.writes_for_power DATABASE KEYS [--pragma NAME=VALUE]`.

Writes so many keys through the program's store, eight at a time, and says each it is answered for.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from bridge.clock import Clock
from bridge.store import log
from bridge.store.transactions import Store, Tx


def put(tx: Tx, key: str) -> None:
    """Write a key, and enough beside it that pages and not only rows are written."""
    tx.run(log.PUT_META, key=key, value="слово 🐈" * 300)
    log.append(tx, key)


async def main(database: str, keys: int, pragma: str | None) -> None:
    """Write them all."""
    store = Store(Path(database), clock=Clock())
    line: Any = store._writing
    line._connection.execute("PRAGMA wal_autocheckpoint=60")
    if pragma is not None:
        line._connection.execute(f"PRAGMA {pragma}")

    async def write(writer: int) -> None:
        for number in range(writer, keys, 8):
            await store.write(put, f"{writer}/{number}")
            os.write(1, f"{writer}/{number}\n".encode())

    await asyncio.gather(*(write(one) for one in range(8)))
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
