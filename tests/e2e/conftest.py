"""What the tests of the running program may use."""

from tests.e2e.house import agents

__all__ = ["agents"]
