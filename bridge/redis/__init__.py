"""Redis or Valkey, where the YAML names one: what several processes count and whisper.

Nothing is kept there that the program could not go on without. Whoever asks waits for a
twentieth of a second at most, and then goes by what this process knows by itself.
"""

from bridge.redis.budgets import SharedBudgets, Spent
from bridge.redis.line import Line, Standing
from bridge.redis.whispers import Whispers

__all__ = ["Line", "SharedBudgets", "Spent", "Standing", "Whispers"]
