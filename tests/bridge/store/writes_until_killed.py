"""A process that writes, and says what has been answered, until it is killed."""

import asyncio
import sys

from bridge.clock import Clock
from bridge.db import place_of
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


async def main(url: str) -> None:
    store = Store(place_of(url), clock=Clock())
    await asyncio.gather(*(write_for_ever(store, writer) for writer in range(8)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
