"""The first texts may be formatted by several threads at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bridge.markup import inline, to_plain

THREADS = 4
ROUNDS = 300


@pytest.fixture
def restless() -> Iterator[None]:
    """Have threads take turns as often as the interpreter can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("restless")
def test_every_thread_reads_the_marks_even_of_the_very_first_text() -> None:
    to_plain("**warm**", "markdown")
    start = Barrier(THREADS)

    def read() -> str:
        start.wait()
        return to_plain("Так, **сьогодні** привезли", "markdown")

    with ThreadPoolExecutor(THREADS) as threads:
        for _ in range(ROUNDS):
            inline._markdown.cache_clear()
            inline._markdown()
            found = [threads.submit(read) for _ in range(THREADS)]
            assert {one.result() for one in found} == {"Так, сьогодні привезли"}
