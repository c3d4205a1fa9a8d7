"""The private listener: what the administrator's programs ask, on an address of its own.

`probes.py` and `figures.py` say how the program is, `metrics.py` says it as Prometheus reads
it, `door.py` who may ask, `addresses.py` which addresses there are.
"""

from bridge.private.listener import Phase, answering_privately
from bridge.private.probes import alive

__all__ = ["Phase", "alive", "answering_privately"]
