"""How each inbox is while it runs, told to people in time. Nothing here decides anything else.

`states.py` and `gaps.py` are the decisions, pure; `watch.py` is told what happens and keeps
it; `checkup.py` asks each network from time to time; `tally.py` counts.
"""

from bridge.health.checkup import Checkup
from bridge.health.sink import HeardSink
from bridge.health.tally import Tally
from bridge.health.watch import Watch, Watched

__all__ = ["Checkup", "HeardSink", "Tally", "Watch", "Watched"]
