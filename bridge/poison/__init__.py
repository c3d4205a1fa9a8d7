"""What breaks us is known by its hash, counted, and set aside at the third try."""

from bridge.poison.guard import MOST_TRIES, Guard, Poison

__all__ = ["MOST_TRIES", "Guard", "Poison"]
