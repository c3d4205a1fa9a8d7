"""What every model platform is told to do, in its own words."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.sandbox.faults import Fault, Faults
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


def left_of(planned: Faults, kinds: Mapping[Trouble, Fault]) -> Sequence[Trouble]:
    """Return what a platform was told to do and has not done, by its kind."""
    return [
        kind
        for plan in planned._plans
        for kind, fault in kinds.items()
        for _ in range(plan.left if fault == plan.fault else 0)
    ]
