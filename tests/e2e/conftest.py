"""What the tests of the running program may use."""

from tests.e2e.house import agents
from tests.e2e.playground import sandbox

__all__ = ["agents", "sandbox"]
