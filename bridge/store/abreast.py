"""Works that go on side by side, so that what each will ask is asked in one way for all.

A work is a generator. It yields what it will ask next, and goes on when that has been asked for
all of them. An answer is forgotten when somebody writes where it is from, so a work reads what it
has asked for before it yields again, and writes after that: then all have read before any writes.
"""

from collections.abc import Generator, Hashable, Iterable, Mapping
from typing import TypeVar

from bridge.store.tx import Asked, Tx

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")

Abreast = Generator[Iterable[Asked], None, R]


def abreast(tx: Tx, works: Mapping[K, Abreast[R]]) -> dict[K, R]:
    """Do all of these; return what each has returned. What one raises ends them all."""
    left, returned = dict(works), dict[K, R]()
    while left:
        asked: list[Asked] = []
        for key, work in list(left.items()):
            try:
                asked += next(work)
            except StopIteration as end:
                returned[key] = end.value
                del left[key]
        tx.foresee(*asked)
    return returned
