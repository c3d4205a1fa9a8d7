"""A process that writes, and says what has been answered, until it is killed."""

import asyncio
import sys
from pathlib import Path

from bridge.clock import Clock
from bridge.store import log
from bridge.store.transactions import Store, Tx


def put(tx: Tx, key: str) -> None:
    tx.run(log.PUT_META, key=key, value="слово 🐈")
    log.append(tx, key)


async def write_for_ever(store: Store, writer: int) -> None:
    number = 0
    while True:
        key = f"{writer}/{number}"
        await store.write(put, key)
        sys.stdout.write(f"{key}\n")
        sys.stdout.flush()
        number += 1


async def main(path: Path) -> None:
    store = Store(path, clock=Clock())
    await asyncio.gather(*(write_for_ever(store, writer) for writer in range(8)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
