"""What every model platform is told to do, in its own words."""

from collections.abc import Mapping
from typing import Any

from bridge.sandbox.faults import Fault
from tests.channels.storm.network import LATE, Trouble


def faults(*, throttled: Fault, refused: Any = None) -> Mapping[Trouble, Fault]:
    """Return the faults of a platform; `refused` is its own error, without it a 502."""
    return {
        "throttled": throttled,
        "refused": Fault(status=502) if refused is None else Fault(error=refused),
        "lost_request": Fault(reset=True),
        "lost_answer": Fault(reset=True, after_effect=True),
        "late_answer": Fault(delay=LATE, after_effect=True),
    }
