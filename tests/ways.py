"""How often a server is asked: each way there and back, with what goes in it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bridge.store.trips import Trips


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many statements went in each way there and back."""
    return _counted(monkeypatch, lambda: True)


@pytest.fixture
def writers_ways(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the same of what is asked by whoever writes, whatever is read meanwhile."""
    return _counted(monkeypatch, lambda: threading.current_thread().name == "writer")


def _counted(patch: pytest.MonkeyPatch, counts: Callable[[], bool]) -> list[int]:
    found: list[int] = []
    go, ask, execute = Trips.go, Trips.ask, Trips.execute

    def noted(statements: int) -> None:
        if counts():
            found.append(statements)

    def gone(self: Trips, steps: Any) -> Any:
        noted(len(steps))
        return go(self, steps)

    def asked(self: Trips, step: Any) -> Any:
        noted(1)
        return ask(self, step)

    def executed(self: Trips, text: str) -> None:
        noted(1)
        execute(self, text)

    patch.setattr(Trips, "execute", executed)
    patch.setattr(Trips, "go", gone)
    patch.setattr(Trips, "ask", asked)
    return found
