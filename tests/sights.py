"""What agents may see, for tests of what is not about that."""

from bridge.store.sight import Sight

WHOLE = Sight(agent="anna")
