"""What the private listener is told of, and knows of how far the program has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bridge.health import Watch
from bridge.poison import Poison
from bridge.redis import SharedBudgets
from bridge.reload.sharing import Sharing
from bridge.settings import Settings
from bridge.store.transactions import Store
from bridge.web.server import NoServer, WebServer


class Program(Protocol):
    """What the composition root lends."""

    @property
    def settings(self) -> Settings:
        """Return the configuration that it runs with."""
        ...

    @property
    def store(self) -> Store:
        """Return the database."""
        ...

    @property
    def poison(self) -> Poison:
        """Return what is in hand, and what is suspected."""
        ...

    @property
    def sharing(self) -> Sharing | None:
        """Return what this process is among several, where there may be several."""
        ...

    @property
    def budgets(self) -> SharedBudgets | None:
        """Return what it counts by together with others, where there is a Redis."""
        ...

    @property
    def watch(self) -> Watch:
        """Return what is known of each inbox and staff surface."""
        ...

    @property
    def inboxes(self) -> Mapping[str, Any]:
        """Return the inboxes that run, by id."""
        ...

    @property
    def staff(self) -> Mapping[str, Any]:
        """Return the staff surfaces of threads that run, by id."""
        ...


@dataclass(slots=True)
class Phase:
    """How far the program has come, by the server that the world reaches."""

    server: WebServer | NoServer | None = None

    @property
    def now(self) -> Literal["starting", "running", "stopping"]:
        """Return it; from `stopping` there is no way back."""
        if self.server is None:
            return "starting"
        if self.server.should_exit:
            return "stopping"
        return "running" if self.server.answering.is_set() else "starting"
