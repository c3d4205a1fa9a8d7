"""How often a server is asked: each way there and back, with what goes in it."""

from typing import Any

import pytest

from bridge.store.trips import Trips


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many statements went in each way there and back."""
    found: list[int] = []
    go, ask, execute = Trips.go, Trips.ask, Trips.execute

    def gone(self: Trips, steps: Any) -> Any:
        found.append(len(steps))
        return go(self, steps)

    def asked(self: Trips, step: Any) -> Any:
        found.append(1)
        return ask(self, step)

    def executed(self: Trips, text: str) -> None:
        found.append(1)
        execute(self, text)

    monkeypatch.setattr(Trips, "execute", executed)
    monkeypatch.setattr(Trips, "go", gone)
    monkeypatch.setattr(Trips, "ask", asked)
    return found
